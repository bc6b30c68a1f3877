/** The key that the state keeps: fingerprints that hold from scan to scan, and nowhere else. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { readLarge } from '../../src/host/large-files.ts';
import type { Host } from '../../src/model/host.ts';
import { Report } from '../../src/model/report.ts';
import { scan } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';
import { expand } from '../recipe.ts';
import { run } from '../trust/program.ts';
import { folderWith, rules } from './kept.ts';

const token = expand('ghp_{crc30}', 4);
const home = folderWith({
  '.cursor/mcp.json': {
    mcpServers: { a: { command: 'x', env: { GITHUB_TOKEN: token, DB_PASSWORD: 'summer-holiday-2019' } } },
  },
});

/** Fingerprints by field, and what the program said. */
function scanned(state: string | null): { prints: Record<string, string | null>; stderr: string } {
  const kept = state === null ? [] : ['--state', state];
  const { stdout, stderr } = run(['scan', '--home', home, '--platform', 'linux', '-f', 'json', ...kept]);
  const { facts } = Report.parse(JSON.parse(stdout));
  const found = facts.flatMap((fact) => (fact.kind === 'credential' ? [fact] : []));
  return { prints: Object.fromEntries(found.map((one) => [one.field, one.secret.fingerprint])), stderr };
}

test('the same secret has the same fingerprint in one folder, and none that could be guessed has one', () => {
  const [one, other] = [folderWith(), folderWith()];
  const first = scanned(one).prints;
  expect(first).toEqual({
    GITHUB_TOKEN: expect.stringMatching(/^hmac-sha256:[0-9a-f]{64}$/),
    DB_PASSWORD: null,
  });
  expect(scanned(one).prints).toEqual(first);
  expect(scanned(other).prints['GITHUB_TOKEN']).not.toBe(first['GITHUB_TOKEN']);
  expect(scanned(null).prints).toEqual({ GITHUB_TOKEN: null, DB_PASSWORD: null });
  const file = path.join(one, 'fingerprint.key');
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(fs.readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
});

test('a key that is none is left alone and told in one line', () => {
  const state = folderWith({ 'fingerprint.key': 'abc' });
  const { prints, stderr } = scanned(state);
  expect(prints['GITHUB_TOKEN']).toBeNull();
  expect(stderr).toBe(
    `shadowscan: ${state}/fingerprint.key: holds no key; remove it for a new one; fingerprints are left out\n`,
  );
  expect(fs.readFileSync(path.join(state, 'fingerprint.key'), 'utf8')).toBe('abc');
});

test('the second thread is given it as well', () => {
  const given: unknown[] = [];
  const key = Buffer.alloc(32, 7);
  const spying: Host['readLarge'] = (files, work) => {
    given.push((work.data as { key: unknown }).key);
    return readLarge(files, work);
  };
  const top = folderWith({ '.bash_history': `export GITHUB_TOKEN=${token}\n` });
  scan(testHost({ readLarge: spying }), rules, { home: top, platform: 'linux', transcripts: true, key });
  scan(testHost({ readLarge: spying }), rules, { files: [path.join(top, '.bash_history')], key });
  expect(given).toEqual([key, key]);
});
