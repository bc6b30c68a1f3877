/** `shadowscan rules check [DIR]`: whether rule files are well formed, before they are given to a fleet. */
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { loadRules } from './load.ts';

async function run(folder: string | undefined): Promise<void> {
  const rules = await loadRules(folder);
  const { tools, checks, secrets, wrappers, threats, remotes } = rules;
  const counts = { tools, checks, secrets, wrappers, threats, remotes };
  const text = Object.entries(counts).map(([name, all]) => `${all.length} ${name}`);
  writeOut([`rules are well formed: ${text.join(', ')}\n`]);
}

/** The command, for the program. */
export function rulesCommand(): Command {
  const check = new Command('check')
    .description('check rule files: the built-in ones, and those of a folder on top of them')
    .argument('[dir]')
    .action(run);
  return new Command('rules').description('work on rule files').addCommand(check);
}
