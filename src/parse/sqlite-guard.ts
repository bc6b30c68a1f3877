/**
 * Makes a hostile database harmless before SQLite sees it. SQLite trusts that the pages of a file form
 * trees: a file whose pages point at each other crosswise makes it walk for ever, even while it only loads
 * the schema. Here every page keeps its first parent; later pointers to it become zero, which SQLite
 * reports as corruption when it gets there. After that every walk is as long as the file, at most. It
 * judges no content, and a sound database comes out as it went in.
 * Source: sqlite.org/fileformat2.html sections 1.5 and 1.6; 2026-11.
 */
import { limits } from '../limits.ts';
import type { Image } from './sqlite-image.ts';

type Walk = { bytes: Buffer; pageSize: number; usable: number; seen: Uint8Array };
type Cell = { at: number; payload: number; local: number; content: number };

const interiorIndex = 2;
const interiorTable = 5;
const leafIndex = 10;
const leafTable = 13;
const nothing = Buffer.alloc(0);

/** A variable-length integer and the offset behind it; beyond 53 bits it is only roughly right. */
function varint(bytes: Buffer, at: number): [value: number, next: number] {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, at + index + 1];
  }
  return [value * 256 + (bytes[at + 8] ?? 0), at + 9];
}

/** Bytes of a payload that lie in the page itself. */
function localBytes(payload: number, usable: number, leafOfTable: boolean): number {
  const most = leafOfTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (payload <= most) return payload;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((payload - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

function cellAt(walk: Walk, at: number, type: number): Cell {
  const behindChild = type === interiorIndex || type === interiorTable ? at + 4 : at;
  if (type === interiorTable)
    return { at, payload: 0, local: 0, content: varint(walk.bytes, behindChild)[1] };
  const [payload, behindLength] = varint(walk.bytes, behindChild);
  const content = type === leafTable ? varint(walk.bytes, behindLength)[1] : behindLength;
  return { at, payload, local: localBytes(payload, walk.usable, type === leafTable), content };
}

/** Claims the page that the pointer at `link` names, or cuts the pointer. Zero when there is no page. */
function claim(walk: Walk, link: number): number {
  const page = walk.bytes.readUInt32BE(link);
  if (page === 0 || page >= walk.seen.length) return 0;
  if (walk.seen[page] === 1) {
    walk.bytes.writeUInt32BE(0, link);
    return 0;
  }
  walk.seen[page] = 1;
  return page;
}

/** Claims the pages that hold the rest of a payload. The payload's bytes, as far as they can be had. */
function claimOverflow(walk: Walk, cell: Cell, wanted: number): Buffer {
  const parts = wanted === 0 ? [] : [walk.bytes.subarray(cell.content, cell.content + cell.local)];
  let had = cell.local;
  let link = cell.content + cell.local;
  while (had < cell.payload) {
    const page = claim(walk, link);
    if (page === 0) break;
    link = (page - 1) * walk.pageSize;
    if (had < wanted) parts.push(walk.bytes.subarray(link + 4, link + walk.usable));
    had += walk.usable - 4;
  }
  return parts.length === 0 ? nothing : Buffer.concat(parts);
}

/** The cells of a page; null when they do not fit into it, so that none may be believed. */
function cellsOf(walk: Walk, base: number, head: number, type: number): Cell[] | null {
  const { bytes, usable } = walk;
  const inner = type === interiorIndex || type === interiorTable;
  const count = bytes.readUInt16BE(head + 3);
  const pointers = head + (inner ? 12 : 8);
  let room = usable - (pointers - base) - 2 * count;
  if (room < 0) return null;
  const cells: Cell[] = [];
  for (let index = 0; index < count; index += 1) {
    const offset = bytes.readUInt16BE(pointers + 2 * index);
    if (offset < pointers - base + 2 * count || offset > usable - 4) return null;
    const cell = cellAt(walk, base + offset, type);
    const end = cell.content + cell.local + (cell.payload > cell.local ? 4 : 0);
    room -= end - cell.at;
    // Cells that share bytes would let a page hold more rows than it has room for.
    if (end > base + usable || room < 0) return null;
    cells.push(cell);
  }
  return cells;
}

/** Walks the tree below `root` once. `take` gets the payload of each row of a table, up to `wanted` bytes. */
function untangleTree(
  walk: Walk,
  root: number,
  wanted = 0,
  take?: (payload: Buffer, length: number) => void,
): void {
  const pages = [root];
  for (let page = pages.pop(); page !== undefined; page = pages.pop()) {
    const base = (page - 1) * walk.pageSize;
    const head = page === 1 ? base + 100 : base;
    const type = walk.bytes[head] ?? 0;
    // What is no page of a tree SQLite refuses by itself.
    if (type !== interiorIndex && type !== interiorTable && type !== leafIndex && type !== leafTable)
      continue;
    const cells = cellsOf(walk, base, head, type);
    if (cells === null) {
      walk.bytes[head] = 0;
      continue;
    }
    const inner = type === interiorIndex || type === interiorTable;
    const children: number[] = [];
    for (const cell of cells) {
      if (inner) children.push(claim(walk, cell.at));
      if (type === interiorTable) continue;
      const payload = claimOverflow(walk, cell, wanted);
      if (type === leafTable) take?.(payload, cell.payload);
    }
    if (inner) children.push(claim(walk, head + 8));
    for (const child of children.toReversed()) if (child !== 0) pages.push(child);
  }
}

/** The root page that a row of the schema names, its fourth column; 0 when it has none. */
function rootPageOf(row: Buffer): number {
  let [content, at] = varint(row, 0);
  for (let column = 0; column < 4; column += 1) {
    const [type, next] = varint(row, at);
    const bytes = type >= 12 ? Math.floor((type - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0);
    if (column < 3) {
      at = next;
      content += bytes;
    } else if (type === 9) {
      return 1;
    } else if (type >= 1 && type <= 6 && content + bytes <= row.length) {
      return Number(BigInt.asUintN(64, BigInt(`0x${row.toString('hex', content, content + bytes)}`)));
    } else if (type >= 12) {
      // SQLite reads the number out of a text as well.
      const text = row.toString('latin1', content, content + Math.min(bytes, 40)).replaceAll('\0', '');
      return Number(/^\d+/.exec(text)?.[0] ?? 0);
    }
  }
  return 0;
}

/**
 * Cuts every pointer of the image, in place, that would make a walk over its trees longer than the image.
 * False when the schema declares more than SQLite should be asked to take in; the image is of no use then.
 */
export function untangle(image: Image): boolean {
  const { bytes, pageSize } = image;
  const seen = new Uint8Array(bytes.length / pageSize + 1);
  const walk: Walk = { bytes, pageSize, usable: pageSize - (bytes[20] ?? 0), seen };
  const roots: number[] = [];
  let objects = 0;
  let schemaBytes = 0;
  seen[1] = 1;
  untangleTree(walk, 1, limits.databaseSchemaBytes, (row, length) => {
    objects += 1;
    schemaBytes += length;
    if (objects <= limits.databaseObjects) roots.push(rootPageOf(row));
  });
  if (objects > limits.databaseObjects || schemaBytes > limits.databaseSchemaBytes) return false;
  for (const root of roots) {
    if (root < 2 || root >= seen.length || seen[root] === 1) continue;
    seen[root] = 1;
    untangleTree(walk, root);
  }
  return true;
}
