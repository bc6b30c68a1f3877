/** Small questions to a tree. None of them opens a Secret. */
import type { List, Tree, TreeMap } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';

/** The node as a map, or null. */
export function asMap(tree: Tree | null | undefined): TreeMap | null {
  return tree?.type === 'map' ? tree : null;
}

/** The node as a list, or null. */
export function asList(tree: Tree | null | undefined): List | null {
  return tree?.type === 'list' ? tree : null;
}

/** The value under a key, the last one where it occurs twice; or the item at an index; or null. */
export function child(tree: Tree | null | undefined, key: string | number): Tree | null {
  if (tree?.type === 'list') return (typeof key === 'number' && tree.items[key]) || null;
  return asMap(tree)?.entries.findLast((entry) => entry.key === String(key))?.value ?? null;
}

/** The text of a scalar, that of a number or boolean included; null for all else. */
export function scalarText(tree: Tree | null | undefined): Secret | null {
  if (tree?.type !== 'scalar' || tree.value === null) return null;
  return tree.value instanceof Secret ? tree.value : new Secret(String(tree.value));
}
