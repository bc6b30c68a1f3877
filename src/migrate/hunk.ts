/**
 * The part of a config that a migration changed, as it was and as it is: enough to put it back exactly while
 * that part is as it was left, whatever else was written into the file since.
 */
import type { Span } from '../secrets/hit.ts';

export type Hunk = { before: string; after: string };

/** The hunk between two texts: whole lines, and all of `least`, parts of the first. */
export function hunkOf(before: string, after: string, least: Span[]): Hunk {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const from = before.lastIndexOf('\n', Math.min(start, ...least.map((one) => one.start)) - 1) + 1;
  const tail = Math.min(end, ...least.map((one) => before.length - one.end));
  const newline = before.indexOf('\n', before.length - tail);
  const left = newline < 0 ? 0 : before.length - newline;
  return { before: before.slice(from, before.length - left), after: after.slice(from, after.length - left) };
}

/** The text with the one place that reads `from` reading `to`; null when there is none, or more than one. */
export function exchanged(text: string, from: string, to: string): string | null {
  const at = text.indexOf(from);
  if (at < 0 || text.indexOf(from, at + 1) >= 0) return null;
  return text.slice(0, at) + to + text.slice(at + from.length);
}
