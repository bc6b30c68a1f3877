/** Where the scan looks: paths of tool files, homes of images, leads, and whose files may be read. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { follow } from '../src/discover/leads.ts';
import { expand } from '../src/discover/expand.ts';
import { capture, toGlob } from '../src/discover/paths.ts';
import { places } from '../src/discover/places.ts';
import type { Place } from '../src/model/place.ts';
import type { Report } from '../src/model/report.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';

const rules = await loadRules();
const folders: string[] = [];

function tree(files: Record<string, string>): string {
  const top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-discover-')));
  folders.push(top);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
    fs.writeFileSync(path.join(top, name), text);
  }
  return top;
}

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

const home = (folder: string, over: Partial<Place> = {}): Place => {
  const place: Place = {
    kind: 'home',
    path: folder,
    boundary: folder,
    platform: 'linux',
    user: 'dev',
    env: {},
    owner: null,
    home: null,
    ...over,
  };
  place.home = place;
  return place;
};

const server = (name: string): string => JSON.stringify({ mcpServers: { [name]: { command: 'x' } } });
const names = (report: Report): string[] =>
  report.facts.flatMap((fact) => (fact.kind === 'server' ? [fact.name] : [])).toSorted();
const tool = rules.tools.find((one) => one.id === 'codex')!;

describe('paths', () => {
  const at = (spec: string, over: Partial<Place> = {}) =>
    expand({ all: [spec] }, { place: home('/h', over), tool, rules, bound: new Map() }).map(
      ({ literal, pattern }) => `${literal}|${pattern}`,
    );

  test('a base is a standard folder, the tool’s own, or what a variable says', () => {
    expect(at('~/.x/y.json')).toEqual(['/h/.x/y.json|']);
    expect(at('<config>/x')).toEqual(['/h/.config/x|']);
    expect(at('<config>/x', { env: { XDG_CONFIG_HOME: '/elsewhere' } })).toEqual([
      '/elsewhere/x|',
      '/h/.config/x|',
    ]);
    expect(at('$CODEX_HOME/a')).toEqual([]);
    expect(at('$CODEX_HOME/a', { env: { CODEX_HOME: '/c' } })).toEqual(['/c/a|']);
    expect(at('<codex>/a', { env: { CODEX_HOME: '/c' } })).toEqual(['/c/a|', '/h/.codex/a|']);
    expect(at('<nowhere>/a')).toEqual([]);
  });

  test('what belongs to another kind of place is left out', () => {
    expect(at('/etc/x')).toEqual([]);
    expect(at('<workspace>/x')).toEqual([]);
    expect(at('/etc/x', { kind: 'machine', path: '/image' })).toEqual(['/image/etc/x|']);
    expect(at('C:/Program Files/x', { kind: 'machine', path: '/image', platform: 'windows' })).toEqual([
      '/image/Program Files/x|',
    ]);
    expect(at('~/x', { kind: 'machine' })).toEqual([]);
  });

  test('fixed segments are literal, wild ones a pattern', () => {
    expect(at('~/a/b/{c}/d.json')).toEqual(['/h/a/b|{c}/d.json']);
    expect(at('~/a*/b')).toEqual(['/h|a*/b']);
  });

  test.each([
    ['{p}/x.json', 'a/x.json', { p: 'a' }],
    ['{p}/x.json', 'a/b/x.json', null],
    ['{hash}_tokens.json', 'abc_tokens.json', { hash: 'abc' }],
    ['{hash}_{rest}.tmp', 'abc_client_info.json.1.tmp', { hash: 'abc', rest: 'client_info.json.1' }],
    ['mcp-remote-{version:[0-9]*}/x', 'mcp-remote-0.1.36/x', { version: '0.1.36' }],
    ['mcp-remote-{version:[0-9]*}/x', 'mcp-remote-v1/x', null],
    ['**/{file:.mcp.json}', 'a/b/.mcp.json', { file: '.mcp.json' }],
    ['**/{file:.mcp.json}', '.mcp.json', { file: '.mcp.json' }],
    ['a (b)/{c}', 'a (b)/d', { c: 'd' }],
    ['{a}.json', 'x+json', null],
  ])('captures of %s in %s', (pattern, relative, expected) => {
    expect(capture(pattern, relative)).toEqual(expected);
  });

  test('a glob has no meaning beyond the captures', () => {
    expect(toGlob('a(b)/{c}/[d]')).toBe('a\\(b\\)/*/\\[d\\]');
    expect(toGlob('{v:[0-9]*}/x')).toBe('[0-9]*/x');
  });
});

