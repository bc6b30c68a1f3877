/**
 * Foreign text in Markdown. Escapes are not enough: renderers make links of bare addresses, mentions of
 * `@name` and issues of `#1` even where the sign is escaped. So every word that is more than letters and
 * digits becomes a code span, in which nothing has a meaning, and nothing in a table holds its separator.
 */
import { neutral } from '../neutral.ts';
import { middle } from '../width.ts';

/** Columns of a cell of a table. */
const cellColumns = 120;

/** Text as a code span, inert, on one line; empty text is empty. */
export function code(text: string): string {
  const shown = neutral(text);
  if (shown === '') return '';
  const runs = shown.match(/`+/g) ?? [];
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)));
  const pad = /^`|`$|^ .* $/.test(shown) ? ' ' : '';
  // Nothing but blanks would be no code span.
  return shown.trim() === '' ? '` `' : `${fence}${pad}${shown}${pad}${fence}`;
}

/** A code span for a cell: shorter, and without the sign that would end the cell. */
export function cell(text: string): string {
  return code(middle(neutral(text), cellColumns, '…')).replaceAll('|', '\\u007c');
}

const plainWord = /^(?:\p{L}|\p{N})(?:[\p{L}\p{N}'’-]*[\p{L}\p{N}])?$/u;
/** Versions, sizes and times, which no renderer makes anything of. */
const number = /^\d+(?:[.:]\d+)+$/;
const wrapped = /^([("']*)([^]*?)([.,;:!?)"']*)$/;
/** What begins a list where it begins a line. */
const begins = /^\d+[.)]$/;

/** A word between its punctuation; `as` is how the word is written. */
type Piece = { before: string; inner: string; after: string; as: 'text' | 'code' };

function piece(text: string, first: boolean): Piece {
  const [, before = '', inner = '', after = ''] = wrapped.exec(text) ?? [];
  if (inner === '' && text !== '') return { before: '', inner: text, after: '', as: 'code' };
  const plain = inner === '' || plainWord.test(inner) || number.test(inner);
  return { before, inner, after, as: plain && !(first && begins.test(text)) ? 'text' : 'code' };
}

/** Words that are code, with nothing but a blank between them, as one: a path may have blanks. */
function joined(pieces: Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const next of pieces) {
    const last = all.at(-1);
    if (last?.as === 'code' && next.as === 'code' && last.after === '' && next.before === '')
      all[all.length - 1] = { ...last, inner: `${last.inner} ${next.inner}`, after: next.after };
    else all.push(next);
  }
  return all;
}

function words(text: string, isFirst: boolean): string {
  const pieces = text.split(' ').map((one, index) => piece(one, isFirst && index === 0));
  return joined(pieces)
    .map(({ before, inner, after, as }) => `${before}${as === 'code' ? code(inner) : inner}${after}`)
    .join(' ');
}

/** A sentence: plain words as they are, everything else as code; what stood in backticks stays together. */
export function prose(text: string): string {
  return (
    neutral(text.trim())
      .split(/`([^`]*)`/)
      .map((part, index) => (index % 2 === 1 ? code(part) : words(part, index === 0)))
      // Two spans that touch would be read as one with other ends.
      .reduce((all, part) => (all.endsWith('`') && part.startsWith('`') ? `${all} ${part}` : `${all}${part}`))
  );
}

/** A sentence for a cell. Only code spans of it can hold the sign that would end the cell. */
export function proseCell(text: string): string {
  return prose(text).replaceAll('|', '\\u007c');
}

/** An address as a link, where it can be nothing else; a code span otherwise. */
export function link(url: string): string {
  return /^https:\/\/[A-Za-z0-9][\w.~/%#?=&+-]*$/.test(url) ? `<${url}>` : code(url);
}

/** A table; cells are Markdown already. */
export function* table(head: string[], rows: Iterable<string[]>): Generator<string> {
  yield `\n| ${head.join(' | ')} |\n|${head.map(() => ' --- |').join('')}\n`;
  for (const row of rows) yield `| ${row.join(' | ')} |\n`;
}
