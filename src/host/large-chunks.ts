/**
 * Parts of an open large text, chunk by chunk into one buffer that is wiped behind. A chunk comes with some
 * of what lies before and behind it, so that no token is parted and each is found in one chunk alone.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { limits } from '../limits.ts';
import type { LargeHit, LargeWork, Mark } from '../model/host.ts';

/** Bytes from `from` to `to` of an open file of `size` bytes. */
export type Part = { fd: number; from: number; to: number; size: number };

const margin = limits.chunkOverlap;
let buffer: Buffer | null = null;

/** Wipes what was read last. */
export function wipe(): void {
  buffer?.fill(0);
}

/** Reads until the buffer is full or the file ends. */
function fill(fd: number, into: Buffer, at: number): number {
  let filled = 0;
  while (filled < into.length) {
    const got = fs.readSync(fd, into, filled, into.length - filled, at + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}

/** What is found in a part, by places in the file. */
export function readPart<H extends LargeHit>(
  { fd, from, to, size }: Part,
  scan: LargeWork<H>['scan'],
  late: () => boolean = () => false,
): { hits: H[]; bytes: number } {
  buffer ??= Buffer.allocUnsafeSlow(limits.chunkBytes + 2 * margin);
  const hits: H[] = [];
  let bytes = 0;
  for (let at = from; at < to && hits.length < limits.bulkHits && !late(); at += limits.chunkBytes) {
    const end = Math.min(to, at + limits.chunkBytes);
    const start = Math.max(0, at - margin);
    const got = fill(fd, buffer.subarray(0, Math.min(size, end + margin) - start), start);
    const owned = { start: at - start, end: Math.min(end - start, got) };
    if (owned.end <= owned.start) break;
    bytes += owned.end - owned.start;
    for (const hit of scan(buffer.subarray(0, got), owned)) hits.push({ ...hit, at: hit.at + start });
  }
  return { hits, bytes };
}

/** The first bytes of an open file. */
export function headOf(fd: number): Buffer {
  const head = Buffer.alloc(limits.headBytes);
  return head.subarray(0, fill(fd, head, 0));
}

/** The line of each place, which must be in order. The file is read up to the last of them. */
export function linesOf(fd: number, places: number[]): number[] {
  // Most texts hold nothing, and there may be thousands of small ones.
  if (places.length === 0) return [];
  const lines: number[] = [];
  const chunk = Buffer.allocUnsafeSlow(Math.min(limits.chunkBytes, places.at(-1)! + 1));
  let line = 1;
  let next = 0;
  for (let at = 0; next < places.length; at += chunk.length) {
    const got = fill(fd, chunk, at);
    let counted = 0;
    for (; next < places.length && places[next]! < at + got; next++) {
      const end = places[next]! - at;
      for (
        let feed = chunk.indexOf(10, counted);
        feed >= 0 && feed < end;
        feed = chunk.indexOf(10, counted)
      ) {
        line++;
        counted = feed + 1;
      }
      lines.push(line);
    }
    const rest = chunk.subarray(0, got);
    for (let feed = rest.indexOf(10, counted); feed >= 0; feed = rest.indexOf(10, feed + 1)) line++;
    if (got < chunk.length) break;
  }
  // A file that became shorter in the meantime has no lines to tell.
  while (lines.length < places.length) lines.push(line);
  chunk.fill(0);
  return lines;
}

function digestBefore(fd: number, offset: number): string {
  const bytes = Buffer.alloc(Math.min(offset, limits.markBytes));
  const got = fill(fd, bytes, offset - bytes.length);
  return createHash('sha256').update(bytes.subarray(0, got)).digest('hex');
}

/** Where a reading that comes to `offset` ends. */
export function markAt(fd: number, offset: number): Mark {
  return { offset, before: digestBefore(fd, offset) };
}

/**
 * Where to begin: behind what an earlier reading saw, if that is still there, less what a token needs that
 * was not written to its end then.
 */
export function startFrom(fd: number, size: number, mark: Mark | undefined): number {
  if (mark === undefined || mark.offset > size || digestBefore(fd, mark.offset) !== mark.before) return 0;
  return Math.max(0, mark.offset - margin);
}