describe('places', () => {
  test('homes of an image are found by the layout of its platform', () => {
    const linux = tree({ 'home/ann/.x': '', 'home/bob/.x': '', 'root/.x': '', 'home/file': '' });
    const users = (options: Parameters<typeof places>[1]) =>
      places(testHost(), options).places.map((place) => place.user);
    expect(users({ root: linux, platform: 'linux' })).toEqual([null, 'ann', 'bob', 'root']);
    const windows = tree({ 'Users/Ann/x': '', 'Users/Public/x': '', 'Users/Default/x': '' });
    expect(users({ root: windows, platform: 'windows' })).toEqual([null, 'Ann']);
    const macos = tree({ 'Users/ann/x': '', 'Users/Shared/x': '', 'var/root/x': '' });
    expect(users({ root: macos, platform: 'macos' })).toEqual([null, 'ann', 'root']);
  });

  test('the scanner’s own environment counts for its own home alone', () => {
    const folder = tree({ 'a/x': '', 'b/x': '' });
    const host = testHost({ env: { CODEX_HOME: '/c' }, user: { name: 'me', home: path.join(folder, 'a') } });
    expect(places(host, {}).places.at(-1)!.env).toEqual({ CODEX_HOME: '/c' });
    expect(places(host, { home: path.join(folder, 'b') }).places.at(-1)!.env).toEqual({});
  });

  test('a folder that is not there is a usage error', () => {
    expect(() => places(testHost(), { home: '/nonexistent-home' })).toThrow(/no such folder/);
    expect(() => places(testHost(), { platform: 'windows' })).toThrow(/needs --home/);
  });
});

describe('leads', () => {
  const lead = (named: string, from = '/h/.x') => ({ path: named, from: { path: from, pointer: '' } });
  const nobody: string[] = [];

  test('a path of another machine is mapped into the home', () => {
    const folder = tree({ 'work/api/x': '' });
    for (const named of [
      '/home/dev/work/api',
      '/Users/dev/work/api/',
      'C:\\Users\\dev\\work\\api',
      '~/work/api',
    ]) {
      expect(follow(testHost(), lead(named), home(folder), null, nobody), named).toMatchObject({
        status: 'read',
        path: path.join(folder, 'work/api'),
      });
    }
    expect(follow(testHost(), lead('$HOME/work/api'), home(folder), null, ['$HOME'])).toMatchObject({
      status: 'read',
    });
    expect(follow(testHost(), lead('/home/dev/gone'), home(folder), null, nobody)).toEqual({
      status: 'absent',
    });
  });

  test('other machines and file shares are remote', () => {
    const folder = tree({ x: '' });
    for (const named of [
      'vscode-remote://ssh-remote+box/home/dev',
      '\\\\server\\share\\x',
      '//server/share',
    ]) {
      expect(follow(testHost(), lead(named), home(folder), null, nobody), named).toEqual({
        status: 'remote',
      });
    }
  });

  test('what belongs to somebody else is not read on behalf of a home’s owner', () => {
    const folder = tree({ 'home/x': '', 'other/x': '' });
    const uid = fs.statSync(folder).uid;
    const other = path.join(folder, 'other');
    fs.chmodSync(folder, 0o755);
    const start = (owner: number | null) => home(path.join(folder, 'home'), { owner });
    expect(follow(testHost(), lead(other), start(null), null, nobody).status).toBe('read');
    expect(follow(testHost(), lead(other), start(uid), null, nobody).status).toBe('read');
    // What root keeps readable for all is no secret of anybody's.
    expect(follow(testHost(), lead(other), start(uid + 1), null, nobody).status).toBe('read');
    fs.chmodSync(other, 0o700);
    expect(follow(testHost(), lead(other), start(uid + 1), null, nobody)).toEqual({
      status: 'outside',
      reason: 'not-owner',
      path: other,
    });
    expect(follow(testHost(), lead('/'), start(null), null, nobody).status).toBe('absent');
  });

  test('a link out of the home is outside', () => {
    const folder = tree({ 'home/x': '', 'other/x': '' });
    fs.symlinkSync(path.join(folder, 'other'), path.join(folder, 'home/link'));
    expect(follow(testHost(), lead('~/link'), home(path.join(folder, 'home')), null, nobody)).toEqual({
      status: 'outside',
      reason: 'link-out-of-place',
      path: path.join(folder, 'home/link'),
    });
  });
});

