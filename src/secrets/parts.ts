/**
 * The names that command lines give to their words: an option to the argument behind it, `NAME=value` and
 * `Header: value` by their form. Which options there are is not known, but for those that take variables and
 * headers, whose values are nobody's business.
 */
import type { SecretWords } from '../model/rules.ts';
import type { Word } from './line.ts';
import { isJumble, isLoneBase64, isLoneToken } from './lone.ts';
import type { FieldKind, Names } from './names.ts';
import { isCalm } from './visible.ts';

/** A name, and where in the word its value begins. `always`: a variable or a header, whatever its name. */
export type Part = { name: string; kind: FieldKind; start: number; always: boolean };
export type Parts = {
  /** The names of a word's value, outermost first. */
  of(words: Word[], index: number): Part[];
  /** Where the password of `user:password` begins in a word that is one; else -1. */
  password(words: Word[], index: number): number;
  /** Whether a word is a short option with something on it that looks like a secret rather than a name. */
  isGlued(text: string): boolean;
};

/** Options that take variables, headers and pairs; words before a credential; and what names mean. */
type Known = Record<'envs' | 'headers' | 'pairs' | 'schemes', ReadonlySet<string>> & { names: Names };

const option = /^--?([A-Za-z][A-Za-z0-9_.-]{0,80})$/;
const optionValue = /^--?([A-Za-z][A-Za-z0-9_.-]{0,80})=/;
const variable = /^(-[A-Za-z])?(?:\$env:)?([A-Za-z_][A-Za-z0-9_.-]{0,120})=/;
const header = /^(-[A-Za-z])?([A-Za-z][A-Za-z0-9_-]{0,80})\s{0,4}:(?!\/\/|\\)\s{0,8}/;
/** A name that stands alone: `Authorization`, `Authorization:`, `NAME`. */
const lone = /^([A-Za-z_][\w-]{0,80})(:?)$/;
/** A name that only headers have. */
const headerName = /^(?:[Xx]-[\w-]+|[A-Z][a-z]+(?:-[A-Z][A-Za-z]*)+)$/;
/** What shells take a line behind. */
const lineOption = /^(?:-[a-z]*c|\/[ck]|-command)$/i;
const upper = /^[A-Z_][A-Z0-9_]+$/;

/** Whether an argument can be the value of the option before it. A long random text may begin with a dash. */
function isValue(arg: string): boolean {
  return !arg.startsWith('-') || (arg.length >= 16 && /^-[^-]/.test(arg));
}

/** Whether an argument may be the image that a container engine runs. */
function isImage(arg: string): boolean {
  return /^[a-z0-9._/:@-]+$/.test(arg) && (/[/:@]/.test(arg) || isCalm(arg));
}

/** The option that a word is, without dashes; empty when it is none. */
const optionIn = (word: Word | undefined): string =>
  word?.text.startsWith('-') && !isGlued(word.text) ? (option.exec(word.text)?.[1] ?? '') : '';

/** `--header Name value`, `Name: Bearer value`, `-e NAME value`, `NAME = value`. */
function fromTwoBefore(all: Word[], index: number, known: Known): Part[] {
  const { text } = all[index]!;
  const previous = all[index - 1]!.text;
  if (
    !/[:=]/.test(previous) &&
    !all[index - 2]?.text.startsWith('-') &&
    !known.schemes.has(previous.toLowerCase())
  ) {
    return [];
  }
  const assigned = previous === '=' ? /([A-Z_][A-Z0-9_]+)$/.exec(all[index - 2]?.text ?? '') : null;
  if (assigned !== null) return [{ name: assigned[1]!, kind: 'env', start: 0, always: true }];
  if (known.schemes.has(text.toLowerCase())) return [];
  // The scheme may be a word of its own, or hang on the name.
  const apart = known.schemes.has(previous.toLowerCase());
  const glued = apart ? null : /^(.{1,82}:)(\w[\w-]*)$/.exec(previous);
  const scheme = apart || known.schemes.has(glued?.[2]?.toLowerCase() ?? '');
  const word = apart ? (all[index - 2]?.text ?? '') : scheme ? glued![1]! : previous;
  const long = optionValue.exec(word);
  const [, name, colon] = lone.exec(word.slice(long?.[0].length ?? 0)) ?? [];
  if (name === undefined) return [];
  const by = long?.[1] ?? optionIn(all[index - (apart ? 3 : 2)]);
  const secret = known.names.classify(name, 'header') !== 'no';
  const always = known.headers.has(by);
  if (scheme && colon === '' && !always) return [];
  if (always ? secret || colon === ':' || headerName.test(name) : secret && colon === ':') {
    return [{ name, kind: 'header', start: 0, always }];
  }
  // A container engine takes `-e NAME` alone, and then an image stands here.
  const own = known.envs.has(by) && known.names.classify(name, 'env') !== 'no' && !isImage(text);
  return own ? [{ name, kind: 'env', start: 0, always: true }] : [];
}

