/** Foreign lists carried over: what becomes of each entry, what is left and why, and what a merge keeps. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { importManaged, isManaged } from '../../src/allowlist/import-managed.ts';
import { importRegistry, isRegistry } from '../../src/allowlist/import-registry.ts';
import type { Imported } from '../../src/allowlist/imported.ts';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { withAdditions } from '../../src/parse/list-edit.ts';
import { fact } from '../evaluate/default-facts.ts';
import { wrappers } from '../identity/rules.ts';
import { line } from '../identity/sample.ts';
import { secrets } from '../identity/secrets.ts';

const managed = (value: Record<string, unknown>): Imported =>
  importManaged(value, { rules: { wrappers }, secrets });
const allowed = (...list: unknown[]): Imported => managed({ allowedMcpServers: list });
const denied = (...list: unknown[]): Imported => managed({ deniedMcpServers: list });
const entries = ({ carried }: Imported): unknown[] => carried.map(({ entry }) => entry);

describe('managed settings', () => {
  test.each<[string[], unknown]>([
    [['npx', '-y', '@scope/a-mcp@1.2.3'], { package: 'npm:@scope/a-mcp', version: '1.2.3' }],
    [['cmd', '/c', 'uvx', 'a-mcp'], { package: 'pypi:a-mcp' }],
    [['npx', 'mcp-remote', 'https://mcp.example.com/mcp'], { url: 'https://mcp.example.com/mcp' }],
    [['docker', 'run', '-i', 'ghcr.io/corp/mcp:1.2'], { image: 'ghcr.io/corp/mcp', tag: '1.2' }],
    [['/opt/corp/mcp', '--stdio'], { command: '/opt/corp/mcp', args: ['--stdio'] }],
  ])('an allowed command %j', (serverCommand, entry) => {
    expect(entries(allowed({ serverCommand }))).toEqual([entry]);
  });

  test.each<[unknown, RegExp]>([
    [{ serverName: 'github' }, /allowedMcpServers\[0\] \(name github\): whoever writes the configuration/],
    [{ serverCommand: ['sh', '-c', 'a; b'] }, /a line of shell/],
    [{ serverCommand: ['npx', '${PACKAGE}'] }, /a variable decides/],
    [{ serverCommand: ['npx', '--registry', 'https://x.example', 'a'] }, /another package registry/],
    [{ serverCommand: 'npx a' }, /a list of texts/],
    [{ serverCommand: [] }, /a list of texts/],
    [{ serverUrl: 'https://${HOST}/mcp' }, /holds a variable/],
    [{ serverUrl: 'https://*/mcp' }, /foreign hosts/],
    [{ serverUrl: 'https://a@mcp.example.com/' }, /user name or password/],
    [{ serverUrl: 'https://x.example', serverName: 'x' }, /exactly one key/],
    [{ serverHash: 'x' }, /"serverHash" is not known/],
    ['npx', /expected a map/],
  ])('%j is not allowed by what is carried over, and says why', (entry, reason) => {
    const { carried, left } = allowed(entry);
    expect(carried).toEqual([]);
    expect(left).toEqual([expect.stringMatching(reason)]);
  });

  test('an URL, with what differs', () => {
    expect(allowed({ serverUrl: 'https://mcp.example.com/*' }).carried).toEqual([
      {
        side: 'approve',
        entry: { url: 'https://mcp.example.com/*' },
        note: 'from the URL https://mcp.example.com/*',
      },
    ]);
    const note = (serverUrl: string): string => allowed({ serverUrl }).carried[0]!.note;
    expect(note('https://*.example.com/mcp')).toContain('one label');
    expect(note('https://mcp.example.com/*/mcp')).toContain('one segment');
    expect(note('https://mcp.example.com')).toContain('the root alone');
    expect(entries(denied({ serverUrl: 'https://mcp.example.com' }))).toEqual([
      { url: 'https://mcp.example.com/*' },
    ]);
    expect(entries(denied({ serverUrl: '*://x.example/*' }))).toEqual([
      { url: 'https://x.example/*' },
      { url: 'http://x.example/*' },
    ]);
    expect(entries(allowed({ serverUrl: '*://x.example/*' }))).toEqual([{ url: 'https://x.example/*' }]);
  });

  test('a denied command is denied in all its spellings', () => {
    const { carried } = denied({ serverCommand: ['npx', '-y', 'a-mcp'] }, { serverCommand: ['evil', '--x'] });
    expect(carried.map(({ entry }) => entry)).toEqual([
      { package: 'npm:a-mcp' },
      { command: 'evil', args: ['--x'] },
    ]);
    const deny = carried.map(({ entry }) => entry);
    const list = parseAllowlist(Buffer.from(JSON.stringify({ version: 1, name: 't', deny })), 'x');
    const decide = matcher(list, new Date('2026-11-20T12:00:00Z'));
    const verdict = (text: string): string => {
      const { shown, identity, doubts, package: first } = line(text);
      return decide(fact('server', { ...shown, identity, doubts, package: first })).verdict;
    };
    expect(verdict('cmd /c npx --yes a-mcp@1.0.0')).toBe('denied');
    expect(verdict('bunx a-mcp')).toBe('denied');
    expect(verdict('npx b-mcp')).toBe('unapproved');
  });

  test('other settings are no lists', () => {
    expect(isManaged({ allowedMcpServers: [] })).toBe(true);
    expect(isManaged({ permissions: {} })).toBe(false);
    expect(managed({ allowedMcpServers: [] }).left[0]).toContain('allows no server');
    expect(managed({ allowedMcpServers: 'all' }).left).toEqual(['allowedMcpServers: expected a list']);
  });
});