describe('to a fixpoint', () => {
  const run = (folder: string, over = {}): Report =>
    scan(testHost(over), rules, { home: folder, platform: 'linux' });

  test('workspaces that agents recorded, and the folders above them', () => {
    const folder = tree({
      '.claude.json': JSON.stringify({ projects: { '/home/dev/work/mono/packages/api': {} } }),
      'work/mono/packages/api/.mcp.json': server('inner'),
      'work/mono/.mcp.json': server('outer'),
      'work/other/.mcp.json': server('unnamed'),
    });
    const report = run(folder);
    expect(names(report)).toEqual(['inner', 'outer']);
    expect(report.facts.filter((fact) => fact.kind === 'workspace').map((fact) => fact.status)).toEqual([
      'read',
    ]);
  });

  test('a relocation in the environment of a server', () => {
    const folder = tree({
      '.cursor/mcp.json': JSON.stringify({
        mcpServers: {
          a: {
            command: 'npx',
            args: ['-y', 'mcp-remote', 'https://mcp.example.com/mcp'],
            env: { MCP_REMOTE_CONFIG_DIR: '/home/dev/elsewhere' },
          },
        },
      }),
      'elsewhere/mcp-remote-v1/00_tokens.json': '{"access_token":"0123abcd-some-token-text"}',
    });
    const found = run(folder).facts.filter((fact) => fact.kind === 'credential');
    expect(found.map((fact) => path.basename(fact.origin.path))).toEqual(['00_tokens.json']);
  });

  test('files of variables that a definition names', () => {
    const folder = tree({
      '.claude.json': JSON.stringify({ projects: { '/home/dev/work': {} } }),
      'work/.vscode/mcp.json': JSON.stringify({
        servers: { a: { command: 'x', envFile: '${workspaceFolder}/secret.env' } },
      }),
      'work/secret.env': 'DB_PASSWORD=kX9-vv2_QpL0!\n',
      'work/.env': 'OTHER_PASSWORD=kX9-vv2_QpL0!\n',
    });
    const found = run(folder).facts.filter((fact) => fact.kind === 'credential');
    // What nobody names lies there all the same, for agents to read.
    expect(found.map((fact) => [path.basename(fact.origin.path), fact.field, fact.serverName])).toEqual([
      ['.env', 'OTHER_PASSWORD', null],
      ['secret.env', 'DB_PASSWORD', 'a'],
    ]);
  });

  test('loops end, and each file is read once', () => {
    const folder = tree({
      '.claude.json': JSON.stringify({
        projects: { '/home/dev': {}, '/home/dev/a': {}, '/home/dev/a/../a': {} },
      }),
      '.cursor/mcp.json': server('one'),
      'a/.cursor/mcp.json': server('two'),
    });
    fs.symlinkSync('..', path.join(folder, 'a/up'));
    const report = run(folder);
    expect(names(report)).toEqual(['one', 'two']);
    expect(report.run.sourcesRead).toBe(3);
  });

  test('a given workspace is scanned alone', () => {
    const folder = tree({ '.mcp.json': server('here'), 'sub/.mcp.json': server('below') });
    expect(names(scan(testHost(), rules, { workspaces: [folder] }))).toEqual(['here']);
  });

  test('what a given workspace names is looked for within it', () => {
    const folder = tree({
      '.vscode/mcp.json': JSON.stringify({ servers: { a: { command: 'x', envFile: '.env.local' } } }),
      '.env.local': 'DB_PASSWORD=kX9-vv2_QpL0!\n',
    });
    const { facts, coverage } = scan(testHost(), rules, { workspaces: [folder] });
    const found = facts.flatMap((fact) =>
      fact.kind === 'credential' ? [[fact.field, fact.serverName]] : [],
    );
    expect(found).toEqual([['DB_PASSWORD', 'a']]);
    expect(coverage.map(({ tool, status }) => `${tool} ${status}`)).toContain('vscode found');
  });

  test('the time limit leaves gaps, not silence', () => {
    const folder = tree({
      '.cursor/mcp.json': server('a'),
      '.codeium/windsurf/mcp_config.json': server('b'),
    });
    let clock = 0;
    const report = scan(testHost({ elapsed: () => (clock += 1000) }), rules, {
      home: folder,
      platform: 'linux',
      timeLimit: 1,
    });
    expect(report.run.status).toBe('partial');
    expect(report.facts.flatMap((fact) => (fact.kind === 'gap' ? [fact.reason] : []))).toContain(
      'time-limit',
    );
    expect(report.coverage.find((one) => one.tool === 'cursor')?.status).toBe('skipped');
  });
});

