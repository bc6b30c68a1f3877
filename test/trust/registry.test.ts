/** MCP registries as lists: what their entries approve, and what they cannot. No network here. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { mergeServers, newestChange, registryList } from '../../src/allowlist/registry-list.ts';
import { readRegistryPage } from '../../src/allowlist/registry-page.ts';
import { listAddresses } from '../../src/cli/fetch-registry.ts';
import type { ServerFact } from '../../src/model/fact.ts';
import { makePackage } from '../../src/identity/purl.ts';
import { defaultFacts } from '../evaluate/default-facts.ts';

const official = 'io.modelcontextprotocol.registry/official';
const sample: unknown = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'registry-sample.json'), 'utf8'),
);

const listOf = (servers: object[]) =>
  registryList(readRegistryPage({ servers })!.servers, { name: 'Registry', expires: '2027-01-01T00:00:00Z' });
/** One server with these packages or remotes. */
const server = (more: object, status?: string, version = '1.0.0') => ({
  server: { name: 'com.example/one', version, description: 'x', ...more },
  ...(status && {
    _meta: { [official]: { status, statusMessage: 'use two', updatedAt: '2026-05-01T00:00:00Z' } },
  }),
});
const npm = (identifier: string, version?: string, more: object = {}) => ({
  packages: [{ registryType: 'npm', identifier, ...(version !== undefined && { version }), ...more }],
});

/** The verdict of a list on what a definition would run. */
function verdict(servers: object[], fact: Partial<ServerFact>): string {
  const judge = matcher(listOf(servers).list, new Date('2026-11-20'));
  return judge({ ...defaultFacts.server, ...fact }).verdict;
}
const runsNpm = (name: string, version: string | null): Partial<ServerFact> => {
  const found = makePackage('npm', name, version, version)!;
  return { package: found, identity: found.purl };
};
const runsUrl = (url: string): Partial<ServerFact> => ({
  package: null,
  identity: url,
  url,
  transport: 'http',
});
const runsImage = (name: string, version: string, exact: string | null): Partial<ServerFact> => {
  const found = makePackage('oci', name, version, exact)!;
  return { package: found, identity: found.purl };
};

describe("the reference's sample", () => {
  const { servers } = readRegistryPage(sample)!;
  const { list, leftOut } = registryList(servers, { name: 'Sample' });

  test('becomes approvals of packages and addresses, with what must be secret', () => {
    expect(leftOut).toBe(0);
    expect(list.version).toBe('2026-01-10T09:00:00.000Z');
    expect(list.deny).toEqual([]);
    expect(list.approve).toEqual([
      {
        id: 'com.github/github-mcp-server@1.0.0',
        url: 'https://api.githubcopilot.com/mcp/',
        secretNames: ['Authorization'],
      },
      {
        id: 'com.microsoft/playwright-mcp@0.0.83',
        package: 'npm:@playwright/mcp',
        version: '0.0.83',
        secretNames: ['PLAYWRIGHT_MCP_EXTENSION_TOKEN'],
        owner: 'SEC-123',
        expires: '2027-01-01',
      },
      { id: 'com.atlassian/atlassian-mcp-server@1.1.0', url: 'https://mcp.atlassian.com/v1/sse' },
      { id: 'com.atlassian/atlassian-mcp-server@1.1.0#2', url: 'https://{tenant}.mcp.example.com/mcp' },
    ]);
  });

  test('judges by what runs: a template stands for one label, a version for itself', () => {
    const judge = (fact: Partial<ServerFact>): string =>
      matcher(list, new Date('2026-11-20'))({ ...defaultFacts.server, ...fact }).verdict;
    expect(judge(runsNpm('@playwright/mcp', '0.0.83'))).toBe('approved');
    expect(judge(runsNpm('@playwright/mcp', '0.0.84'))).toBe('unapproved');
    expect(judge(runsNpm('@playwright/mcp', null))).toBe('unapproved');
    expect(judge(runsUrl('https://acme.mcp.example.com/mcp'))).toBe('approved');
    expect(judge(runsUrl('https://a.b.mcp.example.com/mcp'))).toBe('unapproved');
    expect(judge(runsUrl('https://evil.example.net/acme.mcp.example.com/mcp'))).toBe('unapproved');
    // The name of something registered approves nothing.
    expect(judge({ ...runsNpm('evil', '0.0.83'), name: 'com.microsoft/playwright-mcp' })).toBe('unapproved');
  });
});

