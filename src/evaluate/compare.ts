/**
 * The findings of a run against those that earlier runs knew: which are new, which have changed, and which
 * are resolved, because the run looked where they were and they are not there any more. What it did not look
 * at stays as it was. It keeps nothing itself.
 */
import type { Finding } from '../model/report.ts';
import type { FindingChange, KnownFinding, Way } from '../model/known.ts';
import type { Looked } from './looked.ts';

/** A finding of this run as it is kept. */
export type Kept = {
  finding: Finding;
  target: string;
  known: KnownFinding | null;
  change: FindingChange | null;
  /** Of a change, which fields. */
  what: string[];
  ways: Way[];
  located: boolean;
};

export type Comparison = {
  current: Kept[];
  resolved: { known: KnownFinding; finding: Finding }[];
  /** Open ones of these targets that the run did not look at. */
  unseen: number;
};

const timed = /^\d{4}-\d\d-\d\dT/;

/**
 * What a change is told by. Times and numbers move by themselves, and texts with the rules: neither makes a
 * finding another one.
 */
function compared({ severity, confidence, waiver, evidence }: Finding): Map<string, string> {
  const fields = Object.entries(evidence).filter(
    ([, value]) => typeof value !== 'number' && !(typeof value === 'string' && timed.test(value)),
  );
  return new Map([
    ['severity', severity],
    ['confidence', confidence],
    ['waiver', waiver === undefined ? '' : JSON.stringify([waiver.owner, waiver.reason, waiver.expires])],
    ...fields.map(([name, value]): [string, string] => [name, JSON.stringify(value)]),
  ]);
}

/** Names of what is different; evidence that one of them has not is a change of the check, and none. */
function differences(before: Finding, now: Finding): string[] {
  const [old, current] = [compared(before), compared(now)];
  return [...current]
    .filter(([name, value]) => old.has(name) && old.get(name) !== value)
    .map(([name]) => name);
}

const keyOf = (target: string, user: string | null, fingerprint: string): string =>
  [target, user ?? '', fingerprint].join('\0');

function keptOf(finding: Finding, target: string, known: KnownFinding | null, looked: Looked): Kept {
  const located = looked.isLocated(finding.origin.path);
  const own = looked.waysOf(finding.check);
  if (known === null) return { finding, target, known, change: 'new', what: [], ways: own, located };
  const what = differences(JSON.parse(known.record) as Finding, finding);
  const change = known.state === 'resolved' ? 'back' : what.length > 0 ? 'changed' : null;
  const shared = known.ways.filter((way) => own.includes(way));
  return { finding, target, known, change, what: change === 'changed' ? what : [], ways: shared, located };
}

/** Ids of findings that are listed together must differ. */
function withFreeId(finding: Finding, taken: Set<string>): Finding {
  let id = finding.id;
  for (let nth = 2; taken.has(id); nth += 1) id = `${finding.id}-${nth}`;
  taken.add(id);
  return { ...finding, id };
}

/** Compares the findings of a run with all that are known of its targets. */
export function compare(findings: Finding[], all: KnownFinding[], looked: Looked): Comparison {
  const byKey = new Map(all.map((one) => [keyOf(one.target, one.user, one.fingerprint), one]));
  const current = findings.map((finding) => {
    const target = looked.targetOf(finding);
    const known = byKey.get(keyOf(target, finding.user, finding.fingerprint)) ?? null;
    return keptOf(finding, target, known, looked);
  });
  const seen = new Set(current.flatMap(({ known }) => (known === null ? [] : [known.number])));
  const missing = all.filter((one) => one.state === 'open' && !seen.has(one.number));
  const gone = missing.filter((one) => {
    const { line, pointer } = (JSON.parse(one.record) as Finding).origin;
    const placed = line !== undefined || pointer !== undefined;
    return looked.ran(one.check) && looked.wouldSee({ ...one, placed });
  });
  const taken = new Set(findings.map(({ id }) => id));
  return {
    current,
    resolved: gone.map((known) => ({
      known,
      finding: withFreeId(JSON.parse(known.record) as Finding, taken),
    })),
    unseen: missing.length - gone.length,
  };
}

/** The findings as the report has them: with their state, and the resolved ones behind them. */
export function withStates({ current, resolved }: Comparison, now: string): Finding[] {
  return [
    ...current.map(({ finding, known, change, what }): Finding => {
      const state = change === 'new' || change === 'back' ? 'new' : 'open';
      const changed = what.length > 0 ? { changed: what } : {};
      return { ...finding, state, firstSeen: known?.firstSeen ?? now, ...changed };
    }),
    ...resolved.map(({ known, finding }): Finding => {
      const { firstSeen, lastSeen } = known;
      return { ...finding, state: 'resolved', firstSeen, lastSeen };
    }),
  ];
}
