/**
 * Rule bundles: made of a folder of rules, and read again when their signature, expiry and version allow it.
 * A bundle without a signature counts for nothing: it can take the place of every rule.
 */
import path from 'node:path';
import { readFile } from '../host/open-file.ts';
import { demandTrusted, readRuleFiles } from '../host/rule-files.ts';
import { limits } from '../limits.ts';
import { RuleBundle } from '../model/rule-bundle.ts';
import { usageError } from '../model/usage-error.ts';
import { checkFolded, foldRules } from '../fold-rules.ts';
import { demandLinear } from '../pattern-cost.ts';
import { type FoldedRules, makeRuleset } from '../ruleset.ts';
import { rulesSource } from '../rules-source.ts';
import { version } from '../version.ts';
import { type ListBytes, demandSigned } from './allowlist-file.ts';
import type { RulesAccess } from './load.ts';

export type LoadedBundle = { bundle: RuleBundle; folded: FoldedRules; keyId: string };

function bytesOf(given: string, file: string): Buffer | null {
  const read = readFile(file, path.parse(file).root, limits.ruleBytes);
  if (read === null) return null;
  if ('refused' in read) throw usageError(`${given}: cannot be read (${read.refused})`);
  return read.bytes;
}

/** A bundle and the signature beside it, as they lie there. */
export function bundleBytes(given: string): ListBytes {
  const file = path.resolve(given);
  demandTrusted(file);
  const bytes = bytesOf(given, file);
  if (bytes === null) throw usageError(`${given}: no such rule bundle`);
  return { bytes, signature: bytesOf(`${given}.minisig`, `${file}.minisig`)?.toString('utf8') ?? null };
}

/** A bundle as it is written, before anybody asks who signed it. */
export function parseBundle(bytes: Buffer, given: string): RuleBundle {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw usageError(`${given}: is no rule bundle (not JSON); \`shadowscan rules bundle\` makes one`);
  }
  const result = RuleBundle.safeParse(value);
  if (result.success) return result.data;
  const at = result.error.issues[0]?.path.join('.') || 'schema';
  throw usageError(
    `${given}: is no rule bundle of this program (${at}); \`shadowscan rules bundle\` makes one`,
  );
}

/** Whether a day or moment lies before now; a day counts to its end. */
function isOver(expires: string, now: Date): boolean {
  return now.getTime() > Date.parse(expires.includes('T') ? expires : `${expires}T23:59:59.999Z`);
}

/** A bundle that may be used: signed by a trusted key, not expired, not older than one that was seen. */
export async function loadBundle(
  given: string,
  now: Date,
  { trust, cache, remember = false }: RulesAccess,
): Promise<LoadedBundle> {
  if (trust === undefined || trust.keys.length === 0)
    throw usageError(
      `${given}: a rule bundle counts only when a key of --key or of the policy has signed it`,
    );
  const read = bundleBytes(given);
  const keyId = await demandSigned(read, given, { ...trust, signed: true });
  const bundle = parseBundle(read.bytes, given);
  if (bundle.expires !== undefined && isOver(bundle.expires, now))
    throw usageError(`${given}: expired on ${bundle.expires}; get a new one`);
  const kept = await import('./kept-list.ts');
  const seen = kept.usableCache(cache);
  const { name, version: own } = bundle;
  const versioned = {
    info: { name: `rules ${name}`, source: path.resolve(given), signature: 'valid' as const, version: own },
  };
  kept.demandNewest(seen.cache, versioned, given);
  const folded = checkFolded(bundle.rules, given);
  if (bundle.adds) demandLinear(folded, given);
  const complaint = remember ? (seen.complaint ?? kept.remember(seen.cache, versioned)) : null;
  if (complaint !== null) console.error(`shadowscan: ${complaint}`);
  return { bundle, folded, keyId: keyId! };
}

/** What a bundle says of itself. */
export type BundleHead = Pick<RuleBundle, 'name' | 'version' | 'expires'>;

/**
 * The text of a bundle of a folder's rules. A folder with all that rules need takes the place of the built-in
 * ones; any other adds to them, and is checked together with them.
 */
export function makeBundle(
  folder: string,
  head: BundleHead,
  now: Date,
): { text: string; bundle: RuleBundle } {
  demandTrusted(folder);
  const folded = foldRules(readRuleFiles(folder), folder);
  const { places, server, caches, words } = folded;
  const adds = [places, server, caches, words].some((part) => part === null);
  makeRuleset(head.version, adds ? rulesSource() : folded, adds ? folded : null);
  demandLinear(folded, folder);
  const bundle: RuleBundle = {
    schema: 'shadowscan.rules/1',
    ...head,
    created: now.toISOString(),
    madeBy: version,
    adds,
    rules: folded,
  };
  return { text: `${JSON.stringify(RuleBundle.parse(bundle))}\n`, bundle };
}
