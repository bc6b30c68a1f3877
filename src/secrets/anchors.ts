/**
 * The fast search: one regular expression of plain literals finds where a pattern could match, and only there
 * is it tried. It decides nothing. Measured in Node 26, an alternation of literals of four characters and
 * more runs an order of magnitude faster than one with shorter ones, which therefore wait for short texts.
 */
import { limits } from '../limits.ts';
import type { Span } from './hit.ts';

export type Anchored = { anchors: string[]; pattern: string };

export type AnchorSearch<T> = {
  /** Whether any anchor at all is in the text. */
  mayMatch(text: string): boolean;
  /** For each item whose anchor occurs, the parts of the text to try its pattern on, merged and in order. */
  ranges(text: string): Map<T, Span[]>;
};

const shortAnchor = 4;
/** Characters before an anchor that a pattern may begin at. */
const lead = 256;
/** Bounds of how far behind an anchor a pattern may reach. */
export const leastReach = 256;
const mostReach = 20_000;

const escape = (literal: string): string => literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** How far a pattern can reach, from the counts in its quantifiers. */
export function reachOfPattern(pattern: string): number {
  let sum = 0;
  for (const [, least, most] of pattern.matchAll(/\{(\d{1,6})(?:,(\d{1,6}))?\}/g))
    sum += Number(most ?? least);
  return Math.min(mostReach, leastReach + 2 * sum);
}

/** Item lists by literal; a literal that another begins with counts for both. */
function byLiteral<T extends Anchored>(items: T[]): Map<string, T[]> {
  const own = new Map<string, T[]>();
  for (const item of items) {
    for (const anchor of item.anchors) {
      const list = own.get(anchor);
      if (list === undefined) own.set(anchor, [item]);
      else list.push(item);
    }
  }
  const all = new Map<string, T[]>();
  for (const [literal, list] of own) {
    let whole = list;
    for (let end = 1; end < literal.length; end++) {
      const shorter = own.get(literal.slice(0, end));
      if (shorter !== undefined) whole = [...new Set([...shorter, ...whole])];
    }
    all.set(literal, whole);
  }
  return all;
}

/** One alternation, longest literals first; never matches when there are none. */
function alternation(literals: string[], flags: string): RegExp {
  const sorted = literals.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return new RegExp(sorted.length === 0 ? '(?!)' : sorted.map(escape).join('|'), flags);
}

/** The anchors of all items, compiled when a text is first searched. */
export function createAnchorSearch<T extends Anchored>(items: T[]): AnchorSearch<T> {
  const reach = new Map<T, number>();
  const reachOfItem = (item: T): number => {
    const known = reach.get(item) ?? reachOfPattern(item.pattern);
    reach.set(item, known);
    return known;
  };
  const lazy: { literals?: Map<string, T[]>; everything?: RegExp; longOnly?: RegExp } = {};
  const literals = (): Map<string, T[]> => (lazy.literals ??= byLiteral(items));
  const searchFor = (text: string): RegExp => {
    if (text.length <= limits.shortAnchorChars) {
      return (lazy.everything ??= alternation([...literals().keys()], 'g'));
    }
    return (lazy.longOnly ??= alternation(
      [...literals().keys()].filter((literal) => literal.length >= shortAnchor),
      'g',
    ));
  };

  return {
    mayMatch(text) {
      const search = searchFor(text);
      search.lastIndex = 0;
      return search.test(text);
    },
    ranges(text) {
      const found = new Map<T, Span[]>();
      const search = searchFor(text);
      search.lastIndex = 0;
      for (let match = search.exec(text); match !== null; match = search.exec(text)) {
        // Literals may overlap, so the search goes on at the next character.
        search.lastIndex = match.index + 1;
        for (const item of literals().get(match[0])!) {
          const start = Math.max(0, match.index - lead);
          const end = Math.min(text.length, match.index + match[0].length + reachOfItem(item));
          const own = found.get(item);
          const last = own?.at(-1);
          if (own === undefined) found.set(item, [{ start, end }]);
          else if (last !== undefined && start <= last.end) last.end = end;
          else own.push({ start, end });
        }
      }
      return found;
    },
  };
}
