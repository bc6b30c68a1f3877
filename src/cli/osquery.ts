/** `shadowscan osquery`: what osquery and Fleet need to read the state database, printed and nothing more. */
import * as path from 'node:path';
import { Command, Option } from 'commander';
import { writeOut } from '../host/output.ts';
import { systemPlatform } from '../host/system.ts';
import type { Platform } from '../model/common.ts';
import { usageError } from '../model/usage-error.ts';
import { platforms } from '../model/words.ts';
import { yamlLibrary } from '../parse/yaml-library.ts';
import { type Databases, fleetConfig, queryPack, tablesConfig } from '../report/osquery.ts';

type Options = { platform?: Platform; state?: string };

/** Path of the database in the folder that is named, which need not be on this machine. */
function databaseIn(state: string, platform: Platform): string {
  const { isAbsolute, join } = platform === 'windows' ? path.win32 : path.posix;
  if (!isAbsolute(state))
    throw usageError(`--state ${state}: expected the absolute path that it has on ${platform}`);
  // In a path these stand for any name, and osquery would read whatever lies there.
  if (/[%*]/.test(state)) throw usageError(`--state ${state}: osquery takes % and * for wildcards`);
  return join(state, 'state.db');
}

const fleetHead = `# Tables, queries and policies of shadowscan for Fleet's GitOps.
# Fleet ignores the rest of agent_options.config on a platform that has overrides: repeat there what you need.
# Newer versions of Fleet call "queries" "reports".
`;

function run(what: string, { platform: given, state }: Options): void {
  if (state !== undefined && given === undefined && what === 'fleet')
    throw usageError('--state: goes with --platform, since each platform has a path of its own');
  const platform = given ?? systemPlatform();
  const databases: Databases = state === undefined ? {} : { [platform]: databaseIn(state, platform) };
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  if (what === 'atc') writeOut([json(tablesConfig(platform, databases))]);
  else if (what === 'pack') writeOut([json(queryPack())]);
  else {
    const config = fleetConfig(given === undefined ? [...platforms] : [given], databases);
    writeOut([fleetHead, yamlLibrary().stringify(config, { lineWidth: 110, aliasDuplicateObjects: false })]);
  }
}

/** The command, for the program. */
export function osqueryCommand(): Command {
  return new Command('osquery')
    .description(
      'print configuration for osquery and Fleet: tables over the state database, queries, policies',
    )
    .addArgument(
      new Command()
        .createArgument('<what>', 'atc: the tables; pack: queries; fleet: both and policies')
        .choices(['atc', 'pack', 'fleet']),
    )
    .addOption(new Option('--platform <os>', 'for which system (default: this one)').choices(platforms))
    .option('--state <dir>', 'where scan --state keeps its folder there, if not in the usual place')
    .addHelpText(
      'after',
      `
The usual folders: /var/lib/shadowscan/state, /Library/Application Support/shadowscan/state and
C:\\ProgramData\\shadowscan\\state. osquery reads the file as root; the tables are empty until a scan has
kept one.`,
    )
    .action(run);
}
