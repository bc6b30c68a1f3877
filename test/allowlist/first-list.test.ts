/** A list that is made of what was seen approves just that, proposes nothing bad, and survives hostile names. */
import { describe, expect, test } from 'vitest';
import { type Machine, proposalFor } from '../../src/allowlist/first-list.ts';
import { firstList } from '../../src/allowlist/first-list-text.ts';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import type { Allowlist } from '../../src/model/allowlist.ts';
import type { Fact, ServerFact } from '../../src/model/fact.ts';
import { neutral } from '../../src/report/neutral.ts';
import { fact } from '../evaluate/default-facts.ts';
import { type Sample, identified } from '../identity/sample.ts';

type Part = Record<string, unknown>;
const now = new Date('2026-11-20T12:00:00Z');
const digest = `sha256:${'ab'.repeat(32)}`;

function server(sample: Sample | string, part: Part = {}): ServerFact {
  const [command = '', ...args] = typeof sample === 'string' ? sample.split(' ') : [];
  const one = identified(typeof sample === 'string' ? { command, args } : sample);
  const { identity, via, registry, doubts, extras, shown } = one;
  const found = { identity, via, registry, doubts, extras, ...shown, package: one.package };
  return fact('server', { ...found, ...part });
}

function textOf(...machines: Machine[]): string {
  return firstList(machines, { today: '2026-11-20', inert: neutral, unread: 0 });
}
const listOf = (facts: Fact[]): Allowlist =>
  parseAllowlist(Buffer.from(textOf({ host: 'laptop-7', facts })), 'first.yaml');

describe('what can be approved is approved by the list, and nothing else', () => {
  test.each<[Sample | string, Sample | string]>([
    ['npx -y a-mcp@1.2.3', 'npx -y a-mcp@1.2.4'],
    ['npx -y a-mcp', 'npx -y b-mcp'],
    ['uvx a-mcp==1.2', 'uvx a-mcp==1.3'],
    [
      `docker run -i --rm ghcr.io/corp/mcp@${digest}`,
      `docker run ghcr.io/corp/mcp@${digest.replace('ab', 'ac')}`,
    ],
    ['docker run -i ghcr.io/corp/mcp:1.2', 'docker run -i ghcr.io/corp/mcp:1.3'],
    [{ url: 'https://mcp.example.com/mcp?team=a' }, { url: 'https://mcp.example.com/other' }],
    ['npx mcp-remote https://mcp.example.com/mcp', 'npx mcp-remote https://mcp.example.net/mcp'],
    ['node /opt/corp/server.js --stdio', 'node /opt/corp/server.js --more'],
    ['/opt/corp/mcp --port=80', '/opt/corp/mcp --port=81'],
    ['corp-mcp serve', 'corp-mcp other'],
  ])('%j and not %j', (seen, other) => {
    const list = listOf([server(seen)]);
    expect(list.approve).toHaveLength(1);
    const decide = matcher(list, now);
    expect(decide(server(seen)).verdict).toBe('approved');
    expect(decide(server(other)).verdict).not.toBe('approved');
  });
});

describe('what cannot be relied on is told in comments only', () => {
  test.each<[Sample | string, RegExp]>([
    ['npx -y ${PACKAGE}', /a variable decides what runs/],
    ['npx -y github:a/b', /git repository/],
    ['npx --registry https://x.example a-mcp@1.2.3', /another package registry/],
    ['/home/me/x/npx a-mcp@1.2.3', /launchers are not installed in/],
    ['node dist/server.js', /depends on the folder/],
    ['./server', /depends on the folder/],
    ['/opt/mcp *', /stand for any text/],
    ['cat', /^$/],
  ])('%j', (seen, reason) => {
    const { entry, notes } = proposalFor(server(seen));
    if (seen === 'cat') expect(entry).toEqual({ command: 'cat', args: [] });
    else expect(entry).toBeNull();
    expect(notes.join()).toMatch(reason);
    expect(listOf([server(seen)]).approve).toHaveLength(entry === null ? 0 : 1);
  });

  test('nothing malicious is proposed', () => {
    const bad = server('npx a-mcp@1.2.3', { threats: [{ class: 'malicious', id: 'x-1' }] });
    expect(listOf([bad]).approve).toEqual([]);
    expect(textOf({ host: 'h', facts: [bad] })).toContain('known to be malicious (x-1)');
    const old = server('npx a-mcp@1.2.3', { threats: [{ class: 'vulnerable', id: 'x-1', note: 'leaks' }] });
    expect(listOf([old]).approve).toHaveLength(1);
    expect(textOf({ host: 'h', facts: [old] })).toContain('# vulnerable: leaks (x-1)');
  });

  test('a secret in an argument is a pattern', () => {
    const { entry } = proposalFor(
      fact('server', {
        command: '/opt/mcp',
        args: ['--token=ghp_ab…', 'ghp_ab…'],
        package: null,
        identity: 'command:/opt/mcp',
        doubts: ['local-command'],
      }),
    );
    expect(entry).toEqual({ command: '/opt/mcp', args: ['--token=*', '*'] });
  });
});

