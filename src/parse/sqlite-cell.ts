/**
 * One cell of a SQLite row as a scalar of the tree. Text is held shut, BLOBs that are text as well; other
 * BLOBs become null: that something is there is kept, what it is made of is not.
 */
import { limits } from '../limits.ts';
import type { Scalar } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';

/** How many characters of a text may be control characters, one in so many. */
const controlShare = 8;

/** Decodes strictly. What a cut leaves of the last character is dropped. */
function decoded(bytes: Buffer, encoding: 'utf-8' | 'utf-16le' | 'utf-16be', cut: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

/** Text as people and programs write it: few control characters but for tabs and line ends. */
function isProse(text: string): boolean {
  let controls = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 32 && unit !== 9 && unit !== 10 && unit !== 13) controls += 1;
  }
  return controls * controlShare <= text.length;
}

/** UTF-16 by its byte order mark, or because one byte of most characters is zero. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros: [number, number] = [0, 0];
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index] === 0) zeros[index % 2 === 0 ? 0 : 1] += 1;
  }
  if (zeros[1] * 4 >= bytes.length) return 'utf-16le';
  return zeros[0] * 4 >= bytes.length ? 'utf-16be' : null;
}

/** The text of a BLOB that is UTF-8 or UTF-16 text, otherwise null. `cut`: the BLOB goes on beyond it. */
export function textOfBlob(bytes: Buffer, cut = false): string | null {
  const narrow = decoded(bytes, 'utf-8', cut);
  if (narrow !== null && isProse(narrow)) return narrow;
  const encoding = bytes.length % 2 === 0 || cut ? utf16Of(bytes) : null;
  const wide = encoding === null ? null : decoded(bytes, encoding, cut);
  return wide !== null && isProse(wide) ? wide : null;
}

/** The scalar of a cell, and whether a part of it had to be left out because it is too large. */
export function scalarOf(cell: unknown): { scalar: Scalar; cut: boolean } {
  const most = limits.databaseCellBytes;
  if (typeof cell === 'string') {
    const cut = cell.length > most;
    const value = new Secret(cut ? cell.slice(0, most) : cell);
    return { scalar: { type: 'scalar', value, at: null }, cut };
  }
  if (Buffer.isBuffer(cell)) {
    const cut = cell.length > most;
    const text = textOfBlob(cut ? cell.subarray(0, most) : cell, cut);
    return { scalar: { type: 'scalar', value: text === null ? null : new Secret(text), at: null }, cut };
  }
  return { scalar: { type: 'scalar', value: typeof cell === 'number' ? cell : null, at: null }, cut: false };
}
