/** Edits of what has lines of its own: blocks of YAML, statements of TOML. Line ends stay as they are. */
import type { Span } from '../../secrets/hit.ts';
import type { LocatedList } from './located.ts';

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** The text without a part that begins its line; null where it does not. A comment behind it stays. */
export function dropLines(text: string, { start, end }: Span): string | null {
  const from = lineStart(text, start);
  if (text.slice(from, start).trim() !== '') return null;
  const newline = text.indexOf('\n', end);
  const to = newline < 0 ? text.length : newline + 1;
  const rest = text.slice(end, to);
  const comment = rest.search(/#/);
  if (comment >= 0 && rest.slice(0, comment).trim() === '')
    return text.slice(0, start) + text.slice(end + comment);
  return rest.trim() === '' ? text.slice(0, from) + text.slice(to) : null;
}

/** The text with items before those of a list that has a line for each; null where it is not set out so. */
export function leadLines(text: string, list: LocatedList, items: string[]): string | null {
  const [first] = list.items;
  if (first === undefined) return null;
  const from = lineStart(text, first.at.start);
  const indent = text.slice(from, first.at.start);
  if (indent.trim() !== '') return null;
  const end = text[text.indexOf('\n', from) - 1] === '\r' ? '\r\n' : '\n';
  const added = items.map((item) => `${indent}- ${item}${end}`).join('');
  return text.slice(0, from) + added + text.slice(from);
}

/** The text with a new line behind the one that a part ends on, as far to the right as that part. */
export function followLines(text: string, before: Span, part: string): string {
  const from = lineStart(text, before.start);
  const indent = text.slice(from, before.start).replace(/[^\t]/g, ' ');
  const newline = text.indexOf('\n', before.end);
  const end = text[(newline < 0 ? text.indexOf('\n') : newline) - 1] === '\r' ? '\r\n' : '\n';
  if (newline < 0) return `${text}${end}${indent}${part}`;
  return `${text.slice(0, newline + 1)}${indent}${part}${end}${text.slice(newline + 1)}`;
}

/** The text with a new item behind the last one of a list that has a line for each. */
export function followItem(text: string, last: Span, item: string): string {
  return followLines(text, last, `- ${item}`);
}
