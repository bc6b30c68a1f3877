/**
 * The account of a secret: what git, services that copy folders, servers and other places have to do with it. Git's
 * own files are made by git itself, which the scan never starts.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import type { FactOf } from '../src/model/fact.ts';
import type { Platform } from '../src/model/common.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';
import { expand } from './recipe.ts';

const rules = await loadRules();
const made: string[] = [];
afterAll(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

const secret = (seed: number): string => expand('ghp_{crc30}', seed);

function put(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: 0o600 });
  }
}

function home(files: Record<string, string>): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-account-'));
  made.push(folder);
  put(folder, files);
  return folder;
}

const git = (folder: string, ...args: string[]): void => {
  const own = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-C', folder, ...own, ...args], { stdio: 'ignore', env });
};

type Credential = FactOf<'credential'>;

function credentials(folder: string, over: { platform?: Platform; key?: Buffer } = {}): Credential[] {
  const { facts } = scan(testHost(), rules, { home: folder, platform: 'linux', ...over });
  return facts.filter((fact) => fact.kind === 'credential');
}

/** Git's word by file name. */
const states = (folder: string): Record<string, string | undefined> =>
  Object.fromEntries(credentials(folder).map((fact) => [path.basename(fact.origin.path), fact.git?.state]));

const workspace = { '.claude.json': JSON.stringify({ projects: { '/home/dev/work': {} } }) };
const env = (seed: number): string => `GITHUB_TOKEN=${secret(seed)}\n`;

describe('git', () => {
  test.each([
    ['of version 2', [], 'index.version=2'],
    ['of version 3', [], 'index.version=3'],
    ['of version 4', [], 'index.version=4'],
    ['with long digests', ['--object-format=sha256'], 'index.version=2'],
    ['split', [], 'core.splitIndex=true'],
  ])('an index %s', (_, init, setting) => {
    const folder = home({
      ...workspace,
      'work/.env': env(1),
      'work/.env.local': env(2),
      'work/.env.test': env(3),
      'work/.env.new': env(4),
      'work/.env.meant': env(5),
      'work/.gitignore': '.env.local\n',
    });
    const work = path.join(folder, 'work');
    git(work, 'init', '-q', ...init);
    for (const pair of [setting]) git(work, 'config', ...pair.split('='));
    git(work, 'add', '.env', '.gitignore');
    git(work, 'commit', '-q', '-m', 'x');
    git(work, 'add', '.env.new');
    git(work, 'add', '-N', '.env.meant');
    expect(states(folder)).toEqual({
      '.env': 'tracked',
      '.env.local': 'ignored',
      '.env.test': 'untracked',
      '.env.new': 'staged',
      '.env.meant': 'staged',
    });
  });

  test('before the first commit, after packing, and in a further work tree', () => {
    const folder = home({ ...workspace, 'work/.env': env(1) });
    const work = path.join(folder, 'work');
    git(work, 'init', '-q');
    git(work, 'add', '.env');
    expect(states(folder)).toEqual({ '.env': 'staged' });
    git(work, 'commit', '-q', '-m', 'x');
    git(work, 'gc', '-q');
    expect(states(folder)).toEqual({ '.env': 'tracked' });
    put(folder, { '.claude.json': JSON.stringify({ projects: { '/home/dev/other': {} } }) });
    git(work, 'worktree', 'add', '-q', '../other');
    put(folder, { 'other/.env.local': env(2) });
    expect(states(folder)).toEqual({ '.env': 'tracked', '.env.local': 'untracked' });
  });

  test('lists of ignored files: nested, negated, by folder, of the repository and of the user', () => {
    const folder = home({
      '.claude.json': JSON.stringify({
        projects: { '/home/dev/work/a': {}, '/home/dev/work/b/c': {}, '/home/dev/work': {} },
      }),
      '.config/git/ignore': '.env.user\n',
      'work/.gitignore': '.env*\n!.env.kept\n/b/\n',
      'work/a/.gitignore': '!.env.here\n',
      'work/a/.env.here': env(1),
      'work/a/.env.else': env(2),
      'work/b/.gitignore': '!.env.deep\n',
      'work/b/c/.env.deep': env(3),
      'work/.env.kept': env(4),
      'work/.dev.vars': env(5),
      'work/x.env': env(6),
    });
    const work = path.join(folder, 'work');
    git(work, 'init', '-q');
    put(work, { '.git/info/exclude': '.dev.vars\n' });
    put(folder, { 'work/.gitignore': '.env.*\n!.env.kept\n/b/\n' });
    expect(states(folder)).toEqual({
      '.env.here': 'untracked',
      '.env.else': 'ignored',
      '.env.deep': 'ignored',
      '.env.kept': 'untracked',
      '.dev.vars': 'ignored',
      'x.env': 'untracked',
    });
    const told = execFileSync(
      'git',
      ['-C', work, 'check-ignore', 'a/.env.here', 'a/.env.else', 'b/c/.env.deep', '.env.kept', '.dev.vars'],
      { env: { PATH: process.env['PATH'], HOME: folder }, encoding: 'utf8' },
    );
    expect(told.split('\n').filter(Boolean)).toEqual(['a/.env.else', 'b/c/.env.deep', '.dev.vars']);
  });

  test('files that are not what they seem do no harm', () => {
    const folder = home({
      ...workspace,
      'work/.env': env(1),
      'work/.git/HEAD': 'ref: ../../../../etc/passwd\n',
      'work/.git/index': `DIRC${'\0\0\0\x02\x7f\xff\xff\xff'}${'x'.repeat(400)}`,
      'work/.gitignore': `${'*a'.repeat(60)}b\n`.repeat(2_000),
    });
    expect(states(folder)).toEqual({ '.env': 'unknown' });
    fs.rmSync(path.join(folder, 'work/.git'), { recursive: true });
    put(folder, { 'work/.git': 'gitdir: /etc\n' });
    expect(states(folder)).toEqual({ '.env': 'untracked' });
    fs.rmSync(path.join(folder, 'work/.git'));
    fs.symlinkSync('/', path.join(folder, 'work/.git'));
    expect(states(folder)).toEqual({ '.env': undefined });
  });

  test('a finding of a file that is shared, and none of one that is not', () => {
    const folder = home({ ...workspace, 'work/.env': env(1), 'work/.env.local': env(2) });
    const work = path.join(folder, 'work');
    git(work, 'init', '-q');
    git(work, 'add', '.env');
    const { findings } = scan(testHost(), rules, { home: folder, platform: 'linux' });
    const found = findings.filter(({ check }) => check === 'secret-in-git');
    expect(found.map(({ origin, severity }) => [path.basename(origin.path), severity])).toEqual([
      ['.env', 'high'],
    ]);
  });
});

