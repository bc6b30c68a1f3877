/** Everything that one run leaves in the state database, as one transaction's work. */
import { entryDigests } from '../allowlist/entry-digest.ts';
import { type Comparison, compare, withStates } from '../evaluate/compare.ts';
import { compareItems } from '../evaluate/compare-items.ts';
import { approvedNow } from '../evaluate/drift.ts';
import { type Known, type Looked, lookedAt } from '../evaluate/looked.ts';
import type { Connection } from '../host/state-database.ts';
import { forgetOld, keepFindings, keepRun, knownFindings, knownTargets } from '../host/state-findings.ts';
import { keepApprovals, keepItems, knownApprovals, knownItems } from '../host/state-inventory.ts';
import { keepReport } from '../host/state-reports.ts';
import { keepTexts } from '../host/state-texts.ts';
import type { Allowlist } from '../model/allowlist.ts';
import type { Report } from '../model/report.ts';
import type { KnownText } from '../model/known.ts';
import type { Scanned } from '../scan.ts';
import { tellAll } from './keep-told.ts';
import type { Receiver } from './sinks.ts';

export type Ran = {
  scanned: Scanned;
  list: Allowlist | null;
  /** How far it has read texts. */
  texts: KnownText[];
  /** Newest run when it began: what later ones saw, it does not judge. */
  since: number;
  /** To whom what is new is sent. */
  receivers: Receiver[];
  /** Send all that there is, and not what is new alone. */
  tellAll: boolean;
};

function countsOf({ current, resolved, unseen }: Comparison) {
  const of = (...changes: string[]): number =>
    current.filter(({ change }) => change !== null && changes.includes(change)).length;
  return { new: of('new', 'back'), changed: of('changed'), resolved: resolved.length, unseen };
}

/** What the run looked at, as far as nobody has looked later; in homes that are gone there is nothing. */
function lookedSince({ scanned, since }: Ran, gone: Set<string>): Looked {
  const looked = lookedAt(scanned);
  const wouldSee = (known: Known): boolean =>
    known.lastRun <= since && (gone.has(known.target) || looked.wouldSee(known));
  return { ...looked, wouldSee };
}

/** Keeps a run. Gives its report with what earlier runs say of it, and its number. */
export function keepAll(connection: Connection, ran: Ran): { report: Report; run: number } {
  const { report } = ran.scanned;
  const { startedAt } = report.run;
  const { isGone = () => false } = ran.scanned;
  const gone = new Set(knownTargets(connection).filter(isGone));
  const looked = lookedSince(ran, gone);
  const { targetOf } = looked;
  const targets = new Set([
    ...looked.targets,
    ...gone,
    ...[...report.findings, ...report.facts].map(targetOf),
  ]);

  const compared = compare(report.findings, knownFindings(connection, targets), looked);
  const counts = countsOf(compared);
  const run = keepRun(connection, { report, targets: [...looked.targets], ways: looked.ways, counts });
  keepFindings(connection, run, startedAt, {
    current: compared.current.map((one) => ({ ...one, number: one.known?.number ?? null })),
    resolved: compared.resolved.map(({ known }) => known.number),
  });
  keepItems(connection, run, startedAt, compareItems(report.facts, knownItems(connection, targets), looked));
  const entryOf = ran.list === null ? () => null : entryDigests(ran.list);
  const approved = approvedNow(report.facts, knownApprovals(connection), { entryOf, targetOf }, startedAt);
  keepApprovals(connection, run, approved);
  keepTexts(connection, run, ran.texts);
  forgetOld(connection, new Date(startedAt));
  const told = { ...report, findings: withStates(compared, startedAt) };
  // In the same transaction: what is known from now on is news that is on its way.
  const sinks = ran.receivers.map(({ sink }) => sink);
  tellAll(connection, {
    report: told,
    run,
    looked,
    targets,
    gone,
    sinks,
    unseen: compared.unseen,
    asked: ran.tellAll,
  });
  keepReport(connection, run, [...looked.targets].toSorted(), told);
  return { report: told, run };
}
