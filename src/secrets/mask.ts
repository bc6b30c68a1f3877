/**
 * What may be seen of a secret: the start of its public prefix and at most two characters more, never eight
 * in a row. It shows nothing of short secrets without a prefix.
 */
import { type Hit, settle } from './hit.ts';

/** Characters of a masked form that are the secret's own, its public prefix included. */
const visible = 7;
/** Characters of which two may be shown. */
const longEnough = 16;
const printable = /^[\x21-\x7e]*/;

/** The masked form of one secret. */
export function maskOf(text: string, prefix: string): string {
  const known = prefix !== '' && text.startsWith(prefix) ? prefix : '';
  const head = known.slice(0, visible);
  const more = text.length - known.length >= longEnough ? Math.min(2, visible - head.length) : 0;
  const shown = printable.exec(text.slice(0, head.length + more))?.[0] ?? '';
  return `${shown}…`;
}

/** The text with every hit masked. */
export function maskAll(text: string, hits: Hit[]): string {
  let shown = '';
  let from = 0;
  for (const hit of settle(hits)) {
    shown += text.slice(from, hit.start) + maskOf(text.slice(hit.start, hit.end), hit.prefix);
    from = hit.end;
  }
  return shown + text.slice(from);
}