describe('folders that are copied', () => {
  test.each([
    ['linux', 'Dropbox/app', 'Dropbox'],
    ['linux', 'Nextcloud/app', 'Nextcloud'],
    ['windows', 'OneDrive - Example Corp/app', 'OneDrive'],
    ['macos', 'Library/Mobile Documents/com~apple~CloudDocs/app', 'iCloud Drive'],
    ['macos', 'Library/CloudStorage/GoogleDrive-me@example.com/My Drive/app', 'Google Drive'],
    ['macos', 'Library/CloudStorage/Something-1/app', 'a cloud service'],
    ['linux', 'work/app', undefined],
    ['linux', 'Dropboxes/app', undefined],
    ['linux', 'OneDrive', 'OneDrive'],
  ] as const)('%s: %s', (platform, where, service) => {
    const root = platform === 'macos' ? '/Users/dev' : platform === 'windows' ? 'C:/Users/dev' : '/home/dev';
    const folder = home({
      '.claude.json': JSON.stringify({ projects: { [`${root}/${where}`]: {} } }),
      [`${where}/.env`]: env(1),
    });
    expect(credentials(folder, { platform }).map(({ synced }) => synced)).toEqual([service]);
  });

  test('by what a service keeps at the top, and by a link into it', () => {
    const folder = home({
      ...workspace,
      'work/.env': env(1),
      'share/.stfolder/x': '',
      'share/aws/credentials': `[a]\naws_secret_access_key = ${expand('{b40}')}\n`,
    });
    fs.symlinkSync('share/aws', path.join(folder, '.aws'));
    expect(credentials(folder).map(({ synced }) => synced)).toEqual(['Syncthing', undefined]);
  });
});

