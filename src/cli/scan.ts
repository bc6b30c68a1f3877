/**
 * `shadowscan scan`: the main job. Everything that can be wrong with the call is found before anything is
 * read.
 */
import * as path from 'node:path';
import { Command } from 'commander';
import { pause } from '../host/pause.ts';
import { splitGiven } from '../discover/given.ts';
import { fleetKey } from '../host/fleet-key.ts';
import { readInput } from '../host/input.ts';
import { systemHost } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Host } from '../model/host.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { failing } from '../report/severity.ts';
import { type ScanOptions, scanSeen } from '../scan.ts';
import { loadRules } from './load.ts';
import { type Managed, managedPolicy, trustOf } from './policy.ts';
import type { Keeper } from './scan-state.ts';
import { listFor, underPolicy } from './scan-list.ts';
import { type Options, withScanOptions } from './scan-options.ts';
import type { Receiver } from './sinks.ts';
import { neutral } from '../report/neutral.ts';
import { deliver, destinations, reportOptions } from './output.ts';

function knownChecks(names: string[], rules: Ruleset, option: string): void {
  for (const name of names) {
    if (rules.checks.some((check) => check.id === name)) continue;
    throw usageError(`${option} ${name}: no such check; \`shadowscan explain\` lists them`);
  }
}

/** The exit code of a finished scan: 0, 1 for findings, 2 for an incomplete one under `--strict`. */
export function exitCode(report: Report, options: Pick<Options, 'failOn' | 'exitZero' | 'strict'>): number {
  // A bug of ours in reading one file: the report is there, but nobody should rely on the exit code.
  if (report.facts.some((fact) => fact.kind === 'gap' && fact.reason === 'internal')) return 2;
  if (options.strict && report.run.status === 'partial') return 2;
  if (options.exitZero || options.failOn === 'none') return 0;
  return failing(report.findings, options.failOn).length > 0 ? 1 : 0;
}

/** What was named on the command line: folders, files, and `-` for a pipe. */
function inputs(
  host: Host,
  given: string[],
  { stdinName }: Options,
): Pick<ScanOptions, 'workspaces' | 'files' | 'piped'> {
  const fromPipe = given.filter((one) => one === '-').length;
  if (fromPipe > 1) throw usageError('scan -: standard input can be read once only');
  if (fromPipe === 0 && stdinName !== undefined)
    throw usageError('--stdin-name: only with `-`, which reads standard input');
  const { folders, files } = splitGiven(
    host,
    given.filter((one) => one !== '-'),
  );
  const name = stdinName === undefined ? null : path.resolve(host.workingFolder(), stdinName);
  return {
    workspaces: folders,
    files,
    ...(fromPipe && { piped: { name, ...readInput(limits.inputBytes) } }),
  };
}

function demandLive(workspaces: string[], { processes, home, root }: Options): void {
  if (processes && (workspaces.length > 0 || home !== undefined || root !== undefined))
    throw usageError('--processes looks at this machine as it runs: leave out --home, --root and workspaces');
}

function demandKept(given: string[], asked: Options): void {
  const { state, new: isNew, ship, full, requireDelivery } = asked;
  if (ship !== undefined && state === undefined)
    throw usageError('--ship: goes with --state DIR, where what could not be delivered waits');
  if (full && ship === undefined) throw usageError('--full: goes with --ship');
  if (requireDelivery && ship === undefined) throw usageError('--require-delivery: goes with --ship');
  if (isNew && state === undefined)
    throw usageError('--new: goes with --state DIR, which keeps what earlier scans have found');
  if (state !== undefined && given.includes('-'))
    throw usageError('--state keeps what lies on a disk: leave it out where standard input is scanned');
}

async function run(given: string[], asked: Options, command: Command): Promise<void> {
  demandLive(given, asked);
  const host = systemHost();
  // Lazy: most scans are of one home.
  const everybody = asked.allUsers ? await import('./scan-home.ts') : null;
  everybody?.demandAllUsers(given, [asked.home, asked.root, asked.platform], host.effectiveUid);
  const policy = await managedPolicy();
  const options = underPolicy(asked, policy, command);
  demandKept(given, options);
  const trust = trustOf(policy, options.key);
  // What a policy names is fetched by nobody; its versions are remembered by whoever uses it.
  const remember = policy?.settings.rules !== undefined;
  const rules = await loadRules(options.rules, { trust, cache: options.cache, remember });
  knownChecks(options.only, rules, '--only');
  knownChecks(options.skip, rules, '--skip');
  const all = destinations(options.format, options.output);
  const list = await listFor(options, policy, host.now());
  if (given.length && (options.home !== undefined || options.root !== undefined)) {
    throw usageError('scan: name workspaces and files, or --home/--root, not both');
  }
  const named = inputs(host, given, options);
  const { home, root, platform, timeLimit, only, skip } = options;
  // A policy may ask for what runs, which only a scan of the machine itself can tell.
  const isLive = given.length === 0 && home === undefined && root === undefined;
  // Lazy: most scans keep nothing.
  const to = options.ship === undefined ? [] : await shipTo(options.ship, policy, host);
  const keeper =
    options.state === undefined
      ? null
      : (await import('./scan-state.ts')).keeper(options.state, to, options.full);
  const key = fingerprintKey(host, policy, keeper);
  if (options.splay !== undefined) await pause(Math.random() * options.splay * 1000);
  const scanning: ScanOptions = {
    ...named,
    only,
    skip,
    deep: options.deep ?? false,
    transcripts: options.transcripts ?? false,
    processes: isLive && (options.processes ?? false),
    addedRules: options.rules !== undefined,
    ...list,
    ...(key !== null && { key }),
    ...keeper?.remembered(key, rules),
    ...(home !== undefined && { home }),
    ...(root !== undefined && { root }),
    ...(platform !== undefined && { platform }),
    ...(options.protectedFolders !== undefined && { protectedFolders: options.protectedFolders }),
    ...(timeLimit !== undefined && { timeLimit }),
  };
  const scanned =
    (await everybody?.scanAllHomes(host, rules, scanning, options)) ?? scanSeen(host, rules, scanning);
  const report = keeper?.keep(scanned, list.allowlist?.list ?? null, options.new ?? false) ?? scanned.report;
  const short = given.length > 0 && named.workspaces?.length === 0;
  deliver(report, all, { ...reportOptions(options, options.exitZero ? 'none' : options.failOn), short });
  const late = to.length > 0 ? ((await keeper?.ship(host)) ?? []) : [];
  for (const line of late) console.error(`shadowscan: --ship: ${neutral(line)}`);
  const code = options.requireDelivery && late.length > 0 ? 2 : exitCode(report, options);
  process.exitCode = keeper?.end(code) ?? code;
}

/** The receivers, once their settings have been found to make sense. */
async function shipTo(given: string | true, policy: Managed | null, host: Host): Promise<Receiver[]> {
  const { receivers, sinksFor } = await import('./sinks.ts');
  return receivers(sinksFor(given, policy), host);
}

/** The fleet's key, else the one that the state keeps; null when there is none that can be trusted. */
function fingerprintKey(host: Host, policy: Managed | null, keeper: Keeper | null): Buffer | null {
  const { key, complaint } = fleetKey(host.platform, policy?.settings.fingerprintKeyFile);
  if (complaint !== null) console.error(`shadowscan: ${complaint}`);
  // Where a fleet has a key and it is not to be had, another one would pass for it.
  return key ?? (complaint === null ? (keeper?.key() ?? null) : null);
}

/** The command, for the program. */
export function scanCommand(): Command {
  return withScanOptions(new Command('scan')).action(run);
}
