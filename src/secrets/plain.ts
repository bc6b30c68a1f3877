/**
 * A tree as plain JSON, with its texts open. Only for files that an administrator wrote for this program,
 * such as its own policy; what is scanned stays shut.
 */
import type { Tree } from '../model/tree.ts';
import { Secret } from './secret.ts';

/** The value that a tree stands for; of a key that occurs twice, the last one. */
export function plainValue(tree: Tree | null): unknown {
  if (tree === null) return null;
  if (tree.type === 'list') return tree.items.map(plainValue);
  if (tree.type === 'map')
    return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plainValue(value)]));
  return tree.value instanceof Secret ? Secret.open(tree.value) : tree.value;
}