describe('the list of a registry', () => {
  const sample = JSON.parse(
    fs.readFileSync(path.join(import.meta.dirname, 'registry-list.json'), 'utf8'),
  ) as Record<string, unknown>;
  const usual = ['npmjs.org', 'pypi.org'];
  const of = (server: object, meta?: object): Imported =>
    importRegistry(
      { servers: [{ server: { name: 'com.example/a', version: '1.0.0', ...server }, _meta: meta }] },
      usual,
    );

  test('the sample', () => {
    expect(isRegistry(sample)).toBe(true);
    const found = importRegistry(sample, usual);
    expect(found.left).toEqual([]);
    expect(entries(found)).toEqual([
      { url: 'https://api.githubcopilot.com/mcp/', secretNames: ['Authorization'] },
      {
        package: 'npm:@playwright/mcp',
        version: '0.0.83',
        secretNames: ['PLAYWRIGHT_MCP_EXTENSION_TOKEN'],
        owner: 'SEC-123',
        expires: '2027-01-01',
      },
      { url: 'https://mcp.atlassian.com/v1/sse' },
      { url: 'https://{tenant}.mcp.example.com/mcp' },
    ]);
  });

  test.each<[object, unknown]>([
    [
      { registryType: 'pypi', identifier: 'a', version: '1.0' },
      { package: 'pypi:a', version: '1.0.0' },
    ],
    [
      { registry_type: 'npm', name: 'a', version: '1.0.0' },
      { package: 'npm:a', version: '1.0.0' },
    ],
    [
      { registryType: 'oci', identifier: 'ghcr.io/a/b:1.2' },
      { image: 'ghcr.io/a/b', tag: '1.2' },
    ],
    [
      { registryType: 'oci', identifier: 'a/b', registryBaseUrl: 'https://docker.io', version: '1.2' },
      { image: 'docker.io/a/b', tag: '1.2' },
    ],
    [
      { registryType: 'npm', identifier: 'a', version: '1.0.0', registryBaseUrl: 'https://www.npmjs.org' },
      { package: 'npm:a', version: '1.0.0' },
    ],
  ])('%j', (one, entry) => {
    expect(entries(of({ packages: [one] }))).toEqual([entry]);
  });

  test.each<[object, RegExp]>([
    [
      {
        packages: [
          { registryType: 'npm', identifier: 'a', version: '1.0.0', registryBaseUrl: 'https://x.example' },
        ],
      },
      /another registry/,
    ],
    [{ packages: [{ registryType: 'mcpb', identifier: 'https://x.example/a.mcpb' }] }, /from which bundle/],
    [{ packages: [{ registryType: 'oci', identifier: 'a/b' }] }, /neither tag nor digest/],
    [{ packages: [{ registryType: 'npm' }] }, /which package/],
    [{ remotes: [{ url: '{baseUrl}/mcp' }] }, /expected a whole URL/],
    [{ remotes: [{ url: 'https://{host}/mcp' }] }, /foreign hosts/],
    [{ remotes: [{}] }, /without an URL/],
    [{}, /neither package nor address/],
  ])('%j is left, and says why', (server, reason) => {
    const { carried, left } = of(server);
    expect(carried).toEqual([]);
    expect(left).toEqual([expect.stringMatching(reason)]);
  });

  test('what is deleted is denied, and what is deprecated approved with the word for it', () => {
    const meta = (status: string) => ({ 'io.modelcontextprotocol.registry/official': { status } });
    const remote = { remotes: [{ url: 'https://mcp.example.com/' }] };
    expect(of(remote, meta('deleted')).carried).toMatchObject([
      { side: 'deny', entry: { reason: 'deleted from the registry' } },
    ]);
    expect(of(remote, meta('deprecated')).carried).toMatchObject([
      { side: 'approve', entry: { deprecated: 'deprecated in the registry' } },
    ]);
    expect(of(remote, meta('strange')).carried).toMatchObject([{ side: 'deny' }]);
  });

  test('a version that is not one, and a digest that nobody checks', () => {
    const npm = { registryType: 'npm', identifier: 'a' };
    for (const version of ['latest', '^1.0.0', '1.x', undefined])
      expect(of({ packages: [{ ...npm, version }] })).toMatchObject({
        carried: [],
        left: [expect.stringContaining('is not a single one')],
      });
    const digest = { ...npm, version: '1.0.0', fileSha256: 'ab'.repeat(32) };
    expect(entries(of({ packages: [digest] }))).toEqual([
      { package: 'npm:a', version: '1.0.0', reason: 'the digest that the registry names is not checked' },
    ]);
  });

  test('the flat form of 2025, and a page that is not the last', () => {
    const flat = {
      servers: [
        {
          name: 'a/b',
          status: 'active',
          version_detail: { version: '1.0.0' },
          packages: [{ registry_name: 'npm', name: 'c', version: '1.0.0' }],
        },
      ],
      metadata: { next_cursor: 'x' },
    };
    const { carried, left } = importRegistry(flat, usual);
    expect(carried.map(({ entry }) => entry)).toEqual([{ package: 'npm:c', version: '1.0.0' }]);
    expect(left).toEqual([expect.stringContaining('further pages')]);
  });
});

