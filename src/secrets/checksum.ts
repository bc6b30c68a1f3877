/**
 * Checksums that issuers build into tokens. A token that fails is doubted, never dropped: self-hosted
 * servers and old tokens do not always carry one.
 */
import { crc32 } from 'node:zlib';
import type { SecretShape } from '../model/rules.ts';
import { readJwt } from './jwt.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const checkDigits = 6;

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

const checks: Record<NonNullable<SecretShape['checksum']>, (secret: string) => boolean> = {
  'github-crc32': endsInCrc,
  'npm-crc32': endsInCrc,
  jwt: (secret) => readJwt(secret) !== null,
};

/** Whether the secret's own checksum or structure is right. */
export function checksumHolds(kind: NonNullable<SecretShape['checksum']>, secret: string): boolean {
  return checks[kind](secret);
}
