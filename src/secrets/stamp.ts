/**
 * The line by which an exported file says which allowlist it was made from. It is looked for in the text as
 * it is, since formats differ in where a remark can stand.
 */
import type { Stamp } from '../model/enforced.ts';
import type { Tree } from '../model/tree.ts';
import { Secret } from './secret.ts';

const line = /shadowscan: ([^\n\r]{1,200}?) version (\S{1,100}) sha256 ([0-9a-f]{64})(?![0-9a-f])/;

/** Texts of a tree, one after another. */
function* textsOf(tree: Tree): Generator<Secret> {
  if (tree.type === 'map') for (const { value } of tree.entries) yield* textsOf(value);
  else if (tree.type === 'list') for (const item of tree.items) yield* textsOf(item);
  else if (tree.value instanceof Secret) yield tree.value;
}

/** The first such line of a text, or of a tree's texts where there is none as a whole. */
export function stampIn(text: Secret | null, tree: Tree): Stamp | null {
  for (const one of text === null ? textsOf(tree) : [text]) {
    const [, name, version, sha256] = line.exec(Secret.open(one)) ?? [];
    if (name !== undefined && version !== undefined && sha256 !== undefined) return { name, version, sha256 };
  }
  return null;
}
