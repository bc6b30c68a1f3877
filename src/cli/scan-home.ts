/**
 * `scan --all-users`: who is asked, and the child that answers for one home. The child is this program, by a
 * name that help does not list: it loads the rules with the rights that it was started with, gives these up
 * for the user's, scans, and prints a report for its parent. To anybody else it is of no use.
 */
import * as path from 'node:path';
import { Command } from 'commander';
import { listAccounts } from '../host/accounts.ts';
import { dropRights } from '../host/drop-rights.ts';
import { askChild, bePolite } from '../host/home-child.ts';
import { readInput } from '../host/input.ts';
import { mounts, remoteFolders } from '../host/mounts.ts';
import { keepOut } from '../host/open-file.ts';
import { writeOut } from '../host/output.ts';
import { systemHost, systemPlatform } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Account } from '../model/account.ts';
import { usageError } from '../model/usage-error.ts';
import { loadDatabases } from '../parse/sqlite.ts';
import type { Host } from '../model/host.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { type ScanHome, scanAll } from '../scan-all.ts';
import { type ScanOptions, scan } from '../scan.ts';
import { loadRules } from './load.ts';

const command = 'scan-home';

/** What a child is told. The key goes through the pipe as well: it must be in no argument. */
type Task = { account: Account; rules?: string; key?: string; options: Omit<ScanOptions, 'key'> };

/** A scanner of homes by children. `rules` is the folder of added rules. */
function childScanner({ key, ...options }: ScanOptions, rules: string | undefined): ScanHome {
  return async (account, seconds) => {
    const timeLimit = Math.max(seconds - limits.homeGraceSeconds, seconds * 0.6);
    const task: Task = {
      account,
      options: { ...options, timeLimit },
      ...(rules !== undefined && { rules: path.resolve(rules) }),
      ...(key !== undefined && { key: key.toString('base64') }),
    };
    const answer = await askChild(command, JSON.stringify(task), seconds * 1000);
    if ('refused' in answer) return answer;
    // Lazy: a validator is needed only where somebody else's report is read.
    const { Report } = await import('../model/report.ts');
    try {
      return Report.parse(JSON.parse(answer.text));
    } catch {
      return { refused: 'internal' };
    }
  };
}

/** Scans this machine and all of its homes; `added` is the folder of added rules. */
export function scanAllHomes(
  host: Host,
  rules: Ruleset,
  options: ScanOptions,
  added: string | undefined,
): Promise<Report> {
  bePolite();
  const { accounts, refused } = listAccounts(systemPlatform());
  return scanAll(host, rules, options, { accounts, refused, scanHome: childScanner(options, added) });
}

/** Refuses `--all-users` where it cannot work, or would mean something else. */
export function demandAllUsers(given: string[], other: (string | undefined)[], uid: number | null): void {
  if (given.length > 0 || other.some((one) => one !== undefined))
    throw usageError('--all-users: scans the homes of this machine; leave out --home, --root and workspaces');
  if (uid !== null && uid !== 0)
    throw usageError('--all-users: needs root, to take the rights of each user; run it with sudo');
}

async function run(): Promise<void> {
  const { bytes, cut } = readInput(limits.inputBytes);
  if (cut || bytes.length === 0)
    throw usageError(`${command}: is for scan --all-users, which calls it itself`);
  const { account, rules, key, options } = JSON.parse(bytes.toString('utf8')) as Task;
  const ruleset = await loadRules(rules);
  // What is loaded later would be loaded with the user's rights, from where the user may write.
  loadDatabases();
  keepOut(remoteFolders(mounts(), account.home));
  dropRights(account);
  const own = { name: account.name, home: account.home };
  const secret = key === undefined ? {} : { key: Buffer.from(key, 'base64') };
  const report = scan(systemHost(), ruleset, { ...options, ...secret, account: own });
  writeOut([JSON.stringify(report)]);
}

/** The command that a child is called with. */
export function scanHomeCommand(): Command {
  return new Command(command).description('scan one home for scan --all-users').action(run);
}
