/**
 * Binary property lists. The library believes every length, offset and reference that a file states, so the
 * file is surveyed first: what leads outside of it, round in a circle, too deep or to too much is refused as
 * a whole. There are no lines in such a file, hence no positions.
 */
import { createRequire } from 'node:module';
import { limits } from '../limits.ts';
import type { Decoded, Flaw, Tree } from '../model/tree.ts';
import { emptyList, emptyMap, numberScalar, plainScalar, textScalar } from './growth.ts';

const require = createRequire(import.meta.url);

const magic = 'bplist00';
const trailerBytes = 32;

/** Whether the bytes are a binary property list. */
export function isBinaryPlist(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, magic.length) === magic;
}

/** Bytes as text where they are text, else in base64. */
export function binaryText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\u{fffd}') ? bytes.toString('base64') : text;
}

type Refusal = Flaw['reason'];
/** Nodes below an object, itself included, and how many collections they nest. */
type Extent = { size: number; height: number };
type File = {
  bytes: Buffer;
  /** Where the offset table begins: no object lies beyond. */
  end: number;
  refBytes: number;
  offsets: number[];
  /** What is known of each object; null while it is being looked at, which shows circles. */
  extents: Map<number, Extent | null>;
};

function unsigned(bytes: Buffer, from: number, length: number): number {
  let value = 0;
  for (let index = from; index < from + length; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return value;
}

/** The table of objects, or why there can be none. */
function openFile(bytes: Buffer): (File & { top: number }) | Refusal {
  const trailer = bytes.length - trailerBytes;
  if (trailer < magic.length) return 'malformed';
  const [offsetBytes, refBytes] = [bytes[trailer + 6] ?? 0, bytes[trailer + 7] ?? 0];
  const count = unsigned(bytes, trailer + 8, 8);
  const top = unsigned(bytes, trailer + 16, 8);
  const table = unsigned(bytes, trailer + 24, 8);
  if (offsetBytes < 1 || offsetBytes > 8 || refBytes < 1 || refBytes > 8) return 'malformed';
  if (table + count * offsetBytes > trailer) return 'malformed';
  if (count > limits.treeNodes) return 'too-large';
  const offsets: number[] = [];
  for (let index = 0; index < count; index += 1) {
    offsets.push(unsigned(bytes, table + index * offsetBytes, offsetBytes));
  }
  return { bytes, end: table, refBytes, offsets, extents: new Map(), top };
}

/** The count that an object's first byte states, or the integer behind it, and where its content begins. */
function counted({ bytes }: File, offset: number): { count: number; start: number } | null {
  const info = (bytes[offset] ?? 0) & 15;
  if (info !== 15) return { count: info, start: offset + 1 };
  const mark = bytes[offset + 1] ?? 0;
  if (mark >> 4 !== 1 || (mark & 15) > 3) return null;
  const length = 2 ** (mark & 15);
  return { count: unsigned(bytes, offset + 2, length), start: offset + 2 + length };
}

/** References of an array or dictionary; none for a scalar; or why the object cannot be read. */
function references(file: File, offset: number): number[] | Refusal {
  const { bytes, end, refBytes } = file;
  const [type, info] = [(bytes[offset] ?? 0) >> 4, (bytes[offset] ?? 0) & 15];
  const fixed: Record<number, number | null> = {
    0: [0, 8, 9, 15].includes(info) ? 0 : null,
    1: info <= 4 ? 2 ** info : null,
    2: info === 2 || info === 3 ? 2 ** info : null,
    3: info === 3 ? 8 : null,
    8: info + 1,
  };
  const length = fixed[type];
  if (length !== undefined) return length !== null && offset + 1 + length <= end ? [] : 'malformed';
  const each = { 4: 1, 5: 1, 6: 2, 10: refBytes, 13: 2 * refBytes }[type];
  const content = each === undefined ? null : counted(file, offset);
  if (each === undefined || !content || content.start + content.count * each > end) return 'malformed';
  if (type < 10) return [];
  const count = type === 13 ? content.count * 2 : content.count;
  if (count > limits.treeNodes) return 'too-large';
  return Array.from({ length: count }, (_, index) => {
    return unsigned(bytes, content.start + index * refBytes, refBytes);
  });
}

/** The extent of an object, or why the file cannot be read. */
function survey(file: File, object: number, depth: number): Extent | Refusal {
  const known = file.extents.get(object);
  if (known) return depth + known.height > limits.treeDepth ? 'too-deep' : known;
  const offset = file.offsets[object];
  if (known === null || offset === undefined || offset < magic.length || offset >= file.end)
    return 'malformed';
  const below = references(file, offset);
  if (typeof below === 'string') return below;
  const nests = (file.bytes[offset] ?? 0) >> 4 >= 10;
  if (nests && depth >= limits.treeDepth) return 'too-deep';
  file.extents.set(object, null);
  const extent: Extent = { size: 1, height: nests ? 1 : 0 };
  for (const reference of below) {
    const part = survey(file, reference, depth + 1);
    if (typeof part === 'string') return part;
    extent.size += part.size;
    extent.height = Math.max(extent.height, part.height + 1);
    if (extent.size > limits.treeNodes) return 'too-large';
  }
  file.extents.set(object, extent);
  return extent;
}

function toTree(value: unknown): Tree {
  if (typeof value === 'string') return textScalar(value, null);
  if (typeof value === 'number') return numberScalar(value, String(value), null);
  if (typeof value === 'bigint') return textScalar(String(value), null);
  if (typeof value === 'boolean') return plainScalar(value, null);
  if (Array.isArray(value)) return { ...emptyList(null), items: value.map(toTree) };
  if (Buffer.isBuffer(value)) return textScalar(binaryText(value), null);
  if (value instanceof Date) return textScalar(Number.isNaN(+value) ? '' : value.toISOString(), null);
  if (typeof value !== 'object' || value === null) return plainScalar(null, null);
  const entries = Object.entries(value).map(([key, item]) => ({ key, keyAt: null, value: toTree(item) }));
  // The library assigns keys, so that a dictionary under this one has become the prototype.
  const proto: unknown = Object.getPrototypeOf(value);
  const { UID } = library();
  if (proto !== Object.prototype && !(value instanceof UID)) {
    entries.push({ key: '__proto__', keyAt: null, value: toTree(proto) });
  }
  return { ...emptyMap(null), entries };
}

function library(): typeof import('bplist-parser') {
  return require('bplist-parser') as typeof import('bplist-parser');
}

function refused(reason: Refusal): Decoded {
  return { tree: null, flaws: [{ reason, at: null }] };
}

/** Decodes a binary property list. */
export function decodeBinaryPlist(bytes: Buffer): Decoded {
  const file = openFile(bytes);
  if (typeof file === 'string') return refused(file);
  const extent = survey(file, file.top, 0);
  if (typeof extent === 'string') return refused(extent);
  const { parseBuffer, setMaxObjectCount } = library();
  setMaxObjectCount(limits.treeNodes);
  try {
    return { tree: toTree(parseBuffer(bytes)[0]), flaws: [] };
  } catch {
    return refused('malformed');
  }
}