describe('merging', () => {
  const added = [{ list: 'approve', item: { package: 'npm:b', version: '1.0' }, comment: 'from somewhere' }];
  const parsed = (text: string) => parseAllowlist(Buffer.from(text), 'list.yaml');

  test('keeps comments, order and what is not understood of style', () => {
    const before = `# The list of Example Corp\nversion: 1 # raise it\nname: test\n\napprove:\n  # first, because\n  - package: npm:a # ticket 7\n    version: ">=1"\n\n# nothing yet\ndeny: []\n`;
    const after = withAdditions(before, [
      ...added,
      { list: 'deny', item: { url: 'https://x.example/*' }, comment: 'bad' },
    ]);
    for (const kept of [
      '# The list of Example Corp',
      '# raise it',
      '# first, because',
      '# ticket 7',
      '# nothing yet',
    ])
      expect(after).toContain(kept);
    expect(after).toContain('  # from somewhere\n  - package: npm:b\n    version: "1.0"');
    expect(parsed(after).approve.map((one) => one.package)).toEqual(['npm:a', 'npm:b']);
    expect(parsed(after).deny).toEqual([{ url: 'https://x.example/*' }]);
  });

  test.each([
    'version: 1\nname: t\n',
    'version: 1\nname: t\napprove: []\n',
    'version: 1\nname: t\napprove: [{ url: "https://x.example" }]\n',
  ])('into %j', (before) => {
    expect(parsed(withAdditions(before, added)).approve.at(-1)).toEqual(added[0]!.item);
  });

  test('JSON stays JSON', () => {
    const after = withAdditions('{ "version": 1, "name": "t", "approve": [] }', added);
    expect(JSON.parse(after)).toMatchObject({ approve: [added[0]!.item] });
  });

  test('without additions nothing changes', () => {
    expect(withAdditions('a:   [ 1 ]  # x', [])).toBe('a:   [ 1 ]  # x');
  });
});
