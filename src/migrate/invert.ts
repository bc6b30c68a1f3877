/**
 * Takes the single edits of a migration back, the last one first, in a definition that was changed since:
 * what was added to it stays, and where it has a value of its own again for what was taken out, that is newer
 * and stays too. Where an edit is not found as it was made it gives up as a whole.
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

/** The scalar that a pointer names, open; null when there is none. */
export function textAt(format: Format, text: string, pointer: string): string | null {
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

/** Whether an argument that named a variable has a value behind the name again. */
function hasOwnValue(now: string | null, to: string): boolean {
  const name = to.replace(/:\$\{\w+\}$/, '');
  return now !== null && now !== to && (now.startsWith(`${name}=`) || now.startsWith(`${name}:`));
}

/** Places of what was taken out and that somebody has written again. */
type Own = Set<string>;

function kept(text: string, at: string, own: Own): string {
  own.add(at);
  return text;
}

/** An item of a list that was taken out: back in its place, unless it was given again. */
function itemBack(format: Format, text: string, at: string, was: string, own: Own): string | null {
  const { parent, name } = parentOf(at);
  const list = nodeAt(format, text, parent);
  if (list?.type !== 'list') return null;
  const items = list.items.map((_, index) => textAt(format, text, `${parent}/${index}`) ?? '');
  const [, start] = /^([^=\s]+=)/.exec(was) ?? [];
  const isAgain =
    start === undefined
      ? (was.startsWith('-') && items.includes(was)) || own.has(`${parent}/${Number(name) - 1}`)
      : items.some((item) => item.startsWith(start));
  if (!isAgain) return editText(format, text, [{ do: 'insert', at, item: was }]);
  return kept(text, at, own);
}

function back(format: Format, text: string, { change, was }: Done, own: Own): string | null {
  const { parent, name } = parentOf(change.at);
  switch (change.do) {
    case 'text': {
      const now = textAt(format, text, change.at);
      if (hasOwnValue(now, change.to)) return kept(text, change.at, own);
      if (was === null || now !== change.to) return null;
      return editText(format, text, [{ do: 'text', at: change.at, to: was }]);
    }
    case 'lead':
      return withoutItems(format, text, change.at, change.items, false);
    case 'follow': {
      const added = `${parent}/${change.key}`;
      if (Array.isArray(change.value)) return withoutItems(format, text, added, change.value, true);
      const isThere = textAt(format, text, added) === change.value;
      return isThere ? editText(format, text, [{ do: 'drop', at: added }]) : null;
    }
    case 'drop':
      if (was === null) return null;
      if (isList(change.at)) return itemBack(format, text, change.at, was, own);
      // Some programs write every field: an empty one is nobody's value.
      if (textAt(format, text, change.at) === '')
        return editText(format, text, [{ do: 'text', at: change.at, to: was }]);
      if (nodeAt(format, text, change.at) !== null) return kept(text, change.at, own);
      return editText(format, text, [{ do: 'into', at: parent, key: name, value: was }]);
    case 'into':
    case 'insert':
      return null;
  }
}

/**
 * The text without the edits; null when one of them is not there any more as it was made. `isOwn`: it has a
 * value of its own for something that was taken out.
 */
export function inverted(
  format: Format,
  text: string,
  done: Done[],
): { text: string; isOwn: boolean } | null {
  const own: Own = new Set();
  let left: string | null = text;
  for (const one of done.toReversed()) left = left === null ? null : back(format, left, one, own);
  if (left === null || decode(format, Buffer.from(left)).flaws.length > 0) return null;
  return { text: left, isOwn: own.size > 0 };
}
