/** What no client can be told is left out and said; what is known to let more through only comes when asked. */
import { describe, expect, test } from 'vitest';
import { exported, listOf, server } from './sample.ts';

const claude = { tools: ['claude-code'] };
const of = (text: string, more: Parameters<typeof exported>[2] = {}) =>
  exported('claude-code', listOf(text), more);
const allowed = (found: ReturnType<typeof exported>): unknown =>
  found.json('managed-settings.d/50-shadowscan.json')['allowedMcpServers'];

describe('left out, and said', () => {
  test.each<[string, RegExp]>([
    ['approve: [{ package: "npm:a-mcp", version: ^1.2.0 }]', /approve\[0\] version-range: .*left out\. Pin/],
    [
      `approve: [{ command: /opt/a, args: [], sha256: "${'ab'.repeat(32)}" }]`,
      /approve\[0\] digest: no client compares the SHA-256/,
    ],
    [
      'approve: [{ url: "https://{tenant}.mcp.example.com/mcp" }]',
      /approve\[0\] template: .*any text to the client/,
    ],
    ['approve: [{ url: "https://mcp.example.com/team/*" }]', /approve\[0\] template/],
    ['approve: [{ command: /opt/a, args: ["--dir=*"] }]', /approve\[0\] arguments: .*nothing was seen/],
    [
      'approve: [{ package: "npm:a-mcp", version: 1.0.0, users: [ann] }]',
      /approve\[0\] scope: is for some users/,
    ],
    [
      'approve: [{ package: "npm:a-mcp", version: 1.0.0, hosts: ["lab-*"] }]',
      /approve\[0\] scope: is for some hosts/,
    ],
    ['approve: [{ package: "npm:a-mcp", version: 1.0.0, clients: [codex] }]', /scope: is for other clients/],
    [
      'approve: [{ package: "npm:a-mcp", version: 1.0.0, tools: { deny: [x] } }]',
      /tools: allows some MCP tools/,
    ],
    ['approve: [{ package: "gem:a-mcp", version: 1.0.0 }]', /approve\[0\] not-seen: .*no usual spelling/],
    [
      'approve: [{ url: "https://mcp.example.com/*" }]\ndeny: [{ url: "https://*.example.com/x" }]',
      /denial: its wildcard/,
    ],
  ])('%s', (text, warning) => {
    const found = of(text);
    expect(allowed(found)).toEqual([]);
    expect(found.said).toContainEqual(expect.stringMatching(warning));
  });

  test.each<[string, RegExp]>([
    ['expires: 2027-01-31\napprove: []', /the list ends on 2027-01-31/],
    [
      'approve: []\nwaivers: [{ check: x, place: "~/a", reason: r, owner: o, expires: 2027-01-31 }]',
      /waivers \(1\) are about findings/,
    ],
    [
      'approve: [{ agent: claude-code }, { account: example.com }]',
      /entries about agent, account are not part/,
    ],
    ['deny: [{ package: "npm:x", users: [bob] }]', /denials for some users or hosts \(1\) hold for all/],
  ])('of the list: %s', (text, warning) => {
    expect(of(text).said).toContainEqual(expect.stringMatching(warning));
  });

  test('an expired entry or list approves nothing', () => {
    expect(allowed(of('approve: [{ package: "npm:a-mcp", version: 1.0.0, expires: 2026-11-19 }]'))).toEqual(
      [],
    );
    const over = of('expires: 2026-11-18\napprove: [{ package: "npm:a-mcp", version: 1.0.0 }]');
    expect(allowed(over)).toEqual([]);
    expect(over.said).toContainEqual(expect.stringMatching(/the list has ended/));
    const later = of('approve: [{ package: "npm:a-mcp", version: 1.0.0, expires: 2026-12-24 }]');
    expect(later.said).toContainEqual(expect.stringMatching(/approve\[0\] expiry: ends on 2026-12-24/));
  });
});

