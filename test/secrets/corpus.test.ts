/**
 * Recall and precision on the corpus, class by class. `npm run bench` prints the same figures. What a class misses
 * within these bounds stays wrong, and is seen there.
 */
import { describe, expect, test } from 'vitest';
import type { Case } from './corpus/case.ts';
import { type Row, measure } from './corpus/measure.ts';
import { secrets } from './kit.ts';

const all = measure(secrets);
const lines = (rows: Row[]): number => rows.reduce((sum, row) => sum + row.lines, 0);
/** The first lines that went wrong; all of it is made from recipes. */
const seen = ({ wrong }: Row): string =>
  wrong
    .slice(0, 3)
    .map(({ how, name, text }: Case) => `${how} ${name} ${JSON.stringify(text)}`)
    .join('\n');

test('the corpus has at least 1,500 lines each way', () => {
  expect(lines(all.dirty)).toBeGreaterThanOrEqual(1_500);
  expect(lines(all.clean)).toBeGreaterThanOrEqual(1_500);
});

describe('recall', () => {
  test.each(all.dirty.map((row) => [row.class, row] as const))('%s', (_, row) => {
    expect(row.found / row.lines, seen(row)).toBeGreaterThanOrEqual(0.97);
  });
});

describe('no false alarm of high severity on clean lines', () => {
  test.each(all.clean.map((row) => [row.class, row] as const))('%s', (_, row) => {
    expect(row.alarms, seen(row)).toBe(0);
  });
});

test('precision is 99 % in all', () => {
  expect(all.precision).toBeGreaterThanOrEqual(0.99);
});
