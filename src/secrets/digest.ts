/**
 * Digests of secrets: the keyed fingerprint that lets two reports be compared, and the names that bridges
 * give to their token files. Neither lets anybody guess the text: what can be guessed gets no fingerprint.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Wrapper } from '../model/rules.ts';
import { Secret } from './secret.ts';
import { strengthOf } from './strength.ts';

/** Secrets shorter than this could be found by trying. */
const leastChars = 16;

/** Keyed digest of a secret; null without a key or when the secret could be guessed from it. */
export function fingerprintOf(text: string, key: Buffer | null): string | null {
  if (key === null || text.length < leastChars) return null;
  // A key of several lines is no less random for its form.
  if (strengthOf(text) !== 'strong' && !text.startsWith('-----BEGIN ')) return null;
  return `hmac-sha256:${createHmac('sha256', key).update(text, 'utf8').digest('hex')}`;
}

/** Bytes of a key of ours, and of the shortest one of others. */
export const keyBytes = 32;

/** A key for another purpose, from which nobody can tell the one that it is made of. */
export function derivedKey(key: Buffer, purpose: string): string {
  return createHmac('sha256', key).update(`shadowscan ${purpose}`).digest('base64');
}

/** A key that is written in hex or base64; null when it is neither, or too short. */
export function keyOf(text: Secret): Buffer | null {
  const written = Secret.open(text).trim();
  const hex = /^(?:[0-9a-f]{2})+$/i.test(written);
  if (!hex && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(written)) return null;
  const key = Buffer.from(written, hex ? 'hex' : 'base64');
  return key.length < keyBytes ? null : key;
}

export type StoreKeySpec = NonNullable<Wrapper['storeKey']>;
export type StoreKeyArgs = {
  position(n: number): Secret | null;
  values(options: string[]): Secret[];
  has(option: string): boolean;
};
type Part = StoreKeySpec['parts'][number];

function urlText(text: string): string | null {
  try {
    return new URL(text).toString();
  } catch {
    return null;
  }
}

/** JSON of all `key<separator>value` texts with keys sorted; empty when there are none. */
function sortedJson(texts: string[], pattern: string | undefined): string {
  const split = new RegExp(pattern ?? '^([^=]+)=([^]*)$');
  const object: Record<string, string> = {};
  for (const text of texts) {
    const [, key, value] = split.exec(text) ?? [];
    // The bridge collects them in a plain object, where this key is not an own one.
    if (key !== undefined && value !== undefined && key !== '__proto__') object[key] = value;
  }
  const keys = Object.keys(object).toSorted();
  return keys.length === 0 ? '' : JSON.stringify(object, keys);
}

/** Text of one part, empty when it is left out, null when the key cannot be told. */
function partText(part: Part, args: StoreKeyArgs): string | null {
  if (part.unless !== undefined && args.has(part.unless)) return '';
  const given: Secret[] = part.options ? args.values(part.options) : [];
  if (part.position !== undefined && given.length === 0) {
    const positional = args.position(part.position);
    if (positional === null) return null;
    given.push(positional);
  }
  if (part.as === 'json')
    return sortedJson(
      given.map((one) => Secret.open(one)),
      part.pattern,
    );
  const first = given[0];
  if (first === undefined) return '';
  const text = Secret.open(first);
  if (part.as === 'url') return urlText(text);
  return part.as === 'trimmed' ? text.trim() : text;
}

/**
 * Name of the token files that a bridge started with these arguments uses; null when it cannot be told.
 * Bridges digest the arguments as typed: no expansion of variables, no normalised URL.
 */
export function storeKeyOf(spec: StoreKeySpec, args: StoreKeyArgs): string | null {
  const texts: string[] = [];
  for (const part of spec.parts) {
    const text = partText(part, args);
    if (text === null) return null;
    if (text !== '') texts.push(text);
  }
  if (texts.length === 0) return null;
  return createHash(spec.algorithm).update(texts.join(spec.join)).digest('hex');
}
