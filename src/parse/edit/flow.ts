/**
 * Edits between brackets: JSON, JSON5, and what YAML and TOML write on one line. Each takes a text and gives
 * the new one. Comments, commas and blanks of what stays are not touched.
 */
import type { Span } from '../../secrets/hit.ts';
import type { LocatedList } from './located.ts';

/** How comments are written where commas are looked for. */
export type Comments = 'slashes' | 'hash';

const commentsOf: Record<Comments, RegExp> = {
  slashes: /\/\/[^\n]*|\/\*[^]*?\*\//g,
  hash: /#[^\n]*/g,
};

/** The first comma between two places that is in no comment, or -1. */
function commaIn(text: string, from: number, to: number, comments: Comments): number {
  const bare = text.slice(from, to).replace(commentsOf[comments], (all) => ' '.repeat(all.length));
  const at = bare.indexOf(',');
  return at < 0 ? -1 : from + at;
}

const cut = (text: string, { start, end }: Span): string => text.slice(0, start) + text.slice(end);

/** Takes away what a removed part has left: its line, when nothing else is on it, or the blanks behind it. */
function closed(text: string, at: number): string {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const to = newline < 0 ? text.length : newline;
  const isBare = text.slice(from, at).trim() === '' && text.slice(at, to).trim() === '';
  if (isBare && from > 0 && newline >= 0) return cut(text, { start: from, end: newline + 1 });
  const blanks = /^[ \t]*/.exec(text.slice(at))![0].length;
  const isLast = at + blanks >= to || /[\r\n]/.test(text[at + blanks] ?? '\n');
  return isLast ? text : cut(text, { start: at, end: at + blanks });
}

/** The text without one part of a collection, which spans `whole`. */
export function dropFlow(
  text: string,
  whole: Span,
  parts: Span[],
  index: number,
  comments: Comments,
): string {
  const { start, end } = parts[index]!;
  const [before, after] = [parts[index - 1], parts[index + 1]];
  const own = commaIn(text, end, after?.start ?? whole.end - 1, comments);
  let left = text;
  let at = start;
  if (own >= 0) {
    left = cut(left, { start: own, end: own + 1 });
    left = cut(left, { start, end });
  } else {
    left = cut(left, { start, end });
    const comma = before === undefined ? -1 : commaIn(text, before.end, start, comments);
    if (comma >= 0) left = cut(left, { start: comma, end: comma + 1 });
    if (comma >= 0) at -= 1;
  }
  left = closed(left, at);
  const close = whole.end - (text.length - left.length) - 1;
  const inside = { start: whole.start + 1, end: close };
  return parts.length === 1 && left.slice(inside.start, inside.end).trim() === '' ? cut(left, inside) : left;
}

/** The text with items at the beginning of a list between brackets, set out as its first one is. */
export function leadFlow(text: string, list: LocatedList, items: string[]): string {
  const [first] = list.items;
  const open = list.start + 1;
  if (first === undefined) return text.slice(0, open) + items.join(', ') + text.slice(open);
  const gap = text.slice(open, first.at.start);
  const between = gap.includes('\n') && gap.trim() === '' ? `,${gap}` : ', ';
  const added = items.map((item) => item + between).join('');
  return text.slice(0, first.at.start) + added + text.slice(first.at.start);
}

/** The text with a new part behind one of a map between brackets, set out as that one is. */
export function followFlow(text: string, before: Span, part: string): string {
  const line = text.lastIndexOf('\n', before.start - 1);
  const gap = text.slice(line + 1, before.start);
  const crlf = text[line - 1] === '\r' ? '\r\n' : '\n';
  const between = line >= 0 && gap.trim() === '' ? `,${crlf}${gap}` : ', ';
  return text.slice(0, before.end) + between + part + text.slice(before.end);
}
