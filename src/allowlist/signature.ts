/**
 * Whether a file is signed by one of the keys that are trusted, as minisign signs: Ed25519 over the file or
 * its BLAKE2b digest, and over the trusted comment. What is wrong is said in words, for one line.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { PublicKey } from '../parse/minisign.ts';
import { parseSignature } from '../parse/minisign.ts';

export type Verified = { keyId: string; comment: string };

/** What stands before the 32 bytes of an Ed25519 key in DER. */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a key signed a message. Keys that are no point of the curve have signed nothing. */
function signed(key: PublicKey, message: Buffer, signature: Buffer): boolean {
  try {
    const der = Buffer.concat([derPrefix, key.bytes]);
    return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
}

/** The key that signed a file and the comment it signed with it, or why the signature does not count. */
export function verifySignature(bytes: Buffer, signature: string, keys: PublicKey[]): Verified | string {
  const found = parseSignature(signature);
  if (found === null) return 'is not a minisign signature';
  const named = keys.filter((key) => key.id === found.keyId);
  if (named.length === 0) {
    const known = keys.map((key) => key.id).join(', ') || 'none';
    return `was made by key ${found.keyId}, which is not trusted (trusted: ${known})`;
  }
  const message = found.prehashed ? createHash('blake2b512').update(bytes).digest() : bytes;
  const key = named.find((one) => signed(one, message, found.bytes));
  if (key === undefined) return 'does not fit the file: one of them was changed';
  const comment = Buffer.concat([found.bytes, Buffer.from(found.comment, 'utf8')]);
  if (!signed(key, comment, found.global)) return 'has a trusted comment that was changed';
  return { keyId: found.keyId, comment: found.comment };
}
