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

/** The text of a file, without byte order mark. */
export function readText(bytes: Buffer): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return swapped(bytes.subarray(2)).toString('utf16le');
  const order = unmarkedOrder(bytes);
  if (order === 'little') return bytes.toString('utf16le');
  if (order === 'big') return swapped(bytes).toString('utf16le');
  return bytes.toString('utf8');
}
