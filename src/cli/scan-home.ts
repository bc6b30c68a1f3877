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
import { keepOut } from '../host/kept-out.ts';
import { writeOut } from '../host/output.ts';
import { endWithParent } from '../host/watchdog.ts';
import { systemHost, systemPlatform } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Account } from '../model/account.ts';
import { usageError } from '../model/usage-error.ts';
import { sqliteLibrary } from '../parse/sqlite-library.ts';
import type { Host } from '../model/host.ts';
import type { Ruleset } from '../model/rules.ts';
import { placeKey } from '../evaluate/looked.ts';
import { type ScanHome, scanAll } from '../scan/scan-all.ts';
import { type ScanOptions, type Scanned, scanSeen } from '../scan.ts';
import { loadRules } from './load.ts';
import { managedPolicy, trustOf } from './policy.ts';

const command = 'scan-home';

/** What a child is told. The key goes through the pipe as well: it must be in no argument. */
type Task = {
  account: Account;
  rules?: string;
  keys: string[];
  /** How long its parent waits for it. */
  seconds: number;
  key?: string;
  options: Omit<ScanOptions, 'key' | 'texts'>;
};

/** Where other rules lie, and the keys of those that are signed. */
type Added = { rules?: string; key: string[] };

/** Whether something that was known is for the child of a user to look at. */
const isOf =
  ({ name }: Account) =>
  ({ user }: { user: string }): boolean =>
    user === name || user.startsWith(`${name}/`);

/** A scanner of homes by children. */
function childScanner(
  { key, texts: _, known, approved, ...options }: ScanOptions,
  { rules, key: keys }: Added,
): ScanHome {
  return async (account, seconds) => {
    const timeLimit = Math.max(seconds - limits.homeGraceSeconds, seconds * 0.6);
    const task: Task = {
      account,
      keys,
      seconds,
      options: {
        ...options,
        timeLimit,
        ...(known && { known: known.filter(isOf(account)) }),
        ...(approved && { approved: approved.filter(isOf(account)) }),
      },
      ...(rules !== undefined && { rules: path.resolve(rules) }),
      ...(key !== undefined && { key: key.toString('base64') }),
    };
    const answer = await askChild(command, JSON.stringify(task), seconds * 1000);
    if ('refused' in answer) return answer;
    // Lazy: a validator is needed only where somebody else's report is read.
    const { HomeAnswer } = await import('../model/home-answer.ts');
    try {
      const { report, there, located } = HomeAnswer.parse(JSON.parse(answer.text));
      const asked = new Set(task.options.known?.map(placeKey));
      const told = there.filter(([key]) => asked.has(key));
      return { report, seen: { there: new Map(told), located: new Set(located) } };
    } catch {
      return { refused: 'internal' };
    }
  };
}

/** Scans this machine and all of its homes. */
export function scanAllHomes(
  host: Host,
  rules: Ruleset,
  options: ScanOptions,
  added: Added,
): Promise<Scanned> {
  bePolite();
  const { accounts, refused, list } = listAccounts(systemPlatform());
  return scanAll(host, rules, options, { accounts, refused, list, scanHome: childScanner(options, added) });
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
  const { account, rules, keys, key, seconds, options } = JSON.parse(bytes.toString('utf8')) as Task;
  const ruleset = await loadRules(rules, { trust: trustOf(await managedPolicy(), keys) });
  // What is loaded later would be loaded with the user's rights, from where the user may write.
  sqliteLibrary();
  keepOut(remoteFolders(mounts(), account.home));
  dropRights(account);
  endWithParent(seconds * 1000);
  const own = { name: account.name, home: account.home };
  const secret = key === undefined ? {} : { key: Buffer.from(key, 'base64') };
  const { report, seen } = scanSeen(systemHost(), ruleset, { ...options, ...secret, account: own });
  writeOut([JSON.stringify({ report, there: [...seen.there], located: [...seen.located] })]);
}

/** The command that a child is called with. */
export function scanHomeCommand(): Command {
  return new Command(command).description('scan one home for scan --all-users').action(run);
}