describe('entries', () => {
  test('a version is that version alone, whatever range semver would read in it', () => {
    for (const [registered, asked, expected] of [
      ['1.2', '1.2.9', 'unapproved'],
      ['1.2', '1.2.0', 'approved'],
      ['1', '1.9.9', 'unapproved'],
      ['v1.2.3', '1.2.3', 'approved'],
      ['1.2.3-beta.1', '1.2.3-beta.1', 'approved'],
      ['1.2.3-beta.1', '1.2.3', 'unapproved'],
    ])
      expect([registered, asked, verdict([server(npm('x', registered))], runsNpm('x', asked!))]).toEqual([
        registered,
        asked,
        expected,
      ]);
    for (const wrong of ['latest', '^1.0.0', '1.x', '*', '>=1', '1.0.0 || 2.0.0', undefined])
      expect(listOf([server(npm('x', wrong))])).toMatchObject({ list: { approve: [] }, leftOut: 1 });
  });

  test('a package of another registry approves nothing of the public one', () => {
    const at = (registryBaseUrl: string) => [server(npm('x', '1.0.0', { registryBaseUrl }))];
    expect(verdict(at('https://npm.example.com'), runsNpm('x', '1.0.0'))).toBe('unapproved');
    expect(verdict(at('https://npmjs.org.evil.example'), runsNpm('x', '1.0.0'))).toBe('unapproved');
    expect(verdict(at(`https://registry.${'npmjs.org'}`), runsNpm('x', '1.0.0'))).toBe('approved');
  });

  test('images are approved by digest or tag, with their registry', () => {
    const oci = (identifier: string, more: object = {}) =>
      server({ packages: [{ registryType: 'oci', identifier, ...more }] });
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(listOf([oci('ghcr.io/acme/one:1.2.3')]).list.approve[0]).toMatchObject({
      image: 'ghcr.io/acme/one',
      tag: '1.2.3',
    });
    expect(listOf([oci(`acme/one@${digest}`)]).list.approve[0]).toMatchObject({
      image: 'docker.io/acme/one',
      digest,
    });
    expect(
      listOf([oci('one', { version: '2', registryBaseUrl: 'https://ghcr.io' })]).list.approve[0],
    ).toMatchObject({ image: 'ghcr.io/one', tag: '2' });
    expect(listOf([oci('ghcr.io/acme/one')])).toMatchObject({ list: { approve: [] }, leftOut: 1 });
    expect(verdict([oci('ghcr.io/acme/one:1')], runsImage('ghcr.io/acme/one', '1', null))).toBe('approved');
    expect(verdict([oci('ghcr.io/acme/one:1')], runsImage('ghcr.io/acme/one', '2', null))).toBe('unapproved');
    expect(verdict([oci('ghcr.io/acme/one:1')], runsImage('docker.io/acme/one', '1', null))).toBe(
      'unapproved',
    );
  });

  test('other types, variables with choices, and what fits any host', () => {
    const types = ['pypi', 'nuget', 'cargo'].map((registryType) => ({
      registryType,
      identifier: 'One',
      version: '1.0.0',
    }));
    expect(listOf([server({ packages: types })]).list.approve.map((one) => one.package)).toEqual([
      'pypi:One',
      'nuget:One',
      'cargo:One',
    ]);
    const bundle = {
      registryType: 'mcpb',
      identifier: 'https://example.com/one.mcpb',
      fileSha256: 'a'.repeat(64),
    };
    // Nothing on disk tells from which bundle an extension was installed.
    expect(listOf([server({ packages: [bundle] })])).toMatchObject({ list: { approve: [] }, leftOut: 1 });
    const remote = (url: string, variables: object = {}) =>
      server({ remotes: [{ type: 'sse', url, variables }] });
    const regions = remote('https://{region}.example.com/mcp?x=1', { region: { choices: ['eu', 'us'] } });
    expect(listOf([regions]).list.approve.map((one) => one.url)).toEqual([
      'https://eu.example.com/mcp',
      'https://us.example.com/mcp',
    ]);
    for (const wide of [
      'https://{host}/mcp',
      '{baseUrl}/mcp',
      'https://*.example.com/',
      'https://{a}.com/',
      'x',
    ])
      expect(listOf([remote(wide)])).toMatchObject({ list: { approve: [] }, leftOut: 1 });
  });

  test('deleted ones are denied, unless another one means the same; deprecated ones stay, marked', () => {
    const gone = server(npm('x', '1.0.0'), 'deleted');
    expect(verdict([gone], runsNpm('x', '1.0.0'))).toBe('denied');
    expect(verdict([gone], runsNpm('x', '1.0.1'))).toBe('unapproved');
    expect(listOf([gone]).list.deny[0]).toMatchObject({ reason: 'deleted from the registry: use two' });
    const again = { server: { name: 'com.example/two', version: '2.0.0', ...npm('x', '1.0.0') } };
    expect(verdict([gone, again], runsNpm('x', '1.0.0'))).toBe('approved');
    expect(verdict([server(npm('x', '1.0.0'), 'blocked')], runsNpm('x', '1.0.0'))).toBe('denied');
    const old = server(npm('x', '1.0.0'), 'deprecated');
    expect(verdict([old], runsNpm('x', '1.0.0'))).toBe('approved');
    expect(listOf([old]).list.approve[0]!.deprecated).toBe('deprecated in the registry: use two');
    const wide = server({ remotes: [{ type: 'sse', url: 'https://{t}.example.com/mcp' }] }, 'deleted');
    expect(listOf([wide])).toMatchObject({ list: { approve: [], deny: [] }, leftOut: 0 });
  });

  test('an approval with a date that is none approves nothing', () => {
    const dated = (expires: string) => ({
      ...server(npm('x', '1.0.0')),
      _meta: { 'com.example/entry': { expires } },
    });
    expect(verdict([dated('2027-01-01')], runsNpm('x', '1.0.0'))).toBe('approved');
    expect(verdict([dated('2026-01-01')], runsNpm('x', '1.0.0'))).toBe('unapproved');
    expect(verdict([dated('soon')], runsNpm('x', '1.0.0'))).toBe('unapproved');
    expect(verdict([dated('2026-02-30')], runsNpm('x', '1.0.0'))).toBe('unapproved');
  });
});

