/**
 * What a broken TOML file still says: the statement at fault is blanked out, line by line, so that the rest
 * can be read again in its place. It knows no more of TOML than quotes, brackets and line ends, and keeps no
 * text of what it blanks.
 */
import { limits } from '../limits.ts';

/** A table header or a key with its value, as offsets; `to` is its last line's end. */
export type Statement = {
  from: number;
  to: number;
  /** Brackets open at once. */
  nesting: number;
  /** Characters of the longest text or word. */
  longest: number;
  /** It runs to the end of the file because a bracket or quote never closes. */
  unclosed: boolean;
};

const mark = /"""|'''|"|'/y;
const headerStart = /[ \t]*\[/y;
/** What ends a word. */
const separator = /[\s[\]{}.,=#"']/;
const blank = /^\s*(#.*)?$/;

function startsHeader(text: string, from: number): boolean {
  headerStart.lastIndex = from;
  return headerStart.test(text);
}

/** The offset past the quoted text at `from`: at the line's end, or past the text's, when it never closes. */
function quoteEnd(text: string, from: number): number {
  mark.lastIndex = from;
  const quote = mark.exec(text)?.[0] ?? '"';
  for (let index = from + quote.length; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\\' && quote.startsWith('"')) index += 1;
    else if (char === '\n' && quote.length === 1) return index;
    else if (text.startsWith(quote, index)) return index + quote.length;
  }
  return text.length + 1;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The statement that starts at `from`. A header ends with its line, whatever it leaves open. */
function statementAt(text: string, from: number): Statement {
  const header = startsHeader(text, from);
  let [open, nesting, longest, word] = [0, 0, 0, from];
  let index = from;
  for (; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (!separator.test(char)) continue;
    longest = Math.max(longest, index - word);
    if (char === '\n') {
      if (open <= 0 || header) return { from, to: index, nesting, longest, unclosed: false };
    } else if (char === '#') index = lineEnd(text, index) - 1;
    else if (char === '"' || char === "'") {
      const end = quoteEnd(text, index);
      longest = Math.max(longest, end - index);
      index = end - 1;
    } else if (char === '[' || char === '{') {
      open += 1;
      nesting = Math.max(nesting, open);
    } else if (char === ']' || char === '}') open -= 1;
    word = index + 1;
  }
  const unclosed = (open > 0 && !header) || index > text.length;
  return { from, to: text.length, nesting, longest: Math.max(longest, text.length - word), unclosed };
}

function statements(text: string): Statement[] {
  const found: Statement[] = [];
  for (let from = 0; from <= text.length; from = (found.at(-1)?.to ?? text.length) + 1) {
    found.push(statementAt(text, from));
  }
  return found;
}

/** Where what is blanked of a statement ends: of one that never closes only the first line goes. */
export function cutEnd(text: string, { from, to, unclosed }: Statement): number {
  return unclosed ? lineEnd(text, from) : to;
}

/** The text without one statement, every line end kept. */
export function without(text: string, statement: Statement): string {
  const { from } = statement;
  const end = cutEnd(text, statement);
  return text.slice(0, from) + text.slice(from, end).replace(/[^\n]/g, '') + text.slice(end);
}

/** A header goes with the keys below it, which would fall to the table above. */
function withBody(text: string, all: Statement[], at: number): Statement | null {
  const found = all[at];
  if (!found || !startsHeader(text, found.from)) return found ?? null;
  const next = all.findIndex(({ from }, index) => index > at && startsHeader(text, from));
  return { ...found, to: all.at(next < 0 ? -1 : next - 1)?.to ?? found.to };
}

/**
 * The statements that an error at `index` may be due to: the one there and, where the error is at its very
 * start, the one before, which may have been left unfinished.
 */
export function suspects(text: string, index: number): Statement[] {
  const all = statements(text).filter(({ from, to }) => !blank.test(text.slice(from, to)));
  const after = all.findIndex(({ to }) => index <= to);
  const at = after < 0 ? all.length : after;
  const found = all[at];
  const inside = found !== undefined && text.slice(found.from, Math.max(index, found.from)).trim() !== '';
  return [withBody(text, all, at), inside ? null : withBody(text, all, at - 1)].filter((one) => one !== null);
}

/** What was left out of a text, and on which line. */
export type Cut = { line: number; reason: 'too-deep' | 'too-large' };

/**
 * The text without what the library cannot bear: nesting deeper than a tree may have, and texts and digits so
 * long that it runs out of stack.
 */
export function bearable(text: string): { text: string; cuts: Cut[] } {
  const cuts: Cut[] = [];
  let rest = text;
  for (;;) {
    const found = statements(rest).find(
      ({ nesting, longest }) => nesting > limits.treeDepth || longest > limits.quotedChars,
    );
    if (!found) return { text: rest, cuts };
    const reason = found.nesting > limits.treeDepth ? 'too-deep' : 'too-large';
    cuts.push({ line: rest.slice(0, found.from).split('\n').length, reason });
    rest = cuts.length > limits.recoveredLines ? rest.slice(0, found.from) : without(rest, found);
  }
}
