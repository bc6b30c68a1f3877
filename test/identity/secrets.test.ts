/** What leaves the kit of commands that hold secrets, and the names of token files. */
import { describe, expect, test } from 'vitest';
import type { Identified } from '../../src/identity/identify.ts';
import { wrappers } from './rules.ts';
import { identified, line, type Sample } from './sample.ts';

/** Two strings that the test rules take for secrets: by shape, and by the name before them. */
const shaped = ['tk', 'Qz7Lm2Xc9Vb4Nh8Rk3Tp6Wd1'].join('_');
const named = ['Zx9fQ2k', 'Lm4Pw8Rt6Vb'].join('');

function placesOf({ found }: Identified): string[] {
  return found.map((one) => `${one.where} ${one.index ?? '-'} ${one.info.masked}`);
}

const envOf = (command: string, env: Sample['env'] = {}): string[] =>
  line(command, env).env.map(({ name, value }) => `${name}:${value === null ? '-' : value.length}`);

const keysOf = (...args: string[]): string[] =>
  identified({ command: 'npx', args: ['-y', 'mcp-remote', ...args] }).storeKeys.map(({ key }) => key);

describe('secrets are masked and told', () => {
  test.each<[string, Sample, string[]]>([
    ['argument', { command: 'npx', args: ['-y', 'tool', '--api-key', named] }, ['argv 3 Zx\u2026']],
    ['option with value', { command: 'npx', args: ['tool', `--api-key=${named}`] }, ['argv 1 Zx\u2026']],
    [
      'env of a container',
      { command: 'docker', args: ['run', '-e', `API_TOKEN=${shaped}`, 'mcp/x'] },
      ['env 2 tk_Qz\u2026'],
    ],
    ['assignment', { command: 'env', args: [`API_TOKEN=${shaped}`, 'npx', 'tool'] }, ['env 0 tk_Qz\u2026']],
    [
      'line of shell',
      { command: 'sh', args: ['-c', `API_TOKEN=${named} npx tool --api-key ${shaped}`] },
      ['argv 1 tk_Qz\u2026', 'env 1 Zx\u2026'],
    ],
    [
      'several commands',
      { command: 'sh', args: ['-c', `cd /x && npx tool --api-key ${named}`] },
      ['argv 1 Zx\u2026'],
    ],
    [
      'line of Windows',
      { command: 'cmd', args: ['/c', `C:\\x\\npx.cmd tool --api-key ${named}`] },
      ['argv 1 Zx\u2026'],
    ],
    ['packed command', { command: `npx tool --api-key ${named}` }, ['argv - Zx\u2026']],
    ['remote', { url: `https://x.example/mcp?api_key=${named}` }, ['url - Zx\u2026']],
    [
      'bridge',
      { command: 'npx', args: ['mcp-remote', `https://x.example/${shaped}/mcp`] },
      ['argv 1 tk_Qz\u2026'],
    ],
  ])('%s', (_, sample, places) => {
    const found = identified(sample);
    expect(placesOf(found).toSorted()).toEqual(places.toSorted());
    expect(JSON.stringify(found)).not.toContain(shaped);
    expect(JSON.stringify(found)).not.toContain(named);
  });

  test('a line within a line is masked in its place', () => {
    const found = identified({ command: 'cmd', args: ['/c', `bash -c 'npx tool --api-key ${named}' x`] });
    expect(found.shown.args).toEqual(['/c', "bash -c 'npx tool --api-key Zx\u2026' x"]);
    expect(placesOf(found)).toEqual(['argv 1 Zx\u2026']);
  });

  test('one secret is told once', () => {
    expect(placesOf(identified({ command: 'sh', args: ['-c', `npx tool ${shaped}`] }))).toHaveLength(1);
  });

  test('what holds none is shown as it is', () => {
    const sample = { command: 'sh', args: ['-c', 'A=b npx -y tool "two words"'] };
    expect(identified(sample)).toMatchObject({
      shown: { command: 'sh', args: sample.args, url: null },
      found: [],
    });
  });
});

describe('environment of what runs', () => {
  test.each<[string, Sample['env'], string[]]>([
    ['npx tool', { A: 'xyz', B: null }, ['A:3', 'B:-']],
    ['env C=1234 npx tool', { A: 'xyz' }, ['A:3', 'C:4']],
    ['env A=1 npx tool', { A: 'xyz' }, ['A:1']],
    ['env -i C=1234 npx tool', { A: 'xyz' }, ['C:4']],
    ['env -u A npx tool', { A: 'xyz', B: 'x' }, ['B:1']],
    ['docker run -e A -e C=12 --env=D=1 -e E mcp/x', { A: 'xyz', B: 'x' }, ['A:3', 'C:2', 'D:1', 'E:-']],
    ["sh -c 'C=12 npx tool'", {}, ['C:2']],
  ])('%s', (command, env, expected) => {
    expect(envOf(command, env)).toEqual(expected);
  });
});