describe('what was seen stands for what cannot be said', () => {
  test('versions in a range, and addresses of a template', () => {
    const seen = [
      server('a', 'npx -y a-mcp@1.2.3', claude),
      server('b', 'npx -y a-mcp@2.0.0', claude),
      server('t', { url: 'https://eu.mcp.example.com/mcp' }, claude),
      server('d', '/opt/a --dir=x', claude),
    ];
    const found = of(
      'approve: [{ package: "npm:a-mcp", version: ^1.2.0 }, { url: "https://{t}.mcp.example.com/mcp" },' +
        ' { command: /opt/a, args: ["--dir=*"] }]',
      { seen },
    );
    expect(allowed(found)).toEqual([
      { serverCommand: ['npx', '-y', 'a-mcp@1.2.3'] },
      { serverUrl: 'https://eu.mcp.example.com/mcp' },
      { serverCommand: ['/opt/a', '--dir=x'] },
    ]);
    expect(found.verdicts).toEqual({ a: 'allowed', b: 'blocked', t: 'allowed', d: 'allowed' });
  });

  test('a secret or a variable in a definition that was seen keeps it out of every file', () => {
    const token = `tk_${'Ab3'.repeat(8)}`;
    const seen = [
      server('s', { command: 'npx', args: ['-y', 'a-mcp@1.2.3', '--key', token] }, claude),
      server('v', { command: 'npx', args: ['-y', 'a-mcp@1.2.3', '--dir', '${HOME}/x'] }, claude),
      server('q', { url: `https://mcp.example.com/mcp?key=${token}` }, claude),
    ];
    const found = of(
      'approve: [{ package: "npm:a-mcp", version: ^1.2.0 }, { url: "https://mcp.example.com/mcp" }]',
      {
        seen,
      },
    );
    expect(found.said).toContainEqual(expect.stringMatching(/secret: "s" is approved and left out/));
    expect(found.said).toContainEqual(expect.stringMatching(/variable: "v" is approved and left out/));
    expect(found.said).toContainEqual(expect.stringMatching(/secret: "q" is approved and left out/));
    expect(found.verdicts).toEqual({ s: 'blocked', v: 'blocked', q: 'blocked' });
    expect(found.blockedThough).toBe(3);
    expect(JSON.stringify([...found.files, found.expected])).not.toContain(token.slice(0, 12));
  });
});

test('a report that was forged opens nothing: what it runs is read from its words', () => {
  const honest = server('a', 'npx -y a-mcp@1.2.3', claude);
  const forged = { ...honest, command: 'evil', args: ['--as', 'npx'] };
  const other = { ...honest, args: ['-y', 'evil-mcp'] };
  const text = 'approve: [{ package: "npm:a-mcp", version: ^1.2.0 }]';
  expect(allowed(of(text, { seen: [forged, other] }))).toEqual([]);
  expect(allowed(of(text, { seen: [honest] }))).toEqual([{ serverCommand: ['npx', '-y', 'a-mcp@1.2.3'] }]);
});

test.each(['', '__proto__', 'a\nb', 'a\ud800', 'a\u2028', 'a\u202e', 'x'.repeat(201)])(
  'no file holds the name %j',
  (name) => {
    const seen = [server(name, 'npx -y a-mcp@1.2.3', { tools: ['codex', 'gemini-cli'] })];
    const list = listOf('approve: [{ package: "npm:a-mcp", version: ^1.2.0 }]');
    for (const [client, path] of [
      ['codex', 'requirements.toml'],
      ['gemini-cli', 'settings.json'],
    ] as const) {
      const found = exported(client, list, { seen });
      expect(String(found.files.get(path))).not.toContain('a-mcp');
      expect(found.said).toContainEqual(expect.stringMatching(/approve\[0\] name: [^]*its name holds/));
    }
  },
);

test('denials for some count for all: what one of them may not have nobody gets', () => {
  const text = 'approve: [{ package: "npm:a-mcp", version: 1.0.0 }]\n';
  expect(allowed(of(text))).not.toEqual([]);
  expect(allowed(of(`${text}deny: [{ package: "npm:a-mcp", users: [bob] }]`))).toEqual([]);
});

