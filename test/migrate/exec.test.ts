/** `exec` with a real keychain: who gets an entry, and that a command does not notice who started it. */
import { type SpawnSyncOptions, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { execWords } from '../../src/cli/exec.ts';
import { permitId } from '../../src/migrate/launcher/entries.ts';
import { type VaultLabel, commandDigest, openArguments } from '../../src/migrate/vault.ts';
import { expand } from '../recipe.ts';
import { type Session, missing, startSession } from './session.ts';

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const putEntries = path.join(import.meta.dirname, 'put-entries.ts');
const secret = expand('ghp_{a36}');
const node = process.execPath;

let session: Session;
let config = '';

type Entry = Partial<VaultLabel> & { values?: Record<string, string>; argv: string[] };

/** Puts an entry that is sealed to a command, and names it in the config. */
function put(id: string, { argv, values = { TOKEN: secret }, ...label }: Entry): void {
  const command = commandDigest(argv, label.open);
  const entry = {
    id,
    kind: 'values',
    binding: { config, pointer: '/a', command },
    values,
    createdAt: '2026-11-20T00:00:00.000Z',
    ...label,
  };
  const input = JSON.stringify([entry]);
  const { stderr, status } = spawnSync(node, [putEntries], { env: session.env, input, encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
  fs.writeFileSync(config, JSON.stringify({ args: ['exec', '--entry', id, '--mcp-auth'] }));
}

type Said = { out: string; err: string; status: number | null; signal: NodeJS.Signals | null };

function exec(words: string[], options: SpawnSyncOptions = {}): Said {
  const { stdout, stderr, status, signal } = spawnSync(node, [main, 'exec', ...words], {
    env: session.env,
    timeout: 50_000,
    killSignal: 'SIGKILL',
    ...options,
  });
  return { out: stdout.toString('latin1'), err: stderr.toString('utf8'), status, signal };
}
const refused = (words: string[]): string => {
  const { out, err, status } = exec(words);
  expect([out, status]).toEqual(['', 2]);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toContain(secret);
  return err.trim();
};

describe.skipIf(missing !== null)('exec', () => {
  beforeAll(async () => {
    session = await startSession();
    await session.startKeyring();
  });
  afterAll(() => session.end());
  beforeEach(() => {
    config = path.join(session.home, 'mcp.json');
  });

  test('gives a command its values, and what else was in its environment', () => {
    const argv = ['sh', '-c', 'echo "$TOKEN $OTHER $#"; env | grep -c DBUS', 'x', 'a b', '$c'];
    put('one', { argv });
    const env = { ...session.bareEnv, OTHER: 'other' };
    expect(exec(['--entry', 'one', '--', ...argv], { env })).toEqual({
      out: `${secret} other 2\n0\n`,
      err: '',
      status: 1,
      signal: null,
    });
    expect(exec(['--entry=one', '--', ...argv]).out).toBe(`${secret}  2\n1\n`);
  });

  test('no other command gets anything, nor one that has an argument more or less', () => {
    put('two', { argv: ['npx', '-y', 'a@1'] });
    const others = [
      ['printenv'],
      ['npx', '-y', 'a@1', '--debug'],
      ['npx', '-y'],
      ['npx', '-y a@1'],
      ['/usr/bin/npx', '-y', 'a@1'],
      ['npx', '-y', 'a@1', ''],
    ];
    for (const argv of others)
      expect(refused(['--entry', 'two', '--', ...argv])).toBe(
        `shadowscan: exec: the entry two is sealed to another command, that of ${config}; ` +
          'run `shadowscan migrate` to see where it stands',
      );
    expect(refused(['--entry', 'none', '--', 'printenv'])).toContain('there is no entry none');
    expect(refused(['--mcp-auth', '--', 'printenv'])).toContain('this command was not migrated');
    expect(refused(['--entry', '../two', '--', 'printenv'])).toContain('the id of an entry is');
  });

  test('of an argument that the client fills in, what is fixed stays sealed', () => {
    const argv = ['printf', '%s', '--root=${workspaceFolder}/src', '${env:X}'];
    const open = openArguments(argv);
    expect(open).toEqual([
      { at: 2, before: '--root=', after: '/src' },
      { at: 3, before: '', after: '' },
    ]);
    put('open', { argv, open });
    const given = (...args: string[]): string[] => ['--entry', 'open', '--', ...args];
    expect(exec(given('printf', '%s', '--root=/home/a/src', '/x')).out).toBe('--root=/home/a/src/x');
    expect(exec(given(...argv)).out).toBe('--root=${workspaceFolder}/src${env:X}');
    expect(refused(given('printf', '%s', '--root=/home/a/src', 'x'))).toContain(
      'argument 3 was filled in with something that is no absolute path',
    );
    expect(refused(given('printf', '%s', '--exec=/home/a/src', '/x'))).toContain('sealed to another command');
    expect(refused(given('printf', '%s', '--root=/home/a', '/x'))).toContain('sealed to another command');
    expect(refused(given('printenv', '%s', '--root=/a/src', '/x'))).toContain('sealed to another command');
  });

  test('an entry is given while its config names it, and no longer', () => {
    put('three', { argv: ['printenv', 'TOKEN'] });
    const words = ['--entry', 'three', '--', 'printenv', 'TOKEN'];
    expect(exec(words).out).toBe(`${secret}\n`);
    fs.writeFileSync(config, Buffer.from('\ufeff--entry three', 'utf16le'));
    expect(exec(words).out).toBe(`${secret}\n`);
    fs.writeFileSync(config, '{}');
    expect(refused(words)).toContain(`${config} no longer names the entry three`);
    fs.rmSync(config);
    expect(refused(words)).toContain(`${config} no longer names the entry three`);
  });

  test.each([
    ['in its place', []],
    ['beside it', ['--mcp-auth']],
  ])('a program of the working folder is not one of that name, %s', (_, more) => {
    const argv = ['tool', '1'];
    put('here', { argv, stores: [] });
    const folder = path.join(session.home, 'project');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'tool'), '#!/bin/sh\nprintenv TOKEN\n', { mode: 0o755 });
    const words = ['--entry', 'here', ...more, '--', ...argv];
    const said = exec(words, { cwd: folder, env: { ...session.env, PATH: `.::${session.env['PATH']}` } });
    expect([said.out, said.err, said.status]).toEqual(['', 'shadowscan: tool: not found\n', 127]);
    const named = { ...session.env, PATH: `${folder}:${session.env['PATH']}` };
    expect(exec(words, { env: named }).out).toBe(`${secret}\n`);
  });

  test('a config that is another file now gets nothing', () => {
    put('five', { argv: ['printenv', 'TOKEN'] });
    const words = ['--entry', 'five', '--', 'printenv', 'TOKEN'];
    const aside = path.join(session.home, 'aside.json');
    fs.renameSync(config, aside);
    fs.symlinkSync('aside.json', config);
    expect(refused(words)).toContain(`${config}: is a link now, or lies behind one`);
    fs.rmSync(config);
    fs.linkSync(aside, config);
    expect(refused(words)).toContain(`${config}: has several names now (hard links)`);
    fs.rmSync(aside);
    expect(exec(words).out).toBe(`${secret}\n`);
    // A fifo would wait for somebody to write.
    fs.renameSync(config, aside);
    execFileSync('mkfifo', [config]);
    expect(refused(words)).toContain('is a link now');
    fs.rmSync(config);
    fs.renameSync(aside, config);
    if (process.getuid?.() === 0) {
      fs.chownSync(config, 12_345, 12_345);
      expect(refused(words)).toContain(`${config}: belongs to another user now`);
      fs.chownSync(config, 0, 0);
    }
    // A folder on the way that is a link, within the home.
    const deep = path.join(session.home, 'deep');
    fs.mkdirSync(deep);
    config = path.join(deep, 'mcp.json');
    put('six', { argv: ['printenv', 'TOKEN'] });
    const deepWords = ['--entry', 'six', '--', 'printenv', 'TOKEN'];
    expect(exec(deepWords).out).toBe(`${secret}\n`);
    fs.renameSync(deep, `${deep}-moved`);
    fs.symlinkSync('deep-moved', deep);
    expect(refused(deepWords)).toContain('lies behind one');
  });

  test('a vault that others may enter gives nothing, and says so in one line', () => {
    put('seven', { argv: ['printenv', 'TOKEN'] });
    const vault = path.join(session.home, '.local/share/shadowscan/vault');
    const words = ['--entry', 'seven', '--', 'printenv', 'TOKEN'];
    fs.chmodSync(vault, 0o755);
    expect(refused(words)).toContain('must be closed to others');
    fs.chmodSync(vault, 0o700);
    fs.renameSync(vault, `${vault}-moved`);
    fs.symlinkSync('vault-moved', vault);
    expect(refused(words)).toContain('must be a folder and no link');
    fs.rmSync(vault);
    fs.renameSync(`${vault}-moved`, vault);
    expect(exec(words).out).toBe(`${secret}\n`);
  });

  test('token files are no variables, and an entry without them gives none', () => {
    const argv = ['printenv', 'tokens.json'];
    put('mcp-auth-0', { argv, kind: 'files', values: { 'tokens.json': secret } });
    expect(refused(['--entry', 'mcp-auth-0', '--', ...argv])).toContain('is for no command');
    put('four', { argv });
    expect(refused(['--entry', 'four', '--mcp-auth', '--', ...argv])).toContain('gives no token files');
  });

  test('what goes in comes out, byte for byte, and nothing else', () => {
    const input = randomBytes(3 << 20);
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    put('cat', { argv: ['cat'] });
    put('cat-beside', { argv: ['cat'], stores: [] });
    fs.writeFileSync(config, 'cat cat-beside');
    for (const words of [
      ['--entry', 'cat'],
      ['--entry', 'cat-beside', '--mcp-auth'],
    ]) {
      const { out, err, status } = exec([...words, '--', 'cat'], { input, maxBuffer: 1 << 30 });
      expect([digest(Buffer.from(out, 'latin1')), err, status]).toEqual([digest(input), '', 0]);
    }
  });

  test.each([
    ['in its place', []],
    ['beside it', ['--mcp-auth']],
  ])('ends as the command does, %s', (_, more) => {
    const ends = (argv: string[]): Said => {
      put('ends', { argv, stores: [] });
      return exec(['--entry', 'ends', ...more, '--', ...argv]);
    };
    expect(ends(['sh', '-c', 'exit 7'])).toEqual({ out: '', err: '', status: 7, signal: null });
    const killed = ends(['sh', '-c', 'kill -KILL $$']);
    expect(killed.status ?? killed.signal).toBe(more.length === 0 ? 'SIGKILL' : 128 + 9);
    expect(ends(['nothing-of-this-name'])).toEqual({
      out: '',
      err: 'shadowscan: nothing-of-this-name: not found\n',
      status: 127,
      signal: null,
    });
    const file = path.join(session.home, 'plain.txt');
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, 'echo from a script without a first line');
    expect(ends([file])).toMatchObject({ out: '', status: 126 });
    fs.chmodSync(file, 0o700);
    expect(ends([file])).toMatchObject({ out: 'from a script without a first line\n', err: '', status: 0 });
  });

  test.each([
    ['in its place', []],
    ['beside it', ['--mcp-auth']],
  ])('signals reach the command, %s', async (_, more) => {
    const script = `
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'])
        process.on(signal, () => { console.log(signal); if (signal === 'SIGUSR2') process.exit(3); });
      console.log('ready'); setInterval(() => {}, 1000);`;
    const argv = [node, '-e', script];
    put('signals', { argv, stores: [] });
    const child = spawn(node, [main, 'exec', '--entry', 'signals', ...more, '--', ...argv], {
      env: session.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    const heard = (word: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (out.includes(word)) resolve();
        };
        child.stdout.on('data', look);
        look();
      });
    child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString('utf8')));
    const end = new Promise<number | null>((resolve) => void child.on('exit', resolve));
    await heard('ready');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      child.kill(signal);
      await heard(signal);
    }
    child.kill('SIGUSR2');
    expect(await end).toBe(3);
    expect(out).toBe('ready\nSIGINT\nSIGTERM\nSIGHUP\nSIGUSR2\n');
  });

  test('a command inherits what it would inherit anyway: signals, open files, limits', () => {
    const argv = [
      'sh',
      '-c',
      'grep -E "^Sig(Pnd|Blk|Ign|Cgt)" /proc/self/status; ls /proc/self/fd | wc -l; umask; pwd',
    ];
    put('state', { argv });
    const bare = spawnSync(argv[0]!, argv.slice(1), { env: session.env, encoding: 'utf8' });
    expect(bare.stdout).toMatch(/^SigPnd:/);
    expect(exec(['--entry', 'state', '--', ...argv]).out.split('\n')).toEqual(bare.stdout.split('\n'));
  });

  test('no secret is in the arguments of any process', () => {
    const argv = [
      'sh',
      '-c',
      `cat /proc/[0-9]*/cmdline | tr '\\0' '\\n' | awk 'index($0, ENVIRON["TOKEN"])' | wc -l`,
    ];
    put('args', { argv });
    expect(exec(['--entry', 'args', '--', ...argv]).out).toBe('0\n');
  });

  test('without the keychain the command is not run', async () => {
    const argv = ['printenv', 'TOKEN'];
    put('gone', { argv });
    const words = ['--entry', 'gone', '--', ...argv];
    const env = { ...session.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    expect(exec(words, { env })).toEqual({
      out: '',
      err:
        'shadowscan: exec: keychain_unavailable: there is no keychain in this session, as over SSH or in a ' +
        'container; run this in a desktop session with a keychain such as GNOME Keyring or KWallet; the ' +
        'command was not run\n',
      status: 2,
      signal: null,
    });
    session.lock();
    expect(refused(words)).toContain(
      'keychain_unavailable: the keychain is locked, or no longer has the key',
    );
    await session.stopKeyring();
    await session.startKeyring();
    expect(exec(words).out).toBe(`${secret}\n`);
  });

  test('nothing of it lies on the disk in clear text', () => {
    const found = spawnSync('grep', ['-rlF', secret, session.home, session.env['XDG_RUNTIME_DIR']!]);
    expect([found.status, found.stdout.toString()]).toEqual([1, '']);
  });
});

describe('the words of exec', () => {
  test('are told apart from those of the command', () => {
    expect(execWords(['--entry', 'a', '--', 'x', '--entry', 'b', '--'])).toEqual({
      id: 'a',
      mcpAuth: false,
      argv: ['x', '--entry', 'b', '--'],
    });
    expect(execWords(['--mcp-auth', '--', 'x']).id).toBeNull();
    expect(permitId(['x'])).not.toBe(permitId(['x', '']));
  });

  test.each([
    [[], 'the command is missing'],
    [['--entry', 'a', 'npx'], 'the command is missing'],
    [['--entry', 'a', 'b', '--', 'npx'], 'b is no option'],
    [['--entry', '--', 'npx'], '--entry needs the id'],
    [['--', 'npx'], 'name an entry'],
    [['--entry', 'a', '--'], 'the command is missing'],
    [['--entry', 'a', '--', ''], 'the command is missing'],
    [['--help-me', '--', 'npx'], '--help-me is no option'],
  ])('%j', (words, complaint) => {
    expect(() => execWords(words)).toThrow(complaint);
  });
});
