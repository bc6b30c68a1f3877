/** `shadowscan history`: the runs that a state folder keeps, and what changed in each. */
import { Command } from 'commander';
import { humanOrJson, wantsJson } from './human-or-json.ts';
import { writeOut } from '../host/output.ts';
import { pastRuns } from '../host/state-reports.ts';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { history } from '../report/history.ts';
import { neutralJson } from '../report/neutral.ts';
import { readState } from './read-state.ts';

type Options = { state: string; format?: 'human' | 'json'; limit: number; verbose?: boolean };

function count(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= limits.historyRuns) return number;
  throw usageError(`--limit ${value}: expected a number of runs between 1 and ${limits.historyRuns}`);
}

function run({ state, format, limit, verbose }: Options): void {
  const runs = readState(state, (connection) => pastRuns(connection, limit));
  const isJson = wantsJson(format);
  const document = { schema: 'shadowscan.history/1', runs };
  writeOut(
    isJson ? [neutralJson(`${JSON.stringify(document, null, 2)}\n`)] : history(runs, verbose ?? false),
  );
}

/** The command, for the program. */
export function historyCommand(): Command {
  return new Command('history')
    .description('print the runs that scan --state has kept, and what was new, changed and resolved in each')
    .requiredOption('--state <dir>', 'the folder that scan --state keeps')
    .addOption(humanOrJson())
    .option('-n, --limit <count>', 'newest runs only', count, 20)
    .option('-v, --verbose', 'human output: cut nothing')
    .action(run);
}
