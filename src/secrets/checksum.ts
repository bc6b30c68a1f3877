/**
 * Checksums and fixed structure that issuers build into tokens. A token that fails is doubted, never dropped:
 * self-hosted servers, old tokens and samples do not always carry them.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { SecretShape } from '../model/rules.ts';
import { readJwt } from './jwt.ts';

type Check = NonNullable<SecretShape['checksum']>;

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const bech32 = 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L';
const checkDigits = 6;

const require = createRequire(import.meta.url);

/** Lazy: few scans meet a token with one. */
function crc32(body: string): number {
  const zlib = require('node:zlib') as typeof import('node:zlib');
  return zlib.crc32(body);
}

/** A CRC-32 in base 62 (digits, capitals, small letters), padded to six places. */
export function base62Crc(body: string): string {
  let rest = crc32(body);
  let text = '';
  while (rest > 0) {
    text = digits[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text.padStart(checkDigits, '0');
}

/** The last six characters are the CRC-32 of what stands between the prefix and them. */
function endsInCrc(secret: string): boolean {
  const body = secret.slice(secret.indexOf('_') + 1);
  return body.length > checkDigits && base62Crc(body.slice(0, -checkDigits)) === body.slice(-checkDigits);
}

/** The four bytes of a CRC-32, the lowest first. */
function littleEndian(body: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(body));
  return bytes;
}

/** Whether `tail` characters at the end are what `sum` makes of all before them, but for `gap` between. */
const tailIs = (tail: number, gap: number, sum: (body: string) => string) => (secret: string) =>
  secret.length > tail + gap && sum(secret.slice(0, -tail - gap)) === secret.slice(-tail);

/** Values of characters in an alphabet as groups of five bits; null when one is not of it. */
function fiveBits(text: string, alphabet: string): number[] | null {
  const values = Array.from(text, (char) => alphabet.indexOf(char));
  return values.includes(-1) ? null : values;
}

/** Eight characters of base 32 of the SHA-256 of all before them, at a fixed place. */
function hasDigestInside(secret: string): boolean {
  const from = 77;
  const bytes = createHash('sha256').update(secret.slice(0, from)).digest();
  const bits = Array.from(bytes.subarray(0, 5), (byte) => byte.toString(2).padStart(8, '0')).join('');
  const sum = Array.from(
    { length: 8 },
    (_, at) => base32[Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)],
  ).join('');
  return secret.slice(from, from + 8).toUpperCase() === sum;
}

/** The checksum of Bech32 over the part before the last `1` and the data behind it. */
function isBech32(secret: string): boolean {
  const split = secret.lastIndexOf('1');
  const data = fiveBits(secret.slice(split + 1).toUpperCase(), bech32);
  if (data === null) return false;
  const codes = Array.from(secret.slice(0, split).toLowerCase(), (char) => char.charCodeAt(0));
  const all = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data];
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of all) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of generators.entries()) if ((top >> bit) & 1) sum ^= generator;
  }
  return sum === 1;
}

/** Newer key ids hold an account of twelve digits; older ones, told by their fifth letter, hold none. */
function hasAccount(id: string): boolean {
  const values = fiveBits(id.slice(4), base32);
  if (values === null) return false;
  if (id[4]! < 'Q' && /[A-P]/.test(id[4]!)) return true;
  let number = 0n;
  for (const value of values.slice(0, 10)) number = (number << 5n) | BigInt(value);
  return ((number >> 2n) & 0x7fffffffff80n) >> 7n < 1_000_000_000_000n;
}

/** Whether what follows the prefix, up to a `_`, is base64 of a JSON object. */
function holdsJson(secret: string): boolean {
  const [, body = ''] = /^[a-z]+_([A-Za-z0-9+/=_-]+?)(?:_[A-Za-z0-9+/=-]*)?$/.exec(secret) ?? [];
  return /^\{"[\w-]{1,40}":/.test(Buffer.from(body, 'base64').toString('latin1'));
}

/** A macaroon begins with its version and the place that made it, and goes on with an identifier. */
function isMacaroon(secret: string): boolean {
  const bytes = Buffer.from(secret.slice(secret.indexOf('-') + 1), 'base64url');
  const length = bytes[2] ?? 0;
  return bytes[0] === 2 && bytes[1] === 1 && bytes[3 + length] === 2 && bytes.length > length + 40;
}

/** A key file holds DER, or the marker of its own format; what is encrypted as a whole may be anything. */
function isKeyFile(secret: string): boolean {
  if (/PGP|ENCRYPTED/.test(secret.slice(0, 200))) return true;
  const body = /-----((?:\s|\\{1,4}[nr]|["',+])+)([A-Za-z0-9+/]{8})/.exec(secret)?.[2] ?? '';
  return /^M[CEHI]|^b3Blbn/.test(body);
}

const checks: Record<Check, (secret: string) => boolean> = {
  'crc32-base62': endsInCrc,
  'crc32-base36': tailIs(7, 0, (body) => crc32(body).toString(36).padStart(7, '0')),
  'crc32-hex': tailIs(8, 1, (body) => littleEndian(body).toString('hex')),
  'crc32-base64': tailIs(6, 0, (body) => littleEndian(body.slice(4)).toString('base64').slice(0, 6)),
  'sha256-base32': hasDigestInside,
  bech32: isBech32,
  'aws-account': hasAccount,
  'json-inside': holdsJson,
  macaroon: isMacaroon,
  'key-file': isKeyFile,
  'numeric-id': (secret) =>
    /^\d{15,21}$/.test(Buffer.from(secret.split('.', 1)[0]!, 'base64').toString('latin1')),
  'jwt-inside': (secret) => readJwt(secret.slice(secret.indexOf('_', secret.indexOf('_') + 1) + 1)) !== null,
  jwt: (secret) => readJwt(secret) !== null,
};

/** Whether the secret's own checksum or structure is right. */
export function checksumHolds(kind: Check, secret: string): boolean {
  return checks[kind](secret);
}
