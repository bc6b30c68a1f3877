/**
 * minisign's secret keys: opened with a passphrase where they are encrypted, and used to sign. Key and
 * passphrase stay in here; what leaves is a signature.
 */
import { createHash, createPrivateKey, createPublicKey, scryptSync, sign } from 'node:crypto';
import { limits } from '../limits.ts';
import { keyIdOf } from '../parse/minisign.ts';
import { Secret } from './secret.ts';

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

type Layout = {
  encrypted: boolean;
  salt: Buffer;
  operations: bigint;
  memory: bigint;
  /** Number, seed, public key and checksum; encrypted where the file is. */
  body: Buffer;
};

function layoutOf(file: Secret): Layout | null {
  const [, line = ''] = Secret.open(file).trim().split(/\r?\n/);
  const bytes = Buffer.from(line, 'base64');
  const kdf = bytes.toString('latin1', 2, 4);
  if (bytes.length !== 158 || bytes.toString('latin1', 0, 2) !== 'Ed') return null;
  if (kdf !== 'Sc' && kdf !== '\0\0') return null;
  return {
    encrypted: kdf === 'Sc',
    salt: bytes.subarray(6, 38),
    operations: bytes.readBigUInt64LE(38),
    memory: bytes.readBigUInt64LE(46),
    body: bytes.subarray(54),
  };
}

/** Whether the text is a minisign secret key, and whether it takes a passphrase; null when it is none. */
export function isEncrypted(file: Secret): boolean | null {
  return layoutOf(file)?.encrypted ?? null;
}

/** scrypt's cost from libsodium's two limits, as libsodium derives it; null when it asks for too much. */
export function scryptCost(operations: bigint, memory: bigint): { N: number; r: number; p: number } | null {
  const r = 8n;
  const least = operations < 32_768n ? 32_768n : operations;
  const byMemory = least >= memory / 32n;
  const most = byMemory ? memory / (r * 128n) : least / (r * 4n);
  let log = 1;
  while (log < 63 && 1n << BigInt(log) <= most / 2n) log++;
  const product = byMemory ? (least / 4n) >> BigInt(log) : r;
  const p = byMemory ? (product > 0x3fffffffn ? 0x3fffffffn : product) / r : 1n;
  const cost = 128n * r * (1n << BigInt(log)) * (p > 1n ? p : 1n);
  if (cost > BigInt(limits.keyMemoryBytes) || p < 1n) return null;
  return { N: 2 ** log, r: Number(r), p: Number(p) };
}

function decrypted({ body, salt, operations, memory }: Layout, passphrase: Secret): Buffer | null {
  const cost = scryptCost(operations, memory);
  if (cost === null) return null;
  const stream = scryptSync(Secret.open(passphrase), salt, body.length, {
    ...cost,
    maxmem: limits.keyMemoryBytes + 64 * 1024 * 1024,
  });
  return Buffer.from(body.map((byte, at) => byte ^ stream[at]!));
}

/**
 * Signs a file as minisign does. `comment` is signed with it. Returns the signature file and the number of
 * the key, or why not. A wrong passphrase shows in that the key's two halves do not belong together.
 */
export function signFile(
  bytes: Buffer,
  keyFile: Secret,
  passphrase: Secret | null,
  comment: string,
): { signature: string; keyId: string } | string {
  const layout = layoutOf(keyFile);
  if (layout === null) return 'is not a minisign secret key';
  if (layout.encrypted && passphrase === null) return 'needs its passphrase';
  const body = layout.encrypted ? decrypted(layout, passphrase!) : layout.body;
  if (body === null) return 'asks for more memory to be opened than is allowed';
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, body.subarray(8, 40)]),
    format: 'der',
    type: 'pkcs8',
  });
  const own = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  if (!own.equals(body.subarray(40, 72))) {
    return layout.encrypted ? 'was not opened: the passphrase is wrong' : 'is damaged';
  }
  const number = body.subarray(0, 8);
  const made = sign(null, createHash('blake2b512').update(bytes).digest(), key);
  const global = sign(null, Buffer.concat([made, Buffer.from(comment, 'utf8')]), key);
  const keyId = keyIdOf(number);
  const signature = [
    `untrusted comment: signature from minisign secret key ${keyId}`,
    Buffer.concat([Buffer.from('ED', 'latin1'), number, made]).toString('base64'),
    `trusted comment: ${comment}`,
    global.toString('base64'),
    '',
  ].join('\n');
  return { signature, keyId };
}
