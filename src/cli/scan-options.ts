/** The options of `scan`: what they are called, what they take, what its help says. */
import { type Command, Option } from 'commander';
import { limits } from '../limits.ts';
import type { Platform } from '../model/common.ts';
import { platforms, severities } from '../model/words.ts';
import { usageError } from '../model/usage-error.ts';
import { formatNames } from './output.ts';
import { type ListOptions, withListOptions } from './scan-list.ts';

export type Options = ListOptions & {
  format?: string;
  output: string[];
  home?: string;
  root?: string;
  platform?: Platform;
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
  protectedFolders?: boolean;
  verbose?: boolean;
  color?: string;
  state?: string;
  new?: boolean;
  ship?: string | true;
  full?: boolean;
  requireDelivery?: boolean;
  splay?: number;
};

const collect = (value: string, all: string[]): string[] => [...all, ...value.split(',')];
const collectOne = (value: string, all: string[]): string[] => [...all, value];

const seconds =
  (option: string) =>
  (value: string): number => {
    const number = Number(value);
    if (number >= 1 && number <= 86_400) return number;
    throw usageError(`${option} ${value}: expected seconds between 1 and 86400`);
  };

const helpText = `
Exit codes: 0 nothing at or above --fail-on; 1 findings, after a complete report; 2 anything else.
A scan starts no program (on Windows reg.exe for policies; see --processes), makes no connection and
writes nothing but --output and --state;
with a list by address it asks that host alone, and keeps a copy. run.sideEffects in the report has it all.

Examples:
  shadowscan scan
  shadowscan scan --allowlist allowlist.yaml --output report.json --output human=-
  shadowscan scan --output html=report.html --output sarif=report.sarif --output ocsf=events.ndjson
  shadowscan scan --allowlist https://registry.example.com/
  shadowscan scan --root /mnt/image --platform windows --format ndjson
  shadowscan scan ~/work/api
  shadowscan scan .env notes.md
  git diff --cached | shadowscan scan -`;

/** Adds options, arguments and help. */
export function withScanOptions(command: Command): Command {
  return withListOptions(command)
    .description('find agent tools, MCP servers, plaintext tokens and editor profiles, and judge them')
    .argument(
      '[workspace or file...]',
      'folders to scan as workspaces instead of the home, files, `-` for standard input',
    )
    .option('-f, --format <format>', `${formatNames.join(', ')} (default: human on a terminal, else json)`)
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
    .option('--protected-folders', 'macOS: also look where it asks you first: Documents, iCloud ...')
    .option('--deep', 'walk homes for projects and token stores that no record names')
    .option('--transcripts', "also search agents' transcripts, their logs and shell histories for secrets")
    .option('--stdin-name <name>', 'what `-` reads is a file of this name')
    .option(
      '--processes',
      'look at running programs too; starts ps and lsof on macOS, PowerShell on Windows, nothing on Linux',
    )
    .option('--state <dir>', 'keep findings in a folder, and tell what is new, changed and resolved')
    .option('--new', 'with --state: report and fail on new findings only; resolved ones are listed')
    .option('--ship [sinks]', 'with --state: send what is new to the receivers of the policy, or of a file')
    .option('--full', 'with --ship: send all that there is, as is done each week, and not what is new alone')
    .option('--require-delivery', 'with --ship: exit with 2 when a receiver has not taken everything')
    .option(
      '--rules <dir or bundle>',
      'add the rules of a folder, or use those of a signed bundle (with --key)',
    )
    .addOption(
      new Option('--fail-on <severity>', 'least severity that exits with 1')
        .choices([...severities, 'none'])
        .default('high'),
    )
    .option('--exit-zero', 'exit with 0 whatever was found')
    .option('--strict', 'exit with 2 when anything could not be seen')
    .option('--only <check>', 'run these checks only; comma list, repeatable', collect, [])
    .option('--skip <check>', 'leave these checks out; comma list, repeatable', collect, [])
    .option(
      '--time-limit <seconds>',
      `stop reading after so many seconds and report what there is (default: ${limits.scanSeconds})`,
      seconds('--time-limit'),
    )
    .option(
      '--splay <seconds>',
      'wait up to so many seconds first, so that a fleet does not start at once',
      seconds('--splay'),
    )
    .option('-v, --verbose', 'human output: cut nothing')
    .addOption(
      new Option('--color <when>', 'human output: when to use colour').choices(['auto', 'always', 'never']),
    )
    .addHelpText('after', helpText);
}
