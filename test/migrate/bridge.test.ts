/** The real mcp-remote with its token files in the vault: nobody signs in again, and nothing is lost. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { filesId } from '../../src/migrate/launcher/entries.ts';
import { begin } from './client.ts';
import { runRounds } from './rounds.ts';
import { missing } from './session.ts';
import { type Stage, prefixFor, setStage } from './stage.ts';

const releases = ['mcp-remote', 'mcp-remote-0.1.37'];
let stage: Stage;

/** Starts a migrated command, calls the server once, and ends it. */
async function session(argv: string[]): Promise<void> {
  const running = await stage.migrated(argv);
  expect(await running.ping()).toBe('pong');
  await running.close();
}

/** Until something holds; a test that waits in vain ends by its own deadline. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => void setTimeout(resolve, 20));
}

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** `npx` for the definitions of a home: it starts the packages that are installed here. */
function fakeNpx(): string {
  const folder = path.join(stage.session.home, 'bin');
  const modules = path.join(import.meta.dirname, '..', '..', 'node_modules');
  fs.mkdirSync(folder, { recursive: true });
  const script = `#!/bin/sh
case $2 in mcp-remote@0.1.37) name=mcp-remote-0.1.37;; *) name=mcp-remote;; esac
shift 2
exec '${process.execPath}' '${modules}'/$name/dist/proxy.js "$@"
`;
  fs.writeFileSync(path.join(folder, 'npx'), script, { mode: 0o755 });
  return folder;
}

/** Runs the program as a user would; a bridge of another test may be in its way for a moment. */
async function migrate(...words: string[]): Promise<string[]> {
  for (;;) {
    const args = [main, 'migrate', '--yes', '--format', 'json', ...words];
    const said = spawnSync(process.execPath, args, { env: stage.env, encoding: 'utf8', timeout: 60_000 });
    expect(said.stderr).toBe('');
    const { steps } = JSON.parse(said.stdout) as { steps: { state: string; why: string | null }[] };
    if (!steps.some(({ why }) => why?.includes('renewing'))) return steps.map(({ state }) => state);
  }
}

