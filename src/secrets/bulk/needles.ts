/**
 * Which known shapes a text could hold, told from bytes: by an anchor inside a run, or by a word anywhere for
 * the few patterns that more than a run can match. A place counts when the shape's own pattern matches round
 * it; the verdict on what matched is the reader's.
 */
import type { Shape } from '../shapes.ts';
import { pairAt } from './kernel.ts';
import { reachOf } from './pattern-reach.ts';
import { isInRun, runBytes } from './runs.ts';
import { type WordSearch, createWordSearches, plainStart } from './word-shapes.ts';
import { standsAt } from './words.ts';

export type Needles = {
  /** What is looked for in runs, and where in each the two bytes are that it is found by. */
  anchors: { codes: Uint8Array; offset: number }[];
  /** Whether a pattern matches in a run. */
  inRun(bytes: Buffer, start: number, end: number): boolean;
  /** Words that lead to shapes which more than a run can match. */
  words: string[];
  /** Prepares one text for `atWord`. */
  inText(bytes: Buffer): WordSearch;
};

/** Bytes round a run that a pattern may look at. */
const margin = 16;
/** `offset`: where in the anchor the two bytes are that it is found by. */
type Needle = { codes: Uint8Array; offset: number; targets: Target[] };
/** `leads`: the pattern begins with the anchor, so that a letter before it says no. */
type Target = { index: number; leads: boolean };

const isAlphanumeric = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** Whether a word may begin behind this byte; after what may be an escape it may, whatever the byte is. */
function mayBegin(bytes: Buffer, at: number): boolean {
  if (at === 0 || !isAlphanumeric(bytes[at - 1]!)) return true;
  for (let before = at - 2; before >= Math.max(0, at - 12); before--) {
    const code = bytes[before]!;
    // A backslash, `%` or `[`.
    if (code === 92 || code === 37 || code === 91) return true;
  }
  return false;
}

/** How common a character is in prose and code, roughly. */
const common = (code: number): number =>
  code >= 97 && code <= 122 ? 3 : code === 46 || code === 47 || (code >= 65 && code <= 90) ? 1 : 0;

/** The two neighbours in an anchor that turn up least elsewhere. */
function rarestPair(codes: Uint8Array): number {
  let best = 0;
  const score = (at: number): number => common(codes[at]!) + common(codes[at + 1]!);
  for (let at = 1; at < codes.length - 1; at++) if (score(at) < score(best)) best = at;
  return best;
}

/** Anchors by two bytes of them. */
function tableOf(shapes: Shape[]): { table: Uint8Array; lists: Map<number, Needle[]> } {
  const needles = new Map<string, Needle>();
  for (const [index, shape] of shapes.entries()) {
    for (const anchor of shape.anchors) {
      const codes = Uint8Array.from(anchor, (char) => char.charCodeAt(0));
      const known = needles.get(anchor) ?? { codes, offset: rarestPair(codes), targets: [] };
      const leads = plainStart(shape.pattern).startsWith(anchor);
      known.targets.push({ index, leads });
      needles.set(anchor, known);
    }
  }
  // A byte for each pair stays in the processor's nearest cache; what it stands for is looked up elsewhere.
  const table = new Uint8Array(1 << 14);
  const lists = new Map<number, Needle[]>();
  for (const needle of needles.values()) {
    const pair = pairAt(needle.codes, needle.offset);
    table[pair] = 1;
    lists.set(pair, [...(lists.get(pair) ?? []), needle]);
  }
  return { table, lists };
}

/** Prepares the search for shapes that need no name. */
export function createNeedles(shapes: Shape[]): Needles {
  const inRuns: Shape[] = [];
  const others: Shape[] = [];
  for (const shape of shapes) {
    const { only, least } = reachOf(shape.pattern, isInRun);
    (only && least >= runBytes ? inRuns : others).push(shape);
  }
  const { table, lists } = tableOf(inRuns);
  const patterns: RegExp[] = [];
  /** The run in which a pattern was tried last, so that each is tried once in a run. */
  const tried = new Int32Array(inRuns.length);
  let run = 0;
  const matches = (bytes: Buffer, start: number, end: number, index: number): boolean => {
    if (tried[index] === run) return false;
    tried[index] = run;
    const text = bytes.toString('latin1', Math.max(0, start - margin), Math.min(bytes.length, end + margin));
    return (patterns[index] ??= new RegExp(inRuns[index]!.pattern)).test(text);
  };
  const words = others.flatMap((shape) => shape.anchors.map((anchor) => ({ shape, anchor })));
  return {
    anchors: [...lists.values()].flat(),
    words: words.map(({ anchor }) => anchor),
    inText: createWordSearches(words),
    inRun(bytes, start, end) {
      run = (run + 1) | 0;
      for (let at = start; at < end - 1; at++) {
        const pair = ((bytes[at]! & 127) << 7) | (bytes[at + 1]! & 127);
        if (table[pair] === 0) continue;
        for (const { codes, offset, targets } of lists.get(pair)!) {
          const from = at - offset;
          if (from < start || !standsAt(bytes, from, codes)) continue;
          for (const { index, leads } of targets) {
            if (leads && !mayBegin(bytes, from)) continue;
            if (matches(bytes, start, end, index)) return true;
          }
        }
      }
      return false;
    },
  };
}
