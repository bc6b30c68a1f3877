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
  /** It runs to the end of the file because a bracket or quote never closes. */
  unclosed: boolean;
};

const mark = /"""|'''|"|'/y;
const headerStart = /[ \t]*\[/y;
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
  let open = 0;
  let nesting = 0;
  let index = from;
  for (; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '\n') {
      if (open <= 0 || header) return { from, to: index, nesting, unclosed: false };
    } else if (char === '#') index = lineEnd(text, index) - 1;
    else if (char === '"' || char === "'") index = quoteEnd(text, index) - 1;
    else if (char === '[' || char === '{') {
      open += 1;
      nesting = Math.max(nesting, open);
    } else if (char === ']' || char === '}') open -= 1;
  }
  return { from, to: text.length, nesting, unclosed: (open > 0 && !header) || index > text.length };
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

/** The text without what nests deeper than a tree may, and the lines where something was left out. */
export function shallow(text: string): { text: string; lines: number[] } {
  const lines: number[] = [];
  let rest = text;
  for (;;) {
    const deep = statements(rest).find(({ nesting }) => nesting > limits.treeDepth);
    if (!deep) return { text: rest, lines };
    lines.push(rest.slice(0, deep.from).split('\n').length);
    rest = lines.length > limits.recoveredLines ? rest.slice(0, deep.from) : without(rest, deep);
  }
}
