/**
 * `shadowscan allowlist export`: the list in each client's own words, as files for an administrator to
 * install. Nothing is ever written to where a client reads.
 */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { Command, Option } from 'commander';
import { type Exported, type Exporting, exportClient } from '../allowlist/export/export-client.ts';
import type { SeenServer } from '../allowlist/export/target.ts';
import { targets } from '../allowlist/export/targets.ts';
import { installNote, isStamped, sidecar, stampOf } from '../allowlist/export/written.ts';
import { clientFolders } from '../discover/client-folders.ts';
import { realFolder, writeFolder } from '../host/output-folder.ts';
import { systemHost } from '../host/system.ts';
import { writeOut } from '../host/output.ts';
import type { Decision } from '../model/allowlist.ts';
import type { Platform } from '../model/common.ts';
import type { Ruleset } from '../model/rules.ts';
import type { ServerFact } from '../model/fact.ts';
import { usageError } from '../model/usage-error.ts';
import { platforms } from '../model/words.ts';
import { neutral, neutralJson } from '../report/neutral.ts';
import { createSecrets } from '../secrets/engine.ts';
import type { Loaded } from './allowlist-file.ts';
import { deciding } from './deciding.ts';
import { loadAllowlist, loadRules } from './load.ts';
import { demandUnlocked, managedPolicy, trustOf } from './policy.ts';
import { type Place, type Seen, reported, scanned, withPlace } from './seen.ts';

type Options = Place & {
  allowlist?: string;
  key: string[];
  output: string;
  client?: string[];
  os?: Platform[];
  report?: string[];
  wider?: boolean;
  forUser?: string;
  forHost?: string;
  registryUrl?: string;
  namespace: string;
};

/** The list, by the policy where it sets one. */
async function listOf({ allowlist, key }: Options, now: Date): Promise<Loaded> {
  const policy = await managedPolicy();
  const written = [...(allowlist === undefined ? [] : ['--allowlist']), ...(key.length > 0 ? ['--key'] : [])];
  demandUnlocked(policy, written);
  const given = policy?.settings.allowlist ?? allowlist;
  if (given === undefined) throw usageError('allowlist export: name the list with --allowlist');
  const warn = (line: string): void => console.error(`shadowscan: ${line}`);
  const offline = policy?.settings.offline ?? false;
  return loadAllowlist(given, now, trustOf(policy, key), { warn, offline });
}

async function seenBy({ report, home, root, platform, rules }: Options, by: Loaded): Promise<Seen[]> {
  const place: Place = {
    ...(home !== undefined && { home }),
    ...(root !== undefined && { root }),
    ...(platform !== undefined && { platform }),
    ...(rules !== undefined && { rules }),
  };
  if (report === undefined) return [await scanned(place, by)];
  if (home !== undefined || root !== undefined || platform !== undefined)
    throw usageError('allowlist export: name reports, or what to scan, not both');
  return Promise.all(report.map(reported));
}

function serversOf(seen: Seen[]): SeenServer[] {
  return seen.flatMap(({ facts, host, platform }) =>
    facts.flatMap((fact): SeenServer[] => (fact.kind === 'server' ? [{ fact, host, platform }] : [])),
  );
}

/** A folder that any client reads is no place to export to, nor is one above what is exported. */
function demandElsewhere(output: string, all: Exported[], { tools }: Ruleset): void {
  const top = realFolder(output);
  const { user, platform } = systemHost();
  const inside = clientFolders(tools, platform, user.home).some((one) => {
    const folder = realFolder(one);
    return top === folder || top.startsWith(folder + path.sep);
  });
  const live = all
    .flatMap(({ files }) => files.map(({ goesTo }) => goesTo))
    .filter((one) => /^\/|^[A-Z]:/.test(one));
  const taken = live.some(
    (one) => one === top || one.startsWith(top.endsWith(path.sep) ? top : `${top}${path.sep}`),
  );
  if (!taken && !inside) return;
  throw usageError(`--output ${output}: clients read what lies there; export to a folder of your own`);
}

/** The same text for the same list and seed, in the form of a UUID. */
function uuidOf(sha256: string, seed: string): string {
  const hex = createHash('sha256').update(`${sha256} ${seed}`).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
    .join('-')
    .toUpperCase();
}

