/** Which version an unpinned definition would really run, by what its launcher has on disk. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import type { FactOf } from '../src/model/fact.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';

const rules = await loadRules();
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

type Servers = Record<string, { command: string; args: string[] }>;

/** Servers of a machine with one home, by name. */
function servers(definitions: Servers, files: Record<string, object>): Record<string, FactOf<'server'>> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-resolve-'));
  folders.push(root);
  const all = { 'home/dev/.cursor/mcp.json': { mcpServers: definitions }, ...files };
  for (const [name, content] of Object.entries(all)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), JSON.stringify(content));
  }
  const report = scan(testHost({ platform: 'linux' }), rules, { root, platform: 'linux' });
  return Object.fromEntries(
    report.facts.flatMap((fact) => (fact.kind === 'server' ? [[fact.name, fact]] : [])),
  );
}

const resolved = (fact: FactOf<'server'> | undefined): string[] =>
  (fact?.resolved ?? []).map(({ type, name, version, by }) => `${by} ${type}:${name}@${version}`);

const npx = 'home/dev/.npm/_npx';
const slot = (id: string, asked: string[], name: string, version: string): Record<string, object> => ({
  [`${npx}/${id}/package.json`]: { _npx: { packages: asked } },
  [`${npx}/${id}/node_modules/${name}/package.json`]: { name, version },
});

test('npx: the slot made for what is asked, and not one that holds it beside', () => {
  const found = servers(
    {
      bare: { command: 'npx', args: ['-y', '@scope/a'] },
      tagged: { command: 'npx', args: ['-y', '@scope/a@latest'] },
      pinned: { command: 'npx', args: ['-y', '@scope/a@1.0.0'] },
      ranged: { command: 'npx', args: ['-y', 'b@^2.0.0'] },
      none: { command: 'npx', args: ['-y', 'c'] },
    },
    {
      ...slot('1111', ['@scope/a'], '@scope/a', '1.4.0'),
      ...slot('2222', ['@scope/a@latest'], '@scope/a', '1.9.0'),
      ...slot('3333', ['other'], '@scope/a', '9.9.9'),
      ...slot('4444', ['b@^2.0.0'], 'b', '2.5.1'),
    },
  );
  expect(Object.entries(found).map(([name, fact]) => [name, ...resolved(fact)])).toEqual([
    ['bare', 'npx-cache npm:@scope/a@1.4.0'],
    ['tagged', 'npx-cache npm:@scope/a@1.9.0'],
    ['pinned'],
    ['ranged', 'npx-cache npm:b@2.5.1'],
    ['none'],
  ]);
});

test('a bridge is judged by the version on disk', () => {
  const definition = { bridge: { command: 'npx', args: ['mcp-remote', 'https://mcp.example.com/mcp'] } };
  const old = servers(definition, slot('1111', ['mcp-remote'], 'mcp-remote', '0.1.10'))['bridge'];
  const fixed = servers(definition, slot('1111', ['mcp-remote'], 'mcp-remote', '0.15.1'))['bridge'];
  expect(resolved(old)).toEqual(['npx-cache npm:mcp-remote@0.1.10']);
  expect(old?.threats.flatMap(({ advisories }) => advisories)).toContain('CVE-2025-6514');
  expect(fixed?.threats.flatMap(({ advisories }) => advisories)).not.toContain('CVE-2025-6514');
});

test('uvx: an installed tool before the cache, and the newest of the cache', () => {
  const cache = 'home/dev/.cache/uv';
  const found = servers(
    {
      cached: { command: 'uvx', args: ['mcp-server-git'] },
      tool: { command: 'uvx', args: ['mcp-server-time'] },
    },
    {
      [`${cache}/wheels-v5/pypi/mcp-server-git/2025.1.14-py3-none-any.msgpack`]: {},
      [`${cache}/wheels-v6/pypi/mcp-server-git/2025.7.1-py3-none-any.msgpack`]: {},
      [`${cache}/wheels-v5/pypi/mcp-server-time/2025.9.25-py3-none-any.http`]: {},
      'home/dev/.local/share/uv/tools/mcp-server-time/lib/python3.12/site-packages/mcp_server_time-2025.4.8.dist-info/METADATA':
        {},
    },
  );
  expect(resolved(found['cached'])).toEqual(['uv-cache pypi:mcp-server-git@2025.7.1']);
  expect(resolved(found['tool'])).toEqual(['uv-tool pypi:mcp-server-time@2025.4.8']);
});

test('pipx, bunx, pnpm and the image store', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const found = servers(
    {
      pipx: { command: 'pipx', args: ['run', 'some-mcp'] },
      bunx: { command: 'bunx', args: ['some-mcp'] },
      pnpm: { command: 'pnpm', args: ['dlx', 'some-mcp'] },
      docker: { command: 'docker', args: ['run', '-i', '--rm', 'mcp/fetch'] },
      tag: { command: 'docker', args: ['run', '-i', '--rm', 'ghcr.io/x/y:v2'] },
    },
    {
      'home/dev/.local/share/pipx/venvs/some-mcp/pipx_metadata.json': {
        main_package: { package: 'some-mcp', package_version: '3.1.0' },
      },
      'home/dev/.bun/install/cache/some-mcp@4.0.1@@@1/package.json': {},
      'home/dev/.cache/pnpm/dlx/abc/def/node_modules/some-mcp/package.json': { version: '5.0.0' },
      'var/lib/docker/image/overlay2/repositories.json': {
        Repositories: {
          'mcp/fetch': { 'mcp/fetch:latest': digest },
          'ghcr.io/x/y': { 'ghcr.io/x/y:v1': `sha256:${'0'.repeat(64)}`, 'ghcr.io/x/y:v2': digest },
        },
      },
    },
  );
  expect(Object.entries(found).map(([name, fact]) => [name, ...resolved(fact)])).toEqual([
    ['pipx', 'pipx-venv pypi:some-mcp@3.1.0'],
    ['bunx', 'bun-cache npm:some-mcp@4.0.1'],
    ['pnpm', 'pnpm-dlx npm:some-mcp@5.0.0'],
    ['docker', `docker-images oci:docker.io/mcp/fetch@${digest}`],
    ['tag', `docker-images oci:ghcr.io/x/y@${digest}`],
  ]);
});

test('a name that is a path leads nowhere', () => {
  const found = servers(
    { up: { command: 'npx', args: ['-y', '../../../../outside'] }, glob: { command: 'uvx', args: ['**'] } },
    { 'outside/package.json': { version: '1.0.0' } },
  );
  expect(Object.values(found).flatMap(resolved)).toEqual([]);
});
