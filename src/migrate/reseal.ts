/**
 * Definitions whose command was changed after it was migrated: `exec` refuses them until their entry is
 * sealed again. That is never done by itself, since a changed command may be somebody else's: the user names
 * the entry.
 */
import type { Layout } from '../model/layout.ts';
import type { Ruleset } from '../model/rules.ts';
import type { VaultLabel } from './envelope.ts';
import { launchOf } from './launch.ts';
import { sealOf } from './seal.ts';
import { type Vault, commandDigest } from './vault.ts';

export type Changed = { entry: string; layout: Layout; argv: string[] };

/** Definitions that start another command than their entry is sealed to, by what of it is sealed. */
export function changedSince(layouts: Layout[], labels: VaultLabel[]): Changed[] {
  return layouts.flatMap((layout): Changed[] => {
    const found = launchOf(layout);
    const label = labels.find(({ id }) => id === found?.entry);
    if (found === null || label === undefined || label.binding.config !== layout.source.path) return [];
    const isSame = label.binding.command === commandDigest(found.argv, label.open);
    return isSame ? [] : [{ entry: found.entry, argv: found.argv, layout }];
  });
}

/** Seals an entry to the command that its definition has now; false when it cannot be sealed to that. */
export async function reseal(
  vault: Vault,
  { entry: id, layout, argv }: Changed,
  rules: Ruleset,
): Promise<boolean> {
  const entry = await vault.get(id);
  const seal = sealOf(layout, argv, rules);
  if (entry === null || seal === null) return false;
  const { command, open } = seal;
  const { open: _, ...rest } = entry;
  const binding = { ...entry.binding, command };
  await vault.put({ ...rest, binding, ...(open.length > 0 && { open }) });
  return true;
}
