/**
 * How every format grows a tree: scalars are shut into Secrets here, nodes and nesting are counted, and
 * what is wrong is noted from a closed list. No parser's message and no text of the file is recorded.
 */
import { limits } from '../limits.ts';
import type { Flaw, List, Position, Scalar, Tree, TreeMap } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';

/** What one source has become so far. */
export type Growth = { flaws: Flaw[]; nodes: number };

/** A tree that has not begun to grow. */
export function seed(): Growth {
  return { flaws: [], nodes: 0 };
}

function isSame(flaw: Flaw, reason: Flaw['reason'], at: Position): boolean {
  return flaw.reason === reason && flaw.at?.line === at?.line && flaw.at?.column === at?.column;
}

/** Notes a flaw, once. Garbage has thousands: past the bound only a reason not yet noted counts. */
export function note(growth: Growth, reason: Flaw['reason'], at: Position): void {
  const { flaws } = growth;
  if (flaws.some((flaw) => isSame(flaw, reason, at))) return;
  const isKnown = flaws.some((flaw) => flaw.reason === reason);
  if (isKnown && (flaws.length >= limits.flaws || reason === 'too-large')) return;
  flaws.push({ reason, at });
}

/**
 * Counts one more node and says whether it may be kept. `depth` is the number of maps and lists that it
 * lies in, itself included; a scalar has none.
 */
export function fits(growth: Growth, at: Position, depth = 0): boolean {
  if (depth > limits.treeDepth) {
    note(growth, 'too-deep', at);
    return false;
  }
  growth.nodes += 1;
  if (growth.nodes <= limits.treeNodes) return true;
  note(growth, 'too-large', at);
  return false;
}

/** Whether nothing more can be kept, so that reading on is useless. */
export function isFull(growth: Growth): boolean {
  return growth.nodes > limits.treeNodes;
}

/** A piece of text, held shut. */
export function textScalar(value: string, at: Position): Scalar {
  return { type: 'scalar', value: new Secret(value), at };
}

/** A number where JavaScript can hold it exactly, otherwise the digits as text: they may be an identifier. */
export function numberScalar(value: number, written: string, at: Position): Scalar {
  const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return exact ? { type: 'scalar', value, at } : textScalar(written, at);
}

/** True, false or nothing. */
export function plainScalar(value: boolean | null, at: Position): Scalar {
  return { type: 'scalar', value, at };
}

/** A map without entries. */
export function emptyMap(at: Position): TreeMap {
  return { type: 'map', entries: [], at };
}

/** A list without items. */
export function emptyList(at: Position): List {
  return { type: 'list', items: [], at };
}

/** The tree with what was noted about it, as every format returns it. */
export function harvest(growth: Growth, tree: Tree | null): { tree: Tree | null; flaws: Flaw[] } {
  return { tree, flaws: growth.flaws };
}
