/**
 * Large texts: opened safely, cut into parts, read by two threads where that pays. What is binary is told by
 * its first bytes and refused; UTF-16 is turned into UTF-8 as long as it is not too large for that.
 */
import * as fs from 'node:fs';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { FileInfo, LargeFile, LargeHit, LargeRead, LargeWork } from '../model/host.ts';
import { readText } from '../parse/encoding.ts';
import { withLines } from '../secrets/bulk/lines.ts';
import { type Part, headOf, linesOf, markAt, readPart, startFrom, wipe } from './large-chunks.ts';
import { openFile } from './open-file.ts';
import { type Second, startSecond } from './second-thread.ts';

/** An open file and what was found in it so far. */
type Open<H> = {
  fd: number;
  info: FileInfo;
  isBinary: boolean;
  hits: H[];
  bytes: number;
  reasons: Set<GapReason>;
  parts: Part[];
  start: number;
};

const nothing = <H extends LargeHit>(reason: GapReason): LargeRead<H> => ({
  info: null,
  bytes: 0,
  hits: [],
  reasons: [reason],
  start: 0,
  end: null,
});

const isUtf16 = (head: Buffer): boolean => /^(?:\xff\xfe|\xfe\xff)/.test(head.toString('latin1', 0, 2));

/** The text of a UTF-16 file, which is read whole. */
function readWide<H extends LargeHit>(open: Open<H>, work: LargeWork<H>): LargeRead<H> {
  const { fd, info } = open;
  if (info.size > limits.sourceBytes) return { ...nothing('too-large'), info };
  const bytes = Buffer.alloc(info.size);
  const text = Buffer.from(readText(bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, 0))), 'utf8');
  bytes.fill(0);
  const hits = withLines(text, work.scan(text, { start: 0, end: text.length }));
  text.fill(0);
  return { info, bytes: info.size, hits, reasons: [], start: 0, end: null };
}

function partsOf(fd: number, size: number, start: number): Part[] {
  const parts: Part[] = [];
  for (let from = start; from < size; from += limits.partBytes)
    parts.push({ fd, from, to: Math.min(size, from + limits.partBytes), size });
  return parts;
}

/** Opens a file, and cuts it into parts unless it is done with at once. */
function begin<H extends LargeHit>(file: LargeFile, work: LargeWork<H>): Open<H> | LargeRead<H> {
  const opened = openFile(file.path, file.boundary, limits.bulkBytes);
  if (opened === null) return nothing('vanished');
  if ('refused' in opened) return nothing(opened.refused);
  const { fd, info } = opened;
  if (file.mayRead?.(info) === false) {
    fs.closeSync(fd);
    return nothing('not-owner');
  }
  const { isBinary = false } = file;
  const open: Open<H> = { fd, info, isBinary, hits: [], bytes: 0, reasons: new Set(), parts: [], start: 0 };
  let done: LargeRead<H> | null = null;
  try {
    const head = headOf(fd);
    if (isBinary) open.parts = partsOf(fd, info.size, 0);
    else if (isUtf16(head)) done = readWide(open, work);
    else if (head.includes(0)) done = { ...nothing('unsupported'), info };
    else {
      open.start = startFrom(fd, info.size, file.from);
      open.parts = partsOf(fd, info.size, open.start);
    }
  } catch {
    done = { ...nothing('unreadable'), info };
  }
  if (done === null) return open;
  fs.closeSync(fd);
  return done;
}

/** Lines of what was found, the end of the reading, and the descriptor closed. */
function finish<H extends LargeHit>(open: Open<H>): LargeRead<H> {
  const { fd, info, bytes, reasons } = open;
  const sorted = open.hits.toSorted((a, b) => a.at - b.at);
  if (sorted.length >= limits.bulkHits) reasons.add('too-many');
  const hits = sorted.slice(0, limits.bulkHits);
  const told = { info, bytes, start: open.start };
  try {
    const end = reasons.size === 0 ? markAt(fd, info.size) : null;
    if (open.isBinary) return { ...told, hits, reasons: [...reasons], end };
    const lines = linesOf(
      fd,
      hits.map(({ at }) => at),
    );
    const placed = hits.map((hit, nth) => ({ ...hit, line: lines[nth]! }));
    return { ...told, hits: placed, reasons: [...reasons], end };
  } catch {
    return { ...told, hits, reasons: ['unreadable'], end: null };
  } finally {
    fs.closeSync(fd);
  }
}

/** Reads one part; what fails is a reason. */
function readOpen<H extends LargeHit>(open: Open<H>, part: Part, work: LargeWork<H>): void {
  if (work.late()) open.reasons.add('time-limit');
  else if (open.hits.length < limits.bulkHits) {
    try {
      const { hits, bytes } = readPart(part, work.scan, work.late);
      for (const hit of hits) open.hits.push(hit);
      open.bytes += bytes;
      if (bytes < part.to - part.from && work.late()) open.reasons.add('time-limit');
    } catch {
      open.reasons.add('unreadable');
    }
  }
}

/** All parts of some open files. */
function readAll<H extends LargeHit>(all: Open<H>[], work: LargeWork<H>, second: Second<H> | null): void {
  const parts = all.flatMap((open) => open.parts.map((part) => ({ open, part })));
  if (second === null) {
    for (const { open, part } of parts) readOpen(open, part, work);
    return;
  }
  second.share(
    parts.map(({ part }) => part),
    (nth) => readOpen(parts[nth]!.open, parts[nth]!.part, work),
    (nth, { hits, bytes }) => {
      const { open } = parts[nth]!;
      for (const hit of hits) open.hits.push(hit);
      open.bytes += bytes;
    },
  );
}

/** Reads large files. Those that come first are found first, whichever thread is the faster. */
export function readLarge<H extends LargeHit>(files: LargeFile[], work: LargeWork<H>): LargeRead<H>[] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const second = total < limits.threadBytes ? null : startSecond<H>(work.data);
  const read: LargeRead<H>[] = [];
  try {
    for (let at = 0; at < files.length; at += limits.openFiles) {
      const begun = files.slice(at, at + limits.openFiles).map((file) => begin(file, work));
      const open = begun.filter((one): one is Open<H> => 'fd' in one);
      readAll(open, work, second);
      for (const one of begun) read.push('fd' in one ? finish(one) : one);
    }
  } finally {
    second?.stop();
    wipe();
  }
  return read;
}
