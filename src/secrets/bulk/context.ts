/**
 * Whether what stands in or before a run of bytes makes it worth a judge's look: a secret's name and a sign,
 * a scheme such as `Bearer`, a URL with a password. It looks at bytes.
 */
import type { SecretWords } from '../../model/rules.ts';
import type { Names } from '../names.ts';
import { type Apart, createApart, isGeneral } from './apart.ts';
import { around } from './kernel.ts';
import { nameStart, rememberedNames } from './name-memory.ts';
import { bits, classOf, isMade } from './runs.ts';

export type Context = {
  /** What a byte tells that stands before a run, in the bits of `around`. */
  around: Uint8Array;
  /** What three letters before a run tell, in the bits of `endings`. */
  endings: Uint8Array;
  /** Whether a run, or what it is the value of, is to be judged; `seen` are the bits of its bytes. */
  matters(bytes: Buffer, start: number, end: number, seen: number): boolean;
  /** Whether the run is something that nobody wrote: an image, a signature of the model's provider. */
  isOpaque(bytes: Buffer, start: number): boolean;
};

/** Bytes between a name and its value: signs, quotes, backslashes, blanks. */
const gapBytes = 18;
const leastValue = 6;

const [plus, colon, equals, slash, at, greater, backslash] = [43, 58, 61, 47, 64, 62, 92];
const writtenQuotes = ['u0022', 'u0027', 'quot;', 'apos;', '&#34;', '&#39;'].map((one) => Buffer.from(one));

const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96 || code === backslash;
/** What a byte between a name and a value is: skipped, part of a sign, or the end of a written quote. */
const between = new Uint8Array(256);
for (const char of ' \t"\'`\\]}&') between[char.charCodeAt(0)] = 1;
for (const char of ':=>?+!-') between[char.charCodeAt(0)] = 2;
for (const quote of writtenQuotes) between[quote.at(-1)!] = 4;
const isBlank = (code: number): boolean => code === 32 || code === 9;
const isSign = (code: number): boolean => code === colon || code === equals || code === greater;
const isSigned = (code: number): boolean => (classOf[code]! & bits.sign) !== 0;

const endsWith = (bytes: Buffer, end: number, text: Buffer): boolean =>
  end >= text.length && bytes.compare(text, 0, text.length, end - text.length, end) === 0;

/** Whether a value looks made, by its first bytes. */
function looksMade(bytes: Buffer, start: number, end: number): boolean {
  let seen = 0;
  const stop = Math.min(end, start + 64);
  for (let index = start; index < stop; index++) {
    seen |= classOf[bytes[index]!]!;
    if (isMade(seen)) return true;
  }
  return false;
}

/** Whether `scheme://user:password@` or `scheme://token@` begins at the colon. */
function hasUser(bytes: Buffer, sign: number): boolean {
  if (bytes[sign + 1] !== slash || bytes[sign + 2] !== slash) return false;
  const stop = Math.min(bytes.length, sign + 3 + 512);
  for (let index = sign + 3; index < stop; index++) {
    const code = bytes[index]!;
    if (code === at) return index > sign + 3;
    // A blank, a quote, an angle bracket or a backslash ends any URL, a slash its first part.
    if (code <= 32 || isQuote(code) || code === 60 || code === greater || code === slash) return false;
  }
  return false;
}

/** Quotes, blanks and closing brackets between a name and its sign; `\u0022` and `&quot;` are quotes, too. */
function skipQuotes(bytes: Buffer, from: number, least: number): number {
  let index = from;
  while (index >= least) {
    const kind = between[bytes[index]!]!;
    if (kind === 1) index--;
    else if (kind === 4 && writtenQuotes.some((quote) => endsWith(bytes, index + 1, quote))) index -= 5;
    else break;
  }
  return index;
}

/** The place behind the name that is given a value here, or -1; `from` is where the value begins. */
function nameEndBefore(bytes: Buffer, from: number): number {
  const least = Math.max(0, from - gapBytes);
  let index = skipQuotes(bytes, from - 1, least);
  if (index < least || !isSign(bytes[index]!)) return -1;
  while (index >= least && between[bytes[index]!] === 2) index--;
  return skipQuotes(bytes, index, least) + 1;
}

/** The end of the word before the blanks before a value; -1 when there is none. */
function wordEndBefore(bytes: Buffer, from: number): number {
  let index = from - 1;
  while (index >= 0 && from - index < 4 && isBlank(bytes[index]!)) index--;
  return index === from - 1 || index < 0 ? -1 : index + 1;
}

