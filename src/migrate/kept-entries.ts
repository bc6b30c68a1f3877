/**
 * What the vault has, as its labels say without the keychain: whether the configs still name it, and dropping
 * it. That must work for entries that nothing opens any more, too, so that no key is asked for.
 */
import { limits } from '../limits.ts';
import type { KeptEntry } from '../model/plan.ts';
import { usageError } from '../model/usage-error.ts';
import type { VaultHost } from '../model/vault-host.ts';
import type { VaultLabel } from './envelope.ts';
import { filesOfOrigin, originId, prefixOf } from './launcher/entries.ts';
import { entryOfRecord, recordId } from './record.ts';
import { suffix } from './vault.ts';

/** Whether a file holds a text; null when it cannot be read. */
export type Holds = (file: string, text: string) => boolean | null;

/** Ids of all entries, those that nothing opens any more too; without the records of how definitions were. */
export function idsIn({ folder }: Pick<VaultHost, 'folder'>): string[] {
  const names = folder.names().filter((name) => name.endsWith(suffix));
  const ids = names.map((name) => name.slice(0, -suffix.length));
  return [...new Set(ids.map((id) => entryOfRecord(id) ?? filesOfOrigin(id) ?? id))];
}

/** What still needs an entry: its config, or the commands that are given its token files. */
function isNamed({ id, binding }: VaultLabel, labels: VaultLabel[], holds: Holds): boolean | null {
  const prefix = prefixOf(id);
  if (prefix === null) return holds(binding.config, id);
  return labels.some(({ stores }) => stores?.includes(prefix));
}

/** The entries with where they came from. */
export function keptEntries(labels: VaultLabel[], holds: Holds): KeptEntry[] {
  return labels
    .filter(({ id }) => entryOfRecord(id) === null && filesOfOrigin(id) === null)
    .map((label) => ({
      entry: label.id,
      path: label.binding.config,
      named: isNamed(label, labels, holds),
    }));
}

/** Drops an entry for good; last of all, how its definition was. */
export async function drop(host: VaultHost, entry: string): Promise<void> {
  const done = await host.alone(limits.lockMilliseconds, async () => {
    const prefix = prefixOf(entry);
    const beside = prefix === null ? recordId(entry) : originId(prefix);
    for (const id of [entry, beside]) host.folder.remove(id + suffix);
  });
  if (done === null) throw usageError('the vault is in use by another shadowscan; try again');
}