test('equal things of several machines are one entry with all places', () => {
  const one = server('npx a-mcp@1.2.3');
  const text = textOf(
    { host: 'laptop-1', facts: [one] },
    { host: 'laptop-2', facts: [{ ...one, name: 'x' }] },
  );
  expect(text.match(/- package/g)).toHaveLength(1);
  expect(text).toContain('# seen: "search" laptop-1 alice some-agent /home/alice/.agent/mcp.json');
  expect(text).toContain('# seen: "x" laptop-2');
});

test('an unpinned package says which version lay on that disk', () => {
  const resolved = [{ type: 'npm', name: 'a-mcp', version: '1.4.0', by: 'npx-cache', path: '~/x' }];
  expect(textOf({ host: '', facts: [server('npx a-mcp', { resolved })] })).toContain('(on that disk: 1.4.0)');
});

test('agents are entries; accounts, endpoints, settings and profiles are suggestions', () => {
  const facts = [
    fact('agent'),
    fact('agent', { tools: ['unknown-agent'], category: 'unknown' }),
    fact('account'),
    fact('endpoint', { role: 'uses', host: 'api.example.com', port: null }),
    fact('permission'),
    fact('profile'),
  ];
  const text = textOf({ host: 'h', facts });
  expect(listOf(facts).approve).toEqual([{ agent: 'some-agent' }]);
  for (const line of [
    '# - account: "example.com"',
    '# - endpoint: "api.example.com"',
    '# - setting: "approval"',
    '#   level: "ask"',
    '# - profile: "Work"',
  ]) {
    expect(text).toContain(line);
  }
});

test('hostile names end no comment and no value', () => {
  const name = 'x"\n  - package: "npm:evil-mcp"\n# \u2028\u202e\u0085\u001b[31m';
  const facts = [
    server('npx a-mcp@1.2.3', { name, origin: { path: `/home/a/${name}` } }),
    server({ command: '/opt/mcp', args: [name, '\u2028- package: x'] }),
    server('npx -y ${X}', { name }),
    fact('profile', { name }),
    fact('permission', { setting: name, level: name }),
    fact('agent', { name, version: name }),
  ];
  const text = textOf({ host: name, facts });
  const list = parseAllowlist(Buffer.from(text), 'first.yaml');
  expect(list.approve.map((one) => one.package ?? one.command ?? one.agent)).not.toContain('npm:evil-mcp');
  expect(list.approve).toHaveLength(3);
  expect(list.deny).toEqual([]);
  expect(list.approve.find((one) => one.command)?.args).toEqual([name, '\u2028- package: x']);
});

test('of nothing, a list that is empty and right', () => {
  expect(listOf([])).toMatchObject({ approve: [], deny: [], waivers: [] });
});

test('an entry without version says that it makes those with one idle', () => {
  const text = (...lines: string[]): string =>
    textOf({ host: 'laptop-7', facts: lines.map((one) => server(one)) });
  expect(text('npx -y a-mcp', 'npx -y a-mcp@1.2.3')).toContain('name a version change nothing');
  expect(text('npx -y a-mcp', 'npx -y b-mcp@1.2.3')).not.toContain('name a version change nothing');
});
