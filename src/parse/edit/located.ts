/**
 * A text's maps, lists and scalars with where each begins and ends: what an edit needs that leaves all other
 * bytes as they are. Positions are UTF-16 units of the decoded text. What it cannot place exactly, such as an
 * alias, is `opaque`, and nothing there is edited.
 */
import type { Span } from '../../secrets/hit.ts';

/** `flow` stands between brackets and is parted by commas; `block` has lines of its own. */
export type Style = 'flow' | 'block';

export type LocatedEntry = {
  key: string;
  /** From the key to the end of the value; null where it is in several places, as a table of TOML. */
  at: Span | null;
  value: Located;
};

export type Located = Span &
  (
    | { kind: 'scalar' | 'opaque' }
    | { kind: 'map'; style: Style; entries: LocatedEntry[] }
    | { kind: 'list'; style: Style; items: { at: Span; value: Located }[] }
  );

export type LocatedMap = Extract<Located, { kind: 'map' }>;
export type LocatedList = Extract<Located, { kind: 'list' }>;

/** The names of a JSON pointer. */
export function segments(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer of what holds the place that a pointer names, and the name of that place in it. */
export function parentOf(pointer: string): { parent: string; name: string } {
  const at = pointer.lastIndexOf('/');
  return { parent: pointer.slice(0, at), name: segments(pointer.slice(at))[0] ?? '' };
}

function step(node: Located, name: string): Located | null {
  if (node.kind === 'list') return node.items[Number(name)]?.value ?? null;
  if (node.kind !== 'map') return null;
  const same = node.entries.filter(({ key }) => key === name);
  // Which of two counts is the client's own choice.
  return same.length === 1 ? same[0]!.value : null;
}

/** What a pointer names; null when it is not there, or there twice. */
export function locate(root: Located, pointer: string): Located | null {
  let node: Located | null = root;
  for (const name of segments(pointer)) node = node && step(node, name);
  return node;
}
