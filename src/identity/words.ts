/**
 * Command lines as words, each in two forms: as it may be shown, which is what identity is read from, and
 * closed as it was written, for what only `secrets/` may look at. No word is ever run or expanded.
 */
import type { Found, Secrets } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';

/**
 * `index` is the argument of the definition that the word stands in, or null for its command; `whole`
 * tells whether it is that argument, or only a word of it.
 */
export type Word = { text: string; closed: Secret; index: number | null; whole: boolean };

/**
 * A line taken apart: its words, or null when it is more than one command; the line as it may be shown,
 * which may hide more than was hidden while it was one text; and the secrets in it, by word.
 */
export type Line = {
  words: Word[] | null;
  shown: string;
  found: (Found & { index: number; word: string })[];
};

/** How files of programs end on Windows. */
export const programEnding = /\.(?:exe|cmd|bat|com|ps1)$/i;
const programThenMore = /\.(?:exe|cmd|bat|com|ps1)["']?\s+\S/i;
/** What joins commands in shells of Windows, outside quotes. */
const windowsJoint = /[&|;<>\n\r]|\$\(/;

/** Text without the quotes around the whole of it. */
export function unquote(text: string): string {
  return /^\s*(["'])(.*)\1\s*$/s.exec(text)?.[2] ?? text;
}

/** Name of a program without folder and ending, lower case: `C:\nodejs\NPX.CMD` is `npx`. */
export function programName(text: string): string {
  const bare = unquote(text).trim();
  const from = Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1;
  return bare.slice(from).toLowerCase().replace(programEnding, '');
}

/**
 * The part of a word from a position on. What is closed then is the shown part: nobody here may cut the
 * other.
 */
export function tail(word: Word, start: number): Word {
  const text = word.text.slice(start);
  return { ...word, text, closed: new Secret(text) };
}

/**
 * Whether a text that stands where a program should is a whole command line: `npx -y foo`, but not
 * `C:\Program Files\foo.exe`. `known` tells names of launchers.
 */
export function isLine(text: string, known: (name: string) => boolean): boolean {
  const trimmed = text.trim();
  if (!/\s/.test(trimmed) || unquote(trimmed) !== trimmed) return false;
  if (/^["']/.test(trimmed) || programThenMore.test(trimmed)) return true;
  if (programEnding.test(trimmed)) return !/^[A-Za-z]:|^[\\/.]/.test(trimmed);
  const first = trimmed.split(/\s/, 1)[0]!;
  return !/[\\/]/.test(first) || known(programName(first)) || /\s--?[A-Za-z]/.test(trimmed);
}

/** Blanks part words, quotes hold them together, and a path with blanks ends where its program does. */
function windowsPieces(line: string): string[] | null {
  const trimmed = line.trim().replace(/^[&.]\s+/, '');
  if (/^[{(]/.test(trimmed)) return null;
  const bare = trimmed.replace(/"[^"]*"|'[^']*'/g, '""');
  if (windowsJoint.test(bare)) return null;
  const pieces = [...trimmed.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+|["']/g)].map(([piece]) => piece);
  const end = pieces.findIndex((piece) => programEnding.test(unquote(piece)));
  const path =
    end > 0 &&
    /^[A-Za-z]:[\\/]|^\\\\/.test(pieces[0]!) &&
    !pieces.slice(0, end).some((p) => /^["'-]/.test(p));
  const joined = path ? [pieces.slice(0, end + 1).join(' '), ...pieces.slice(end + 1)] : pieces;
  return joined.map((piece) => unquote(piece).replace(/=(["'])(.*)\1$/s, '=$2'));
}

/** Words as closed texts, masked by what stands before them. */
function wordsOf(closed: Secret[], line: Word, secrets: Secrets): Line & { words: Word[] } {
  const { shown, found } = secrets.argv(closed);
  return {
    words: closed.map((one, i) => ({ text: shown[i] ?? '', closed: one, index: line.index, whole: false })),
    shown: shown.join(' '),
    found: found.map((one) => ({ ...one, word: shown[one.index] ?? '' })),
  };
}

/** More than one command: it has no words, but what stands between its blanks is masked like arguments. */
function compound(line: Word, secrets: Secrets): Line {
  const parts = line.text.split(/(\s+)/);
  const read = wordsOf(
    parts.map((part) => new Secret(part)).filter((_, i) => i % 2 === 0),
    line,
    secrets,
  );
  return {
    ...read,
    words: null,
    shown: parts.map((part, i) => (i % 2 ? part : read.words[i / 2]!.text)).join(''),
  };
}

/** Splits a line of shell into words; `windows` when it is one of cmd or PowerShell, or looks like one. */
export function splitLine(line: Word, windows: boolean, secrets: Secrets): Line {
  const closed = secrets.words(line.closed);
  if (!windows && !/(?:^|[\s"'])[A-Za-z]:[\\/]/.test(line.text)) {
    return closed === null ? compound(line, secrets) : wordsOf(closed, line, secrets);
  }
  const pieces = windowsPieces(line.text);
  if (pieces === null) return compound(line, secrets);
  const same = closed?.length === pieces.length ? closed : null;
  const read = wordsOf(same ?? pieces.map((piece) => new Secret(piece)), line, secrets);
  // A backslash may be lost on the way through `words`, so a piece stands unless it had to be masked.
  for (const [i, word] of read.words.entries()) {
    if (!read.found.some((one) => one.index === i)) word.text = pieces[i]!;
  }
  return { ...read, shown: read.words.map((word) => word.text).join(' ') };
}