describe('older shapes', () => {
  test('flat, snake case, and with the version in a map of its own', () => {
    const flat = {
      id: 'x',
      name: 'com.example/one',
      status: 'active',
      version_detail: { version: '1.0.0' },
      packages: [
        {
          registry_name: 'npm',
          name: 'x',
          version: '1.0.0',
          environment_variables: [
            { name: 'API_TOKEN', is_secret: true },
            { name: 'LEVEL', is_secret: false },
            { name: 'HEADER', value: 'Bearer {key}', variables: { key: { is_secret: true } } },
          ],
        },
      ],
    };
    expect(listOf([flat]).list.approve).toEqual([
      {
        id: 'com.example/one@1.0.0',
        package: 'npm:x',
        version: '1.0.0',
        secretNames: ['API_TOKEN', 'HEADER'],
      },
    ]);
    const snake = {
      name: 'a/b',
      version: '1.0.0',
      packages: [{ registry_type: 'pypi', identifier: 'b', version: '1.0.0' }],
    };
    expect(listOf([snake]).list.approve[0]).toMatchObject({ package: 'pypi:b' });
    expect(verdict([{ ...flat, status: 'deleted' }], runsNpm('x', '1.0.0'))).toBe('denied');
    expect(readRegistryPage({ servers: [], metadata: { next_cursor: 'n' } })!.nextCursor).toBe('n');
    expect(readRegistryPage({ servers: [], metadata: { nextCursor: '' } })!.nextCursor).toBeNull();
  });

  test('what is no page is none, and what is no entry is counted', () => {
    for (const no of [null, [], 'x', 1, {}, { servers: {} }, { servers: null }])
      expect(readRegistryPage(no)).toBeNull();
    const page = readRegistryPage({
      servers: [null, 1, {}, { server: [] }, { name: 'x' }, { packages: 'x' }],
    });
    expect(page).toMatchObject({ servers: [], leftOut: 6 });
    expect(readRegistryPage({ servers: [{ name: 'x', version: '1', packages: [{}, 1] }] })!.leftOut).toBe(2);
  });
});

test('new entries replace those of the same version, and the newest change is found', () => {
  const read = (servers: object[]) => readRegistryPage({ servers })!.servers;
  const merged = mergeServers(
    read([server(npm('x', '1.0.0')), server(npm('x', '2.0.0'), 'active', '2.0.0')]),
    read([server(npm('x', '1.0.0'), 'deleted')]),
  );
  expect(merged.map(({ version, status }) => [version, status])).toEqual([
    ['1.0.0', 'deleted'],
    ['2.0.0', 'active'],
  ]);
  expect(newestChange(merged)).toBe('2026-05-01T00:00:00.000Z');
  expect(newestChange(read([server(npm('x', '1.0.0'))]))).toBeNull();
});

test('a registry is found below the address that people know', () => {
  const below = (base: string): string[] => listAddresses(new URL(base)).map((url) => url.href);
  expect(below('https://registry.example')).toEqual([
    'https://registry.example/v0.1/servers',
    'https://registry.example/v0/servers',
  ]);
  expect(below('https://a.example/mcp/')).toEqual([
    'https://a.example/mcp/v0.1/servers',
    'https://a.example/mcp/v0/servers',
  ]);
  for (const given of ['https://a.example/v0.1', 'https://a.example/v0.1/', 'https://a.example/v0.1/servers'])
    expect(below(given)).toEqual(['https://a.example/v0.1/servers']);
});
