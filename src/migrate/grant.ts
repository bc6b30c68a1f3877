/**
 * Who gets an entry of the vault: the command that it is sealed to, while the config that it came from still
 * names it. Everything else is refused with a reason, so that `exec` is no way to read secrets. It cannot see
 * who asks, nor what a program does with what it was given.
 */
import { usageError } from '../model/usage-error.ts';
import { Secret } from '../secrets/secret.ts';
import { commandDigest, filledOtherwise } from './command-digest.ts';
import type { Vault, VaultEntry } from './vault.ts';
import { permitId } from './launcher/entries.ts';

export type Wanted = {
  /** The entry that is named, null with `--mcp-auth` alone. */
  id: string | null;
  mcpAuth: boolean;
  argv: string[];
};

/**
 * Whether a config, by its path, still holds a text: null when it does, `''` when it does not, else why it is
 * not the file that it was.
 */
export type ConfigNames = (config: string, text: string) => Promise<string | null>;

const again = 'run `shadowscan migrate` to see where it stands';

/** The entry that a command may have. Throws a usage error when there is none, or it is for another one. */
export async function grant(
  vault: Vault,
  { id, mcpAuth, argv }: Wanted,
  configNames: ConfigNames,
): Promise<VaultEntry> {
  const entry = await vault.get(id ?? permitId(argv));
  if (entry === null && id === null)
    throw usageError(`exec: this command was not migrated, or has been changed since; ${again}`);
  if (entry === null) throw usageError(`exec: there is no entry ${id}; ${again}`);
  const { config, command } = entry.binding;
  if (entry.kind !== 'values' || command === null)
    throw usageError(`exec: the entry ${entry.id} is for no command`);
  const other = filledOtherwise(argv, entry.open);
  if (other !== null)
    throw usageError(
      `exec: argument ${other} was filled in with something that is no absolute path, and ` +
        `${config} has a folder there`,
    );
  if (command !== commandDigest(argv, entry.open))
    throw usageError(`exec: the entry ${entry.id} is sealed to another command, that of ${config}; ${again}`);
  if (mcpAuth && entry.stores === undefined)
    throw usageError(`exec: the entry ${entry.id} gives no token files; ${again}`);
  const why = await configNames(config, id ?? '--mcp-auth');
  if (why === '') throw usageError(`exec: ${config} no longer names the entry ${entry.id}; ${again}`);
  if (why !== null) throw usageError(`exec: ${config}: ${why}; the entry ${entry.id} is sealed to it`);
  return entry;
}

/** The values of an entry as variables, for the environment of its command and nothing else. */
export function variablesOf(entry: VaultEntry): Record<string, string> {
  return Object.fromEntries(Object.entries(entry.values).map(([name, value]) => [name, Secret.open(value)]));
}