test('for one user and host, entries that are for them count', () => {
  const text = 'approve: [{ package: "npm:a-mcp", version: 1.0.0, users: [ann], hosts: ["lab-*"] }]';
  expect(allowed(of(text, { user: 'ann' }))).toEqual([]);
  expect(allowed(of(text, { user: 'bob', host: 'lab-1' }))).toEqual([]);
  expect(allowed(of(text, { user: 'ann', host: 'lab-1' }))).toHaveLength(2);
});

test('what lets through more comes with --wider alone, and is said to', () => {
  const text = `approve:
  - { url: "https://{tenant}.mcp.example.com/mcp" }
  - { package: "npm:a-mcp", version: 1.0.0, tools: { deny: [x] } }
  - { command: /opt/a, args: [], sha256: "${'ab'.repeat(32)}" }`;
  const wide = of(text, { wider: true });
  expect(allowed(wide)).toEqual([
    { serverUrl: 'https://*.mcp.example.com/mcp' },
    { serverCommand: ['npx', '-y', 'a-mcp@1.0.0'] },
    { serverCommand: ['npx', 'a-mcp@1.0.0'] },
    { serverCommand: ['/opt/a'] },
  ]);
  const words = ['let through all the same', 'all are let through', 'any file at that path is let through'];
  for (const word of words) expect(wide.said.join('\n')).toContain(word);
});

test('Amp is told whole texts only: what it would take for a pattern, or blur, is left out', () => {
  const text = `approve:
  - { url: "https://api.example.com/*" }
  - { command: /opt/a, args: ["one two"] }
  - { command: /opt/b, args: ["/data/"] }`;
  const found = exported('amp', listOf(text), { wider: true });
  const rules = found.json('managed-settings.json')['amp.mcpPermissions'] as { action: string }[];
  expect(rules.filter(({ action }) => action === 'allow')).toEqual([]);
  expect(rules.slice(-2)).toEqual([
    { matches: { command: '*' }, action: 'reject' },
    { matches: { url: '*' }, action: 'reject' },
  ]);
  for (const word of [
    'a line break would get round',
    'arguments together with blanks',
    'taken for a pattern',
  ])
    expect(found.said.join('\n')).toContain(word);
});

test('Codex is told templates as patterns that no separator or escape gets through', () => {
  const text = 'approve: [{ url: "https://{tenant}.mcp.example.com/{team}/*" }]';
  const seen = (url: string) => server('tenants', { url }, { tools: ['codex'] });
  const verdict = (url: string): unknown => {
    // What was seen would get a rule of its own name: here it is called as the pattern is.
    const list = listOf(text);
    return exported('codex', list, { seen: [server('mcp', { url }, { tools: ['codex'] })] }).verdicts['mcp'];
  };
  expect(seen('https://eu.mcp.example.com/a/b').identity).toBe('https://eu.mcp.example.com/a/b');
  for (const url of ['https://eu.mcp.example.com/a/b', 'https://eu.mcp.example.com/a'])
    expect(verdict(url), url).toBe('allowed');
  for (const url of [
    'https://eu.us.mcp.example.com/a/b',
    'https://evil.example/.mcp.example.com/a/b',
    'https://eu.mcp.example.com/a/..%2fb',
    'https://eu.mcp.example.com/',
  ])
    expect(verdict(url), url).toBe('blocked');
});

test('VS Code gets extensions that the list speaks of', () => {
  const text = `approve:
  - { extension: Example.One }
  - { extension: example.two, version: 1.2.3 }
  - { extension: example.three, version: ^1.0.0 }
deny:
  - { extension: evil.one }`;
  const { AllowedExtensions } = exported('vscode', listOf(text)).json('policy.json');
  expect(JSON.parse(String(AllowedExtensions))).toEqual({
    'example.one': true,
    'example.two': ['1.2.3'],
    'evil.one': false,
  });
  expect(exported('vscode', listOf('approve: []')).json('policy.json')).not.toHaveProperty(
    'AllowedExtensions',
  );
});
