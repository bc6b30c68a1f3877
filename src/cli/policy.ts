/**
 * The administrator's policy: read before anything else, and the last word. What it sets cannot be said
 * otherwise on the command line; who tries is told which policy says so.
 */
import { runningUid } from '../host/managed-file.ts';
import { policyPlaces, readPolicyFile } from '../host/policy-file.ts';
import { type RegistryValues, policyKey, readRegistryPolicy } from '../host/policy-registry.ts';
import { systemPlatform } from '../host/system.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyInfo } from '../model/report.ts';
import { usageError } from '../model/usage-error.ts';
import type { Loaded, Trust } from './allowlist-file.ts';
import { publicKeys } from './keys.ts';

export type Managed = { source: string; settings: Policy };

/** Keys that management software adds to a property list, or that other parts of the program read. */
const notOurs = /^(Payload[A-Z]|com\.apple\.|fingerprintKey$)/;

async function parse(file: string, bytes: Buffer): Promise<Policy> {
  // Lazy: most machines have no policy, and their scans need no validator.
  const { Policy } = await import('../model/policy.ts');
  const { parseRuleFile } = await import('../parse/rule-file.ts');
  if (!file.endsWith('.plist')) return parseRuleFile(Policy, bytes, file);
  const { decodePlist } = await import('../parse/plist.ts');
  const { plainValue } = await import('../secrets/plain.ts');
  const { tree, flaws } = decodePlist(bytes);
  const value = plainValue(tree);
  if (flaws.length > 0 || typeof value !== 'object' || value === null)
    throw usageError(`${file}: is not a whole property list`);
  const own = Object.entries(value).filter(([key]) => !notOurs.test(key));
  return parseRuleFile(Policy, Buffer.from(JSON.stringify(Object.fromEntries(own))), file);
}

/** The policy of some places, which must belong to `owner`; null when there is none. */
export async function policyIn(files: string[], owner: number): Promise<Managed | null> {
  const read = readPolicyFile(files, owner);
  if (read === null) return null;
  if ('flaw' in read) throw usageError(`policy ${read.flaw}`);
  return { source: read.file, settings: await parse(read.file, read.bytes) };
}

/** The policy that some values of the registry make. A number that stands for yes or no is read as that. */
export async function policyOf(values: RegistryValues): Promise<Managed> {
  const { Policy } = await import('../model/policy.ts');
  const { parseRuleFile } = await import('../parse/rule-file.ts');
  const shape: Record<string, { safeParse(value: unknown): { success: boolean } }> = Policy.shape;
  const read = Object.entries(values).map(([name, value]) => {
    const asked = Object.hasOwn(shape, name) ? shape[name]! : null;
    const isSwitch = (value === 0 || value === 1) && asked?.safeParse(value === 1).success;
    return [name, isSwitch ? value === 1 : value];
  });
  const bytes = Buffer.from(JSON.stringify(Object.fromEntries(read)));
  return { source: policyKey, settings: parseRuleFile(Policy, bytes, policyKey) };
}

/** The policy of the registry, beside which there must be no other one. */
async function withRegistry(other: Managed | null): Promise<Managed | null> {
  const read = readRegistryPolicy();
  if ('refused' in read) {
    const lost = 'what an administrator fixed there does not hold';
    console.error(`shadowscan: ${policyKey}: cannot be read (${read.refused}); ${lost}`);
    return other;
  }
  if (read.values === null) return other;
  if (other !== null)
    throw usageError(`policy ${policyKey}: there is also ${other.source}; keep one of them`);
  return policyOf(read.values);
}

/** The policy of this machine; null when there is none. A usage error when nobody may trust it. */
export async function managedPolicy(): Promise<Managed | null> {
  const platform = systemPlatform();
  const file = await policyIn(policyPlaces[platform], 0);
  return platform === 'windows' ? withRegistry(file) : file;
}

/** What the report says of a policy. */
export function policyInfo(policy: Managed | null): PolicyInfo | null {
  if (policy === null) return null;
  const settings = Object.keys(policy.settings).filter((name) => name !== '$schema');
  return { source: policy.source, settings: settings.toSorted() };
}

/** Setting -> options that would say otherwise. */
const locks: Partial<Record<keyof Policy, string[]>> = {
  allowlist: ['--allowlist'],
  publicKeys: ['--key'],
  failOn: ['--fail-on', '--exit-zero'],
  rules: ['--rules'],
  skip: ['--skip', '--only'],
  strict: ['--strict'],
  timeLimit: ['--time-limit'],
  deep: ['--deep'],
  transcripts: ['--transcripts'],
  processes: ['--processes'],
  protectedFolders: ['--protected-folders'],
  stateFolder: ['--state'],
};

/** Refuses options that the policy has fixed. `given` are those of the command line, as they are written. */
export function demandUnlocked(policy: Managed | null, given: string[]): void {
  for (const [setting, options] of Object.entries(locks) as [keyof Policy, string[]][]) {
    if (policy === null || policy.settings[setting] === undefined) continue;
    const wrong = options.find((option) => given.includes(option));
    if (wrong === undefined) continue;
    throw usageError(`${wrong}: ${setting} is fixed by the policy ${policy.source}; leave the option out`);
  }
  if (policy?.settings.localRules === false && given.includes('--rules'))
    throw usageError(`--rules: the policy ${policy.source} allows none but the built-in ones; leave it out`);
}

/** Options as the policy fixes them, by their names on the command line; what it leaves open is not there. */
export function fixedOptions(policy: Managed | null): Record<string, unknown> {
  const {
    allowlist,
    failOn,
    offline,
    rules,
    skip,
    strict,
    timeLimit,
    deep,
    transcripts,
    processes,
    protectedFolders,
  } = policy?.settings ?? {};
  const fixed = {
    allowlist,
    failOn,
    // What may be done offline, anybody may choose.
    offline: offline || undefined,
    rules,
    skip,
    strict,
    timeLimit,
    deep,
    transcripts,
    processes,
    protectedFolders,
    // A folder of root's: what users scan themselves is not kept there.
    state: runningUid() === 0 ? policy?.settings.stateFolder : undefined,
  };
  return Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined));
}

/** What is demanded of a list: by the policy, else by `--key`. */
export function trustOf(policy: Managed | null, keys: string[]): Trust {
  const { publicKeys: fixed, requireSignature, expiredAllowlist } = policy?.settings ?? {};
  const keysFrom = fixed === undefined ? '--key' : policy!.source;
  const trusted = publicKeys(fixed ?? keys, keysFrom);
  return {
    keys: trusted,
    keysFrom,
    signed: requireSignature ?? true,
    refuseExpired: expiredAllowlist === 'refuse',
  };
}

/**
 * The list with the waivers that count. On a machine with a policy these are the waivers of a list that the
 * policy names, or that its keys have signed; others only where it says so.
 */
export function withCountingWaivers(policy: Managed | null, loaded: Loaded): Loaded {
  if (policy === null || policy.settings.localWaivers || policy.settings.allowlist !== undefined)
    return loaded;
  const signed = policy.settings.publicKeys !== undefined && loaded.info.signature === 'valid';
  return signed ? loaded : { ...loaded, list: Object.assign({ ...loaded.list }, { waivers: [] }) };
}
