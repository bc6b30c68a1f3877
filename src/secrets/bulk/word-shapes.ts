/**
 * The few shapes that more than a run can match: a word leads to each, and round the word its own pattern is
 * tried. A text that is nothing but such words costs no more than a few readings of it.
 */
import { leastReach, reachOfPattern } from '../anchors.ts';
import type { Span } from '../hit.ts';
import type { Shape } from '../shapes.ts';

/**
 * What one of the words leads to: what may be a match of its shape's pattern, and all that lies near. Null
 * when there is none, or when it was told before. Places of a word come in order.
 */
export type WordSearch = (at: number, word: number) => Span | null;

/** Bytes before a word that its pattern may begin at. */
const lead = 512;
/** Bytes looked at together for a pattern that does not begin with its word, since words may be many. */
const stretch = 2_048;

/** What every match of a pattern begins with. */
export const plainStart = (pattern: string): string =>
  /^(?:(?:[\w-]|\\[._~+/$-])(?![?*+{]))*/.exec(pattern)![0].replaceAll('\\', '');

/** The alternatives that a pattern begins with, or the pattern itself. */
function alternatives(pattern: string): string[] {
  if (!pattern.startsWith('(?:')) return [pattern];
  const all = [''];
  let depth = 0;
  for (const { 0: part, index } of pattern.slice(3).matchAll(/\\.|\[(?:[^\]\\]|\\.)*\]|[^]/g)) {
    if (part === ')' && depth === 0) return /[?*+{]/.test(pattern[index + 4] ?? '') ? [pattern] : all;
    if (part === '(') depth++;
    if (part === ')') depth--;
    if (part === '|' && depth === 0) all.push('');
    else all[all.length - 1] += part;
  }
  return [pattern];
}

/** Whether what begins a pattern and an anchor are the same as far as both go. */
const beginsWith = (start: string, anchor: string): boolean =>
  start !== '' && (start.startsWith(anchor) || anchor.startsWith(start));

/** A pattern that a word leads to; where the word begins it, it is tried at that place alone. */
type Worded = { pattern: RegExp; reach: number; leads: boolean };

function wordedOf({ pattern, anchors }: Shape, anchor: string): Worded {
  const starts = alternatives(pattern).map(plainStart);
  const isLed = starts.every((start) => anchors.some((one) => beginsWith(start, one)));
  const leads = isLed && starts.some((start) => beginsWith(start, anchor));
  return { pattern: new RegExp(pattern, leads ? 'y' : 'g'), reach: reachOfPattern(pattern), leads };
}

/** Prepares the search from words, and what each leads to. A text is asked for its places in order. */
export function createWordSearches(words: { shape: Shape; anchor: string }[]): (bytes: Buffer) => WordSearch {
  const compiled: Worded[] = [];
  const wordedAt = (word: number): Worded =>
    (compiled[word] ??= wordedOf(words[word]!.shape, words[word]!.anchor));
  return (bytes) => {
    /** By word, up to where all is told. */
    const told: number[] = [];
    return (at, word) => {
      if (at < (told[word] ?? 0)) return null;
      const { pattern, reach, leads } = wordedAt(word);
      const start = leads ? at : Math.max(0, at - lead);
      const near = Math.min(bytes.length, at + words[word]!.anchor.length + reach);
      const text = bytes.toString('latin1', start, leads ? near : Math.min(bytes.length, near + stretch));
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        const [from, to] = [start + match.index, start + match.index + match[0].length];
        if (to <= at) continue;
        // The word of one that lies further ahead is still to come.
        told[word] = from > near ? from : at + leastReach;
        return from > near ? null : { start: Math.min(at, from), end: Math.max(near, to) };
      }
      if (!leads) told[word] = at + stretch;
      return null;
    };
  };
}