/** What a byte before a run tells; a run with nothing of it before is not looked at. */
function aroundOf(endsScheme: Uint8Array, apart: Apart): Uint8Array {
  return Uint8Array.from(
    { length: 256 },
    (_, code) =>
      (between[code] === 1 ? around.gap : 0) |
      (isSign(code) ? around.sign : 0) |
      (isBlank(code) ? around.blank : 0) |
      (endsScheme[code] === 1 ? around.scheme : 0) |
      (between[code] === 4 ? around.written : 0) |
      (apart.inGap[code] === 1 ? around.apart : 0) |
      (code >= 48 && code <= 57 ? around.digit : 0),
  );
}

/** What a name says: that its value is a secret, or only that there is a value. */
function nameKinds(names: Names): (bytes: Buffer, end: number) => 'secret' | 'general' | 'other' {
  const isSecret = (name: string): boolean =>
    (['env', 'header', 'query'] as const).some((kind) => names.classify(name, kind) !== 'no');
  return rememberedNames((name) => {
    // The first letter may be that of an escape: `\ntoken`.
    if (isSecret(name) || (/^[nrtbf]/.test(name) && isSecret(name.slice(1)))) return 'secret';
    return isGeneral(name) ? 'general' : 'other';
  });
}

/** Compiles the names and schemes of the rules. */
export function createContext(words: SecretWords, names: Names): Context {
  const kindOf = nameKinds(names);
  const isSecretName = (bytes: Buffer, end: number): boolean => kindOf(bytes, end) === 'secret';
  const schemes = new Set(words.authSchemes.map((scheme) => scheme.toLowerCase()));
  /** Last letters of schemes, and the blank where there are two. */
  const endsScheme = new Uint8Array(256);
  for (const one of [
    ' ',
    '\t',
    ...words.authSchemes.flatMap((scheme) => [scheme.at(-1)!, scheme.toUpperCase().at(-1)!]),
  ])
    endsScheme[one.charCodeAt(0)] = 1;
  const isScheme = rememberedNames((word) => schemes.has(word.toLowerCase()));
  const apart = createApart(words, isSecretName);
  const opaque = new Set(words.opaqueNames);

  /** Names, URLs and queries inside a run. */
  const inside = (bytes: Buffer, start: number, end: number): boolean => {
    for (let index = start + 1; index < end - 1; index++) {
      if (!isSigned(bytes[index]!)) continue;
      if (bytes[index] === colon && bytes[index + 1] === slash) {
        if (hasUser(bytes, index)) return true;
        continue;
      }
      // Signs such as `+=`.
      const nameEnd = bytes[index - 1] === plus ? index - 1 : index;
      if (end - index <= leastValue || !isSecretName(bytes, nameEnd)) continue;
      if (looksMade(bytes, index + 1, end)) return true;
    }
    return false;
  };

  return {
    around: aroundOf(endsScheme, apart),
    endings: apart.endings,
    matters(bytes, start, end, seen) {
      // A run may hold its own sign at the start: `"name":value`.
      if ((seen & bits.sign) !== 0 && inside(bytes, start, end)) return true;
      if (!isMade(seen)) return false;
      const from = isSigned(bytes[start]!) ? start + 1 : start;
      const nameEnd = nameEndBefore(bytes, from);
      if (nameEnd > 0) {
        const kind = kindOf(bytes, nameEnd);
        return (
          kind === 'secret' || (kind === 'general' && apart.namedBefore(bytes, nameStart(bytes, nameEnd)))
        );
      }
      // Without a sign, what has no digit is taken for a word of some language.
      if ((seen & bits.digit) !== 0 && apart.named(bytes, start)) return true;
      if (start < 2 || !isBlank(bytes[start - 1]!) || endsScheme[bytes[start - 2]!] === 0) return false;
      const wordEnd = wordEndBefore(bytes, start);
      return wordEnd > 0 && isScheme(bytes, wordEnd);
    },
    isOpaque(bytes, start) {
      const before = bytes.toString('latin1', Math.max(0, start - 8), start);
      if (before.endsWith(';base64,')) return true;
      const nameEnd = nameEndBefore(bytes, start);
      return nameEnd > 0 && opaque.has(bytes.toString('latin1', nameStart(bytes, nameEnd), nameEnd));
    },
  };
}
