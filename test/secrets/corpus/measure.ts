/** Recall and precision of the engine on the corpus, class by class. */
import type { Found, Secrets } from '../../../src/secrets/engine.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import type { Case } from './case.ts';
import { cleanCases, dirtyCases } from './corpus.ts';

export type Row = {
  class: string;
  lines: number;
  /** Secrets found exactly, and lines on which another part than the secret was found. */
  found: number;
  inexact: number;
  /** Findings of low severity and above that are no secret, and those of them that are high or critical. */
  false: number;
  alarms: number;
  /** Lines that went wrong, by number within the class, so that one can be looked at. */
  wrong: Case[];
};

const closed = (text: string): Secret => new Secret(text);

function read(secrets: Secrets, { how, name, text }: Case): Found[] {
  if (how === 'argv') return secrets.argv(text.map(closed)).found;
  if (how === 'text') return secrets.scan(closed(text[0]!));
  return secrets.judge(name, closed(text[0]!), how);
}

const isLoud = ({ severity }: Found): boolean => severity === 'high' || severity === 'critical';

function add(row: Row, one: Case, all: Found[]): void {
  const { secret } = one;
  const found = all.filter(({ severity }) => severity !== 'info' && severity !== 'low');
  row.lines++;
  const exact = (secret === null ? [] : [secret, encodeURIComponent(secret)]).map(closed);
  const right = all.filter((each) => exact.some((text) => text.equals(each.secret)));
  const other = found.filter((each) => !right.includes(each));
  if (right.length > 0) row.found++;
  else if (secret !== null && other.length > 0) row.inexact++;
  // Next to a secret that was not found exactly, a finding is taken for an inexact one.
  if (secret === null || right.length > 0) {
    row.false += other.length;
    row.alarms += other.filter(isLoud).length;
  }
  if ((secret !== null && right.length === 0) || (other.length > 0 && (secret === null || right.length > 0)))
    row.wrong.push(one);
}

function rows(secrets: Secrets, cases: Case[]): Row[] {
  const byClass = new Map<string, Row>();
  for (const one of cases) {
    const row = byClass.get(one.class) ?? {
      class: one.class,
      lines: 0,
      found: 0,
      inexact: 0,
      false: 0,
      alarms: 0,
      wrong: [],
    };
    byClass.set(one.class, row);
    add(row, one, read(secrets, one));
  }
  return [...byClass.values()];
}

export type Measure = { dirty: Row[]; clean: Row[]; recall: number; precision: number; alarms: number };

/** Measures everything. Alarms are findings of high severity on clean lines. */
export function measure(secrets: Secrets): Measure {
  const dirty = rows(secrets, dirtyCases());
  const clean = rows(secrets, cleanCases());
  const sum = (all: Row[], of: (row: Row) => number): number =>
    all.reduce((before, row) => before + of(row), 0);
  const found = sum(dirty, (row) => row.found);
  const wrong = sum([...dirty, ...clean], (row) => row.false) + sum(dirty, (row) => row.inexact);
  return {
    dirty,
    clean,
    recall: found / sum(dirty, (row) => row.lines),
    precision: found / (found + wrong),
    alarms: sum(clean, (row) => row.alarms),
  };
}