/** What the words before give a name to. */
function fromBefore(all: Word[], index: number, known: Known): Part[] {
  const { text } = all[index]!;
  const by = optionIn(all[index - 1]);
  if (by === '') return index === 0 || text.startsWith('-') ? [] : fromTwoBefore(all, index, known);
  if (!isValue(text)) return [];
  const always = known.headers.has(by) && /^[{[]/.test(text);
  const start = always ? text.indexOf(':') + 1 : 0;
  return [{ name: by, kind: always ? 'header' : 'option', start, always }];
}

/** What the form of a word gives a name to, from `start` on. `by` is the option that the word belongs to. */
function fromForm(text: string, start: number, by: string, { envs, headers }: Known): Part[] {
  const from = start + (/^["']/.test(text.slice(start)) ? 1 : 0);
  const rest = text.slice(from);
  const isHeader = headers.has(by);
  const env = variable.exec(rest);
  if (env !== null) {
    const [all, glued = '', name = ''] = env;
    const always = upper.test(name) || isHeader || envs.has(by) || envs.has(glued.slice(1));
    return [{ name, kind: isHeader ? 'header' : 'env', start: from + all.length, always }];
  }
  const line = header.exec(rest);
  if (line === null) return [];
  const [all, glued = '', name = ''] = line;
  return [
    { name, kind: 'header', start: from + all.length, always: isHeader || headers.has(glued.slice(1)) },
  ];
}

function partsOf(all: Word[], index: number, known: Known): Part[] {
  const { text } = all[index]!;
  const before = fromBefore(all, index, known);
  if (!/[:=]/.test(text)) return before;
  // Names in a line are those of its words.
  if (/\s/.test(text) && lineOption.test(all[index - 1]?.text ?? '')) return before;
  const long = optionValue.exec(text);
  if (long === null) return [...before, ...fromForm(text, 0, optionIn(all[index - 1]), known)];
  const name = long[1]!;
  const start = long[0].length;
  const own: Part[] = [{ name, kind: 'option', start, always: false }];
  // `-eNAME=value` and `-Dname=value`: the option's own letter comes first.
  if (/^-[A-Za-z]{2}/.test(text)) {
    const inner = name.slice(1);
    own.push({ name: inner, kind: 'env', start, always: upper.test(inner) || known.envs.has(name[0]!) });
  }
  return [...before, ...own, ...fromForm(text, start, name, known)];
}

/** What clients of databases take a password behind, without a blank. */
const passwordLetter = /^-[pP]/;

/**
 * Whether the value on a short option looks like a secret. Options of several letters begin with one dash in
 * many programs, so that a word alone is none.
 */
function isGlued(text: string): boolean {
  if (!/^-[A-Za-z][^\s=-]/.test(text) || /^-[A-Za-z][\w.-]{0,80}=[^=]/.test(text)) return false;
  const value = text.slice(2);
  if (isLoneToken(value) || isLoneBase64(value) || (value.length >= 10 && isJumble(value))) return true;
  if (!passwordLetter.test(text) || value.length < 5 || !/[A-Za-z]/.test(value)) return false;
  // Packages, hosts, paths and ports.
  if (/^@|[/\\:]|\.\w{1,4}$|@(?:v?\d|latest$)/.test(value)) return false;
  const isName = text.startsWith('-P') ? !/\d/.test(value) : /^[a-z]+(?:[A-Z-][a-z]+)*$/.test(value);
  return !isName && (/\d|^[A-Z]/.test(value) || /[!$%^*?&~+#]/.test(value));
}

/** Where a password begins that is neither a group by name or number nor a path of Windows; else -1. */
function passwordIn(all: Word[], index: number, { pairs }: Known): number {
  const { text } = all[index]!;
  const long = optionValue.exec(text);
  const glued = /^-[A-Za-z](?=[^-]+:)(?!(?:rl|ri)\b)(?![^:]+:\/\/)/.test(text) && pairs.has(text[1]!);
  if (!glued && !pairs.has(long?.[1] ?? optionIn(all[index - 1]))) return -1;
  const colon = text.indexOf(':', long?.[0].length ?? 0);
  const password = text.slice(colon + 1);
  const isGroup = /^(?:[a-z_]{1,8}|\d{1,5})$/.test(password);
  return colon < 0 || isGroup || (/^[/\\]/.test(password) && isCalm(password)) ? -1 : colon + 1;
}

/** Compiles the reader of names. */
export function createParts(words: SecretWords, names: Names): Parts {
  const known: Known = {
    envs: new Set(words.envOptions),
    headers: new Set(words.headerOptions),
    pairs: new Set(words.pairOptions),
    schemes: new Set(words.authSchemes.map((scheme) => scheme.toLowerCase())),
    names,
  };
  return {
    of: (all, index) => partsOf(all, index, known),
    password: (all, index) => passwordIn(all, index, known),
    isGlued,
  };
}
