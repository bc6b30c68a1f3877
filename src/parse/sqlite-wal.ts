/**
 * SQLite's write-ahead log, read the way SQLite's own recovery reads it: frames count while salts and
 * running checksum hold, and only up to the last one that commits a transaction. It changes no page and
 * does not look into any; what was never committed, or belongs to an earlier round of the log, is left out.
 * Source: sqlite.org/fileformat2.html section 4 and walIndexRecover in wal.c 3.54; 2026-11.
 */

/** Page number -> offset of its newest committed content in the log; `size` is the database's, in pages. */
export type Committed = { pageSize: number; size: number; pages: Map<number, number> };

const headerBytes = 32;
const frameHeaderBytes = 24;
/** The lowest bit of the first word says the byte order of the words that are summed up. */
const magic = 0x377f0682;
const version = 3007000;

type Sum = { first: number; second: number };

function addUp(view: DataView, from: number, to: number, little: boolean, sum: Sum): Sum {
  let { first, second } = sum;
  for (let at = from; at < to; at += 8) {
    first = (first + view.getUint32(at, little) + second) >>> 0;
    second = (second + view.getUint32(at + 4, little) + first) >>> 0;
  }
  return { first, second };
}

function matches(view: DataView, at: number, sum: Sum): boolean {
  return view.getUint32(at) === sum.first && view.getUint32(at + 4) === sum.second;
}

/**
 * The pages of all committed transactions of a log. Null when the header is not that of a log, which
 * makes SQLite ignore the whole file; `size` is 0 when nothing in it is committed.
 */
export function committedPages(wal: Buffer): Committed | null {
  if (wal.length < headerBytes) return null;
  const view = new DataView(wal.buffer, wal.byteOffset, wal.length);
  const pageSize = view.getUint32(8);
  const pageSizeHolds = pageSize >= 512 && pageSize <= 65_536 && (pageSize & (pageSize - 1)) === 0;
  if ((view.getUint32(0) & ~1) >>> 0 !== magic || view.getUint32(4) !== version || !pageSizeHolds)
    return null;
  const little = (view.getUint32(0) & 1) === 0;
  let sum = addUp(view, 0, 24, little, { first: 0, second: 0 });
  if (!matches(view, 24, sum)) return null;

  const frames: [page: number, offset: number][] = [];
  let committed = 0;
  let size = 0;
  const frameBytes = frameHeaderBytes + pageSize;
  for (let at = headerBytes; at + frameBytes <= wal.length; at += frameBytes) {
    const page = view.getUint32(at);
    if (page === 0 || view.getUint32(at + 8) !== view.getUint32(16)) break;
    if (view.getUint32(at + 12) !== view.getUint32(20)) break;
    sum = addUp(view, at, at + 8, little, sum);
    sum = addUp(view, at + frameHeaderBytes, at + frameBytes, little, sum);
    if (!matches(view, at + 16, sum)) break;
    frames.push([page, at + frameHeaderBytes]);
    const sizeAfterCommit = view.getUint32(at + 4);
    if (sizeAfterCommit === 0) continue;
    committed = frames.length;
    size = sizeAfterCommit;
  }
  return { pageSize, size, pages: new Map(frames.slice(0, committed)) };
}
