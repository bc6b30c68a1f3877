/**
 * What may be seen of a secret: the start of its public prefix and at most two characters more, never eight
 * in a row. It shows nothing of short secrets without a prefix.
 */
import { type Hit, type Span, settle } from './hit.ts';

/** Characters of a masked form that are the secret's own, its public prefix included. */
const visible = 7;
/** Characters of which two may be shown. */
const longEnough = 16;
const printable = /^[\x21-\x7e]*/;

const maskedForm = /^[\x21-\x7e]{0,7}…$/;

/** Whether a text is a masked form already. */
export function isMasked(text: string): boolean {
  return maskedForm.test(text);
}

/** The masked form of one secret. */
export function maskOf(text: string, prefix: string): string {
  const known = prefix !== '' && text.startsWith(prefix) ? prefix : '';
  const head = known.slice(0, visible);
  const more = text.length - known.length >= longEnough ? Math.min(2, visible - head.length) : 0;
  const shown = printable.exec(text.slice(0, head.length + more))?.[0] ?? '';
  return `${shown}…`;
}

/** Spans in order, those that overlap or touch made one. */
function union(spans: Span[]): Span[] {
  const joined: Span[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else if (end > start) joined.push({ start, end });
  }
  return joined;
}

/** What joins commands. It stays in sight, since it decides what runs, and tells nothing of a secret. */
const joint = /[&|;<>\n\r]+|\$\(/g;

/** The parts of a span between joints. */
function betweenJoints(text: string, { start, end }: Span): Span[] {
  const inside = text.slice(start, end);
  if (inside.search(joint) < 0) return [{ start, end }];
  const parts: Span[] = [];
  let from = start;
  for (const match of inside.matchAll(joint)) {
    parts.push({ start: from, end: start + match.index });
    from = start + match.index + match[0].length;
  }
  return [...parts, { start: from, end }];
}

/**
 * The text with every hit masked, and `hidden` parts as well, whatever they are. Where the two overlap the
 * whole is hidden, and shown of it is what a hit at its start may show.
 */
export function maskAll(text: string, hits: Hit[], hidden: Span[] = []): string {
  const settled = settle(hits);
  const starts = new Map(settled.map((hit) => [hit.start, hit]));
  let shown = '';
  let from = 0;
  const apart = hidden.flatMap((span) => betweenJoints(text, span));
  for (const { start, end } of union([...settled, ...apart])) {
    const hit = starts.get(start);
    const mask = hit === undefined ? '…' : maskOf(text.slice(start, hit.end), hit.prefix);
    shown += text.slice(from, start) + mask;
    from = end;
  }
  return shown + text.slice(from);
}
