/** Advisories in the OSV format as threats, and what they say of versions. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../../src/cli/load.ts';
import { serverThreats, threatIndex } from '../../src/evaluate/threats.ts';
import { OsvFile, osvThreats } from '../../src/osv-threats.ts';
import { fact } from './default-facts.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-osv-'));
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

const events = (...all: object[]) => [{ type: 'SEMVER', events: all }];
const advisory = (affected: object, more: object = {}): OsvFile =>
  OsvFile.parse({
    schema_version: '1.7.0',
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2026-11-01T00:00:00Z',
    summary: 'runs what a server sends',
    aliases: ['CVE-2026-1'],
    database_specific: { severity: 'HIGH' },
    affected: [{ package: { ecosystem: 'npm', name: 'some-mcp' }, ...affected }],
    ...more,
  });

/** Whether a pinned version is said to be bad. */
function isBad(file: OsvFile, version: string, type: 'npm' | 'pypi' = 'npm'): boolean {
  const found = { type, name: 'some-mcp', version, pinned: true, purl: `pkg:${type}/some-mcp@${version}` };
  const one = fact('server', { package: found, identity: found.purl });
  return serverThreats(one, threatIndex(osvThreats(file))).length > 0;
}

describe('ranges', () => {
  const file = advisory({
    ranges: events(
      { introduced: '0' },
      { fixed: '1.2.0' },
      { introduced: '2.0.0' },
      { last_affected: '2.3.0' },
    ),
  });
  test.each(['0.0.1', '1.1.9', '2.0.0', '2.3.0'])('%s is in them', (one) =>
    expect(isBad(file, one)).toBe(true),
  );
  test.each(['1.2.0', '1.9.0', '2.3.1', '3.0.0'])('%s is not', (one) => expect(isBad(file, one)).toBe(false));
  // A package that once was numbered by dates: those sort above every number.
  test.each(['2025.8.21'])('%s is not', (one) => {
    expect(isBad(advisory({ ranges: events({ introduced: '0.5.0' }) }), one)).toBe(false);
  });

  test('without an end reach every version, and lists of versions those alone', () => {
    expect(isBad(advisory({ ranges: events({ introduced: '0' }) }), '99.0.0')).toBe(true);
    const listed = advisory({ versions: ['1.0.1', '2025.8.21'] });
    expect(['1.0.1', '2025.8.21'].map((one) => isBad(listed, one))).toEqual([true, true]);
    expect(['1.0.0', '2025.8.22'].map((one) => isBad(listed, one))).toEqual([false, false]);
  });

  test('of thousands of versions are all read', () => {
    const versions = Array.from({ length: 3_000 }, (_, number) => `1.${number}.0`);
    const file = advisory({ versions });
    expect(isBad(file, '1.0.0') && isBad(file, '1.2999.0')).toBe(true);
    expect(isBad(file, '1.3000.0')).toBe(false);
  });
});

test('what is malicious says so, and what is withdrawn, of git or of another world says nothing', () => {
  const whole = { ranges: events({ introduced: '0' }) };
  expect(osvThreats(advisory(whole, { id: 'MAL-2026-1' }))).toMatchObject([
    { class: 'malicious', severity: 'critical', advisories: ['MAL-2026-1', 'CVE-2026-1'] },
  ]);
  expect(osvThreats(advisory(whole))).toMatchObject([{ class: 'vulnerable', severity: 'high' }]);
  expect(osvThreats(advisory(whole, { withdrawn: '2026-11-02T00:00:00Z' }))).toEqual([]);
  expect(osvThreats(advisory({ ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }))).toEqual([]);
  expect(osvThreats(advisory({ ...whole, package: { ecosystem: 'Debian:12', name: 'x' } }))).toEqual([]);
  const strange = advisory({ ranges: events({ introduced: 'r7' }, { fixed: 'r9' }) });
  expect(osvThreats(strange)).toMatchObject([{ versions: '*', confidence: 'low' }]);
});

test('a folder of rules may hold them, and a broken one is told', async () => {
  const folder = path.join(top, 'rules', 'osv');
  fs.mkdirSync(folder, { recursive: true });
  const file = { ...advisory({ ranges: events({ introduced: '0' }) }), id: 'MAL-2026-2' };
  fs.writeFileSync(path.join(folder, 'MAL-2026-2.json'), JSON.stringify(file));
  const { threats } = await loadRules(path.join(top, 'rules'));
  expect(threats.find(({ id }) => id === 'MAL-2026-2')).toMatchObject({
    name: 'some-mcp',
    class: 'malicious',
  });
  fs.writeFileSync(path.join(folder, 'x.json'), '{"id": 3}');
  await expect(loadRules(path.join(top, 'rules'))).rejects.toThrow(/osv\/x\.json:1:\d+: /);
});
