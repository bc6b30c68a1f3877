/** The files themselves, read back by our own readers and importers: what goes out comes in again. */
import { describe, expect, test } from 'vitest';
import { importManaged } from '../../../src/allowlist/import-managed.ts';
import { matcher } from '../../../src/allowlist/match.ts';
import { parseAllowlist } from '../../../src/allowlist/parse.ts';
import { registryList } from '../../../src/allowlist/registry-list.ts';
import { readRegistryPage } from '../../../src/allowlist/registry-page.ts';
import { profile, registryFile } from '../../../src/allowlist/export/profile.ts';
import { isStamped, stampOf } from '../../../src/allowlist/export/written.ts';
import type { Allowlist } from '../../../src/model/allowlist.ts';
import type { ServerFact } from '../../../src/model/fact.ts';
import type { Tree } from '../../../src/model/tree.ts';
import { decodePlist } from '../../../src/parse/plist.ts';
import { decodeToml } from '../../../src/parse/toml.ts';
import { Secret } from '../../../src/secrets/secret.ts';
import { wrappers } from '../../identity/rules.ts';
import { secrets } from '../../identity/secrets.ts';
import { digest, exported, listOf, now, server, stamp } from './sample.ts';

/** A tree as plain values. */
function plain(tree: Tree | null): unknown {
  if (tree === null) return null;
  if (tree.type === 'map')
    return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plain(value)]));
  if (tree.type === 'list') return tree.items.map(plain);
  return tree.value instanceof Secret ? Secret.open(tree.value) : tree.value;
}

const list = listOf(`
approve:
  - { package: "npm:@corp/search-mcp", version: 1.2.3 }
  - { package: "npm:open-mcp" }
  - { package: "pypi:corp-mcp", version: 1.4.0 }
  - { url: "https://mcp.example.com/mcp" }
  - { url: "https://api.example.com/*" }
  - { image: ghcr.io/corp/mcp, digest: "${digest}" }
  - { image: ghcr.io/corp/other, tag: "1.2" }
  - { command: /opt/corp/server, args: [--stdio] }
deny:
  - { package: "npm:bad-mcp" }
  - { url: "https://bad.example.com/mcp" }
`);

const samples: ServerFact[] = [
  'npx -y @corp/search-mcp@1.2.3',
  'npx -y @corp/search-mcp@1.2.4',
  'npx -y @corp/search-mcp',
  'npx -y open-mcp',
  'npx -y bad-mcp',
  'uvx corp-mcp==1.4.0',
  'uvx corp-mcp==1.5.0',
  `docker run -i --rm ghcr.io/corp/mcp@${digest}`,
  'docker run -i --rm ghcr.io/corp/mcp:latest',
  'docker run -i --rm ghcr.io/corp/other:1.2',
  'docker run -i --rm ghcr.io/corp/other:1.3',
  '/opt/corp/server --stdio',
  '/opt/corp/server --admin',
].map((line) => server(line, line));
const urls = [
  'https://mcp.example.com/mcp',
  'https://mcp.example.com/other',
  'https://api.example.com/a/b',
  'https://api.example.com.evil.example/a',
  'https://bad.example.com/mcp',
].map((url) => server(url, { url }));

const verdicts = (one: Allowlist, all: ServerFact[]): unknown =>
  Object.fromEntries(all.map((fact) => [fact.name, matcher(one, now)(fact).verdict]));

describe('round trips', () => {
  test.each([
    ['claude-code', 'managed-settings.d/50-shadowscan.json'],
    ['copilot', 'managed-settings.json'],
  ])('%s: imported again it is the same list', (client, path) => {
    const { carried, left } = importManaged(exported(client, list).json(path), {
      rules: { wrappers },
      secrets,
    });
    expect(left).toEqual([]);
    const again = parseAllowlist(
      Buffer.from(
        JSON.stringify({
          version: 1,
          name: 'again',
          approve: carried.filter(({ side }) => side === 'approve').map(({ entry }) => entry),
          deny: carried.filter(({ side }) => side === 'deny').map(({ entry }) => entry),
        }),
      ),
      'again.json',
    );
    expect(verdicts(again, [...samples, ...urls])).toEqual(verdicts(list, [...samples, ...urls]));
  });

  test('MCP registry: read as a list it approves what has a version or an address', () => {
    const dated = { ...list, approve: list.approve.map((entry) => ({ ...entry, owner: 'platform' })) };
    const { json, said } = exported('registry', dated);
    const page = readRegistryPage(json('v0.1/servers.json'))!;
    const { list: again, leftOut } = registryList(page.servers, { name: 'again' });
    expect([page.leftOut, page.nextCursor, leftOut]).toEqual([0, null, 0]);
    expect(again.approve.map(({ owner }) => owner)).toEqual(again.approve.map(() => 'platform'));
    // What a registry cannot say, its warnings do; denials are not in it, and so nothing is denied.
    const lost = ['npx -y open-mcp', '/opt/corp/server --stdio', 'https://api.example.com/a/b'];
    for (const entry of ['approve[1]', 'approve[4]', 'approve[7]'])
      expect(said.join('\n')).toContain(`${entry} version-range: a registry lists`);
    const kept = [...samples, ...urls].filter(({ name }) => !lost.includes(name) && !name.includes('bad'));
    expect(verdicts(again, kept)).toEqual(verdicts(list, kept));
    const gone = [...samples, ...urls].filter(({ name }) => lost.includes(name));
    expect(new Set(Object.values(verdicts(again, gone) as object))).toEqual(new Set(['unapproved']));
  });
});

