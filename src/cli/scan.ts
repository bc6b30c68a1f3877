/**
 * `shadowscan scan`: the main job. Everything that can be wrong with the call is found before anything is
 * read.
 */
import * as path from 'node:path';
import { Command, Option } from 'commander';
import { splitGiven } from '../discover/given.ts';
import { fleetKey } from '../host/fleet-key.ts';
import { readInput } from '../host/input.ts';
import { systemHost } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Host } from '../model/host.ts';
import type { Platform } from '../model/common.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { platforms, severities } from '../model/words.ts';
import { usageError } from '../model/usage-error.ts';
import { failing } from '../report/severity.ts';
import { type ScanOptions, scan } from '../scan.ts';
import { loadRules } from './load.ts';
import { managedPolicy } from './policy.ts';
import { type ListOptions, listFor, underPolicy, withListOptions } from './scan-list.ts';
import { deliver, destinations, reportOptions } from './output.ts';

type Options = ListOptions & {
  format?: string;
  output: string[];
  home?: string;
  root?: string;
  platform?: Platform;
  rules?: string;
  exitZero?: boolean;
  strict?: boolean;
  only: string[];
  skip: string[];
  timeLimit?: number;
  deep?: boolean;
  transcripts?: boolean;
  stdinName?: string;
  processes?: boolean;
  allUsers?: boolean;
  verbose?: boolean;
  color?: string;
};

const collect = (value: string, all: string[]): string[] => [...all, ...value.split(',')];
const collectOne = (value: string, all: string[]): string[] => [...all, value];

function seconds(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number <= 86_400))
    throw usageError(`--time-limit ${value}: expected seconds between 1 and 86400`);
  return number;
}

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

async function run(given: string[], asked: Options, command: Command): Promise<void> {
  demandLive(given, asked);
  const host = systemHost();
  // Lazy: most scans are of one home.
  const everybody = asked.allUsers ? await import('./scan-home.ts') : null;
  everybody?.demandAllUsers(given, [asked.home, asked.root, asked.platform], host.effectiveUid);
  const policy = await managedPolicy();
  const options = underPolicy(asked, policy, command);
  const rules = await loadRules(options.rules);
  knownChecks(options.only, rules, '--only');
  knownChecks(options.skip, rules, '--skip');
  const all = destinations(options.format, options.output);
  const list = await listFor(options, policy, host.now());
  if (given.length && (options.home !== undefined || options.root !== undefined)) {
    throw usageError('scan: name workspaces and files, or --home/--root, not both');
  }
  const named = inputs(host, given, options);
  const { home, root, platform, timeLimit, only, skip } = options;
  const { key, complaint } = fleetKey(host.platform, policy?.settings.fingerprintKeyFile);
  if (complaint !== null) console.error(`shadowscan: ${complaint}`);
  const scanning: ScanOptions = {
    ...named,
    only,
    skip,
    deep: options.deep ?? false,
    transcripts: options.transcripts ?? false,
    processes: options.processes ?? false,
    ...list,
    ...(key !== null && { key }),
    ...(home !== undefined && { home }),
    ...(root !== undefined && { root }),
    ...(platform !== undefined && { platform }),
    ...(timeLimit !== undefined && { timeLimit }),
  };
  const report =
    (await everybody?.scanAllHomes(host, rules, scanning, options.rules)) ?? scan(host, rules, scanning);
  const short = given.length > 0 && named.workspaces?.length === 0;
  deliver(report, all, { ...reportOptions(options, options.exitZero ? 'none' : options.failOn), short });
  process.exitCode = exitCode(report, options);
}

const helpText = `
Exit codes: 0 nothing at or above --fail-on; 1 findings, after a complete report; 2 anything else.
A scan starts no program (but see --processes), makes no connection and writes nothing but --output;
with a list by address it asks that host alone, and keeps a copy. run.sideEffects in the report has it all.

Examples:
  shadowscan scan
  shadowscan scan --allowlist allowlist.yaml --output report.json --output human=-
  shadowscan scan --allowlist https://registry.example.com/
  shadowscan scan --root /mnt/image --platform windows --format ndjson
  shadowscan scan ~/work/api
  shadowscan scan .env notes.md
  git diff --cached | shadowscan scan -`;

/** The command, for the program. */
export function scanCommand(): Command {
  return withListOptions(new Command('scan'))
    .description('find agent tools, MCP servers, plaintext tokens and editor profiles, and judge them')
    .argument(
      '[workspace or file...]',
      'folders to scan as workspaces instead of the home, files, `-` for standard input',
    )
    .option('-f, --format <format>', 'human, json, ndjson (default: human on a terminal, else json)')
    .option(
      '-o, --output <file>',
      'write to a file; `format=file` for another format; repeatable',
      collectOne,
      [],
    )
    .option('--home <dir>', "scan a folder as a home of --platform, without this user's environment")
    .option('--root <dir>', 'scan a folder as a whole machine of --platform: an image, a backup')
    .addOption(new Option('--platform <os>', 'what --home or --root is of').choices(platforms))
    .option('--all-users', "scan every home of this machine, each with its user's rights; needs root")
    .option('--deep', 'walk homes for projects and token stores that no record names')
    .option('--transcripts', "also search agents' transcripts, their logs and shell histories for secrets")
    .option('--stdin-name <name>', 'what `-` reads is a file of this name')
    .option(
      '--processes',
      'look at running programs too; starts ps and lsof on macOS, PowerShell on Windows, nothing on Linux',
    )
    .option('--rules <dir>', 'add or replace rules with those of a folder')
    .addOption(
      new Option('--fail-on <severity>', 'least severity that exits with 1')
        .choices([...severities, 'none'])
        .default('high'),
    )
    .option('--exit-zero', 'exit with 0 whatever was found')
    .option('--strict', 'exit with 2 when anything could not be seen')
    .option('--only <check>', 'run these checks only; comma list, repeatable', collect, [])
    .option('--skip <check>', 'leave these checks out; comma list, repeatable', collect, [])
    .option('--time-limit <seconds>', 'stop reading after so many seconds and report what there is', seconds)
    .option('-v, --verbose', 'human output: cut nothing')
    .addOption(
      new Option('--color <when>', 'human output: when to use colour').choices(['auto', 'always', 'never']),
    )
    .addHelpText('after', helpText)
    .action(run);
}
