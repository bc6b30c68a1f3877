/**
 * Names that no sign binds to their value, as bytes: `set -x NAME value`, `define('NAME', 'value')`, cells of
 * a table, records of a name and a value, types between the two. It only tells that a look is worth its
 * while; what binds a name to a value is for the search for pairs to say.
 */
import type { SecretWords } from '../../model/rules.ts';
import { endings } from './kernel.ts';
import { nameStart } from './name-memory.ts';

export type Apart = {
  /** 1 for each byte that may stand between a name and a value apart from it. */
  inGap: Uint8Array;
  /** What three letters tell, by `ending`, in the bits of `endings`. */
  endings: Uint8Array;
  /** Whether the word before a value is the name of a secret, without a sign between them. */
  named(bytes: Buffer, start: number): boolean;
  /** Whether what stands before a general word, which begins at `at`, is the name of a secret. */
  namedBefore(bytes: Buffer, at: number): boolean;
};

/** Bytes between a name and its value: a cell of a table may be wide, the lines of a record indented. */
const gapBytes = 48;

const codes = (chars: string): Set<number> => new Set(Array.from(chars, (char) => char.charCodeAt(0)));
const tableOf = (all: Set<number>): Uint8Array => Uint8Array.from({ length: 256 }, (_, at) => +all.has(at));
/** What may stand between a name and a value apart from it, and in a record. */
const inGap = tableOf(codes(' \t"\'`\\,|(*'));
const inRecord = tableOf(codes(' \t\r\n"\'`\\,|(*:=<>/{&?'));

/** Three letters as a number, whatever their case. */
const ending = (first: number, second: number, third: number): number =>
  ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);

/** The last letters of secret names of one word, as a table. Names of more words end in what says little. */
function endingsOf(words: SecretWords): Uint8Array {
  const table = new Uint8Array(32_768);
  for (const word of words.secretNames.filter((name) => /^[a-z]{3,}$/.test(name))) {
    const [first, second, third] = Array.from(word.slice(-3), (char) => char.charCodeAt(0));
    if (!tooCommon.test(word)) table[ending(first!, second!, third!)]! |= endings.secret;
  }
  for (const word of joiners) {
    const [first, second, third] = Array.from(` ${word}`.slice(-3), (char) => char.charCodeAt(0));
    table[ending(first!, second!, third!)]! |= endings.joiner;
  }
  return table;
}

/** Ends of secret names in which any text abounds. */
const tooCommon = /(?:ion|ing)$/;

/** Words between a name and its value, as in `the token is ...`. Not more than six letters. */
const joiners = ['is', 'was', 'to', '-b', '--body'];
const isJoiner = new Set(joiners);
const joinerBytes = 6;

/** Where the word begins that ends at `end` if it joins two; else `end`. */
function joinedFrom(bytes: Buffer, end: number): number {
  let start = end;
  while (start > 0 && end - start <= joinerBytes && bytes[start - 1] !== 32) start--;
  return start > 0 && isJoiner.has(bytes.toString('latin1', start, end)) ? start : end;
}

const general = /^(?:value|string|str|default|defaultValue)$/i;

/** Whether a word stands for a value, its type or its field. */
export const isGeneral = (word: string): boolean => general.test(word);

/** Compiles the search. `isSecretName` remembers what it has said. */
export function createApart(
  words: SecretWords,
  isSecretName: (bytes: Buffer, end: number) => boolean,
): Apart {
  const table = endingsOf(words);
  /** Whether the word that ends at `end` is the name of a secret; a number may end it. */
  const isSecretAt = (bytes: Buffer, end: number): boolean => {
    let last = end;
    while (last > end - 3 && bytes[last - 1]! >= 48 && bytes[last - 1]! <= 57) last--;
    if (last < 3) return false;
    const told = table[ending(bytes[last - 3]!, bytes[last - 2]!, bytes[last - 1]!)]!;
    return (told & endings.secret) !== 0 && isSecretName(bytes, end);
  };
  return {
    inGap,
    endings: table,
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
          const start = nameStart(bytes, end);
          // The bare word of a tag or of a record is no name of its own.
          if (end - start > 3 || bytes.toString('latin1', start, end).toLowerCase() !== 'key') return true;
        }
        end = nameStart(bytes, end);
      }
      return false;
    },
  };
}
