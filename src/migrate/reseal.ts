/**
 * Definitions whose command, or the address that a helper prints headers for, was changed after it was
 * migrated: they get nothing until their entry is sealed again. That is never done by itself, since what is
 * there now may be somebody else's: the user names the entry.
 */
import type { Layout } from '../model/layout.ts';
import type { Ruleset } from '../model/rules.ts';
import { Secret } from '../secrets/secret.ts';
import type { VaultLabel } from './envelope.ts';
import { headersArgv } from './headers.ts';
import { type Launch, launchOf } from './launch.ts';
import { type Seal, sealOf } from './seal.ts';
import { type Vault, commandDigest } from './vault.ts';
import { isFilledIn } from './words.ts';

/** `url`: the address that the definition has now, where a helper prints its headers; else null. */
export type Changed = { entry: string; layout: Layout; argv: string[]; url: string | null };

/** The address of a definition that a helper of ours prints headers for; null for a command. */
const addressOf = ({ argv }: Launch, { url }: Layout): string | null =>
  argv.length > 0 || (url?.value ?? null) === null ? null : Secret.open(url!.value!);

/**
 * Definitions that start another command, or have another address, than their entry is sealed to, by what of
 * it is sealed. `launchOn` tells how a definition goes through us; without helpers where it is left out.
 */
export function changedSince(
  layouts: Layout[],
  labels: VaultLabel[],
  launchOn: (layout: Layout) => Launch | null = launchOf,
): Changed[] {
  return layouts.flatMap((layout): Changed[] => {
    const found = launchOn(layout);
    const label = labels.find(({ id }) => id === found?.entry);
    if (found === null || label === undefined || label.binding.config !== layout.source.path) return [];
    const url = addressOf(found, layout);
    const argv = url === null ? found.argv : headersArgv(url);
    if (argv.length === 0) return [];
    const isSame = label.binding.command === commandDigest(argv, label.open);
    return isSame ? [] : [{ entry: found.entry, argv, url, layout }];
  });
}

/** What an address is sealed as; null when a client fills in something of it. */
function addressSeal(layout: Layout, url: string, rules: Ruleset): Pick<Seal, 'command' | 'open'> | null {
  if (isFilledIn(layout, [url], rules)) return null;
  return { command: commandDigest(headersArgv(url)), open: [] };
}

/** Seals an entry to what its definition has now; false when it cannot be sealed to that. */
export async function reseal(
  vault: Vault,
  { entry: id, layout, argv, url }: Changed,
  rules: Ruleset,
): Promise<boolean> {
  const entry = await vault.get(id);
  const seal = url === null ? sealOf(layout, argv, rules) : addressSeal(layout, url, rules);
  if (entry === null || seal === null) return false;
  const { command, open } = seal;
  const { open: _, ...rest } = entry;
  const binding = { ...entry.binding, command };
  await vault.put({ ...rest, binding, ...(open.length > 0 && { open }) });
  return true;
}
