/** Keys of minisign, made for the run. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** A key pair in minisign's files, without passphrase: made for the run. */
export function keyPair(): { publicKey: string; secretKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const open = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const id = randomBytes(8);
  const head = Buffer.from('Ed', 'latin1');
  const secret = Buffer.concat([
    head,
    Buffer.from('\0\0B2', 'latin1'),
    Buffer.alloc(48),
    id,
    seed,
    open,
    Buffer.alloc(32),
  ]);
  const file = (bytes: Buffer): string => `untrusted comment: x\n${bytes.toString('base64')}\n`;
  return { publicKey: file(Buffer.concat([head, id, open])), secretKey: file(secret) };
}