/** Runs the program without the rights that let root pass closed folders. */
function scanWithout(home: string): Report {
  const program = [process.execPath, path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')];
  const args = ['scan', '--home', home, '--platform', 'linux', '--format', 'json', '--exit-zero'];
  const bound = process.getuid?.() === 0 ? ['--bounding-set=-all'] : [];
  const { stdout, stderr } = spawnSync('setpriv', [...bound, ...program, ...args], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Report;
}

test.skipIf(process.platform !== 'linux')('a link into a closed folder is refused, and not its home', () => {
  const folder = tree({
    'alice/.cursor/mcp.json': '{}',
    'me/.cursor/mcp.json': '{"mcpServers":{"seen":{"command":"npx","args":["-y","seen@1.0.0"]}}}',
    'me/.codex/config.toml': '',
  });
  const [alice, me] = [path.join(folder, 'alice'), path.join(folder, 'me')];
  fs.symlinkSync(path.join(alice, '.cursor'), path.join(me, '.env'));
  fs.symlinkSync(path.join(alice, '.cursor'), path.join(me, '.gemini'));
  fs.chmodSync(alice, 0);
  const told = (): { gaps: string[]; status: string[]; servers: unknown[] } => {
    const { facts, run } = scanWithout(me);
    return {
      gaps: facts.flatMap((fact) =>
        fact.kind === 'gap' ? [`${path.relative(folder, fact.origin.path)} ${fact.reason}`] : [],
      ),
      status: run.homes.map(({ status }) => status),
      servers: facts.flatMap((fact) => (fact.kind === 'server' ? [fact.name] : [])),
    };
  };
  try {
    expect(told()).toEqual({
      gaps: ['me/.env unreadable', 'me/.gemini unreadable'],
      status: ['read'],
      servers: ['seen'],
    });
    // A folder that is closed itself is what cannot be looked at.
    fs.rmSync(path.join(me, '.env'));
    fs.rmSync(path.join(me, '.gemini'));
    fs.chmodSync(path.join(me, '.codex'), 0);
    expect(told().gaps).toEqual(['me/.codex unreadable']);
    fs.chmodSync(me, 0);
    expect(told().status).toEqual(['unreadable']);
  } finally {
    for (const one of [me, alice, path.join(me, '.codex')]) fs.chmodSync(one, 0o700);
  }
});
