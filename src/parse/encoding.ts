/**
 * Bytes -> text: UTF-8, or UTF-16 of either order, with a byte order mark or without. What is not valid
 * becomes U+FFFD; nothing is refused, since a broken file may still hold a secret.
 */

/** Bytes that are looked at to tell UTF-16 without a mark. */
const sampled = 512;
/** Share of characters whose high byte must be zero, since configuration is nearly all ASCII. */
const most = 0.7;
/** Share of characters whose low byte may be zero: few are, and in binary files many. */
const few = 0.1;

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
}

/** The order of UTF-16 text without a mark: zeros on one side of most pairs, hardly any on the other. */
function unmarkedOrder(bytes: Buffer): 'little' | 'big' | null {
  const pairs = Math.min(bytes.length, sampled) >> 1;
  let left = 0;
  let right = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (bytes[pair * 2] === 0) left += 1;
    if (bytes[pair * 2 + 1] === 0) right += 1;
  }
  if (pairs === 0) return null;
  if (right >= pairs * most && left <= pairs * few) return 'little';
  return left >= pairs * most && right <= pairs * few ? 'big' : null;
}

type Encoding = {
  order: 'utf8' | 'little' | 'big';
  /** Bytes of the mark in front. */
  mark: number;
};

function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { order: 'utf8', mark: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { order: 'little', mark: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { order: 'big', mark: 2 };
  return { order: unmarkedOrder(bytes) ?? 'utf8', mark: 0 };
}

/** The text of a file, without byte order mark. */
export function readText(bytes: Buffer): string {
  const { order, mark } = encodingOf(bytes);
  if (order === 'utf8') return bytes.toString('utf8', mark);
  if (order === 'little') return bytes.toString('utf16le', mark);
  return swapped(bytes.subarray(mark)).toString('utf16le');
}

/**
 * The same text in UTF-8: UTF-16 is what Windows PowerShell writes when it redirects output to a file.
 * Bytes of no such text stay as they are.
 */
export function asUtf8(bytes: Buffer): Buffer {
  return encodingOf(bytes).order === 'utf8' ? bytes : Buffer.from(readText(bytes), 'utf8');
}

/** Another text in the encoding of some bytes, with their mark. */
export function writeText(text: string, like: Buffer): Buffer {
  const { order, mark } = encodingOf(like);
  const body = Buffer.from(text, order === 'utf8' ? 'utf8' : 'utf16le');
  return Buffer.concat([like.subarray(0, mark), order === 'big' ? body.swap16() : body]);
}
