/**
 * A signature without a name for a Mac's executable, which Apple's processors demand before they run anything:
 * digests of all pages in one code directory, as Apple's own linker writes it. It proves who made the file to
 * nobody, and `codesign --force` puts a real one in its place. Neither Debian nor npm has a program that does it.
 * Equal bytes give an equal signature. Source: `cs_blobs.h` of XNU, `loader.h` of Mach-O, and the signer of
 * Go's linker (`cmd/internal/codesign`), 2026-11.
 */
import { createHash } from 'node:crypto';

const magic64 = 0xfeedfacf;
const commands = { segment: 0x19, signature: 0x1d };
/** Bytes of the file's header, of the command that tells of a signature, and of a code directory of version 2.4. */
const sizes = { header: 32, command: 16, directory: 88, index: 20 };
const page = 4096;
const digestBytes = 32;
/** No certificate, and nothing that the hardened runtime would forbid. */
const adhoc = 0x2;
const mainBinary = 1n;

type Segment = { at: number; offset: number; size: number };
type Layout = {
  /** Where the list of commands ends, and how far it may grow. */
  end: number;
  room: number;
  text: Segment;
  /** The last part of the file, in which a signature lies. */
  link: Segment;
  /** Command of a signature that is there already. */
  signature: number | null;
};

/** Reads where things are. Throws for what is no executable of one 64-bit processor. */
function layoutOf(file: Buffer): Layout {
  if (file.readUInt32LE(0) !== magic64) throw new Error('not a Mach-O executable of 64 bits');
  const segments = new Map<string, Segment>();
  let [at, room, signature]: [number, number, number | null] = [sizes.header, file.length, null];
  for (let nth = file.readUInt32LE(16); nth > 0; nth--) {
    const kind = file.readUInt32LE(at);
    if (kind === commands.signature) signature = at;
    if (kind === commands.segment) {
      const name = file.toString('latin1', at + 8, at + 24).replace(/\0+$/, '');
      const offset = Number(file.readBigUInt64LE(at + 40));
      segments.set(name, { at, offset, size: Number(file.readBigUInt64LE(at + 48)) });
      for (let section = 0; section < file.readUInt32LE(at + 64); section++) {
        const begins = file.readUInt32LE(at + 72 + 80 * section + 48);
        if (begins > 0) room = Math.min(room, begins);
      }
    }
    at += file.readUInt32LE(at + 4);
  }
  const [text, link] = [segments.get('__TEXT'), segments.get('__LINKEDIT')];
  if (text === undefined || link === undefined) throw new Error('a Mach-O executable without its parts');
  return { end: at, room, text, link, signature };
}

/** The signature of `code`, with `name` as the identifier. */
function signatureOf(code: Buffer, text: Segment, name: string): Buffer {
  const pages = Math.ceil(code.length / page);
  const label = Buffer.from(`${name}\0`, 'latin1');
  const head = Buffer.alloc(sizes.directory);
  const digestsAt = head.length + label.length;
  const length = digestsAt + pages * digestBytes;
  const words = [0xfade0c02, length, 0x20400, adhoc, digestsAt, head.length, 0, pages, code.length];
  words.forEach((word, nth) => head.writeUInt32BE(word, 4 * nth));
  // Size and kind (SHA-256) of a digest, and the power of two that a page is.
  head.set([digestBytes, 2, 0, Math.log2(page)], 36);
  head.writeBigUInt64BE(BigInt(text.offset), 64);
  head.writeBigUInt64BE(BigInt(text.size), 72);
  head.writeBigUInt64BE(mainBinary, 80);
  const digests = Array.from({ length: pages }, (_, nth) =>
    createHash('sha256')
      .update(code.subarray(nth * page, (nth + 1) * page))
      .digest(),
  );
  const index = Buffer.alloc(sizes.index);
  [0xfade0cc0, sizes.index + length, 1, 0, sizes.index].forEach((word, nth) =>
    index.writeUInt32BE(word, 4 * nth),
  );
  return Buffer.concat([index, head, label, ...digests]);
}

const rounded = (size: number, to: number): number => Math.ceil(size / to) * to;

/** A signed copy of an executable; one that it has already is replaced. Throws where there is no place for it. */
export function signed(file: Buffer, name: string): Buffer {
  const { end, room, text, link, signature } = layoutOf(file);
  const at = signature ?? end;
  if (signature === null && end + sizes.command > room) throw new Error('no room for a signature');
  const from = signature === null ? file.length : file.readUInt32LE(signature + 8);
  if (link.offset + link.size !== file.length && signature === null)
    throw new Error('something lies behind the last part of the executable');
  const limit = rounded(from, 16);
  const code = Buffer.alloc(limit);
  file.copy(code, 0, 0, from);
  const label = Buffer.from(`${name}\0`, 'latin1');
  const size = sizes.index + sizes.directory + label.length + Math.ceil(limit / page) * digestBytes;
  if (signature === null) {
    code.writeUInt32LE(code.readUInt32LE(16) + 1, 16);
    code.writeUInt32LE(code.readUInt32LE(20) + sizes.command, 20);
  }
  [commands.signature, sizes.command, limit, rounded(size, 16)].forEach((word, nth) =>
    code.writeUInt32LE(word, at + 4 * nth),
  );
  const linked = limit + rounded(size, 16) - link.offset;
  code.writeBigUInt64LE(BigInt(linked), link.at + 48);
  // In memory it takes whole pages, of 16 KB on Apple's processors.
  code.writeBigUInt64LE(BigInt(rounded(linked, 16_384)), link.at + 32);
  const made = signatureOf(code, text, name);
  return Buffer.concat([code, made, Buffer.alloc(rounded(size, 16) - made.length)]);
}
