/**
 * Takes the single edits of a migration back, the last one first, in a definition that was changed since:
 * what was added to it stays. Where an edit is not found as it was made it gives up as a whole.
 */
import type { Format } from '../model/format.ts';
import type { Tree } from '../model/tree.ts';
import { decode } from '../parse/decode.ts';
import { type Change, editText } from '../parse/edit/edit-text.ts';
import { parentOf, segments } from '../parse/edit/located.ts';
import { isList } from '../parse/edit/pointers.ts';
import { child, scalarText } from '../parse/nodes.ts';
import { Secret } from '../secrets/secret.ts';

/** An edit that was made, and the text that it took away. */
export type Done = { change: Change; was: string | null };

function nodeAt(format: Format, text: string, pointer: string): Tree | null {
  let { tree } = decode(format, Buffer.from(text));
  for (const name of segments(pointer)) tree = child(tree, tree?.type === 'list' ? Number(name) : name);
  return tree;
}

function textAt(format: Format, text: string, pointer: string): string | null {
  const found = scalarText(nodeAt(format, text, pointer));
  return found === null ? null : Secret.open(found);
}

/** The text without the first items of a list, or without the list where it has no others. */
function withoutItems(format: Format, text: string, list: string, items: string[], isOurs: boolean) {
  const node = nodeAt(format, text, list);
  if (node?.type !== 'list' || items.some((item, at) => textAt(format, text, `${list}/${at}`) !== item))
    return null;
  if (isOurs && node.items.length === items.length) return editText(format, text, [{ do: 'drop', at: list }]);
  return editText(
    format,
    text,
    items.map(() => ({ do: 'drop', at: `${list}/0` })),
  );
}

function back(format: Format, text: string, { change, was }: Done): string | null {
  const { parent, name } = parentOf(change.at);
  switch (change.do) {
    case 'text':
      if (was === null || textAt(format, text, change.at) !== change.to) return null;
      return editText(format, text, [{ do: 'text', at: change.at, to: was }]);
    case 'lead':
      return withoutItems(format, text, change.at, change.items, false);
    case 'follow': {
      const added = `${parent}/${change.key}`;
      if (Array.isArray(change.value)) return withoutItems(format, text, added, change.value, true);
      const isThere = textAt(format, text, added) === change.value;
      return isThere ? editText(format, text, [{ do: 'drop', at: added }]) : null;
    }
    case 'drop':
      if (was === null || isList(change.at) || nodeAt(format, text, change.at) !== null) return null;
      return editText(format, text, [{ do: 'into', at: parent, key: name, value: was }]);
    case 'into':
      return null;
  }
}

/** The text without the edits; null when one of them is not there any more as it was made. */
export function inverted(format: Format, text: string, done: Done[]): string | null {
  let left: string | null = text;
  for (const one of done.toReversed()) left = left === null ? null : back(format, left, one);
  return left === null || decode(format, Buffer.from(left)).flaws.length > 0 ? null : left;
}
