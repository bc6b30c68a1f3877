/**
 * What an approval says, as a digest: another one when anything in the entry is written anew, be it its
 * reason alone, and the same when entries are added before it.
 */
import { createHash } from 'node:crypto';
import type { Allowlist } from '../model/allowlist.ts';

/** Name of an approval, as facts have it -> digest; null for one that the list has not. */
export function entryDigests({ approve }: Allowlist): (name: string) => string | null {
  const byName = new Map(approve.map((entry, index) => [entry.id ?? `approve[${index}]`, entry]));
  return (name) => {
    const entry = byName.get(name);
    return entry === undefined ? null : createHash('sha256').update(JSON.stringify(entry)).digest('hex');
  };
}
