/** The words of `shadowscan migrate`. What it does is loaded when it is asked for. */
import { Command, Option } from 'commander';
import { humanOrJson } from './human-or-json.ts';
import { platforms } from '../model/words.ts';
import type { Options } from './migrate-common.ts';

const collect = (value: string, all: string[]): string[] => [...all, ...value.split(',')];

const helpText = `
Without --apply or --undo it prints a plan, changes nothing and does not ask the keychain.
Exit codes: 0 done, or nothing to do; 2 when something was refused, and for anything else; 130 when Ctrl-C
was the answer to the question, so that nothing was done.

Examples:
  shadowscan migrate
  shadowscan migrate --apply --tool cursor
  shadowscan migrate --undo
  shadowscan migrate --undo --only ENTRY --into secrets.json`;

/** The command, for the program. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      'move secrets from configs of MCP clients into the keychain, and back; prints a plan by default',
    )
    .option('--apply', 'do it: store, compare, rewrite the configs')
    .option('--undo', 'put the secrets back into the configs, byte for byte')
    .option(
      '--forget <entry>',
      'drop entries of the vault that no config names any more; comma list',
      (value: string, all: string[] | undefined) => collect(value, all ?? []),
    )
    .option('--into <file>', 'with --undo --only ENTRY: into a new private file, and not into the config')
    .option('--only <id>', 'a check, fact, finding or entry by id; comma list', collect, [])
    .option('--tool <tool>', 'tools by id; comma list, repeatable', collect, [])
    .option('-y, --yes', 'do not ask')
    .addOption(humanOrJson())
    .option('--home <dir>', 'plan for a folder as a home of --platform')
    .addOption(new Option('--platform <os>', 'what --home is of').choices(platforms))
    .option('--program <path>', 'the installed shadowscan that configs will start; default: this one')
    .option('--rules <dir>', 'add rules of a folder; it replaces none')
    .addHelpText('after', helpText)
    .action(async (options: Options) => {
      const { runMigrate } = await import('./migrate.ts');
      await runMigrate(options);
    });
}
