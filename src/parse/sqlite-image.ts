/**
 * One consistent image of a SQLite database: the file with what its write-ahead log has committed, made
 * to open without that log. It judges the header alone; pages are not looked into, and no byte of the
 * caller's buffers is changed.
 */
import { limits } from '../limits.ts';
import type { Flaw } from '../model/tree.ts';
import { committedPages, type Committed } from './sqlite-wal.ts';

export type Reason = Flaw['reason'];

/** `bytes` is a whole number of pages, or empty: SQLite takes an empty file for a database without tables. */
export type Image = { bytes: Buffer; pageSize: number };

const magic = Buffer.from('SQLite format 3\0', 'latin1');
const headerBytes = 100;
/** Offsets in the header. */
const header = {
  pageSize: 16,
  writeVersion: 18,
  readVersion: 19,
  reserved: 20,
  changes: 24,
  pages: 28,
  pagesValidFor: 92,
} as const;

/** Bytes of a page, as the header says it; null when this is no header of a database. */
function pageSizeOf(bytes: Buffer): number | null {
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) return null;
  const written = bytes.readUInt16BE(header.pageSize);
  const pageSize = written === 1 ? 65_536 : written;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return null;
  // SQLite asks for 480 bytes beside what extensions reserve at the end of each page.
  return pageSize - (bytes[header.reserved] ?? 0) >= 480 ? pageSize : null;
}

/**
 * Whether a file that has no header of a database is an encrypted one: whole blocks whose byte values are
 * spread as evenly as chance does it (chi-squared over 255 degrees of freedom, mean 255, deviation 23).
 */
function looksEncrypted(bytes: Buffer): boolean {
  if (bytes.length < 1024 || bytes.length % 512 !== 0) return false;
  // Some ciphers leave the header in the clear.
  const sample = bytes.subarray(headerBytes, 8192);
  const counts = new Uint32Array(256);
  for (const byte of sample) counts[byte] = (counts[byte] ?? 0) + 1;
  const expected = sample.length / 256;
  const spread = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return spread < 400;
}

function merge(database: Buffer, wal: Buffer, log: Committed): Buffer {
  const merged = Buffer.alloc(log.size * log.pageSize);
  database.copy(merged, 0, 0, merged.length);
  for (const [page, offset] of log.pages) {
    if (page <= log.size) wal.copy(merged, (page - 1) * log.pageSize, offset, offset + log.pageSize);
  }
  return merged;
}

/** The file with the log's pages over it; the file alone when the log is not one of this database. */
function withLog(database: Buffer, wal: Buffer, flaws: Set<Reason>): Buffer | null {
  const log = committedPages(wal);
  if (log === null) flaws.add('malformed');
  if (log === null || log.size === 0) return database;
  if (log.size * log.pageSize > limits.databaseBytes) return null;
  const merged = merge(database, wal, log);
  // A page size of null may be that of an encrypted database, which is told apart later.
  if ((pageSizeOf(merged) ?? log.pageSize) === log.pageSize) return merged;
  flaws.add('malformed');
  return database;
}

/** A copy that is a whole number of pages. */
function wholePages(bytes: Buffer, pageSize: number): Buffer {
  const image = Buffer.alloc(Math.ceil(bytes.length / pageSize) * pageSize);
  bytes.copy(image);
  return image;
}

/** Makes an image open without its log, claiming no more pages than there are. */
function patch(image: Buffer, pages: number, flaws: Set<Reason>): void {
  image[header.writeVersion] = 1;
  image[header.readVersion] = 1;
  const claimed = image.readUInt32BE(header.pages);
  const claimHolds = image.readUInt32BE(header.changes) === image.readUInt32BE(header.pagesValidFor);
  if (!claimHolds || claimed <= pages) return;
  flaws.add('malformed');
  image.writeUInt32BE(pages, header.pages);
}

/**
 * Builds the image. Null, with the reason among the flaws, when there is nothing that could be opened;
 * a flaw beside an image means that part of the database or its log had to be left out.
 */
export function imageOf(database: Buffer, wal: Buffer | null, flaws: Set<Reason>): Image | null {
  const bytes = wal === null || wal.length === 0 ? database : withLog(database, wal, flaws);
  if (bytes === null) {
    flaws.add('too-large');
    return null;
  }
  if (bytes.length === 0) return { bytes, pageSize: 0 };
  const pageSize = pageSizeOf(bytes);
  // The first page holds the schema, a table: an interior page (5) or a leaf (13).
  const hasSchema = pageSize !== null && (bytes[headerBytes] === 5 || bytes[headerBytes] === 13);
  if (pageSize === null || !hasSchema) {
    flaws.add(looksEncrypted(bytes) ? 'encrypted' : 'malformed');
    return null;
  }
  if ((bytes[header.readVersion] ?? 0) > 2) {
    flaws.add('unsupported');
    return null;
  }
  if (bytes.length % pageSize !== 0) flaws.add('malformed');
  const image = bytes === database ? wholePages(bytes, pageSize) : bytes;
  patch(image, image.length / pageSize, flaws);
  return { bytes: image, pageSize };
}
