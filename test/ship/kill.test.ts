/**
 * The program is killed at random points between the beginning of a scan and the end of its delivery, and run
 * again: every finding arrives, and its telling has one id however often it was sent.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventId } from '../../src/report/event.ts';
import type { Report } from '../../src/model/report.ts';
import { recorder } from './server.ts';

const key = `whsec_${Buffer.from('the key of a test, long enough').toString('base64')}`;
const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-kill-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The longer run, outside of the test command. */
const rounds = process.env['SHADOWSCAN_LONG'] === '1' ? 200 : 6;

/** Runs a scan; killed after some milliseconds, if any. Gives how long it took, or null when it was killed. */
function scan(
  state: string,
  sinks: string,
  report: string,
  killAfter: number | null,
): Promise<number | null> {
  const args = ['scan', '--home', path.join(folder, 'home'), '--platform', 'linux', '--exit-zero'];
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [main, ...args, '--state', state, '--ship', sinks, '--output', report],
    {
      env: { PATH: process.env['PATH'], HOME: folder, HOOK_KEY: key },
      stdio: ['ignore', 'ignore', 'ignore'],
    },
  );
  const timer = killAfter === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  return new Promise((resolve) => {
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      resolve(signal === null ? performance.now() - began : null);
    });
  });
}

test(`${rounds} rounds`, { timeout: rounds * 18_000 }, async () => {
  const servers = Object.fromEntries(
    ['one', 'two', 'three'].map((name) => [name, { command: 'npx', args: ['-y', `package-${name}`] }]),
  );
  fs.mkdirSync(path.join(folder, 'home', '.cursor'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'home', '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: servers }));
  const report = path.join(folder, 'report.json');
  const server = await recorder();
  const sinks = path.join(folder, 'sinks.json');
  const sink = { name: 'hook', kind: 'webhook', url: server.url.href, credential: { env: 'HOOK_KEY' } };
  fs.writeFileSync(sinks, JSON.stringify({ sinks: [sink] }));
  const whole = await scan(path.join(folder, 'state'), sinks, report, null);
  const { findings, device } = JSON.parse(fs.readFileSync(report, 'utf8')) as Report;
  const wanted = new Set(findings.map((finding) => eventId(finding, device)));
  expect(wanted.size).toBeGreaterThanOrEqual(3);

  let seed = 20_261_120;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    const state = path.join(folder, `state-${round}`);
    server.got.length = 0;
    // The later half, where findings are kept and sent.
    if ((await scan(state, sinks, report, whole! * (0.4 + random() * 0.65))) === null) killed += 1;
    expect(await scan(state, sinks, report, null)).not.toBeNull();
    const events = server.got.flatMap(({ body }) => {
      const { data } = JSON.parse(body) as { data: { type: string; id: string; event: string }[] };
      return data.filter(({ type }) => type === 'finding');
    });
    expect([round, new Set(events.map(({ event }) => event))]).toEqual([round, wanted]);
    expect([round, new Set(events.map(({ id }) => id)).size]).toEqual([round, wanted.size]);
    fs.rmSync(state, { recursive: true });
  }
  expect(killed).toBeGreaterThan(0);
  await server.close();
});
