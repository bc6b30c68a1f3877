/**
 * The list of files that git tracks, versions 2 to 4 of its form: names, digests of what was staged, and
 * which are only meant to be added. Times, owners, modes and extensions are not recorded, nor is its checksum
 * checked.
 */

export type Indexed = { object: string; intended: boolean };
/** `shared` is the digest of another list that this one goes on from. */
export type GitIndex = { entries: Map<string, Indexed>; shared: string | null };

const statBytes = 40;
const nameMask = 0xfff;
const extended = 0x4000;
const intentToAdd = 0x2000;

/** A number of seven bits a byte, as offsets in packs have it; null where it breaks off. */
function varint(bytes: Buffer, from: number): { value: number; next: number } | null {
  let at = from;
  let byte = bytes[at++];
  if (byte === undefined) return null;
  let value = byte & 0x7f;
  while (byte & 0x80) {
    byte = bytes[at++];
    if (byte === undefined || at - from > 5) return null;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, next: at };
}

type Entry = Indexed & { name: string; next: number };

/** The entry at an offset; `before` is the name of the last one, which version 4 counts from. */
function entryAt(bytes: Buffer, from: number, version: number, hash: number, before: string): Entry | null {
  let at = from + statBytes + hash + 2;
  if (at > bytes.length) return null;
  const flags = bytes.readUInt16BE(at - 2);
  const object = bytes.toString('hex', from + statBytes, from + statBytes + hash);
  let more = 0;
  if (version >= 3 && (flags & extended) !== 0) {
    if (at + 2 > bytes.length) return null;
    more = bytes.readUInt16BE(at);
    at += 2;
  }
  const cut = version === 4 ? varint(bytes, at) : { value: 0, next: at };
  if (cut === null) return null;
  const end = bytes.indexOf(0, cut.next);
  if (end < 0) return null;
  const kept = Buffer.from(before, 'latin1');
  const head = version === 4 ? kept.subarray(0, Math.max(0, kept.length - cut.value)) : Buffer.alloc(0);
  const name = Buffer.concat([head, bytes.subarray(cut.next, end)]).toString('latin1');
  if (version !== 4 && (flags & nameMask) < nameMask && name.length !== (flags & nameMask)) return null;
  const next = version === 4 ? end + 1 : from + (Math.floor((end - from) / 8) + 1) * 8;
  return { name, object, intended: (more & intentToAdd) !== 0, next };
}

/** Reads an index whose digests have `hash` bytes; null when it is none, or breaks off. */
export function readGitIndex(bytes: Buffer, hash: number): GitIndex | null {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'DIRC') return null;
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  if (version < 2 || version > 4 || count > bytes.length / (statBytes + hash)) return null;
  const entries = new Map<string, Indexed>();
  let at = 12;
  let name = '';
  for (let nth = 0; nth < count; nth += 1) {
    const entry = entryAt(bytes, at, version, hash, name);
    if (entry === null) return null;
    const { object, intended } = entry;
    entries.set(Buffer.from(entry.name, 'latin1').toString('utf8'), { object, intended });
    name = entry.name;
    at = entry.next;
  }
  while (at + 8 + hash <= bytes.length) {
    const isLink = bytes.toString('latin1', at, at + 4) === 'link';
    if (isLink) return { entries, shared: bytes.toString('hex', at + 8, at + 8 + hash) };
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return { entries, shared: null };
}
