/** The list that a scan judges by: the options that name it, and what the policy fixes of them. */
import type { Command } from 'commander';
import type { Severity } from '../model/common.ts';
import type { ScanOptions } from '../scan.ts';
import { usageError } from '../model/usage-error.ts';
import { loadAllowlist } from './load.ts';
import {
  type Managed,
  demandUnlocked,
  fixedOptions,
  policyInfo,
  trustOf,
  withCountingWaivers,
} from './policy.ts';

export type ListOptions = {
  allowlist?: string;
  key: string[];
  cache?: string;
  offline?: boolean;
  failOn: Severity | 'none';
  /** Folder or signed bundle of rules. */
  rules?: string;
};

/** Adds the options that name the list and how it is got. */
export function withListOptions(command: Command): Command {
  return command
    .option(
      '-a, --allowlist <list>',
      'what is approved and denied: a YAML or JSON file, or with https:// a list or an MCP registry',
    )
    .option(
      '--key <key>',
      'minisign public key, or a file with one, that must have signed list and rule bundle; repeatable',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--cache <dir>', 'folder for copies of lists by address (default: see shadowscan doctor)')
    .option('--offline', 'never use the network: of a list by address, take the copy that is kept');
}

/** The options that were written out, as `--name`. */
function written(command: Command): string[] {
  return command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
    .map((option) => option.long ?? '');
}

/** What the command line says, with what the policy fixes. */
export function underPolicy<T extends ListOptions>(asked: T, policy: Managed | null, command: Command): T {
  demandUnlocked(policy, written(command));
  const options = { ...asked, ...fixedOptions(policy) };
  if (options.key.length > 0 && options.allowlist === undefined && options.rules === undefined)
    throw usageError('--key: goes with --allowlist or --rules; name what the key has signed');
  return options;
}

/** The list and what the report says of the policy. */
export async function listFor(
  options: ListOptions,
  policy: Managed | null,
  now: Date,
): Promise<Pick<ScanOptions, 'allowlist' | 'policy'>> {
  const told = policyInfo(policy);
  const managed = told === null ? {} : { policy: told };
  if (options.allowlist === undefined) return managed;
  const access = {
    offline: options.offline ?? false,
    cache: options.cache,
    warn: (line: string) => console.error(`shadowscan: ${line}`),
  };
  const loaded = await loadAllowlist(options.allowlist, now, trustOf(policy, options.key), access);
  return { ...managed, allowlist: withCountingWaivers(policy, loaded) };
}
