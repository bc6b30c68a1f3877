/** `shadowscan allowlist`: its commands, and `check`, which says whether a list is well formed. */
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { importCommand } from './allowlist-import.ts';
import { initCommand } from './allowlist-init.ts';
import { whyCommand } from './allowlist-why.ts';
import { loadAllowlist } from './load.ts';

async function check(file: string): Promise<void> {
  const { list } = await loadAllowlist(file, new Date());
  const counts = `${list.approve.length} approvals, ${list.deny.length} denials`;
  writeOut([
    `${file}: ${list.name}, version ${list.version}: ${counts}
`,
  ]);
}

/** The command, for the program. */
export function allowlistCommand(): Command {
  return new Command('allowlist')
    .description('work on the list of what is approved')
    .addCommand(initCommand())
    .addCommand(new Command('check').description('check a list').argument('<file>').action(check))
    .addCommand(importCommand())
    .addCommand(whyCommand());
}
