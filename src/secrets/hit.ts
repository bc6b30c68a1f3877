/**
 * A hit: the place of one secret inside a text that is open only within this folder, and what is known of
 * it. Hits hold positions and never text, so that masking and reporting work from the same list.
 */
import type { Confidence, Severity } from '../model/common.ts';
import type { SecretReason } from '../model/fact-parts.ts';

export type Reason = SecretReason;

export type Hit = {
  /** First and behind the last UTF-16 unit of the secret. */
  start: number;
  end: number;
  /** Id of the shape, or `generic-secret`, `password` and the like. */
  type: string;
  provider: string | null;
  /** Public part at the start of the secret. */
  prefix: string;
  /** Name that the secret was found under, empty when it has none. */
  field: string;
  /** What to call it where nothing gives it a name: `password` of a URL. */
  called?: string;
  /** Whether it looks typed rather than made, so that a name alone makes it no surer. */
  typed?: boolean;
  /** Whether it is all of a value whose ends are certain, so that a shape found at its start is all of it. */
  whole?: boolean;
  severity: Severity;
  confidence: Confidence;
  reasons: Reason[];
  /** Of two hits that overlap, the higher rank stays. */
  rank: number;
};

/** Part of a text, by positions. */
export type Span = { start: number; end: number };

/** Rank of known shapes and above. */
export const shapeRank = 1_000;

/** Hits of one text in order, without overlaps. */
export function settle(hits: Hit[]): Hit[] {
  if (hits.length < 2) return hits;
  const sorted = hits.toSorted((a, b) => a.start - b.start || b.rank - a.rank || b.end - a.end);
  const kept: Hit[] = [];
  for (const hit of sorted) {
    const last = kept.at(-1);
    if (last === undefined || hit.start >= last.end) kept.push(hit);
    // A shape inside the match of another one is part of it.
    else if (hit.rank > last.rank && last.rank < shapeRank) kept[kept.length - 1] = hit;
    // What is escaped in it ended the shape too early.
    else if (hit.whole && hit.start === last.start && hit.end > last.end)
      kept[kept.length - 1] = { ...last, end: hit.end };
  }
  return kept;
}

/** The same hits in a text that has `by` more units in front. */
export function shift(hits: Hit[], by: number): Hit[] {
  if (by === 0) return hits;
  return hits.map((hit) => ({ ...hit, start: hit.start + by, end: hit.end + by }));
}
