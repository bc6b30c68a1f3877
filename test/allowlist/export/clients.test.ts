/**
 * Each client both ways: what the list approves gets through its own rules, and renamed, unpinned, changed
 * and foreign definitions do not, or a warning says why they would.
 */
import { describe, expect, test } from 'vitest';
import { targets } from '../../../src/allowlist/export/targets.ts';
import { digest, exported, listOf, server } from './sample.ts';

const list = listOf(`
approve:
  - { package: "npm:@corp/search-mcp", version: ^1.2.0 }
  - { package: "npm:@corp/pinned-mcp", version: 2.0.1 }
  - { url: "https://mcp.example.com/mcp" }
  - { image: ghcr.io/corp/mcp, digest: "${digest}" }
  - { command: /opt/corp/server, args: [--stdio] }
deny:
  - { package: "npm:bad-mcp" }
  - { url: "https://bad.example.com/*" }
`);

/** Of every client, so that names and definitions that were seen are those of all of them. */
const everywhere = { tools: ['amp', 'claude-code', 'cline', 'codex', 'copilot-cli', 'gemini-cli', 'vscode'] };
const approved = [
  server('search', 'npx -y @corp/search-mcp@1.2.3', everywhere),
  server('remote', { url: 'https://mcp.example.com/mcp' }, everywhere),
  server('image', `docker run -i --rm ghcr.io/corp/mcp@${digest}`, everywhere),
  server('local', '/opt/corp/server --stdio', everywhere),
];
const disguised = [
  server('search-open', 'npx -y @corp/search-mcp', everywhere),
  server('search-later', 'npx -y @corp/search-mcp@2.0.0', everywhere),
  server('search-registry', 'npx --registry https://evil.example @corp/search-mcp@1.2.3', everywhere),
  server('search-extra', 'npx -y -p evil-mcp @corp/search-mcp@1.2.3', everywhere),
  server('search-git', 'npx -y github:corp/search-mcp', everywhere),
  server('search-variable', 'npx -y ${PACKAGE}', everywhere),
  server('image-tag', 'docker run -i --rm ghcr.io/corp/mcp:latest', everywhere),
  server('local-more', '/opt/corp/server --stdio --allow-all', everywhere),
  server('local-other', '/opt/corp/server --admin', everywhere),
  server('local-shell', { command: 'sh', args: ['-c', '/opt/corp/server --stdio'] }, everywhere),
  server('remote-http', { url: 'http://mcp.example.com/mcp' }, everywhere),
  server('remote-path', { url: 'https://mcp.example.com/mcp/../admin' }, everywhere),
  server('remote-host', { url: 'https://mcp.example.com.evil.example/mcp' }, everywhere),
  server('remote-user', { url: 'https://mcp.example.com@evil.example/mcp' }, everywhere),
  server('denied', 'npx -y bad-mcp', everywhere),
  server('denied-url', { url: 'https://bad.example.com/mcp' }, everywhere),
];
const seen = [...approved, ...disguised];
const of = (client: string, more: Parameters<typeof exported>[2] = {}) =>
  exported(client, list, { seen, ...more });

/** Those that compare what runs, or the command and URL as they are written. */
const exact = ['amp', 'claude-code', 'codex', 'copilot', 'cursor', 'vscode', 'windsurf'];

describe.each(exact)('%s', (client) => {
  test.each(['linux', 'macos'] as const)('lets through what is approved, and nothing else (%s)', (os) => {
    const { verdicts, allowedThough } = of(client, { os });
    const allowed = Object.entries(verdicts).filter(([, verdict]) => verdict === 'allowed');
    expect(allowed.map(([name]) => name).toSorted()).toEqual(['image', 'local', 'remote', 'search']);
    expect(allowedThough).toBe(0);
  });

  test('the name of a disguise changes nothing', () => {
    for (const one of disguised) {
      for (const { name } of approved) {
        const renamed = { ...one, name };
        const { verdicts } = exported(client, list, {
          seen: [...approved.filter((x) => x.name !== name), renamed],
        });
        expect(verdicts[name], `${one.name} as ${name}`).toBe('blocked');
      }
    }
  });

  test('a list without entries lets nothing through', () => {
    const { verdicts } = exported(client, listOf('approve: []'), { seen });
    expect(new Set(Object.values(verdicts))).toEqual(new Set(['blocked']));
  });
});