/** What is in the folder that bridges share, but for links that lead nowhere. */
const left = (): string[] =>
  fs
    .readdirSync(stage.room(), { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'store' && !fs.lstatSync(path.join(stage.room(), name)).isSymbolicLink())
    .toSorted();

// Several starts of real programs each, on machines that may be busy.
describe.skipIf(missing !== null)('a bridge', { timeout: 240_000 }, () => {
  beforeEach(async () => {
    stage = await setStage();
  });
  afterEach(() => stage.end());

  test.each(releases)('%s signs in once, and refreshes ever after', async (release) => {
    const argv = stage.bridge(release);
    await stage.permit(argv);
    await session(argv);
    expect([stage.server.stats.signIns, stage.browsers()]).toEqual([1, 1]);
    expect(stage.server.issued).toContain((await stage.tokens())?.refresh_token);
    expect(stage.plaintext()).toEqual([]);
    await session(argv);
    expect(stage.server.stats).toMatchObject({ signIns: 1, refreshes: 0 });
    for (const nth of [1, 2, 3]) {
      stage.server.expire();
      await session(argv);
      expect(stage.server.stats).toMatchObject({ signIns: 1, refreshes: nth, reused: 0 });
      expect((await stage.tokens())?.refresh_token).toBe(stage.server.issued.at(-1));
    }
    expect(stage.browsers()).toBe(1);
    expect(stage.plaintext()).toEqual([]);
    // What stays are two empty files that are locked, and nothing of the bridge's.
    expect(left()).toEqual(['.gate', '.present']);
  });

  test.each(releases)('tokens that %s kept in clear text go on working', async (release) => {
    const argv = stage.bridge(release);
    const plain = await stage.plain(argv);
    expect(await plain.ping()).toBe('pong');
    await plain.close();
    expect(stage.plaintext()).not.toEqual([]);
    await stage.move();
    // Whatever release comes next: all find them.
    for (const next of releases) {
      await stage.permit(stage.bridge(next));
      stage.server.expire();
      await session(stage.bridge(next));
    }
    expect(stage.server.stats).toMatchObject({ signIns: 1, refreshes: 2, reused: 0 });
    expect(stage.plaintext()).toEqual([]);
  });

  test('what is refreshed is in the vault while the bridge still runs', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    const running = await stage.migrated(argv);
    await running.ping();
    stage.server.expire();
    await running.ping();
    expect(stage.server.stats.refreshes).toBe(1);
    const newest = stage.server.issued.at(-1);
    await until(async () => (await stage.tokens())?.refresh_token === newest);
    await running.close();
    expect(running.errors()).not.toContain('shadowscan');
  });

  test('two at once share one folder and one refresh', async () => {
    const argv = stage.bridge('mcp-remote');
    const other = stage.bridge('mcp-remote', '--debug');
    for (const one of [argv, other]) await stage.permit(one);
    // The bridge refreshes 60 seconds ahead, and only then holds two runs apart: after a second it is time.
    stage.server.last(61);
    await session(argv);
    await new Promise((resolve) => void setTimeout(resolve, 1_200));
    const both = await Promise.all([stage.migrated(argv), stage.migrated(other)]);
    for (const one of both) expect(await one.ping()).toBe('pong');
    expect(stage.server.stats).toMatchObject({ signIns: 1, reused: 0 });
    expect(stage.server.stats.refreshes).toBeGreaterThan(0);
    await both[0].close();
    expect(await both[1].ping()).toBe('pong');
    await both[1].close();
    expect((await stage.tokens())?.refresh_token).toBe(stage.server.issued.at(-1));
    expect([stage.plaintext(), left()]).toEqual([[], ['.gate', '.present']]);
  });

  test('tokens that cannot be read any more are told, and made anew by signing in', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    await session(argv);
    const id = filesId(prefixFor(stage.server.url));
    const file = path.join(stage.session.home, '.local/share/shadowscan/vault', `${id}.sealed`);
    const sealed = fs.readFileSync(file, 'utf8');
    // As it comes of a copy of another machine: whole, but of another key.
    fs.writeFileSync(
      file,
      sealed.replace(/"tag":"(.)/, (_, first) => `"tag":"${first === 'A' ? 'B' : 'A'}`),
    );
    const again = await stage.migrated(argv);
    expect(await again.ping()).toBe('pong');
    await again.close();
    const own = again
      .errors()
      .split('\n')
      .filter((line) => line.startsWith('shadowscan:'));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(new RegExp(`${id}: was changed.*asks to sign in`));
    expect(stage.server.stats.signIns).toBe(2);
    const third = await stage.migrated(argv);
    await third.ping();
    await third.close();
    expect(third.errors()).not.toContain('shadowscan:');
    expect(stage.server.stats.signIns).toBe(2);
  });

  test('a launcher that is killed leaves what the next one takes over', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    const running = await stage.migrated(argv);
    await running.ping();
    process.kill(running.pid, 'SIGKILL');
    await running.close();
    expect(stage.plaintext()).not.toEqual([]);
    // As if the bridge had refreshed when nobody was there to see it.
    const file = path.join(
      stage.room(),
      'store',
      'mcp-remote-v1',
      `${prefixFor(stage.server.url)}_tokens.json`,
    );
    const tokens = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
    fs.writeFileSync(file, JSON.stringify({ ...tokens, scope: 'newer' }));
    await session(argv);
    expect(stage.server.stats).toMatchObject({ signIns: 1, reused: 0 });
    expect(await stage.tokens()).toMatchObject({ ...tokens, scope: 'newer' });
    expect([stage.plaintext(), left()]).toEqual([[], ['.gate', '.present']]);
  });

  test('a file that was left half written, or is older, does not replace what is kept', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    await session(argv);
    const kept = await stage.tokens();
    const folder = path.join(stage.room(), 'store', 'mcp-remote-v1');
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `${prefixFor(stage.server.url)}_tokens.json`);
    fs.writeFileSync(file, '{"access_token":"half');
    await session(argv);
    expect(await stage.tokens()).toEqual(kept);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, '{"access_token":"old","token_type":"bearer"}');
    fs.utimesSync(file, 1_000_000, 1_000_000);
    await session(argv);
    expect(await stage.tokens()).toEqual(kept);
    expect(stage.server.stats).toMatchObject({ signIns: 1, reused: 0 });
  });

  test('what somebody clears away is not lost, and what the bridge removes is removed', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    const running = await stage.migrated(argv);
    await running.ping();
    fs.rmSync(path.join(stage.room(), 'store'), { recursive: true });
    await running.close();
    expect(await stage.tokens()).not.toBeNull();
    const again = await stage.migrated(argv);
    await again.ping();
    const own = prefixFor(stage.server.url);
    fs.rmSync(path.join(stage.room(), 'store', 'mcp-remote-v1', `${own}_tokens.json`));
    await until(async () => (await stage.tokens()) === null);
    await again.close();
    const kept = (await stage.entries()).find(({ id }) => id === filesId(own));
    expect(Object.keys(kept!.values)).toEqual(['client_info.json']);
    expect(stage.server.stats.signIns).toBe(1);
  });

  test('a prefix that changes with the arguments takes its tokens along', async () => {
    const plain = await stage.plain(stage.bridge('mcp-remote', '--header', 'X-Team: a'));
    await plain.close();
    const argv = stage.bridge('mcp-remote', '--header', 'X-Team:${TEAM}');
    const prefix = prefixFor(stage.server.url, '{"X-Team":"${TEAM}"}');
    await stage.move(prefix);
    await stage.permit(argv, [prefix]);
    stage.env['TEAM'] = 'a';
    await session(argv);
    expect(stage.server.stats.signIns).toBe(1);
  });

  test.each([false, true])(
    'a prefix that nobody foresaw is learned with the first sign-in',
    async (killed) => {
      const argv = stage.bridge('mcp-remote', '--header-file', path.join(stage.session.home, 'headers'));
      fs.writeFileSync(argv.at(-1)!, 'X-Team: a\n');
      await stage.permit(argv, []);
      const running = await stage.migrated(argv);
      expect(await running.ping()).toBe('pong');
      const stores = async (): Promise<string[]> =>
        (await stage.entries()).flatMap((entry) => entry.stores ?? []);
      if (killed) {
        await until(async () => (await stores()).length > 0);
        process.kill(running.pid, 'SIGKILL');
      }
      await running.close();
      expect(await stores()).toHaveLength(1);
      stage.server.expire();
      await session(argv);
      expect(stage.server.stats).toMatchObject({ signIns: 1, refreshes: 1 });
    },
  );

  test('only what a command may use is laid out, and others see none of it', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    const values = { 'tokens.json': '{"access_token":"of-another"}', '../../x': '{}' };
    const binding = { config: '/x', pointer: 'x', command: null };
    const another = '0'.repeat(32);
    const createdAt = new Date().toISOString();
    await stage.put({ id: filesId(another), kind: 'files', binding, values, createdAt });
    const running = await stage.migrated(argv);
    await running.ping();
    expect(left().filter((name) => name.includes(another))).toEqual([]);
    const store = path.join(stage.room(), 'store');
    expect([stage.room(), store].map((name) => fs.statSync(name).mode & 0o777)).toEqual([0o700, 0o700]);
    for (const name of fs.globSync('store/mcp-remote-v1/*', { cwd: stage.room() }))
      expect(fs.statSync(path.join(stage.room(), name)).mode & 0o077).toBe(0);
    await running.close();
    await expect(stage.migrated([...argv, '--debug'])).rejects.toThrow('this command was not migrated');
  });

  test.each([
    ['0.1.37', 'mcp-remote-0.1.36', 'ended'],
    ['0.15.1', 'mcp-remote-v1', 'ended'],
    ['0.15.1', 'mcp-remote-v1', 'killed'],
  ])('a definition with %s: signed in, moved, renewed, put back (%s, %s)', async (version, folder, how) => {
    stage.env['PATH'] = `${fakeNpx()}:${stage.env['PATH']}`;
    const args = ['-y', `mcp-remote@${version}`, stage.server.url, '--transport', 'http-only'];
    const config = path.join(stage.session.home, '.config/Claude/claude_desktop_config.json');
    fs.mkdirSync(path.dirname(config), { recursive: true });
    fs.writeFileSync(config, JSON.stringify({ mcpServers: { it: { command: 'npx', args } } }, null, 2));
    fs.utimesSync(config, new Date(0), new Date(0));
    const before = fs.readFileSync(config);
    const plain = async (): Promise<void> => {
      const running = await stage.plain(['npx', ...args]);
      expect(await running.ping()).toBe('pong');
      await running.close();
    };
    await plain();
    const store = path.join(stage.session.home, '.mcp-auth', folder);
    const names = fs.readdirSync(store).filter((name) => !name.includes('lock'));

    expect(await migrate('--apply', '--program', '/usr/local/bin/shadowscan')).toEqual(['applied']);
    expect(stage.plaintext()).toEqual([]);
    const { it } = JSON.parse(fs.readFileSync(config, 'utf8')).mcpServers as { it: { args: string[] } };
    stage.server.expire();
    const moved = await stage.plain([process.execPath, main, ...it.args]);
    expect(await moved.ping()).toBe('pong');
    if (how === 'killed') process.kill(moved.pid, 'SIGKILL');
    await moved.close();
    expect(stage.server.stats).toMatchObject({ signIns: 1, refreshes: 1 });
    const tokens = `${prefixFor(stage.server.url)}_tokens.json`;
    // As if the bridge had refreshed when nobody was there to see it.
    const left = path.join(stage.room(), 'store', 'mcp-remote-v1', tokens);
    const newer = how === 'killed' ? fs.readFileSync(left, 'utf8').replace('{', '{"seen":"late",') : null;
    if (newer !== null) fs.writeFileSync(left, newer);

    expect(await migrate('--undo')).toEqual(['undone']);
    expect(fs.readFileSync(config).equals(before)).toBe(true);
    expect(fs.readdirSync(store).toSorted()).toEqual(names.toSorted());
    expect(await stage.entries()).toEqual([]);
    if (newer !== null) expect(fs.readFileSync(path.join(store, tokens), 'utf8')).toBe(newer);
    expect(fs.existsSync(left)).toBe(false);
    stage.server.expire();
    await plain();
    expect(stage.server.stats).toMatchObject({ signIns: 1, refreshes: 2, reused: 0 });
    expect(stage.browsers()).toBe(1);
  });

  test('killed at random moments, no token is lost, and none is used twice', async () => {
    // `npm run rounds` is the long form.
    const { rounds, wrong } = await runRounds(stage, 'migrated', { rounds: 6, seed: 20 });
    expect([rounds, wrong]).toEqual([6, []]);
  });

  test('there is one room, whatever the environment says', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    await session(argv);
    const own = path.join(stage.session.home, 'own-runtime');
    fs.mkdirSync(own, { mode: 0o700 });
    const { XDG_RUNTIME_DIR: _, ...without } = stage.env;
    const words = [process.execPath, main, 'exec', '--mcp-auth', '--', ...argv];
    const first = begin(words, without);
    const second = begin(words, { ...without, XDG_RUNTIME_DIR: own });
    for (const one of [await first.running, await second.running]) expect(await one.ping()).toBe('pong');
    expect(fs.readdirSync(own)).toEqual([]);
    expect(fs.readdirSync(path.join(stage.room(), 'store', 'mcp-remote-v1'))).not.toEqual([]);
    for (const one of [first, second]) await one.close();
    expect(stage.server.stats).toMatchObject({ signIns: 1, reused: 0 });
  });

  test('a folder that others may enter, or that is a link, is refused', async () => {
    const argv = stage.bridge('mcp-remote');
    await stage.permit(argv);
    await session(argv);
    fs.chmodSync(stage.room(), 0o755);
    await expect(stage.migrated(argv)).rejects.toThrow('must be closed to others');
    fs.chmodSync(stage.room(), 0o700);
    fs.renameSync(stage.room(), `${stage.room()}-moved`);
    fs.symlinkSync(`${stage.room()}-moved`, stage.room());
    await expect(stage.migrated(argv)).rejects.toThrow('must be a folder and no link');
  });
});
