/** `allowlist why`: the nearest entry and what differs, in the words that people read. */
import { describe, expect, test } from 'vitest';
import { explainServer } from '../../src/allowlist/explain.ts';
import { matcher } from '../../src/allowlist/match.ts';
import { nearestEntry } from '../../src/allowlist/nearest-entry.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import type { Allowlist } from '../../src/model/allowlist.ts';
import type { ServerFact } from '../../src/model/fact.ts';
import { fact } from '../evaluate/default-facts.ts';
import { type Sample, identified } from '../identity/sample.ts';

type Entry = Record<string, unknown>;
const now = new Date('2026-11-20T12:00:00Z');
const remote = 'https://mcp.example.com/mcp';

const listOf = (approve: Entry[], deny: Entry[] = []): Allowlist =>
  parseAllowlist(Buffer.from(JSON.stringify({ version: 1, name: 't', approve, deny })), 'list.json');

function server(sample: Sample | string, part: Entry = {}): ServerFact {
  const [command = '', ...args] = typeof sample === 'string' ? sample.split(' ') : [];
  const one = identified(typeof sample === 'string' ? { command, args } : sample);
  const { identity, via, registry, doubts, extras, shown } = one;
  const found = { identity, via, registry, doubts, extras, ...shown, package: one.package };
  return fact('server', { ...found, ...part });
}

const differs = (sample: Sample | string, entry: Entry, part: Entry = {}): string | null =>
  nearestEntry(listOf([entry]), server(sample, part), now, 'laptop-7')?.differs ?? null;

describe('the nearest entry', () => {
  const search = { package: 'npm:@corp/search-mcp', version: '^1.2.0' };

  test.each<[Sample | string, Entry, string | null]>([
    ['npx @corp/search-mcp', search, 'the entry pins ^1.2.0, the definition is unpinned'],
    ['npx @corp/search-mcp@2.0.0', search, 'version 2.0.0 is not in ^1.2.0'],
    ['npx @corp/serach-mcp@1.2.3', search, 'it names @corp/search-mcp, the definition runs @corp/serach-mcp'],
    ['npx @evil/search-mcp@1.2.3', search, 'it names @corp/search-mcp, the definition runs @evil/search-mcp'],
    ['uvx corp-mcp==1.0', { package: 'npm:corp-mcp' }, 'it is for npm, the definition runs pypi'],
    ['npx weather', search, null],
    ['npx @corp/search-mcp@1.2.3', { ...search, expires: '2026-11-01' }, 'it expired on 2026-11-01'],
    [
      'npx @corp/search-mcp@1.2.3',
      { ...search, clients: ['other-agent'], hosts: ['build-*'] },
      'it is for the clients other-agent; on the hosts build-*',
    ],
    [
      'npx --registry https://packages.evil.example @corp/search-mcp@1.2.3',
      search,
      'nothing of the entry, but the definition is in doubt: it names another package registry',
    ],
    [{ url: 'https://mcp.example.com/other' }, { url: remote }, "its path is /mcp, the definition's /other"],
    [
      { url: 'https://mcp.exemple.com/mcp' },
      { url: remote },
      "its host is mcp.example.com, the definition's mcp.exemple.com",
    ],
    [{ url: 'http://mcp.example.com/mcp' }, { url: remote }, 'scheme or port differ: https: and http:'],
    [
      `npx -y mcp-remote@0.1.20 ${remote}`,
      { package: 'npm:mcp-remote' },
      `it means the bridge itself; what runs behind it is ${remote}`,
    ],
    [
      '/tmp/x/corp-mcp',
      { command: '/opt/corp-mcp' },
      'it names /opt/corp-mcp, the definition /tmp/x/corp-mcp',
    ],
    [
      'node /opt/a.js --x',
      { command: 'node', args: ['/opt/a.js'] },
      'its arguments are ["/opt/a.js"], the definition\'s ["/opt/a.js","--x"]',
    ],
    ['node /opt/a.js', { command: 'node' }, 'it names the program and not what the program runs'],
  ])('%j and %j', (sample, entry, expected) => {
    expect(differs(sample, entry)).toBe(expected);
  });

  test('is the one that means the package, before one that is only alike', () => {
    const list = listOf([
      { package: 'npm:@corp/search-mcps' },
      { package: 'npm:@corp/search-mcp', version: '^2' },
    ]);
    expect(nearestEntry(list, server('npx @corp/search-mcp@1.2.3'), now, '')?.entry).toBe('approve[1]');
  });
});

function said(sample: Sample | string, approve: Entry[], part: Entry = {}): Record<string, string[]> {
  const list = listOf(approve);
  const one = server(sample, part);
  const judged = { ...one, ...matcher(list, now)(one) };
  return Object.fromEntries(explainServer(judged, list, now, '').map(({ label, texts }) => [label, texts]));
}

test('all that there is to say of an approval', () => {
  const entry = { package: 'npm:a-mcp', owner: 'ann', reason: 'reviewed', expires: '2027-01-31' };
  expect(said('cmd /c npx -y a-mcp@1.2.3', [{ ...entry, tools: { deny: ['delete'] } }])).toEqual({
    Written: ['cmd /c npx -y a-mcp@1.2.3'],
    'Would run': ['npm:a-mcp, version 1.2.3'],
    'Taken off': ['cmd, then npx'],
    Verdict: ['approved'],
    Because: ['approved by approve[0] (npm:a-mcp)'],
    Entry: ['approve[0], owner ann, reason: reviewed, until 2027-01-31'],
    'MCP tools': ['not delete'],
  });
});

test('a version on this disk that would be approved is said to be no approval', () => {
  const entry = [{ package: 'npm:a-mcp', version: '^1.2.0' }];
  const resolved = (version: string): Entry => ({
    resolved: [{ type: 'npm', name: 'a-mcp', version, by: 'npx-cache', path: '~/.npm/x' }],
  });
  const told = said('npx a-mcp', entry, resolved('1.2.3'));
  expect(told['Verdict']).toEqual(['unapproved']);
  expect(told['On this disk']).toEqual([
    'npm:a-mcp 1.2.3 (npx-cache); that version is approved, but the definition may run another one tomorrow: ' +
      'write the version into it',
  ]);
  expect(said('npx a-mcp', entry, resolved('1.1.0'))['On this disk']?.[0]).toContain('is unapproved');
});

test('without a list, what would run', () => {
  const told = explainServer(server('npx -y ${X}'), null, now, '');
  expect(told.map(({ label }) => label)).toEqual(['Written', 'Would run', 'Taken off', 'Doubts', 'Verdict']);
});
