/**
 * minisign's files: public keys and detached signatures. Two lines each, a comment and base64; a signature
 * has two more, for the comment that is signed with it. Untrusted comments are not kept.
 */

export type PublicKey = {
  /** Eight bytes in hex, as minisign prints them. */
  id: string;
  /** The key itself, 32 bytes. */
  bytes: Buffer;
};

export type Signature = {
  /** The key that it says made it. */
  keyId: string;
  /** Whether the BLAKE2b digest of the file is signed, and not the file. */
  prehashed: boolean;
  bytes: Buffer;
  comment: string;
  /** Signature over the signature and the comment. */
  global: Buffer;
};

/** Bytes of base64 that is written as an encoder writes it; null for any other text. */
function strictBase64(text: string, length: number): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && bytes.toString('base64') === text ? bytes : null;
}

/** A key's number as minisign prints it: the last byte first. */
export function keyIdOf(bytes: Buffer): string {
  return Buffer.from(bytes.toReversed()).toString('hex').toUpperCase();
}

const linesOf = (text: string): string[] => text.replace(/\r?\n$/, '').split(/\r?\n/);

/** A public key, as the whole `.pub` file or its second line alone; null when it is none. */
export function parsePublicKey(text: string): PublicKey | null {
  const lines = linesOf(text.trim());
  const [line, more] = lines[0]?.startsWith('untrusted comment:') ? lines.slice(1) : lines;
  const bytes = more === undefined ? strictBase64(line ?? '', 42) : null;
  if (bytes === null || bytes.toString('latin1', 0, 2) !== 'Ed') return null;
  return { id: keyIdOf(bytes.subarray(2, 10)), bytes: bytes.subarray(10) };
}

/** A signature file; null when it is none, or has anything more. */
export function parseSignature(text: string): Signature | null {
  const lines = linesOf(text);
  const [untrusted = '', own = '', trusted = '', global = ''] = lines;
  const label = 'trusted comment: ';
  if (lines.length !== 4 || !untrusted.startsWith('untrusted comment:') || !trusted.startsWith(label))
    return null;
  const bytes = strictBase64(own, 74);
  const globalBytes = strictBase64(global, 64);
  const algorithm = bytes?.toString('latin1', 0, 2);
  if (bytes === null || globalBytes === null || (algorithm !== 'Ed' && algorithm !== 'ED')) return null;
  return {
    keyId: keyIdOf(bytes.subarray(2, 10)),
    prehashed: algorithm === 'ED',
    bytes: bytes.subarray(10),
    comment: trusted.slice(label.length),
    global: globalBytes,
  };
}