describe('token files of mcp-remote', () => {
  /** Verified by runs of 0.0.11, 0.1.37 and 0.15.1, or computed from the same sources (2026-11). */
  test.each<[string, string[], string]>([
    ['URL', ['http://localhost:41000/mcp'], '0bbe16f25f21e2567f6370b34ee87e1c'],
    ['URL with slash kept apart', ['https://mcp.linear.app/sse'], '2d1a8aae3765090858d82f5630192064'],
    [
      'resource',
      ['https://mcp.atlassian.com/v1/sse', '--resource', ' https://tenant1.atlassian.net/ '],
      '224d1023ed8b747f99479d42f28f0bb6',
    ],
    [
      'dropped resource',
      ['http://localhost:41000/mcp', '--resource', 'x', '--disable-resource-parameter'],
      '0bbe16f25f21e2567f6370b34ee87e1c',
    ],
    [
      'resource and headers, variables as written',
      [
        'http://localhost:41000/mcp',
        '--header',
        'X-Env: ${T_TOKEN}',
        '--resource',
        'http://localhost:41000/mcp',
        '--header',
        'A-Static:static-val',
      ],
      '84a9481f7be5e7530bf1d6faa8624dac',
    ],
    [
      'header',
      ['https://mcp.example.com/mcp', '--header', 'Authorization: Bearer FAKE-token-for-tests'],
      'fb53d203db488e76987b2e9c559cc201',
    ],
    [
      'authorize parameter',
      ['https://mcp.example.com/mcp', '--authorize-param', 'access_type=offline'],
      'd93d83b65808022e53f082e29cb45201',
    ],
    [
      'metadata URL',
      ['https://mcp.example.com/mcp', '--client-metadata-url', 'https://client.example.com/oauth/meta'],
      'ba273e3042eee708732392e77af18d70',
    ],
    [
      'token endpoint',
      [
        'https://mcp.example.com/mcp',
        '--client-credentials',
        '--token-endpoint',
        'https://AUTH.example.com/oauth/token',
      ],
      '004c36f49d151b5cf458f57552c32412',
    ],
  ])('%s', (_, args, key) => {
    expect(keysOf(...args)[0]).toBe(key);
  });

  test('what older releases digested is told too, each way once', () => {
    const url = 'https://mcp.example.com/mcp';
    const [plain] = keysOf(url);
    expect(keysOf(url)).toHaveLength(1);
    expect(keysOf(url, '--header', 'A: b')).toEqual([expect.any(String), plain]);
    expect(keysOf(url, '--header', 'A: b', '--authorize-param', 'c=d')).toHaveLength(3);
    expect(keysOf(url, '--header-file', 'x')).toEqual([plain]);
  });

  test('the digest is of the words as written, inside a line of shell too', () => {
    const inLine = line("bash -lc 'npx mcp-remote@0.1.37 https://mcp.linear.app/sse'").storeKeys;
    expect(inLine).toEqual([
      { wrapper: 'mcp-remote', key: '2d1a8aae3765090858d82f5630192064', version: '0.1.37' },
    ]);
    const header = `Authorization: Bearer ${named}`;
    expect(line(`cmd /c 'npx mcp-remote https://x.example --header "${header}"'`).storeKeys[0]?.key).toBe(
      keysOf('https://x.example', '--header', header)[0],
    );
  });

  test('none without a server, and none for bridges that keep tokens elsewhere', () => {
    expect(keysOf()).toEqual([]);
    expect(line('npx supergateway --sse https://x.example').storeKeys).toEqual([]);
    expect(line('npx @gleanwork/mcp-remote https://x.example').storeKeys).toEqual([]);
  });
});

describe('the rules', () => {
  test('a command, package or script belongs to one wrapper', () => {
    for (const list of ['commands', 'packages', 'scripts'] as const) {
      const all = wrappers.flatMap((wrapper) => wrapper[list]);
      expect(all.filter((entry, at) => all.indexOf(entry) !== at)).toEqual([]);
      expect(all.filter((entry) => entry !== entry.toLowerCase())).toEqual([]);
    }
  });

  test('each file says what it recognises, and where that is known from', () => {
    for (const wrapper of wrappers) {
      const recognised = wrapper.commands.length + wrapper.packages.length + wrapper.injects.length;
      expect(recognised, wrapper.id).toBeGreaterThan(0);
    }
  });

  test('options that name another registry come with the domains of the usual one', () => {
    const launchers = wrappers.filter(
      ({ runs, ecosystem }) => runs.includes('package') && ecosystem !== 'oci' && ecosystem !== 'golang',
    );
    for (const wrapper of launchers) expect(wrapper.registryDomains, wrapper.id).not.toEqual([]);
  });
});
