/**
 * Definitions whose command was changed after it was migrated: `exec` refuses them until their entry is
 * sealed again. That is never done by itself, since a changed command may be somebody else's: the user names
 * the entry.
 */
import type { Layout } from '../model/layout.ts';
import type { Ruleset } from '../model/rules.ts';
import type { VaultLabel } from './envelope.ts';
import { type Vault, commandDigest, openArguments } from './vault.ts';
import { launchOf } from './launch.ts';
import { isFilledIn } from './words.ts';

export type Changed = { entry: string; layout: Layout; argv: string[] };

function sealOf({ layout, argv }: Pick<Changed, 'layout' | 'argv'>, rules: Ruleset) {
  const open = isFilledIn(layout, argv, rules) ? openArguments(argv) : [];
  return { command: commandDigest(argv, open), open };
}

/** Definitions that start another command than their entry is sealed to. */
export function changedSince(layouts: Layout[], labels: VaultLabel[], rules: Ruleset): Changed[] {
  return layouts.flatMap((layout): Changed[] => {
    const found = launchOf(layout);
    const label = labels.find(({ id }) => id === found?.entry);
    if (found === null || label === undefined || label.binding.config !== layout.source.path) return [];
    const isSame = label.binding.command === sealOf({ layout, argv: found.argv }, rules).command;
    return isSame ? [] : [{ entry: found.entry, argv: found.argv, layout }];
  });
}

/** Seals an entry to the command that its definition has now. */
export async function reseal(vault: Vault, changed: Changed, rules: Ruleset): Promise<void> {
  const entry = await vault.get(changed.entry);
  if (entry === null) return;
  const { command, open } = sealOf(changed, rules);
  const { open: _, ...rest } = entry;
  const binding = { ...entry.binding, command };
  await vault.put({ ...rest, binding, ...(open.length > 0 && { open }) });
}
