/**
 * `shadowscan doctor`: the configuration in force and who set what, and whether all that a scan relies on can
 * be used, each with the way out. Nothing is asked of a network or a keychain unless `--probe` says so.
 */
import * as path from 'node:path';
import { Command } from 'commander';
import { humanOrJson, wantsJson } from './human-or-json.ts';
import { cacheFolder } from '../host/cache.ts';
import { deviceId } from '../host/device-id.ts';
import { runningUid } from '../host/managed-file.ts';
import { writeOut } from '../host/output.ts';
import { policyPlaces } from '../host/policy-file.ts';
import { policyKey } from '../host/policy-registry.ts';
import { networkVariables } from '../host/surroundings.ts';
import { systemHost } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Doctor, Setting } from '../model/doctor.ts';
import type { Policy } from '../model/policy.ts';
import type { Sink } from '../model/sink.ts';
import { usageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { version } from '../version.ts';
import {
  attempt,
  cachePart,
  devicePart,
  diskPart,
  keychainPart,
  keyPart,
  programParts,
  protectedPart,
  sinkParts,
  statePart,
  timeParts,
} from './doctor-parts.ts';
import { keptOf, usableCache } from './kept-list.ts';
import { loadAllowlist, loadRules } from './load.ts';
import { type Managed, managedPolicy, trustOf } from './policy.ts';

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

/** Whether the list that the policy names can be used now; of one by address, the copy. */
async function listText(policy: Managed, cache: string | undefined, now: Date): Promise<string> {
  const { allowlist } = policy.settings;
  if (allowlist === undefined) return 'none is fixed';
  if (allowlist.startsWith('https:') && keptOf(usableCache(cache).cache, new URL(allowlist).href) === null)
    return `${allowlist}: not fetched yet`;
  const access = { offline: true, cache };
  const { info } = await loadAllowlist(allowlist, now, trustOf(policy, []), access);
  const signed = info.keyId === undefined ? 'not signed' : `signed by key ${info.keyId}`;
  const when = info.from === 'file' ? '' : `, of ${info.fetchedAt}`;
  const ends = info.expiresAt === null ? '' : `, until ${info.expiresAt}`;
  if (info.expiresAt !== null && now > new Date(info.expiresAt))
    throw usageError(`${info.name}, version ${info.version}: expired on ${info.expiresAt}; get a new one`);
  return `${info.name}, version ${info.version}, ${signed}${when}${ends}`;
}

const marks = { ok: 'ok  ', warn: 'warn', fail: 'NO  ' };

function human(document: Doctor): string[] {
  const { tool, settings, parts } = document;
  const name = (text: string): string => text.padEnd(20);
  return [
    `shadowscan ${tool.version}, rules ${tool.rules.slice(0, 12)}, Node ${tool.node}, ${tool.platform}`,
    '',
    ...parts.flatMap(({ name: part, state, detail, remedy }) => [
      `${name(part)}${marks[state]}  ${detail}`,
      ...(remedy === undefined ? [] : [`${name('')}      -> ${remedy}`]),
    ]),
    '',
    ...settings.map(({ name: setting, value, from }) => {
      const shown = value === null ? '-' : Array.isArray(value) ? value.join(', ') || '-' : String(value);
      return `${name(setting)}${shown} (${from})`;
    }),
  ];
}

type Options = { format?: string; cache?: string; state?: string; probe?: boolean };

async function run(options: Options): Promise<void> {
  const host = systemHost();
  const { platform } = host;
  const { probe = false } = options;
  const looked = [...policyPlaces[platform], ...(platform === 'windows' ? [policyKey] : [])];
  let policy: Managed | null = null;
  const policyPart = await attempt('policy', async () => {
    policy = await managedPolicy();
    return policy === null ? `none (${looked.join(', ')})` : policy.source;
  });
  const own = policy as Managed | null;
  const list = await attempt('allowlist', async () =>
    own === null ? 'none is fixed' : listText(own, options.cache, host.now()),
  );
  let rules = await loadRules();
  const fixed = own?.settings.rules;
  const rulesPart = await attempt('rules', async () => {
    if (own === null || fixed === undefined) return 'the built-in ones';
    rules = await loadRules(fixed, { trust: trustOf(own, []), cache: options.cache });
    return `${fixed}, version ${rules.version}`;
  });
  const variables = networkVariables();
  const folder = options.state ?? (runningUid() === 0 ? own?.settings.stateFolder : undefined);
  const state = folder === undefined ? null : statePart(path.resolve(folder));
  const network = variables.length === 0 ? 'direct' : `by ${variables.join(', ')}`;
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
      ...programParts(),
      policyPart,
      list,
      rulesPart,
      cachePart(options.cache ?? cacheFolder()),
      ...(state === null ? [] : [state.part]),
      keyPart(host, own),
      devicePart(deviceId(platform, host.hostname)),
      ...(await sinkParts(own?.settings.sinks ?? [], host, probe)),
      ...timeParts(host, rules, state?.lastRun ?? null),
      diskPart(path.resolve(folder ?? options.cache ?? cacheFolder())),
      ...protectedPart(host, rules),
      await keychainPart(probe),
      { name: 'network', state: 'ok', usable: true, detail: network },
    ],
    settings: settingsOf(own),
    network: { variables },
  };
  const json = wantsJson(options.format);
  const lines = json ? [JSON.stringify(document, null, 2)] : human(document).map(neutral);
  writeOut(lines.map((line) => `${line}\n`));
  process.exitCode = document.parts.some((part) => part.state === 'fail') ? 2 : 0;
  if (probe) (await import('../host/keychain.ts')).endDespiteKeychain(process.exitCode);
}

/** The command, for the program. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('print the configuration in force, who set what, and whether all of it can be used')
    .addOption(humanOrJson())
    .option('--cache <dir>', 'another folder for copies of lists')
    .option('--state <dir>', 'look at this state folder (default: that of the policy, for root)')
    .option('--probe', 'ask the keychain for an answer, too, and open a connection to each receiver')
    .addHelpText(
      'after',
      '\nExit codes: 0 all can be used, warnings included; 2 something cannot. A keychain is optional.',
    )
    .action(run);
}
