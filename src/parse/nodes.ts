/** Small questions to a tree. None of them opens a Secret. */
import type { Entry, List, Tree, TreeMap } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';

/** Entries by key, of maps with more than a few: each key of a file may be asked for. */
const indexes = new WeakMap<Entry[], Map<string, Entry>>();
const fewEntries = 32;

/** The entry that counts where a key is there twice: the last one. */
export function entryOf(entries: Entry[], key: string): Entry | undefined {
  if (entries.length <= fewEntries) return entries.findLast((one) => one.key === key);
  const index = indexes.get(entries) ?? new Map(entries.map((entry) => [entry.key, entry]));
  indexes.set(entries, index);
  return index.get(key);
}

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
  return entryOf(asMap(tree)?.entries ?? [], String(key))?.value ?? null;
}

/** The text of a scalar, that of a number or boolean included; null for all else. */
export function scalarText(tree: Tree | null | undefined): Secret | null {
  if (tree?.type !== 'scalar' || tree.value === null) return null;
  return tree.value instanceof Secret ? tree.value : new Secret(String(tree.value));
}