describe('who uses it', () => {
  test('servers that refer to a variable, and those that are given the file', () => {
    const servers = {
      a: { command: 'x', env: { GITHUB_TOKEN: '${GITHUB_TOKEN}' } },
      b: { command: 'x', args: ['--key', '$GITHUB_TOKEN'] },
      c: { url: 'https://h.example', headers: { Authorization: 'Bearer ${env:LINEAR_KEY}' } },
      d: { command: 'x', env: { OTHER: '1' } },
    };
    const folder = home({
      '.claude.json': JSON.stringify({ projects: { '/home/dev/work': {} }, mcpServers: servers }),
      '.bashrc': `export ${env(1)}export LINEAR_KEY=${expand('lin_api_{a40}')}\nexport X_TOKEN=${secret(2)}\n`,
      'work/.mcp.json': JSON.stringify({ mcpServers: { e: { command: 'x', env: { K: '${K_TOKEN}' } } } }),
      'work/.env': `GITHUB_TOKEN=${secret(3)}\nK_TOKEN=${secret(4)}\n`,
    });
    const users = credentials(folder).map(({ field, usedBy }) => [field, usedBy?.map(({ name }) => name)]);
    expect(users).toEqual([
      ['GITHUB_TOKEN', ['a', 'b']],
      ['LINEAR_KEY', ['c']],
      ['X_TOKEN', undefined],
      // The client's own servers do not read a project's file.
      ['GITHUB_TOKEN', undefined],
      ['K_TOKEN', ['e']],
    ]);
  });

  test('two servers with one file', () => {
    const server = { command: 'x', envFile: '${workspaceFolder}/.env' };
    const folder = home({
      ...workspace,
      'work/.vscode/mcp.json': JSON.stringify({ servers: { a: server, b: server } }),
      'work/.env': env(1),
    });
    expect(credentials(folder)[0]!.usedBy?.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('the same secret', () => {
  const twice = { ...workspace, 'work/.env': env(1), '.bashrc': `export ${env(1)}`, '.zshrc': env(2) };

  test('is counted, without a key too, and one that could be guessed is not', () => {
    const weak = {
      '.profile': 'export DB_PASSWORD=hunter2x!\n',
      '.zprofile': 'export DB_PASSWORD=hunter2x!\n',
    };
    const found = credentials(home({ ...twice, ...weak }));
    expect(found.map(({ origin, places }) => [path.basename(origin.path), places])).toEqual([
      ['.bashrc', 2],
      ['.profile', undefined],
      ['.zprofile', undefined],
      ['.zshrc', undefined],
      ['.env', 2],
    ]);
    expect(found.every(({ secret: { fingerprint } }) => fingerprint === null)).toBe(true);
  });

  test('has one fingerprint under a key, another under another', () => {
    const folder = home(twice);
    const prints = (key: Buffer): (string | null)[] =>
      credentials(folder, { key }).map(({ secret: { fingerprint } }) => fingerprint);
    const [bash, zsh, dotenv] = prints(Buffer.alloc(32, 1));
    expect(bash).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(dotenv).toBe(bash);
    expect(zsh).not.toBe(bash);
    expect(prints(Buffer.alloc(32, 2))[0]).not.toBe(bash);
  });
});

describe('tokens that have run out', () => {
  const store = (token: object): Record<string, string> => ({
    '.mcp-auth/mcp-remote-v1/0123456789abcdef0123456789abcdef_tokens.json': JSON.stringify(token),
  });
  const of = (token: object): [string, boolean | undefined][] =>
    credentials(home(store(token))).map(({ severity, expired }) => [severity, expired]);
  const access = { access_token: expand('{w60}') };

  test('are worth less, unless they can be renewed', () => {
    expect(of({ ...access, expires_at: 1_700_000_000 })).toEqual([['low', true]]);
    expect(of({ ...access, expires_at: 1_900_000_000 })).toEqual([['high', undefined]]);
    expect(of(access)).toEqual([['high', undefined]]);
    expect(of({ ...access, refresh_token: expand('{w61}'), expires_at: 1_700_000_000 })).toEqual([
      ['high', true],
      ['high', undefined],
    ]);
  });

  test('an abandoned copy is as bad as what it holds', () => {
    const folder = home({ '.mcp-auth/0123456789abcdef0123456789abcdef_tokens.json': JSON.stringify(access) });
    const { findings } = scan(testHost(), rules, { home: folder, platform: 'linux' });
    expect(findings.map(({ check, severity }) => [check, severity])).toEqual([['token-stale', 'high']]);
  });
});
