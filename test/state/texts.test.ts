/** Transcripts and logs from scan to scan: what only grew is not read twice, and says the same all the same. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Report } from '../../src/model/report.ts';
import { scan } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';
import { expand } from '../recipe.ts';
import { type Asked, folderWith, rows, rules, scanKept, states } from './kept.ts';

const [token, other, third] = [1, 2, 3].map((seed) => expand('ghp_{crc30}', seed)) as [
  string,
  string,
  string,
];
const name = '.claude/projects/-home-dev/a.jsonl';
const said = (text: string): string => `${JSON.stringify({ message: { content: text } })}\n`;
const much = said('nothing to see here, and so it goes on and on').repeat(40_000);
const key = Buffer.alloc(32, 3);

function start(text: string) {
  const home = folderWith({ [name]: text });
  return { home, state: folderWith(), file: path.join(home, name) };
}

const options = { transcripts: true, key, only: ['secret-in-log'] };
const facts = ({ facts: all }: Report): Fact[] => all.filter(({ kind }) => kind === 'credential');
const masks = (report: Report): [number, number | undefined][] =>
  facts(report).flatMap((fact) => (fact.kind === 'credential' ? [[fact.count, fact.origin.line]] : []));
/** The same scan without memory. */
const afresh = (home: string): Fact[] =>
  facts(scan(testHost(), rules, { home, platform: 'linux', ...options }));

async function again(at: { home: string; state: string }, more: Partial<Asked> = {}): Promise<Report> {
  return scanKept(at.state, { home: at.home, ...options, ...more });
}

describe('a text that grew', () => {
  test('is read from where the last scan ended, and its facts are those of the whole', async () => {
    const at = start(said(`use ${token}`) + much + said(`and ${token}`) + much);
    expect(masks(await again(at))).toEqual([[2, 1]]);
    fs.appendFileSync(at.file, said(`then ${token} and ${other}`) + much);
    const grown = await again(at);
    expect(grown.run.bytesRead).toBeLessThan(fs.statSync(at.file).size / 2);
    expect(facts(grown)).toEqual(afresh(at.home));
    expect(masks(grown)).toEqual([
      [3, 1],
      [1, 80_003],
    ]);
    expect(states(grown)).toEqual(['secret-in-log a.jsonl: new', 'secret-in-log a.jsonl: open']);
    const same = await again(at);
    expect(same.run.bytesRead).toBeLessThanOrEqual(limits.chunkOverlap);
    expect(facts(same)).toEqual(facts(grown));
    expect(states(same)).toEqual(['secret-in-log a.jsonl: open', 'secret-in-log a.jsonl: open']);
  });

  test('tells a token that was half written the last time', async () => {
    const at = start(much + said('x').slice(0, -3) + token.slice(0, 20));
    expect(masks(await again(at))).toEqual([]);
    fs.appendFileSync(at.file, `${token.slice(20)}"}}\n${much}`);
    const grown = await again(at);
    expect(facts(grown)).toEqual(afresh(at.home));
    expect(masks(grown)).toHaveLength(1);
    expect(grown.run.bytesRead).toBeLessThan(fs.statSync(at.file).size * 0.6);
  });
});

describe('a text is read from its start', () => {
  const whole = async (
    change: (file: string) => void,
    more: Partial<Asked> = {},
  ): Promise<{ report: Report; read: boolean }> => {
    const at = start(said(`use ${token}`) + much);
    await again(at);
    change(at.file);
    const report = await again(at, more);
    expect(facts(report)).toEqual(more.key === undefined ? afresh(at.home) : expect.anything());
    return { report, read: report.run.bytesRead === fs.statSync(at.file).size };
  };
  const resolved = ['secret-in-log a.jsonl: resolved'];

  test('when it was rewritten, and what is gone is resolved', async () => {
    const { report, read } = await whole((file) => fs.writeFileSync(file, much + much));
    expect([read, states(report)]).toEqual([true, resolved]);
  });

  test('when it was cut', async () => {
    const { report, read } = await whole((file) => fs.writeFileSync(file, said('gone')));
    expect([read, states(report)]).toEqual([true, resolved]);
  });

  test('when another took its place', async () => {
    const { report, read } = await whole((file) => {
      fs.renameSync(file, `${file}.1`);
      fs.writeFileSync(file, said(`with ${third}`));
    });
    // Another secret in the same place and of the same kind is the same finding.
    expect([read, states(report)]).toEqual([true, ['secret-in-log a.jsonl: open']]);
  });

  test('when something in its middle was struck out', async () => {
    const { report, read } = await whole((file) => {
      const text = fs.readFileSync(file, 'utf8').replace(token, '*'.repeat(token.length));
      fs.writeFileSync(file, text);
      fs.utimesSync(file, new Date(), new Date(Date.now() + 60_000));
    });
    expect([read, states(report)]).toEqual([true, resolved]);
  });

  test('when a month has passed', async () => {
    const now = (): Date => new Date('2027-11-20T08:00:00Z');
    const { report, read } = await whole(() => {}, { host: { now } });
    expect([read, states(report)]).toEqual([true, ['secret-in-log a.jsonl: open']]);
  });

  test('when the key is another', async () => {
    const { read } = await whole(() => {}, { key: Buffer.alloc(32, 4) });
    expect(read).toBe(true);
  });

  test('when too much was found in it to be remembered', async () => {
    const at = start(said(`${token} ${other}`).repeat(2_000));
    await again(at);
    expect(rows(at.state, 'SELECT file FROM texts')).toEqual([]);
    expect((await again(at)).run.bytesRead).toBe(fs.statSync(at.file).size);
  });
});

test('a text that cannot be read now, or is not asked for, is resolved by nobody', async () => {
  const at = start(said(`use ${token}`));
  await again(at);
  expect(states(await again(at, { transcripts: false }))).toEqual([]);
  fs.renameSync(at.file, `${at.file}.away`);
  fs.mkdirSync(at.file);
  expect(states(await again(at))).toEqual([]);
  fs.rmdirSync(at.file);
  fs.renameSync(`${at.file}.away`, at.file);
  expect(states(await again(at))).toEqual(['secret-in-log a.jsonl: open']);
});

test('what is remembered are digests under the key and masked forms', async () => {
  const at = start(said(`use ${token} and password=q8Zr4Lw1Tn`));
  await again(at);
  const [row] = rows<{ hits: string }>(at.state, 'SELECT hits FROM texts');
  expect(JSON.parse(row!.hits)).toHaveLength(2);
  for (let from = 0; from + 8 <= token.length; from += 1)
    expect(row!.hits).not.toContain(token.slice(from, from + 8));
  expect(row!.hits).not.toContain('q8Zr4');
});
