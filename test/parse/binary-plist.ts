/** Writes binary property lists, sound or not, for tests alone. */

export type Piece = Buffer | { array: number[] } | { dict: [number, number][] };

/** A string object. */
export function text(value: string): Buffer {
  const ascii = [...value].every((char) => char < '\x80');
  const body = ascii ? Buffer.from(value, 'latin1') : Buffer.from(Buffer.from(value, 'utf16le').swap16());
  return Buffer.concat([head(ascii ? 5 : 6, value.length), body]);
}

/** A data object. */
export function data(value: Buffer): Buffer {
  return Buffer.concat([head(4, value.length), value]);
}

function head(type: number, count: number): Buffer {
  if (count < 15) return Buffer.from([(type << 4) | count]);
  const size = Buffer.alloc(6);
  size[0] = (type << 4) | 15;
  size[1] = 0x12;
  size.writeUInt32BE(count, 2);
  return size;
}

function refs(all: number[]): Buffer {
  const bytes = Buffer.alloc(all.length * 4);
  for (const [index, ref] of all.entries()) bytes.writeUInt32BE(ref, index * 4);
  return bytes;
}

function encoded(piece: Piece): Buffer {
  if (Buffer.isBuffer(piece)) return piece;
  if ('array' in piece) return Buffer.concat([head(10, piece.array.length), refs(piece.array)]);
  const { dict } = piece;
  return Buffer.concat([
    head(13, dict.length),
    refs([...dict.map(([key]) => key), ...dict.map(([, to]) => to)]),
  ]);
}

/** A file of these objects; references are their positions, the first is the top. */
export function binaryPlist(pieces: Piece[]): Buffer {
  const parts: Buffer[] = [Buffer.from('bplist00')];
  const offsets: number[] = [];
  let length = 8;
  for (const piece of pieces) {
    const bytes = encoded(piece);
    offsets.push(length);
    parts.push(bytes);
    length += bytes.length;
  }
  const trailer = Buffer.alloc(32);
  trailer[6] = 4;
  trailer[7] = 4;
  trailer.writeUInt32BE(pieces.length, 12);
  trailer.writeUInt32BE(length, 28);
  return Buffer.concat([...parts, refs(offsets), trailer]);
}
