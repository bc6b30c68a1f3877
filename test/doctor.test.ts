/** `doctor`: each part when all is well and when it is not, with the way out; and that it is quick. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { protectedPart, sinkParts, statePart, timeParts } from '../src/cli/doctor-parts.ts';
import { loadRules } from '../src/cli/load.ts';
import { programFlaw } from '../src/host/health.ts';
import { Doctor, type Part } from '../src/model/doctor.ts';
import { testHost } from './fixture.ts';

const main = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-doctor-'));
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));
const rules = await loadRules();
const host = testHost();

const run = (args: string[]) =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', timeout: 60_000 });
const states = (parts: Part[]) => parts.map(({ name, state }) => [name, state]);

test('the document has its published form, and every part that does not hold a way out or a reason', () => {
  const state = path.join(top, 'never');
  const { stdout, stderr, status } = run(['doctor', '--format', 'json', '--state', state]);
  expect([stderr, status]).toEqual(['', 0]);
  const told = Doctor.parse(JSON.parse(stdout));
  const names = told.parts.map(({ name }) => name);
  expect(names).toEqual([
    'privileges',
    'program',
    'policy',
    'allowlist',
    'rules',
    'cache',
    'state',
    'fingerprint key',
    'device id',
    'clock',
    'age of rules',
    'disk',
    'keychain',
    'network',
  ]);
  expect(told.parts.find(({ name }) => name === 'state')?.detail).toMatch(/nothing kept yet$/);
  expect(fs.existsSync(state)).toBe(false);
});

test('the program: only who runs it and root may be able to change it', () => {
  const folder = path.join(top, 'bin');
  const file = path.join(folder, 'shadowscan');
  fs.mkdirSync(folder, { mode: 0o755 });
  fs.writeFileSync(file, '', { mode: 0o755 });
  expect(programFlaw(file)).toBeNull();
  fs.chmodSync(file, 0o775);
  expect(programFlaw(file)).toBe(`${fs.realpathSync(file)} can be written by others`);
  fs.chmodSync(file, 0o755);
  fs.chmodSync(folder, 0o777);
  expect(programFlaw(file)).toContain('which others can write');
  fs.symlinkSync(file, path.join(top, 'link'));
  expect(programFlaw(path.join(top, 'link'))).toContain('which others can write');
  fs.chmodSync(folder, 0o755);
  expect(programFlaw(path.join(top, 'link'))).toBeNull();
  expect(programFlaw(path.join(top, 'none'))).toMatch(/cannot be looked at \(ENOENT\)/);
});

test('the state folder: what it holds, who else can open it, a layout of a later version', () => {
  const folder = path.join(top, 'state');
  const home = path.join(top, 'home');
  fs.mkdirSync(home);
  const scan = ['scan', '--home', home, '--platform', 'linux', '--exit-zero', '--state', folder];
  expect(run([...scan, '--format', 'json']).status).toBe(0);
  const { part, lastRun } = statePart(folder);
  expect(part).toMatchObject({ state: 'ok', detail: expect.stringMatching(/layout \d+, .*, 0 events wait/) });
  expect(Math.abs(Date.now() - lastRun!.getTime())).toBeLessThan(600_000);
  fs.chmodSync(folder, 0o755);
  expect(statePart(folder).part).toMatchObject({ state: 'fail', detail: expect.stringMatching(/chmod 700/) });
  expect(run(['doctor', '--state', folder]).status).toBe(2);
  fs.chmodSync(folder, 0o700);
  const database = new DatabaseSync(path.join(folder, 'state.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(statePart(folder).part.state).toBe('fail');
});

test('the clock against the rules and the last scan, and the age of the rules', () => {
  const at = (now: string, lastRun: string | null = null) =>
    states(
      timeParts(testHost({ now: () => new Date(now) }), rules, lastRun === null ? null : new Date(lastRun)),
    );
  const fine = [
    ['clock', 'ok'],
    ['age of rules', 'ok'],
  ];
  expect(at('2026-11-20T08:00:00Z')).toEqual(fine);
  expect(at('2026-11-20T08:00:00Z', '2026-11-19T08:00:00Z')).toEqual(fine);
  expect(at('2026-11-20T08:00:00Z', '2026-11-20T08:30:00Z')).toEqual(fine);
  expect(at('2026-11-20T08:00:00Z', '2026-11-21T08:00:00Z')[0]).toEqual(['clock', 'warn']);
  expect(at('1970-01-01T00:01:00Z')[0]).toEqual(['clock', 'fail']);
  expect(at('2028-01-01T00:00:00Z')).toEqual([
    ['clock', 'ok'],
    ['age of rules', 'warn'],
  ]);
});

test('receivers: settings, credentials that others can read, and with --probe whether somebody answers', async () => {
  const credential = path.join(top, 'token');
  fs.writeFileSync(credential, 'x'.repeat(20), { mode: 0o600 });
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const sink = (to: number) => {
    const url = `https://127.0.0.1:${to}/`;
    return { name: 'soc', kind: 'splunk-hec' as const, url, credential: { file: credential } };
  };
  expect(await sinkParts([sink(port)], host, false)).toMatchObject([{ state: 'ok' }]);
  expect(await sinkParts([sink(port)], host, true)).toMatchObject([
    { state: 'ok', detail: `127.0.0.1:${port} can be reached` },
  ]);
  await new Promise((resolve) => server.close(resolve));
  expect(await sinkParts([sink(port)], host, false)).toMatchObject([{ state: 'ok' }]);
  expect(await sinkParts([sink(port)], host, true)).toMatchObject([
    { state: 'warn', detail: `127.0.0.1:${port}: ECONNREFUSED` },
  ]);
  fs.chmodSync(credential, 0o644);
  const loose = await sinkParts([sink(port)], host, false);
  expect(loose).toMatchObject([{ state: 'fail', detail: expect.stringMatching(/readable by \w+ alone/) }]);
  expect(JSON.stringify(loose)).not.toContain('xxxx');
});

test('full disk access: told on macOS alone', () => {
  expect(protectedPart(testHost({ platform: 'linux' }), rules)).toEqual([]);
  const none = testHost({ platform: 'macos', list: () => ({ refused: 'protected' }) });
  expect(states(protectedPart(none, rules))).toEqual([['full disk access', 'warn']]);
  const all = testHost({ platform: 'macos', list: () => ({ entries: [], device: 1, cut: false }) });
  expect(states(protectedPart(all, rules))).toEqual([['full disk access', 'ok']]);
});
