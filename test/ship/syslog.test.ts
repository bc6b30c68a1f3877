/**
 * Syslog to the real receivers of Debian, over TCP and TLS, restarted in the middle: each event arrives at least
 * once, and no more often than a broken connection explains. `scripts/receivers.sh` unpacks them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { writeFrames } from '../../src/host/syslog-stream.ts';
import { deliverTo } from '../../src/ship/deliver.ts';
import { syslog, syslogFrame } from '../../src/ship/syslog.ts';
import type { Judged, Waiting } from '../../src/model/delivery.ts';
import { authority } from './server.ts';
import { waiting } from './waiting.ts';

/** The longer run, outside of the test command: SHADOWSCAN_LONG=1 npm run vitest -- run test/ship */
const isLong = process.env['SHADOWSCAN_LONG'] === '1';

const receivers = path.join(import.meta.dirname, '..', '..', '.build', 'receivers');
const libraries = path.join(receivers, 'usr', 'lib', 'x86_64-linux-gnu');
const tls = authority();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-syslog-'));
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const one of running) one.kill('SIGKILL');
  running.clear();
});
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
  fs.rmSync(tls.folder, { recursive: true });
});

type Server = { port: number; secure: boolean; out: string; name: string };

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}

/** Configuration and command line of each receiver; both write the message alone, a line each. */
const kinds = {
  rsyslog(server: Server) {
    const driver = server.secure
      ? `StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"`
      : '';
    const config = `global(workDirectory="${folder}" maxMessageSize="64k"
  DefaultNetstreamDriverCAFile="${tls.ca}" DefaultNetstreamDriverCertFile="${tls.cert}"
  DefaultNetstreamDriverKeyFile="${tls.key}")
module(load="imtcp" ${driver})
input(type="imtcp" port="${server.port}" address="127.0.0.1")
template(name="only" type="string" string="%msg%\\n")
action(type="omfile" file="${server.out}" template="only")
`;
    const modules = path.join(libraries, 'rsyslog');
    const args = ['-n', '-M', modules, '-i', `${folder}/rsyslog.pid`, '-f'];
    return { config, program: 'rsyslogd', args };
  },
  'syslog-ng'(server: Server) {
    const secure = `tls(key-file("${tls.key}") cert-file("${tls.cert}") peer-verify(optional-untrusted))`;
    const config = `@version: 3.38
options { keep-hostname(yes); chain-hostnames(no); stats-freq(0); log-msg-size(65536); };
source s { syslog(ip("127.0.0.1") port(${server.port}) transport("${server.secure ? 'tls' : 'tcp'}")
  ${server.secure ? secure : ''}); };
destination d { file("${server.out}" template("\${MESSAGE}\\n")); };
log { source(s); destination(d); };
`;
    const at = (name: string): string => path.join(folder, `ng.${name}`);
    const modules = path.join(receivers, 'usr', 'lib', 'syslog-ng', '3.38');
    const files = ['--persist-file', at('persist'), '--control', at('ctl'), '--pidfile', at('pid')];
    return {
      config,
      program: 'syslog-ng',
      args: ['-F', '--no-caps', `--module-path=${modules}`, ...files, '-f'],
    };
  },
};

async function start(kind: keyof typeof kinds, server: Server): Promise<ChildProcess> {
  const { config, program, args } = kinds[kind](server);
  const file = path.join(folder, `${server.name}.conf`);
  fs.writeFileSync(file, config);
  const child = spawn(path.join(receivers, 'usr', 'sbin', program), [...args, file], {
    env: { LD_LIBRARY_PATH: `${libraries}:${path.join(receivers, 'usr', 'lib', 'syslog-ng')}` },
    stdio: 'ignore',
  });
  running.add(child);
  for (let tries = 0; tries < 200; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const probe = net.connect(server.port, '127.0.0.1', () => {
        probe.destroy();
        resolve(true);
      });
      probe.on('error', () => resolve(false));
    });
    if (isUp) return child;
    await sleep(50);
  }
  throw new Error(`${program} does not listen`);
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGTERM');
  await ended;
}

/** How often each event has arrived, by its number. */
function arrived({ out }: Server): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of fs.readFileSync(out, 'utf8').trim().split('\n')) {
    const { event, text } = JSON.parse(line.trim()) as { event: number; text: string };
    expect(text).toBe('é\n"');
    counts.set(event, (counts.get(event) ?? 0) + 1);
  }
  return counts;
}

describe.each(['rsyslog', 'syslog-ng'] as const)('%s', (kind) => {
  test.each([false, true])('TLS: %s', { timeout: 180_000 }, async (secure) => {
    expect(fs.existsSync(receivers), 'scripts/receivers.sh unpacks the receivers').toBe(true);
    const name = `${kind}-${secure}`;
    const server = { port: await freePort(), secure, out: path.join(folder, `${name}.log`), name };
    let child = await start(kind, server);
    const url = new URL(`${secure ? 'tls' : 'tcp'}://localhost:${server.port}`);
    const files = secure ? { ca: fs.readFileSync(tls.ca) } : {};
    const all = waiting(isLong ? 100_000 : 20_000);
    let left: Waiting[] = all;
    let batches = 0;
    let broken = 0;
    const box = {
      next: (events: number) => left.slice(0, Math.min(events, 2_000)),
      settle({ sent, again }: Judged) {
        const done = new Set(sent);
        left = left.filter((one) => !done.has(one));
        batches += 1;
        if (again !== null) broken += 1;
      },
    };
    const sender = syslog((frames) => writeFrames(url, files, frames), 'laptop 1', 4711);
    const world = { elapsed: () => performance.now(), sleep: () => sleep(200), random: () => 0 };
    const until = performance.now() + 150_000;
    // Restarted while batches are on their way.
    const restarted = sleep(150).then(async () => {
      await stop(child);
      child = await start(kind, server);
    });
    let done = await deliverTo(sender, box, world, until);
    for (let tries = 0; tries < 20 && left.length > 0; tries++)
      done = await deliverTo(sender, box, world, until);
    await restarted;
    await stop(child);
    expect([done.trouble, left.length]).toEqual([null, 0]);
    const counts = arrived(server);
    expect(counts.size).toBe(all.length);
    const twice = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
    expect(twice).toBeLessThanOrEqual(broken * 2_000);
    expect(batches).toBeGreaterThanOrEqual(all.length / 2_000);
    expect(broken, 'the restart was felt').toBeGreaterThan(0);
  });
});

test('a frame: length in bytes, header, and the event as it is', () => {
  const [event] = waiting(1);
  const frame = syslogFrame(event!, 'läptop 1', 4711).toString('utf8');
  const said =
    '<107>1 2026-11-20T08:00:00.123Z l_ptop_1 shadowscan 4711 finding - {"event":1,"text":"é\\n\\""}';
  expect(frame).toBe(`${Buffer.byteLength(said)} ${said}`);
});

test('a receiver that ends early, or says nothing, has nothing for sure', async () => {
  const rude = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => {
    rude.listen(0, '127.0.0.1', resolve);
  });
  const { port } = rude.address() as net.AddressInfo;
  const frames = [Buffer.alloc(4_000_000, 'x')];
  expect(await writeFrames(new URL(`tcp://localhost:${port}`), {}, frames)).toMatch(
    /^(the connection failed \((ECONNRESET|EPIPE)\)|it ended the connection early)$/,
  );
  rude.close();
  expect(await writeFrames(new URL(`tcp://localhost:${port}`), {}, frames)).toBe('nobody answers there');
});
