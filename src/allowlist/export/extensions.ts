/**
 * Editor extensions that a list speaks of, for clients that take a list of them. A version counts as one
 * alone; a range is not carried over.
 */
import type { Allowlist } from '../../model/allowlist.ts';
import { entriesOf } from '../entry.ts';
import { isInScope } from '../scope.ts';
import type { Asked } from './plan.ts';

/** Extension -> exact versions, true for any, false where it is denied. Null: the list judges none. */
export function extensionsOf(list: Allowlist, asked: Asked): Map<string, string[] | true | false> | null {
  const about = { tools: asked.tools, user: asked.user };
  const spoken = (side: 'approve' | 'deny') =>
    entriesOf(list, side, asked.now).filter(
      ({ entry, expired }) => entry.extension !== undefined && !expired && inScope(entry, side),
    );
  const inScope = (entry: Allowlist['approve'][number], side: 'approve' | 'deny'): boolean =>
    isInScope(entry, side, about as Parameters<typeof isInScope>[2], asked.host);
  if (!list.approve.some(({ extension }) => extension !== undefined)) return null;
  const found = new Map<string, string[] | true | false>();
  for (const { entry } of spoken('approve')) {
    const id = entry.extension!.toLowerCase();
    const before = found.get(id);
    if (entry.version === undefined) found.set(id, true);
    else if (/^\d+\.\d+\.\d+$/.test(entry.version) && before !== true)
      found.set(id, [...(Array.isArray(before) ? before : []), entry.version]);
  }
  // A denial of some versions leaves no way to say so but the whole extension.
  for (const { entry } of spoken('deny')) found.set(entry.extension!.toLowerCase(), false);
  return found;
}
