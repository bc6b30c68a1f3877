/**
 * The scan of texts too large to be read whole: agents' transcripts, logs, histories. Bytes first, literals
 * in runs of them next, and only a window round what is left is decoded and read like any other free text.
 * What comes of it is plain data without a secret, so that it can come from another thread.
 */
import { createHmac } from 'node:crypto';
import { limits } from '../../limits.ts';
import type { Confidence, Severity } from '../../model/common.ts';
import type { SecretInfo } from '../../model/fact.ts';
import type { Hit, Reason, Span } from '../hit.ts';
import type { PairSearch } from '../pair-search.ts';
import type { Reader } from '../read.ts';
import type { Context } from './context.ts';
import type { Needles } from './needles.ts';
import type { ByteSearch } from './byte-search.ts';
import { bits, isMade } from './runs.ts';

/** One place of a secret. */
export type BulkHit = {
  /** Its first byte, counted from the start of the chunk. */
  at: number;
  /** Digest under a key of this run alone: equal for equal secrets. */
  same: string;
  info: SecretInfo;
  field: string;
  severity: Severity;
  confidence: Confidence;
  expiresAt: string | null;
  reasons: Reason[];
};

/**
 * Secrets that begin in `owned` of a chunk. What lies round it was read for their sake and belongs to the
 * chunks before and after.
 */
export type BulkScan = (chunk: Buffer, owned: Span) => BulkHit[];

export type BulkParts = {
  needles: Needles;
  context: Context;
  /** Its words are those of `needles`, and behind these names of passwords, which are shorter than a run. */
  bytes: ByteSearch;
  reader: Reader;
  search: PairSearch;
  describe(text: string, hit: Hit, name: string): Omit<BulkHit, 'at' | 'same'>;
};

/** Bytes of the context that a verdict may need, before and behind. */
const before = 256;
const behind = 768;
/** Bytes behind a password's name in which its value begins. */
const passwordBytes = 128;

/** The rest of a name, its sign, and a value without signs of code. */
const passwordSign = new RegExp(
  [
    '^[A-Za-z0-9_-]{5,40}',
    String.raw`\\{0,4}["'\x60]?\s{0,3}(?:=>|:=|[:=])\s{0,3}\\{0,4}["'\x60]?`,
    String.raw`[^\s"'\x60,;()[\]{}<>$\\]{6}`,
  ].join(''),
);

/** Places worth a look, in order, those that a window would hold together made one. */
function placesIn(parts: BulkParts, chunk: Buffer, owned: Span): Span[] {
  const { needles, context } = parts;
  const places: Span[] = [];
  const add = (start: number, end: number): void => {
    if (end > owned.start && start < owned.end) places.push({ start, end });
  };
  parts.bytes.runs(chunk, (start, end, seen) => {
    const isKnown = (seen & bits.anchor) !== 0 && isMade(seen) && needles.inRun(chunk, start, end);
    if (!isKnown && !context.matters(chunk, start, end, seen)) return;
    if (!context.isOpaque(chunk, start)) add(start, end);
  });
  const atWord = needles.inText(chunk);
  parts.bytes.words(chunk, (at, word) => {
    if (word >= needles.words.length) {
      if (hasSignNear(chunk, at)) add(at, Math.min(chunk.length, at + passwordBytes));
      return;
    }
    const place = atWord(at, word);
    if (place !== null) add(place.start, place.end);
  });
  parts.bytes.wipe();
  return places.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** Whether a name that begins or goes on here is given a value that could be one. */
function hasSignNear(chunk: Buffer, at: number): boolean {
  const text = chunk.toString('latin1', at, Math.min(chunk.length, at + 64));
  return passwordSign.test(text);
}

/** A span of bytes cut where no character of UTF-8 is parted. */
function whole(chunk: Buffer, start: number, end: number): Span {
  let [from, to] = [Math.max(0, start), Math.min(chunk.length, end)];
  const inside = (at: number): boolean => at < chunk.length && (chunk[at]! & 0xc0) === 0x80;
  for (let step = 0; step < 4 && inside(from); step++) from++;
  for (let step = 0; step < 4 && inside(to); step++) to++;
  return { start: from, end: Math.min(chunk.length, to) };
}

/** The text of a window, as one byte a character where it is no UTF-8, and how its places become bytes. */
function decoded(chunk: Buffer, span: Span): { text: string; byteAt(index: number): number } {
  const text = chunk.toString('utf8', span.start, span.end);
  if (text.length === span.end - span.start) return { text, byteAt: (index) => span.start + index };
  if (text.includes('\uFFFD')) {
    return {
      text: chunk.toString('latin1', span.start, span.end),
      byteAt: (index) => span.start + index,
    };
  }
  return { text, byteAt: (index) => span.start + Buffer.byteLength(text.slice(0, index)) };
}

/** Hits of one window that touch the places it was made for. */
function hitsIn(parts: BulkParts, chunk: Buffer, owned: Span, places: Span[], salt: Buffer): BulkHit[] {
  const span = whole(chunk, places[0]!.start - before, Math.max(...places.map(({ end }) => end)) + behind);
  const { text, byteAt } = decoded(chunk, span);
  return parts.reader.inText(text, 'text').flatMap((hit): BulkHit[] => {
    if (hit.type === 'weak-password') return [];
    const [at, end] = [byteAt(hit.start), byteAt(hit.end)];
    if (at < owned.start || at >= owned.end) return [];
    if (!places.some((place) => at < place.end && end > place.start)) return [];
    const secret = text.slice(hit.start, hit.end);
    const name = hit.field || parts.search.nameBefore(text, hit.start) || hit.called || 'text';
    const same = createHmac('sha256', salt).update(secret).digest('base64');
    return [{ at, same, ...parts.describe(text, hit, name) }];
  });
}

/** The scan of chunks. `salt` is a key of this run. */
export function createBulkScan(parts: BulkParts, salt: Buffer): BulkScan {
  return (chunk, owned) => {
    const hits: BulkHit[] = [];
    let together: Span[] = [];
    let end = -1;
    const close = (): void => {
      if (together.length > 0 && hits.length < limits.bulkHits)
        for (const hit of hitsIn(parts, chunk, owned, together, salt)) hits.push(hit);
      together = [];
    };
    for (const place of placesIn(parts, chunk, owned)) {
      if (place.start - before > end + behind) close();
      together.push(place);
      end = Math.max(end, place.end);
    }
    close();
    return hits;
  };
}
