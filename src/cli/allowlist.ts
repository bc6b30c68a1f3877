/** `shadowscan allowlist`: its commands, and `check`, which says whether a list is well formed. */
import { Command } from 'commander';
import { endOf, entriesOf } from '../allowlist/entry.ts';
import { loose } from '../allowlist/wildcard.ts';
import { writeOut } from '../host/output.ts';
import type { Allowlist } from '../model/allowlist.ts';
import { nearest } from '../parse/nearest.ts';
import { neutral } from '../report/neutral.ts';
import { exportCommand } from './allowlist-export.ts';
import { hookCommand } from './allowlist-hook.ts';
import { importCommand } from './allowlist-import.ts';
import { initCommand } from './allowlist-init.ts';
import { signingCommands } from './allowlist-sign.ts';
import { syncCommand } from './allowlist-sync.ts';
import { whyCommand } from './allowlist-why.ts';
import { loadAllowlist, loadRules } from './load.ts';

/** What is right in form and does nothing: entries that have ended, waivers of checks that there are not. */
function idle(list: Allowlist, checks: string[], now: Date): string[] {
  const ended = (['approve', 'deny'] as const).flatMap((side) =>
    entriesOf(list, side, now)
      .filter(({ expired }) => expired)
      .map(({ name, expires }) => `${name} expired on ${expires?.slice(0, 10)}`),
  );
  const waivers = list.waivers.flatMap(({ check: id, expires, owner }, index) => {
    const past = now.getTime() > endOf(expires) ? [`ended on ${expires.slice(0, 10)} (${owner})`] : [];
    const near = nearest(id, checks);
    const unknown = checks.some((one) => loose(id, one))
      ? []
      : [`there is no check "${id}"${near === null ? '' : `; did you mean "${near}"?`}`];
    return [...past, ...unknown].map((text) => `waivers[${index}]: ${text}`);
  });
  return [...ended, ...waivers];
}

async function check(file: string): Promise<void> {
  const now = new Date();
  const { list } = await loadAllowlist(file, now);
  const counts = `${list.approve.length} approvals, ${list.deny.length} denials`;
  const waived = list.waivers.length === 0 ? '' : `, ${list.waivers.length} waivers`;
  const { checks } = await loadRules();
  const notes = idle(
    list,
    checks.map(({ id }) => id),
    now,
  );
  writeOut([
    `${file}: ${list.name}, version ${list.version}: ${counts}${waived}\n`,
    ...notes.map((note) => `  ${neutral(note)}\n`),
  ]);
}

/** The command, for the program. */
export function allowlistCommand(): Command {
  const command = new Command('allowlist')
    .description('work on the list of what is approved')
    .addCommand(initCommand())
    .addCommand(new Command('check').description('check a list').argument('<file>').action(check))
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(whyCommand());
  for (const one of [...signingCommands(), syncCommand(), hookCommand()]) command.addCommand(one);
  return command;
}
