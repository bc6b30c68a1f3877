/**
 * Rules and allowlist, as every command that judges something needs them. All errors here are usage errors.
 */
import { demandTrusted, isFile, readRuleFiles } from '../host/rule-files.ts';
import { readFile } from '../host/open-file.ts';
import { limits } from '../limits.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { makeRuleset } from '../ruleset.ts';
import { rulesSource } from '../rules-source.ts';
import { version } from '../version.ts';
import type { RegistryPage } from '../allowlist/registry-page.ts';
import { type Loaded, type Trust, noTrust, readList, readRegistry } from './allowlist-file.ts';
import type { RemoteOptions } from './allowlist-remote.ts';
import path from 'node:path';
import { readText } from '../parse/encoding.ts';

/** How a bundle of rules is trusted, and where the versions are kept that were seen. */
export type RulesAccess = { trust?: Trust; cache?: string | undefined; remember?: boolean };

/** The built-in rules, those of a folder on top of them, or those of a signed bundle. */
export async function loadRules(overlay?: string, access: RulesAccess = {}): Promise<Ruleset> {
  if (overlay === undefined) return makeRuleset(version, rulesSource(), null);
  if (isFile(overlay)) {
    const { loadBundle } = await import('./rule-bundle.ts');
    const { managedPolicy, trustOf } = await import('./policy.ts');
    const trust = access.trust ?? trustOf(await managedPolicy(), []);
    const { bundle, folded } = await loadBundle(overlay, new Date(), { ...access, trust });
    if (bundle.adds) return makeRuleset(bundle.version, rulesSource(), folded);
    return makeRuleset(bundle.version, folded, null);
  }
  demandTrusted(overlay);
  // Lazy, as below: a scan with built-in rules alone needs no validator.
  const { foldRules } = await import('../fold-rules.ts');
  const { demandLinear } = await import('../pattern-cost.ts');
  const added = foldRules(readRuleFiles(overlay), overlay);
  demandLinear(added, overlay);
  return makeRuleset(version, rulesSource(), added);
}

/** A file of the caller's, with what it may hold. */
function readGiven(given: string, file: string): Buffer | null {
  const read = readFile(file, path.parse(file).root, limits.ruleBytes);
  if (read === null) return null;
  if ('refused' in read) throw usageError(`--allowlist ${given}: cannot be read (${read.refused})`);
  return read.bytes;
}

/** What an MCP registry lists, when that is what a JSON file holds. */
async function registryIn(bytes: Buffer): Promise<RegistryPage | null> {
  if (!bytes.includes('"servers"')) return null;
  const { pageOf } = await import('./fetch-registry.ts');
  const page = pageOf('application/json', bytes);
  return 'failed' in page ? null : page;
}

/** An allowlist file, with the signature beside it, and what the report says of it. */
export async function loadAllowlistFile(given: string, now: Date, trust: Trust = noTrust): Promise<Loaded> {
  const file = path.resolve(given);
  demandTrusted(file);
  const bytes = readGiven(given, file);
  if (bytes === null) throw usageError(`--allowlist ${given}: no such file`);
  const signed = readGiven(`${given}.minisig`, `${file}.minisig`);
  const signature = signed === null ? null : readText(signed);
  const place = { name: given, source: file, fetchedAt: now, from: 'file' as const };
  const registry = file.endsWith('.json') ? await registryIn(bytes) : null;
  if (registry !== null) {
    if (registry.nextCursor !== null)
      throw usageError(`${given}: is one page of several; get the rest, or name the registry's address`);
    return readRegistry(registry, { ...place, name: `MCP registry ${path.basename(file)}` }, trust);
  }
  return readList({ bytes, signature }, place, trust, now);
}

/** How lists by address are got; a file needs none of it. */
export type Access = Partial<RemoteOptions>;

/** An allowlist by file or address. A signed file is held against the versions that were seen, too. */
export async function loadAllowlist(
  given: string,
  now: Date,
  trust: Trust = noTrust,
  { offline = false, cache, warn = () => {}, fresh = false }: Access = {},
): Promise<Loaded> {
  if (/^https?:\/\//i.test(given)) {
    const { loadRemote } = await import('./allowlist-remote.ts');
    return loadRemote(given, now, trust, { offline, cache, warn, fresh });
  }
  const loaded = await loadAllowlistFile(given, now, trust);
  if (loaded.info.signature === 'valid') {
    const { demandNewest, usableCache } = await import('./kept-list.ts');
    demandNewest(usableCache(cache).cache, loaded, given);
  }
  return loaded;
}
