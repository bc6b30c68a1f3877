/**
 * What the secrets engine finds and what it costs, for `npm run bench`: recall and precision on the corpus, class
 * by class, and the time that each pattern takes on a megabyte that was made to slow it down.
 */
import { performance } from 'node:perf_hooks';
import { measure } from '../../test/secrets/corpus/measure.ts';
import { secrets, shapes, words } from '../../test/secrets/kit.ts';
import { expand } from '../../test/recipe.ts';

const size = 1024 * 1024;
/** Part of the size that growth is told from. */
const part = 4;
const tryPart = 32;
const shown = 8;

const percent = (value: number): string => `${(Math.floor(10_000 * value) / 100).toFixed(2)} %`;

/** Recall and precision, class by class, as found; nothing is rounded up. */
export function printCorpus(): void {
  const { dirty, clean, recall, precision, alarms } = measure(secrets);
  const sum = (rows: typeof dirty): number => rows.reduce((all, { lines }) => all + lines, 0);
  console.log(`corpus: ${sum(dirty)} lines with a secret, ${sum(clean)} without`);
  for (const row of dirty) {
    const rest = row.inexact > 0 ? `, ${row.inexact} inexact` : '';
    console.log(`  ${row.class.padEnd(46)} ${row.found}/${row.lines}${rest}`);
  }
  for (const row of clean) {
    console.log(`  ${row.class.padEnd(46)} ${row.false} false of ${row.lines}, ${row.alarms} high`);
  }
  console.log(
    `  recall ${percent(recall)}, precision ${percent(precision)}, alarms on clean lines: ${alarms}`,
  );
}

const repeat = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Texts that begin like a match over and over, or nearly match, or go on for ever; each made when asked for. */
function hostile(own: string[]): ((length: number) => string)[] {
  return [
    ...['aB0', 'x_', '\\n', ' ', 'A1/'].map((unit) => (length: number) => repeat(unit, length)),
    ...own.flatMap((one) => [
      (length: number) => repeat(one, length),
      (length: number) => one + repeat('aB0', length),
    ]),
  ];
}

/** Milliseconds to find all in a text. */
function timeOf(pattern: RegExp, text: string): number {
  const start = performance.now();
  pattern.lastIndex = 0;
  for (let found = 0; found < 100_000 && pattern.test(text); found++);
  return performance.now() - start;
}

/** Milliseconds on the text that costs most, and on a part of it. Which one that is a small size tells. */
function slowest(pattern: RegExp, own: string[]): { time: number; small: number } {
  const texts = hostile(own);
  const times = texts.map((text) => timeOf(pattern, text(size / tryPart)));
  const worst = texts[times.indexOf(Math.max(...times))]!;
  return { small: timeOf(pattern, worst(size / part)), time: timeOf(pattern, worst(size)) };
}

/** The patterns that take longest, with what four times the text costs them; linear is four. */
export function printPatterns(): void {
  const all = [
    ...shapes.map(({ id, pattern, anchors, prefix, matches }) => {
      const sample = expand(matches[0]!);
      return {
        id,
        pattern,
        own: [...anchors, prefix, sample, sample.slice(0, -1)].filter((one) => one !== ''),
      };
    }),
    ...[...words.references, ...words.referenceDefaults, ...words.placeholders].map((pattern) => ({
      id: `word pattern ${pattern.slice(0, 24)}`,
      pattern,
      own: ['your-', '${A:-', 'a.b(', '<a', 'sha1-', 'a@b.'],
    })),
  ];
  const timed = all.map(({ id, pattern, own }) => {
    const compiled = new RegExp(pattern, 'g');
    return { id, ...slowest(compiled, own) };
  });
  const reference = timeOf(/[A-Za-z0-9]{40}Z/g, repeat('aB0', size));
  console.log(
    `patterns: ${all.length} on 1 MB each; reference: 40 letters or digits and a Z, ${reference.toFixed(1)} ms`,
  );
  for (const { id, time, small } of timed.toSorted((a, b) => b.time - a.time).slice(0, shown)) {
    const growth = `${(time / small).toFixed(1)} x for ${part} x the text`;
    console.log(`  ${id.padEnd(46)} ${(time / reference).toFixed(2)} x reference, ${growth}`);
  }
}
