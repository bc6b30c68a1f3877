/**
 * The two questions that every byte of a large text is asked: in which runs something could be, and where
 * words stand. Answered by the compiled kernel where there is one, else in JavaScript, with the same result.
 */
import { type Kernel, type KernelTables, createKernel, hashOf } from './kernel.ts';
import { bits, classOf, eachRun } from './runs.ts';
import { createWordSearch, isLong, standsAt } from './words.ts';

export type ByteSearch = {
  /**
   * Calls `visit` with runs and the bits of all bytes of each; `bits.anchor` is among them where an anchor
   * may be in it. Runs that no shape and no context can make anything of may be left out.
   */
  runs(bytes: Buffer, visit: (start: number, end: number, seen: number) => void): void;
  /** Calls `visit` with each word that stands in the text: long ones by place, then short ones by word. */
  words(bytes: Buffer, visit: (at: number, word: number) => void): void;
  /** Wipes what is kept of the text. */
  wipe(): void;
};

export type SearchTables = Pick<KernelTables, 'around' | 'endings' | 'anchors'> & {
  words: readonly string[];
};

/** A word, and where the three bytes are that it is found by. */
type Word = { nth: number; codes: Uint8Array; offset: number };

const windowBytes = 3;
const windowAt = (word: string, offset: number): string => word.slice(offset, offset + windowBytes);

/** Words by three bytes of each: those that most of the words have, so that there are few of them. */
function placed(words: readonly string[]): Word[] {
  const counts = new Map<string, number>();
  const offsets = (word: string): number[] => [...Array(word.length - windowBytes + 1).keys()];
  for (const word of words)
    for (const window of new Set(offsets(word).map((offset) => windowAt(word, offset))))
      counts.set(window, (counts.get(window) ?? 0) + 1);
  return words.map((word, nth) => {
    const count = (offset: number): number => counts.get(windowAt(word, offset))!;
    const offset = offsets(word).reduce((best, one) => (count(one) > count(best) ? one : best));
    return { nth, codes: Buffer.from(word, 'latin1'), offset };
  });
}

/** Everything in JavaScript. */
function plainSearch({ words }: SearchTables): ByteSearch {
  return {
    runs: (bytes, visit) => eachRun(bytes, (start, end, seen) => visit(start, end, seen | bits.anchor)),
    words: createWordSearch(words),
    wipe: () => undefined,
  };
}

function compiledSearch(kernel: Kernel, words: Word[]): ByteSearch {
  const byHash = Map.groupBy(words, ({ codes, offset }) => hashOf(codes, offset));
  let loaded: Buffer | null = null;
  const load = (bytes: Buffer): void => {
    if (loaded !== bytes) kernel.load(bytes);
    loaded = bytes;
  };
  return {
    runs(bytes, visit) {
      load(bytes);
      kernel.eachRun(visit);
    },
    words(bytes, visit) {
      load(bytes);
      const found: { at: number; nth: number; long: boolean }[] = [];
      kernel.eachPlace((place) => {
        for (const { nth, codes, offset } of byHash.get(hashOf(bytes, place)) ?? []) {
          const at = place - offset;
          if (at >= 0 && standsAt(bytes, at, codes)) found.push({ at, nth, long: isLong(codes) });
        }
      });
      const long = found.filter((one) => one.long).toSorted((a, b) => a.at - b.at || a.nth - b.nth);
      const short = found.filter((one) => !one.long).toSorted((a, b) => a.nth - b.nth || a.at - b.at);
      for (const { at, nth } of [...long, ...short]) visit(at, nth);
    },
    wipe() {
      kernel.wipe();
      loaded = null;
    },
  };
}

/** Prepares the search. Words are ASCII and have three letters at least. `how` is for tests alone. */
export function createByteSearch(tables: SearchTables, how: 'best' | 'plain' = 'best'): ByteSearch {
  if (how === 'plain') return plainSearch(tables);
  const words = placed(tables.words);
  const windows = words.map(({ codes, offset }) => codes.subarray(offset, offset + windowBytes));
  const kernel = createKernel({ classOf, ...tables, windows });
  return kernel === null ? plainSearch(tables) : compiledSearch(kernel, words);
}
