/**
 * The search for some words in bytes, for those that no run must hold, such as what has a blank in it. The
 * long ones are looked for together (Wu and Manber, 1994): the three bytes that end at a place tell how far
 * the next one is at least. The short ones would keep these steps small, and Node finds each by itself.
 */

export type WordSearch = (bytes: Buffer, visit: (at: number, word: number) => void) => void;

/** Three bytes as one number below the size of the table. */
const hashOf = (first: number, second: number, third: number): number =>
  ((first << 8) ^ (second << 4) ^ third) & 8191;

/** Whether a word stands at a place. */
export function standsAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  if (at + word.length > bytes.length) return false;
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false;
  return true;
}

/** Bytes from which a word is long. */
const longWord = 8;
export const isLong = (codes: Uint8Array): boolean => codes.length >= longWord;

type Word = { nth: number; codes: Uint8Array };

/** The search for long words. */
function together(words: Word[]): WordSearch {
  if (words.length === 0) return () => undefined;
  const size = Math.min(...words.map(({ codes }) => codes.length));
  const shifts = new Uint8Array(8192).fill(Math.min(255, size - 2));
  const ending = new Map<number, Word[]>();
  for (const word of words) {
    for (let end = 2; end < size; end++) {
      const hash = hashOf(word.codes[end - 2]!, word.codes[end - 1]!, word.codes[end]!);
      shifts[hash] = Math.min(shifts[hash]!, size - 1 - end);
      if (end === size - 1) ending.set(hash, [...(ending.get(hash) ?? []), word]);
    }
  }
  return (bytes, visit) => {
    const { length } = bytes;
    for (let end = size - 1; end < length;) {
      const hash = ((bytes[end - 2]! << 8) ^ (bytes[end - 1]! << 4) ^ bytes[end]!) & 8191;
      const shift = shifts[hash]!;
      if (shift > 0) {
        end += shift;
        continue;
      }
      const at = end - size + 1;
      for (const { nth, codes } of ending.get(hash)!) if (standsAt(bytes, at, codes)) visit(at, nth);
      end += 1;
    }
  };
}

/** Prepares the search. Words are ASCII; each is visited from the start of the text to its end. */
export function createWordSearch(words: readonly string[]): WordSearch {
  const all = words.map((word, nth) => ({ nth, word, codes: Buffer.from(word, 'latin1') }));
  const search = together(all.filter(({ codes }) => isLong(codes)));
  const short = all.filter(({ codes }) => !isLong(codes));
  return (bytes, visit) => {
    search(bytes, visit);
    for (const { word, nth } of short) {
      for (let at = bytes.indexOf(word, 0, 'latin1'); at >= 0; at = bytes.indexOf(word, at + 1, 'latin1'))
        visit(at, nth);
    }
  };
}
