/**
 * All homes of a machine: what lies outside of homes is scanned here, and each home by somebody with its
 * user's rights alone, who answers with a report. What a home's report says of anybody else is left out:
 * whoever has got hold of it must not speak for others. A home that gives no answer is a gap, and the rest
 * goes on.
 */
import { assemble } from '../assemble.ts';
import { goneHomes } from '../evaluate/gone-homes.ts';
import { judge, numbered } from '../evaluate/judge.ts';
import { gapFact } from '../inventory/gap.ts';
import { limits } from '../limits.ts';
import type { Account, HomeList } from '../model/account.ts';
import type { Fact, GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Seen } from '../model/known.ts';
import { namesOf } from './scan-names.ts';
import { type ScanOptions, type Scanned, choiceOf, scanSeen } from '../scan.ts';
import { createSecrets } from '../secrets/engine.ts';

type Unseen = { user: string | null; path: string; reason: GapReason };

/** Scans one home within so many seconds, with the rights of its user. */
export type ScanHome = (account: Account, seconds: number) => Promise<HomePart | { refused: GapReason }>;

/** What is told of one home. */
export type HomePart = { report: Report; seen: Pick<Seen, 'there' | 'located'> };

export type Homes = { accounts: Account[]; refused: Unseen[]; list: HomeList; scanHome: ScanHome };

/** Whether something is this user's, or of a system within their home. */
const isOf = (user: string | null, { name }: Account): boolean =>
  user !== null && (user === name || user.startsWith(`${name}/`));

/** What an answer may say of its own home. */
function ownPart({ report, seen }: HomePart, account: Account): HomePart {
  const own = <T extends { user: string | null }>(all: T[]): T[] =>
    all.filter(({ user }) => isOf(user, account));
  return {
    report: {
      ...report,
      facts: own(report.facts),
      findings: own(report.findings),
      coverage: own(report.coverage),
      run: { ...report.run, homes: own(report.run.homes) },
    },
    // Only what was asked about this user can be in it.
    seen,
  };
}

/** Whether a home may be seen whole with more time: not one that was long enough and never answered. */
function ranOut(answer: HomePart | { refused: GapReason }, seconds: number): boolean {
  if ('refused' in answer) return answer.refused === 'time-limit' && seconds < limits.usualHomeSeconds;
  return answer.report.facts.some((fact) => fact.kind === 'gap' && fact.reason === 'time-limit');
}

/**
 * All homes, one after another. Each may take its share of the time that is left, or a part of it that homes
 * usually need; for those that needed more there is what the others have left.
 */
export async function scanHomes(
  host: Pick<Host, 'elapsed'>,
  { accounts, scanHome }: Pick<Homes, 'accounts' | 'scanHome'>,
  until: number,
): Promise<{ parts: HomePart[]; unseen: Unseen[] }> {
  const answers = new Map<Account, HomePart | { refused: GapReason }>();
  const given = new Map<Account, number>();
  const left = (): number => (until - host.elapsed()) / 1000;
  const ask = async (account: Account, seconds: number): Promise<void> => {
    if (left() < limits.leastHomeSeconds || seconds <= (given.get(account) ?? 0)) return;
    given.set(account, seconds);
    const again = await scanHome(account, seconds);
    if (!('refused' in again) || !answers.has(account)) answers.set(account, again);
  };
  for (const [nth, account] of accounts.entries()) {
    const usual = Math.min(limits.usualHomeSeconds, left() / 4);
    await ask(account, Math.max(left() / (accounts.length - nth), usual, limits.leastHomeSeconds));
  }
  const late = accounts.filter((account) =>
    ranOut(answers.get(account) ?? { refused: 'time-limit' }, given.get(account) ?? 0),
  );
  for (const [nth, account] of late.entries()) await ask(account, left() / (late.length - nth));
  const all = accounts.map((account) => {
    const answer = answers.get(account) ?? { refused: 'time-limit' as const };
    return { account, answer };
  });
  return {
    parts: all.flatMap(({ account, answer }) => ('refused' in answer ? [] : ownPart(answer, account))),
    unseen: all.flatMap(({ account: { name: user, home: path }, answer }) =>
      'refused' in answer ? { user, path, reason: answer.refused } : [],
    ),
  };
}

/** Facts of homes that were not seen. */
function gapsOf(host: Host, rules: Ruleset, unseen: Unseen[]): Fact[] {
  const secrets = createSecrets(rules, null, Buffer.from(host.randomId()));
  const nobody = { tools: [], scope: 'user' as const, home: null };
  return unseen.map(({ user, path, reason }) => gapFact(secrets, { path }, 'discover', reason, nobody, user));
}

/** Everything found on the machine and in all homes, as one report. */
export async function scanAll(
  host: Host,
  rules: Ruleset,
  options: ScanOptions,
  homes: Homes,
): Promise<Scanned> {
  const [startedAt, began] = [host.now(), host.elapsed()];
  const until = began + (options.timeLimit ?? limits.scanSeconds) * 1000;
  const { report: machine, ...first } = scanSeen(host, rules, { ...options, account: null });
  const { parts, unseen: failed } = await scanHomes(host, homes, until);
  const reports = parts.map(({ report }) => report);
  const unseen = [...homes.refused, ...failed];
  const gaps = gapsOf(host, rules, unseen);
  const places = [
    ...reports.flatMap(({ run }) => run.homes),
    ...unseen.filter(({ user }) => user !== null),
  ].map(({ user, path }) => ({ user, path }));
  const choice = choiceOf(options);
  const missed = judge(gaps, rules.checks, { ...choice, homes: places, names: namesOf(rules) });
  const all = [machine, ...reports];
  const report = assemble({
    host,
    rules,
    startedAt,
    began,
    facts: [...all.flatMap(({ facts }) => facts), ...gaps],
    findings: numbered([...all.flatMap(({ findings }) => findings), ...missed]),
    platform: host.platform,
    homes: places,
    choice,
    allowlist: options.allowlist?.info ?? null,
    policy: options.policy ?? null,
    coverage: all.flatMap((report) => report.coverage),
    sourcesRead: all.reduce((sum, { run }) => sum + run.sourcesRead, 0),
    bytesRead: all.reduce((sum, { run }) => sum + run.bytesRead, 0),
    sideEffects: all.flatMap(({ run }) => run.sideEffects),
  });
  const seen: Seen = {
    machine: first.seen.machine,
    there: new Map([first.seen, ...parts.map((part) => part.seen)].flatMap(({ there }) => [...there])),
    located: new Set([first.seen, ...parts.map((part) => part.seen)].flatMap(({ located }) => [...located])),
  };
  return { ...first, report, seen, isGone: goneHomes(host, homes.list) };
}
