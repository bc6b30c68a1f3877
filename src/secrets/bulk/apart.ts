/**
 * Names that no sign binds to their value, as bytes: `set -x NAME value`, `define('NAME', 'value')`, cells of
 * a table, records of a name and a value, types between the two. It only tells that a look is worth its
 * while; what binds a name to a value is for the search for pairs to say.
 */
import type { SecretWords } from '../../model/rules.ts';

export type Apart = {
  /** Whether the word before a value is the name of a secret, without a sign between them. */
  named(bytes: Buffer, start: number): boolean;
  /** Whether `word`, which stands before the sign and begins at `at`, only says that a value follows. */
  isGeneral(word: string): boolean;
  /** Whether what stands before such a word is the name of a secret. */
  namedBefore(bytes: Buffer, at: number): boolean;
};

/** Bytes between a name and its value: a cell of a table may be wide, the lines of a record indented. */
const gapBytes = 48;
const nameBytes = 80;

const codes = (chars: string): Set<number> => new Set(Array.from(chars, (char) => char.charCodeAt(0)));
const tableOf = (all: Set<number>): Uint8Array => Uint8Array.from({ length: 256 }, (_, at) => +all.has(at));
/** What may stand between a name and a value apart from it, and in a record. */
const inGap = tableOf(codes(' \t"\'`\\,|(*'));
const inRecord = tableOf(codes(' \t\r\n"\'`\\,|(*:=<>/{&?'));

const isName = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 95 ||
  code === 45 ||
  code === 46;

/** Where the word begins that ends at `end`. */
function wordStart(bytes: Buffer, end: number): number {
  let start = end;
  while (start > 0 && end - start < nameBytes && isName(bytes[start - 1]!)) start--;
  return start;
}

/** Three letters as a number, whatever their case. */
const ending = (first: number, second: number, third: number): number =>
  ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);

/** The last letters of secret names of one word, as a table. Names of more words end in what says little. */
function endingsOf(words: SecretWords): Uint8Array {
  const table = new Uint8Array(32_768);
  for (const word of words.secretNames.filter((name) => /^[a-z]{3,}$/.test(name))) {
    const [first, second, third] = Array.from(word.slice(-3), (char) => char.charCodeAt(0));
    if (!tooCommon.test(word)) table[ending(first!, second!, third!)] = 1;
  }
  return table;
}

/** Ends of secret names in which any text abounds. */
const tooCommon = /(?:ion|ing)$/;

/** Where the word begins that ends at `end` if it joins two, as in `the token is ...`; else `end`. */
function joinedFrom(bytes: Buffer, end: number): number {
  const blank = bytes.lastIndexOf(32, end - 1);
  if (blank < 0 || end - blank > 7) return end;
  return /^(?:is|was|to|-b|--body)$/.test(bytes.toString('latin1', blank + 1, end)) ? blank + 1 : end;
}

/** Words that stand for a value, its type or its field. */
const general = /^(?:value|string|str|default|defaultValue)$/i;

/** Compiles the search. `isSecretName` remembers what it has said. */
export function createApart(words: SecretWords, isSecretName: (name: string) => boolean): Apart {
  const endings = endingsOf(words);
  /** Whether the word that ends at `end` is the name of a secret; a number may end it. */
  const isSecretAt = (bytes: Buffer, end: number): boolean => {
    let last = end;
    while (last > end - 3 && bytes[last - 1]! >= 48 && bytes[last - 1]! <= 57) last--;
    if (last < 3 || endings[ending(bytes[last - 3]!, bytes[last - 2]!, bytes[last - 1]!)] === 0) return false;
    return isSecretName(bytes.toString('latin1', wordStart(bytes, end), end));
  };
  return {
    isGeneral: (word) => general.test(word),
    named(bytes, start) {
      let end = start;
      const least = Math.max(0, start - gapBytes);
      while (end > least && inGap[bytes[end - 1]!] === 1) end--;
      if (end === start || end <= least) return false;
      if (isSecretAt(bytes, end)) return true;
      let before = joinedFrom(bytes, end);
      if (before === end) return false;
      while (before > least && inGap[bytes[before - 1]!] === 1) before--;
      return isSecretAt(bytes, before);
    },
    namedBefore(bytes, at) {
      let end = at;
      const least = Math.max(0, at - gapBytes);
      for (let word = 0; word < 3; word++) {
        while (end > least && inRecord[bytes[end - 1]!] === 1) end--;
        if (end <= least) return false;
        if (isSecretAt(bytes, end)) {
          const start = wordStart(bytes, end);
          // The bare word of a tag or of a record is no name of its own.
          if (end - start > 3 || bytes.toString('latin1', start, end).toLowerCase() !== 'key') return true;
        }
        end = wordStart(bytes, end);
      }
      return false;
    },
  };
}
