/**
 * What there is against what a receiver was told of before: what is new, what has changed, and what is gone
 * because the run looked where it was. It keeps nothing itself.
 */
import type { Fact } from '../model/fact.ts';
import type { ToldAsset } from '../model/known.ts';
import type { AssetChange } from '../model/telling.ts';
import type { Looked } from './looked.ts';

/** What can be told: an id for all runs, what it says, and the fact that stands for it. */
type Tellable = { event: string; digest: string; anchor: Fact; name: string };

/** What is there, as it is kept, with what is different about it. */
export type Current<A> = { asset: A; kept: ToldAsset; change: Exclude<AssetChange, 'removed'> };

const keyOf = (target: string, event: string): string => `${target}\0${event}`;

function keptOf({ event, digest, anchor, name }: Tellable, run: number, looked: Looked): ToldAsset {
  const { line, pointer, path } = anchor.origin;
  return {
    target: looked.targetOf(anchor),
    event,
    digest,
    kind: anchor.kind,
    name,
    user: anchor.user ?? '',
    tools: anchor.tools,
    fact: anchor.id,
    file: path,
    ways: [...looked.ways],
    located: looked.isLocated(path),
    placed: line !== undefined || pointer !== undefined,
    lastRun: run,
  };
}

/** Compares what there is with what was told. `run` is the number of this run. */
export function compareTold<A extends Tellable>(
  assets: A[],
  told: ToldAsset[],
  looked: Looked,
  run: number,
): { current: Current<A>[]; removed: ToldAsset[] } {
  const byKey = new Map(told.map((one) => [keyOf(one.target, one.event), one]));
  const seen = new Map<string, Current<A>>();
  for (const asset of assets) {
    const kept = keptOf(asset, run, looked);
    const key = keyOf(kept.target, kept.event);
    // Agents that nobody knows can share an id; receivers would take the second for the first.
    if (seen.has(key)) continue;
    const before = byKey.get(key);
    if (before === undefined) {
      seen.set(key, { asset, kept, change: 'new' });
      continue;
    }
    // A run with fewer options sees less of it: no change, and what was told stands.
    const isLess = !before.ways.every((way) => looked.ways.includes(way));
    const ways = isLess ? before.ways : kept.ways.filter((way) => before.ways.includes(way));
    const digest = isLess ? before.digest : kept.digest;
    const change = digest === before.digest ? 'same' : 'changed';
    seen.set(key, { asset, kept: { ...kept, ways, digest }, change });
  }
  const removed = told.filter((one) => !seen.has(keyOf(one.target, one.event)) && looked.wouldSee(one));
  return { current: [...seen.values()], removed };
}
