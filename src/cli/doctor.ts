/**
 * `shadowscan doctor`: the configuration in force and who set what, and whether policy, list and cache
 * can be used. It asks no network and opens no keychain.
 */
import { Command } from 'commander';
import { humanOrJson, wantsJson } from './human-or-json.ts';
import { cacheFlaw, cacheFolder } from '../host/cache.ts';
import { writeOut } from '../host/output.ts';
import { policyPlaces } from '../host/policy-file.ts';
import { policyKey } from '../host/policy-registry.ts';
import { filesIn, folderState, keychainState, networkVariables } from '../host/surroundings.ts';
import type { State } from '../host/surroundings.ts';
import { systemPlatform } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Policy } from '../model/policy.ts';
import type { Sink } from '../model/sink.ts';
import { isUsageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { version } from '../version.ts';
import { keptOf, usableCache } from './kept-list.ts';
import { loadAllowlist, loadRules } from './load.ts';
import { type Managed, managedPolicy, trustOf } from './policy.ts';

type Setting = {
  name: string;
  value: string | number | boolean | string[] | null;
  from: 'default' | 'policy';
};
type Part = State & { name: string };

const defaults: Required<{
  [K in keyof Omit<Policy, '$schema'>]: Setting['value'];
}> = {
  allowlist: null,
  publicKeys: null,
  requireSignature: false,
  expiredAllowlist: 'deny-only',
  failOn: 'high',
  localWaivers: false,
  fingerprintKeyFile: null,
  offline: false,
  rules: null,
  localRules: true,
  skip: [],
  strict: false,
  timeLimit: limits.scanSeconds,
  deep: false,
  transcripts: false,
  processes: false,
  protectedFolders: null,
  stateFolder: null,
  sinks: [],
};

/** `name: kind to address, credential in env NAME`. */
function sinkText({ name, kind, path, url, profile, credential = {} }: Sink): string {
  const from = Object.entries(credential).map(([where, what]) => `, credential in ${where} ${what}`);
  return `${name}: ${kind} to ${path ?? url}${profile === undefined ? '' : `, ${profile}`}${from.join('')}`;
}

function settingsOf(policy: Managed | null): Setting[] {
  return (Object.keys(defaults) as (keyof typeof defaults)[]).map((name): Setting => {
    const { sinks } = policy?.settings ?? {};
    const value = name === 'sinks' ? sinks?.map(sinkText) : policy?.settings[name];
    if (value !== undefined) return { name, value, from: 'policy' };
    // Keys demand signatures unless the policy says otherwise.
    const implied = name === 'requireSignature' && policy?.settings.publicKeys !== undefined;
    return { name, value: implied || defaults[name], from: implied ? 'policy' : 'default' };
  });
}

/** What a step says, or the one line by which it ends a scan. */
async function attempt(name: string, step: () => Promise<string>): Promise<Part> {
  try {
    return { name, usable: true, detail: await step() };
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return { name, usable: false, detail: error.message };
  }
}

function cachePart(folder: string): Part {
  const flaw = cacheFlaw(folder);
  if (flaw !== null) return { name: 'cache', usable: false, detail: `${folder}: ${flaw}` };
  const { usable, detail } = folderState(folder);
  const kept = filesIn(folder).filter((file) => /^[0-9a-f]{32}\.json$/.test(file)).length;
  return { name: 'cache', usable, detail: `${folder}: ${detail}${kept > 0 ? `, ${kept} lists kept` : ''}` };
}

/** Whether the list that the policy names can be used now; of one by address, the copy. */
async function listText(policy: Managed, cache: string | undefined): Promise<string> {
  const { allowlist } = policy.settings;
  if (allowlist === undefined) return 'none is fixed';
  if (allowlist.startsWith('https:') && keptOf(usableCache(cache).cache, new URL(allowlist).href) === null)
    return `${allowlist}: not fetched yet`;
  const access = { offline: true, cache };
  const { info } = await loadAllowlist(allowlist, new Date(), trustOf(policy, []), access);
  const signed = info.keyId === undefined ? 'not signed' : `signed by key ${info.keyId}`;
  const when = info.from === 'file' ? '' : `, of ${info.fetchedAt}`;
  return `${info.name}, version ${info.version}, ${signed}${when}`;
}

function human(document: Doctor): string[] {
  const { tool, settings, parts } = document;
  const name = (text: string): string => text.padEnd(20);
  return [
    `shadowscan ${tool.version}, rules ${tool.rules.slice(0, 12)}, Node ${tool.node}, ${tool.platform}`,
    '',
    ...parts.map(({ name: part, usable, detail }) => `${name(part)}${usable ? 'ok' : 'NO'}  ${detail}`),
    '',
    ...settings.map(({ name: setting, value, from }) => {
      const shown = value === null ? '-' : Array.isArray(value) ? value.join(', ') || '-' : String(value);
      return `${name(setting)}${shown} (${from})`;
    }),
  ];
}

type Doctor = {
  schema: 'shadowscan.doctor/1';
  tool: { version: string; rules: string; node: string; platform: string };
  policy: { source: string | null; looked: string[] };
  parts: Part[];
  settings: Setting[];
  network: { variables: string[] };
};

type Options = { format?: string; cache?: string };

async function run(options: Options): Promise<void> {
  const platform = systemPlatform();
  const looked = [...policyPlaces[platform], ...(platform === 'windows' ? [policyKey] : [])];
  let policy: Managed | null = null;
  const policyPart = await attempt('policy', async () => {
    policy = await managedPolicy();
    return policy === null ? `none (${looked.join(', ')})` : policy.source;
  });
  const own = policy as Managed | null;
  const list = await attempt('allowlist', async () =>
    own === null ? 'none is fixed' : listText(own, options.cache),
  );
  let rules = await loadRules();
  const fixed = own?.settings.rules;
  const rulesPart = await attempt('rules', async () => {
    if (own === null || fixed === undefined) return 'the built-in ones';
    rules = await loadRules(fixed, { trust: trustOf(own, []), cache: options.cache });
    return `${fixed}, version ${rules.version}`;
  });
  const variables = networkVariables();
  const document: Doctor = {
    schema: 'shadowscan.doctor/1',
    tool: {
      version,
      rules: rules.sha256,
      node: process.versions.node,
      platform: `${platform} ${process.arch}`,
    },
    policy: { source: own?.source ?? null, looked },
    parts: [
      policyPart,
      list,
      rulesPart,
      cachePart(options.cache ?? cacheFolder()),
      { name: 'keychain', ...keychainState() },
      {
        name: 'network',
        usable: true,
        detail: variables.length === 0 ? 'direct' : `by ${variables.join(', ')}`,
      },
    ],
    settings: settingsOf(own),
    network: { variables },
  };
  const json = wantsJson(options.format);
  const lines = json ? [JSON.stringify(document, null, 2)] : human(document).map(neutral);
  writeOut(lines.map((line) => `${line}\n`));
  // Without a keychain scans are what they are; what is fixed and does not work is an error.
  const broken = document.parts.some(({ name, usable }) => !usable && name !== 'keychain');
  process.exitCode = broken ? 2 : 0;
}

/** The command, for the program. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('print the configuration in force, who set what, and whether all of it can be used')
    .addOption(humanOrJson())
    .option('--cache <dir>', 'another folder for copies of lists')
    .addHelpText(
      'after',
      '\nExit codes: 0 all can be used; 2 policy, list or cache cannot. A keychain is optional.',
    )
    .action(run);
}
