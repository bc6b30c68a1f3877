/** What agents and shells write down: read on demand alone, in chunks, and told as one fact for each secret. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { readLarge } from '../src/host/large-files.ts';
import { readPart } from '../src/host/large-chunks.ts';
import { startSecond } from '../src/host/second-thread.ts';
import { limits } from '../src/limits.ts';
import type { FactOf } from '../src/model/fact.ts';
import type { LargeWork } from '../src/model/host.ts';
import type { Report } from '../src/model/report.ts';
import { scan } from '../src/scan.ts';
import type { BulkHit } from '../src/secrets/bulk.ts';
import { createSecrets } from '../src/secrets/engine.ts';
import { testHost } from './fixture.ts';
import { expand } from './recipe.ts';

const rules = await loadRules();
const folders: string[] = [];
const [token, other] = [expand('ghp_{crc30}'), expand('ghp_{crc30}', 2)];

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function home(files: Record<string, string | Buffer>): string {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-transcripts-'));
  folders.push(top);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
    fs.writeFileSync(path.join(top, name), text);
  }
  return top;
}

function report(top: string, transcripts: boolean): Report {
  return scan(testHost(), rules, { home: top, platform: 'linux', transcripts });
}

const credentials = ({ facts }: Report): FactOf<'credential'>[] =>
  facts.filter((fact): fact is FactOf<'credential'> => fact.kind === 'credential');

const session = (name: string): string => `.claude/projects/-home-dev/${name}.jsonl`;
const said = (text: string): string => `${JSON.stringify({ message: { content: text } })}\n`;

describe('a scan', () => {
  const top = home({
    [session('b')]: said('hello').repeat(3) + said(`use ${token}`).repeat(300),
    [session('a')]: said('hello') + said(`and MY_TOKEN=${token} here`) + said(`not ${other}`),
    [session('c')]: said(`${token} ${token}`).repeat(50),
    '.bash_history': `export GITHUB_TOKEN=${token}\n`,
  });

  test('reads none of it by default, and does not say that it did', () => {
    const found = report(top, false);
    expect(credentials(found)).toEqual([]);
    expect(found.coverage.filter(({ tool }) => tool === 'shell-history')).toEqual([]);
    expect(found.run).toMatchObject({ sourcesRead: 0, status: 'complete' });
  });

  test('tells a secret once for each tool, with how often, first and last place', () => {
    const found = report(top, true);
    const mine = credentials(found).filter(({ tools }) => tools.includes('claude-code'));
    expect(mine).toHaveLength(2);
    expect(mine).toMatchObject([
      {
        field: 'MY_TOKEN',
        storage: 'log',
        count: 401,
        files: 3,
        origin: { path: path.join(top, session('a')), line: 2 },
        last: { path: path.join(top, session('c')), line: 50 },
      },
      { count: 1, files: 1, origin: { path: path.join(top, session('a')), line: 3 } },
    ]);
    expect(new Set(mine.map(({ id }) => id)).size).toBe(2);
    expect(credentials(found).filter(({ tools }) => tools.includes('shell-history'))).toHaveLength(1);
    expect(found.findings.filter(({ check }) => check === 'secret-in-log')).toHaveLength(3);
    expect(found.run).toMatchObject({ sourcesRead: 4, status: 'complete' });
    expect(found.coverage.find(({ tool }) => tool === 'shell-history')).toMatchObject({ status: 'found' });
  });

  test('gives the same facts whichever way the files are listed', () => {
    const host = testHost();
    const turned = testHost({
      match: (...args) => {
        const found = host.match(...args);
        return { ...found, paths: found.paths.toReversed() };
      },
    });
    const options = { home: top, platform: 'linux' as const, transcripts: true };
    expect(scan(turned, rules, options).facts).toEqual(report(top, true).facts);
  });

  test('stops in time, and tells of what it left', () => {
    const late = scan(testHost(), rules, { home: top, platform: 'linux', transcripts: true, timeLimit: 0 });
    expect(late.facts.filter((fact) => fact.kind === 'gap').map(({ reason }) => reason)).toContain(
      'time-limit',
    );
  });
});

test('what is binary is a gap; UTF-16 is text', () => {
  const top = home({
    '.bash_history': Buffer.concat([Buffer.from(token), Buffer.alloc(9)]),
    '.psql_history': Buffer.from(`\ufeffselect 1;\n-- ${token}\n`, 'utf16le'),
  });
  const found = report(top, true);
  expect(credentials(found)).toMatchObject([{ origin: { line: 2 } }]);
  expect(found.facts.filter(({ kind }) => kind === 'gap')).toMatchObject([
    { reason: 'unsupported', origin: { path: path.join(top, '.bash_history') } },
  ]);
});

test('a database is read as it is', () => {
  const top = home({ '.local/share/goose/sessions/sessions.db': Buffer.from(`SQLite\0\0${token}\0`) });
  const [fact] = credentials(report(top, true));
  expect(fact).toMatchObject({ tools: ['goose'], count: 1 });
  expect(fact!.origin.line).toBeUndefined();
});

const secrets = createSecrets(rules, null);
const data = { rules: { secrets: rules.secrets, words: rules.words }, key: null, salt: 'salt' };
const work: LargeWork<BulkHit> = { scan: secrets.bulk('salt'), data, late: () => false };
const read = (file: string, more = {}) => {
  const { size } = fs.statSync(file);
  return readLarge([{ path: file, boundary: path.dirname(file), size, ...more }], work)[0]!;
};

describe('large texts', () => {
  const line = `${'lorem ipsum dolor sit amet, '.repeat(4)}\n`;
  const upTo = (before: string, bytes: number): string =>
    before + line.repeat(bytes / line.length + 1).slice(0, bytes - before.length - 1) + ' ';
  // One token on the border of two chunks, one on that of two parts, one at the end.
  let text = `${upTo('', limits.chunkBytes - 20)}${token}\n`;
  text = `${upTo(text, limits.partBytes - 3)}${other}\n`;
  text += `x=${token}`;
  const file = path.join(home({ 'log.txt': text }), 'log.txt');
  const places = [text.indexOf(token), text.indexOf(other), text.lastIndexOf(token)];

  test('tokens across the borders of chunks and parts, with their lines', () => {
    const { hits, bytes, reasons } = read(file);
    expect(hits.map(({ at }) => at)).toEqual(places);
    expect(hits.map((hit) => hit.line)).toEqual(places.map((at) => text.slice(0, at).split('\n').length));
    expect([bytes, reasons]).toEqual([text.length, []]);
  });

  test('goes on where the last reading ended, unless what lay before is another', () => {
    const { end } = read(file);
    fs.appendFileSync(file, `\n${expand('ghp_{crc30}', 3)}\n`);
    const more = read(file, { from: end });
    expect(more.bytes).toBeLessThan(limits.chunkBytes);
    expect(more.hits.at(-1)!.line).toBe(text.split('\n').length + 1);
    expect(read(file, { from: { ...end!, before: '0' } }).bytes).toBe(fs.statSync(file).size);
    fs.truncateSync(file, text.length);
  });

  test('two threads find what one does', () => {
    const second = startSecond<BulkHit>(data);
    if (second === null) return;
    const fd = fs.openSync(file, 'r');
    const step = 128 * 1024;
    const parts = Array.from({ length: Math.ceil(text.length / step) }, (_, nth) => ({
      fd,
      from: nth * step,
      to: Math.min(text.length, (nth + 1) * step),
      size: text.length,
    }));
    const found: number[] = [];
    let theirs = 0;
    second.share(
      parts,
      (nth) => {
        // Slow, so that the other one comes to its share.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
        found.push(...readPart(parts[nth]!, work.scan).hits.map(({ at }) => at));
      },
      (_, { hits }) => {
        theirs += 1;
        found.push(...hits.map(({ at }) => at));
      },
    );
    second.stop();
    fs.closeSync(fd);
    expect(found.toSorted((a, b) => a - b)).toEqual(places);
    expect(theirs).toBeGreaterThan(0);
  });

  test('links out of the place, folders and what is not there are told of', () => {
    const top = home({ 'a/x.log': token });
    fs.symlinkSync(file, path.join(top, 'a/link.log'));
    const reasons = ['link.log', 'gone.log', '.'].map(
      (name) => readLarge([{ path: path.join(top, 'a', name), boundary: top, size: 1 }], work)[0]!.reasons[0],
    );
    expect(reasons).toEqual(['link-out-of-place', 'vanished', 'not-a-file']);
  });
});