describe('those that go by name', () => {
  test('Gemini CLI runs what is defined for a name, whatever else is called that', () => {
    const before = of('gemini-cli');
    expect(before.verdicts['search']).toBe('allowed');
    expect(before.verdicts['search-open']).toBe('blocked');
    const evil = server('search', 'npx -y evil-mcp', everywhere);
    const found = exported('gemini-cli', list, { seen: [...approved, evil] });
    expect(found.expected.map(({ client }) => client)).toContain('replaced');
    expect(found.json('settings.json')['mcpServers']).toMatchObject({
      search: { command: 'npx', args: ['-y', '@corp/search-mcp@1.2.3'] },
    });
    expect(found.said.join('\n')).toContain('goes by name');
  });

  test('Gemini CLI reads an empty list as none, so a name that nobody has stands in it', () => {
    const { json } = exported('gemini-cli', list, { seen: disguised });
    expect(json('settings.json')).toMatchObject({
      mcp: { allowed: ['shadowscan-allows-none'] },
      mcpServers: {},
    });
  });

  test('Cline knows remote servers by address, and local ones not at all unless that is wanted', () => {
    const strict = of('cline');
    expect(strict.verdicts).toMatchObject({ remote: 'allowed', search: 'blocked', 'remote-http': 'blocked' });
    expect(strict.json('remote-config.json')).toMatchObject({
      mcpMarketplaceEnabled: false,
      blockPersonalRemoteMCPServers: true,
      remoteMCPServers: [{ name: 'remote', url: 'https://mcp.example.com/mcp' }],
    });
    expect(strict.said.join('\n')).toContain('by name alone; left out');
    const evil = server('search', 'npx -y evil-mcp', everywhere);
    const wide = exported('cline', list, { seen: [...approved, evil], wider: true });
    expect(wide.allowedThough).toBe(1);
    expect(wide.said.join('\n')).toContain('any command under that name is let through');
  });

  test('a registry is a catalogue of names, and its warning says so', () => {
    const evil = server('com.example/search', 'npx -y evil-mcp');
    const found = exported('registry', list, { seen: [...approved, evil] });
    expect(found.verdicts).toMatchObject({ search: 'blocked', 'com.example/search': 'allowed' });
    expect(found.allowedThough).toBe(1);
    expect(found.said.join('\n')).toContain('whoever takes a listed name may run anything under it');
  });
});

test('two definitions of one name are told of where a name has one rule', () => {
  const twice = [
    server('search', 'npx -y @corp/search-mcp@1.2.3', everywhere),
    server('search', 'npx -y @corp/search-mcp@1.3.0', everywhere),
  ];
  for (const client of ['codex', 'windsurf', 'gemini-cli']) {
    const { said, expected } = exported(client, list, { seen: twice });
    expect(said.join('\n'), client).toMatch(/called "search"/);
    expect(expected.filter((one) => one.client === 'allowed')).toHaveLength(1);
  }
  const { expected } = exported('claude-code', list, { seen: twice });
  expect(expected.map((one) => one.client)).toEqual(['allowed', 'allowed']);
});

test('every target says which list it was made from, in each of its files', () => {
  for (const { id } of targets) {
    for (const os of ['linux', 'macos', 'windows'] as const) {
      for (const [path, bytes] of of(id, { os }).files) {
        const text = typeof bytes === 'string' ? bytes : bytes.toString('utf16le');
        expect(text, `${id} ${path}`).toContain(
          `shadowscan: Example Corp version 3 sha256 ${'12'.repeat(32)}`,
        );
      }
    }
  }
});

test.each(['claude-code', 'codex', 'copilot', 'cursor', 'vscode', 'windsurf'])(
  '%s on Windows: commands of Windows, in the files for it alone',
  (client) => {
    const ours = listOf(`
approve:
  - { package: "npm:@corp/search-mcp", version: ^1.2.0 }
  - { command: 'C:\\corp\\mcp.exe', args: [--stdio] }`);
    const every = { tools: [...everywhere.tools, 'windsurf', 'cursor'] };
    const windows = [
      server('search', 'cmd /c npx -y @corp/search-mcp@1.2.3', every),
      server('local', String.raw`C:\corp\mcp.exe --stdio`, every),
      server('open', 'cmd /c npx -y @corp/search-mcp', every),
      server('other', String.raw`C:\corp\mcp.exe --admin`, every),
      server('chained', 'cmd /c npx -y @corp/search-mcp@1.2.3 & evil.exe', every),
    ];
    const { verdicts, files } = exported(client, ours, { seen: windows, os: 'windows' });
    expect(verdicts).toEqual({
      search: 'allowed',
      local: 'allowed',
      open: 'blocked',
      other: 'blocked',
      chained: 'blocked',
    });
    expect(files.size).toBeGreaterThan(0);
    if (client === 'cursor') return;
    const linux = exported(client, ours, { seen: windows, os: 'linux' }).files;
    const all = [...linux.values()].map(String).join('');
    expect(all).not.toMatch(/mcp\.exe|"cmd"/);
  },
);

test('what was not seen has its usual spellings, with those of Windows', () => {
  const commands = (os: 'linux' | 'windows'): string[] => {
    const { allowedMcpServers: all } = exported('claude-code', list, { os }).json(
      'managed-settings.d/50-shadowscan.json',
    ) as { allowedMcpServers: { serverCommand?: string[] }[] };
    return all.flatMap(({ serverCommand }) => serverCommand?.join(' ') ?? []);
  };
  expect(commands('linux')).toEqual([
    'npx -y @corp/pinned-mcp@2.0.1',
    'npx @corp/pinned-mcp@2.0.1',
    `docker run -i --rm ghcr.io/corp/mcp@${digest}`,
    '/opt/corp/server --stdio',
  ]);
  expect(commands('windows')).toContain('cmd /c npx -y @corp/pinned-mcp@2.0.1');
  expect(commands('windows').join('\n')).not.toContain('/opt/corp');
});
