/** When a secret expires, from the forms that stores write it in. It does not say whether that has passed. */
import { readJwt } from './jwt.ts';
import { Secret } from './secret.ts';

/** Times before 2001 are durations, times after 2286 are mistakes; both in milliseconds. */
const earliest = 978_307_200_000;
const latest = 9_999_999_999_999;
const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** ISO 8601 in UTC of a number of seconds, milli-, micro- or nanoseconds since 1970. */
function fromNumber(value: number): string | null {
  const ms = [value * 1000, value, value / 1000, value / 1e6].find((one) => one <= latest);
  return ms === undefined || !(ms >= earliest) ? null : new Date(Math.floor(ms)).toISOString();
}

function fromIso(text: string): string | null {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) ? text : text.length > 10 ? `${text}Z` : text;
  const ms = Date.parse(zoned.replace(' ', 'T').replace(/\s(?=[Z+-])/, ''));
  return Number.isNaN(ms) || ms < earliest || ms > latest ? null : new Date(ms).toISOString();
}

/**
 * When a secret says itself that it expires: the `exp` claim of a JWT, else null. Nothing else of its text is
 * read as a time, since a password may be a number or a date and would be told by it.
 */
export function ownExpiryOf(secret: Secret): string | null {
  const exp = readJwt(Secret.open(secret).trim())?.payload['exp'];
  return typeof exp === 'number' ? fromNumber(exp) : null;
}

/** ISO 8601 UTC of an expiry: a number, its digits, an ISO time, or the `exp` claim of a JWT; else null. */
export function expiryOf(value: Secret | number): string | null {
  if (typeof value === 'number') return fromNumber(value);
  const text = Secret.open(value).trim();
  if (/^\d{9,20}(?:\.\d{1,9})?$/.test(text)) return fromNumber(Number(text));
  if (iso.test(text)) return fromIso(text);
  return ownExpiryOf(value);
}