function summary(all: Exported[], output: string, servers: number, files: number): string[] {
  const width = Math.max(...all.map(({ target }) => target.id.length)) + 2;
  const rows = all.map((one) => {
    const count = (verdict: string): number => one.expected.filter(({ client }) => client === verdict).length;
    const replaced = count('replaced') > 0 ? `, ${count('replaced')} replaced` : '';
    const blocked = one.blockedThough > 0 ? `; ${one.blockedThough} that the list approves are BLOCKED` : '';
    const open = one.allowedThough > 0 ? `; ${one.allowedThough} that it does not approve are ALLOWED` : '';
    const warned = `; ${one.warnings.length} warnings`;
    return (
      `  ${one.target.id.padEnd(width)}${count('allowed')} allowed, ${count('blocked')} blocked${replaced}` +
      `${blocked}${open}${warned}\n`
    );
  });
  return [
    `${output}: ${files} files, and what each client would do with ${servers} servers that were seen\n`,
    ...rows,
    'Read INSTALL.md, and expected.json of each client, before anything is rolled out.\n',
  ];
}

/** What goes into files as it is given. */
function demandSound({ namespace, registryUrl }: Options): void {
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,98}[A-Za-z0-9])?$/.test(namespace))
    throw usageError(`--namespace ${namespace}: expected letters, digits, dots and -, as in com.example`);
  if (registryUrl !== undefined && !(URL.canParse(registryUrl) && registryUrl.startsWith('https://')))
    throw usageError(`--registry-url ${registryUrl}: expected an address that begins with https://`);
}

async function run(options: Options): Promise<void> {
  const now = new Date();
  demandSound(options);
  const wanted = options.client ?? targets.map(({ id }) => id);
  const chosen = targets.filter(({ id }) => wanted.includes(id));
  const loaded = await listOf(options, now);
  const { list, info } = loaded;
  const rules = await loadRules(options.rules);
  const seen = await seenBy(options, loaded);
  const servers = serversOf(seen);
  const unread = seen.reduce((sum, one) => sum + one.unread, 0);
  if (unread > 0) console.error(`shadowscan: ${unread} facts of a newer version could not be read`);
  const named = { name: info.name, version: info.version, sha256: info.sha256 };
  const stamp = stampOf(named);
  const decide = deciding(rules, now);
  const host = options.forHost ?? '';
  const verdicts = new Map<ServerFact, Decision>();
  const exporting: Exporting = {
    list,
    stamp,
    seen: servers,
    platforms: options.os ?? [...platforms],
    now,
    user: options.forUser ?? null,
    host,
    wider: options.wider ?? false,
    decide: (one, fact) => decide(one, fact, host),
    verdict: (fact, at) => {
      const known = verdicts.get(fact) ?? decide(list, fact, at);
      verdicts.set(fact, known);
      return known;
    },
    identifying: { rules, secrets: createSecrets(rules, null) },
    registryUrl: options.registryUrl ?? null,
    namespace: options.namespace,
    uuid: (seed) => uuidOf(info.sha256, seed),
  };
  const all = chosen.map((target) => exportClient(target, exporting));
  demandElsewhere(options.output, all, rules);
  const files = [
    ...all.flatMap((one) => [...one.files, sidecar(one, stamp, named)]),
    installNote(all, stamp, neutral),
  ];
  // JSON that means the same, with nothing in it that a terminal or an editor would act on.
  const inert = files.map(({ path: name, bytes }) => ({
    path: name,
    bytes: name.endsWith('.json') ? neutralJson(String(bytes)) : bytes,
  }));
  writeFolder(options.output, inert, isStamped);
  writeOut(summary(all, options.output, servers.length, files.length));
}

/** The command, for `allowlist`. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description("write the list in each client's own words: files to install, and what they would allow")
    .option('-a, --allowlist <list>', 'the list: a file, or with https:// a list or an MCP registry')
    .option(
      '--key <key>',
      'minisign public key, or a file with one, that must have signed the list; repeatable',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .requiredOption('-o, --output <dir>', 'folder to write to; files of an earlier export are replaced')
    .addOption(new Option('--client <name...>', 'these clients only').choices(targets.map(({ id }) => id)))
    .addOption(new Option('--os <name...>', 'for these only (default: all)').choices(platforms))
    .option('--report <file...>', 'servers that these reports have seen; without it, a scan is made now')
    .option('--wider', 'also write rows that let through more than the list approves; warnings say which')
    .option('--for-user <name>', 'count entries for this user, too; the files are then for that user')
    .option('--for-host <name>', 'count entries for this host, too; the files are then for that host')
    .option('--registry-url <url>', 'address of your own MCP registry, for VS Code')
    .option('--namespace <name>', 'name space of servers in the registry format', 'com.example')
    .action(run);
  return withPlace(command);
}