describe('formats', () => {
  test('a profile of macOS is a property list with the settings in the payload', () => {
    const bytes = exported('claude-code', list, { os: 'macos' }).files.get('claude-code.mobileconfig')!;
    const { tree, flaws } = decodePlist(Buffer.from(bytes));
    expect(flaws).toEqual([]);
    const whole = plain(tree) as Record<string, unknown>;
    expect(whole).toMatchObject({
      PayloadType: 'Configuration',
      PayloadScope: 'System',
      PayloadVersion: 1,
      PayloadDescription: stamp,
      PayloadRemovalDisallowed: true,
    });
    expect(whole['PayloadContent']).toEqual([
      expect.objectContaining({
        PayloadType: 'com.anthropic.claudecode',
        PayloadVersion: 1,
        shadowscan: stamp,
        allowManagedMcpServersOnly: true,
        allowedMcpServers: expect.arrayContaining([
          { serverCommand: ['npx', '-y', '@corp/search-mcp@1.2.3'] },
        ]) as unknown,
      }),
    ]);
  });

  test('text of the list ends no element and no line', () => {
    const title = 'a</string><true/> & b';
    const text = profile({
      domain: 'x',
      title,
      stamp: 's\u0000<',
      settings: { k: [title] },
      uuid: () => 'U',
    });
    const { tree, flaws } = decodePlist(Buffer.from(text));
    expect(flaws).toEqual([]);
    expect(plain(tree)).toMatchObject({ PayloadDescription: 's<', PayloadContent: [{ k: [title] }] });
    expect(stampOf({ name: 'a\nb\u202e', version: '1 2', sha256: 'ab' })).toBe(
      'shadowscan: a b version 1_2 sha256 ab',
    );
  });

  test('a file for the Windows registry', () => {
    const bytes = exported('vscode', list, { os: 'windows' }).files.get('vscode.reg') as Buffer;
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
    const lines = bytes.subarray(2).toString('utf16le').split('\r\n');
    expect(lines[0]).toBe('Windows Registry Editor Version 5.00');
    expect(lines[2]).toBe(`; ${stamp}`);
    expect(lines[3]).toBe('[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\VSCode]');
    expect(lines).toContain('"ChatAllowManagedMcpServersOnly"=dword:00000001');
    expect(lines).toContain('"ChatMCP"="all"');
    const [, value = ''] = lines.find((line) => line.startsWith('"ChatAllowedMcpServers"='))!.split('"=');
    const read = value.slice(1, -1).replace(/\\(["\\])/g, '$1');
    expect(JSON.parse(read)).toContainEqual({ serverUrl: 'https://mcp.example.com/mcp' });
    expect(isStamped(bytes)).toBe(true);
    const quoted = registryFile('K', { name: 'C:\\a "b"' }, 'x').toString('utf16le');
    expect(quoted).toContain('"name"="C:\\\\a \\"b\\""');
  });

  test('requirements of Codex are TOML, under names as they are written, and in the profile', () => {
    const odd = server('my "odd" näme', 'npx -y @corp/search-mcp@1.2.3', { tools: ['codex'] });
    const { files } = exported('codex', list, { os: 'macos', seen: [odd] });
    const text = String(files.get('requirements.toml'));
    const { tree, flaws } = decodeToml(text);
    expect(flaws).toEqual([]);
    const { mcp_servers: servers } = plain(tree) as { mcp_servers: Record<string, unknown> };
    expect(servers['my "odd" näme']).toEqual({
      identity: {
        command: {
          executable: 'npx',
          args: [
            { match: 'exact', value: '-y' },
            { match: 'exact', value: '@corp/search-mcp@1.2.3' },
          ],
        },
      },
    });
    const { tree: plist } = decodePlist(Buffer.from(files.get('codex.mobileconfig')!));
    const payload = (plain(plist) as { PayloadContent: Record<string, unknown>[] }).PayloadContent[0]!;
    const inner = Buffer.from(String(payload['requirements_toml_base64']), 'base64').toString('utf8');
    expect(inner).toBe(text);
  });

  test('with nothing to allow, Codex is told that there is nothing', () => {
    const text = String(exported('codex', listOf('approve: []')).files.get('requirements.toml'));
    expect(plain(decodeToml(text).tree)).toEqual({ mcp_servers: {} });
  });

  test('the fixed set of Claude Code holds references and no values', () => {
    const seen = [
      server('search', 'npx -y @corp/search-mcp@1.2.3', { tools: ['claude-code'], envNames: ['API_KEY'] }),
      server('docs', { url: 'https://mcp.example.com/mcp' }, { headerNames: ['X-Api-Key'] }),
    ];
    const { mcpServers } = exported('claude-code', list, { seen }).json('alternative/managed-mcp.json');
    expect(mcpServers).toMatchObject({
      search: { command: 'npx', args: ['-y', '@corp/search-mcp@1.2.3'], env: { API_KEY: '${API_KEY}' } },
      docs: { type: 'http', url: 'https://mcp.example.com/mcp', headers: { 'X-Api-Key': '${X_API_KEY}' } },
    });
  });
});
