/** The files for the SIEM side, as far as their readers are here: rsyslog, syslog-ng, XML, JSON and YAML. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { writeFrames } from '../../src/host/syslog-stream.ts';
import { limits } from '../../src/limits.ts';
import { syslog } from '../../src/ship/syslog.ts';
import { authority } from './server.ts';
import { waiting } from './waiting.ts';

const top = path.join(import.meta.dirname, '..', '..');
const siem = path.join(top, 'scripts', 'siem');
const receivers = path.join(top, '.build', 'receivers');
const libraries = path.join(receivers, 'usr', 'lib', 'x86_64-linux-gnu');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-siem-'));
const tls = authority();
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
  fs.rmSync(tls.folder, { recursive: true });
});

/** A configuration with the certificates of this test, and what else is replaced in it. */
function prepared(name: string, more: [string, string][] = []): string {
  let text = fs
    .readFileSync(path.join(siem, name), 'utf8')
    .replace(/\/etc\/[\w.-]+\/tls\/ca\.pem/g, tls.ca)
    .replace(/\/etc\/[\w.-]+\/tls\/server\.pem/g, tls.cert)
    .replace(/\/etc\/[\w.-]+\/tls\/server\.key/g, tls.key);
  for (const [from, to] of more) {
    expect(text).toContain(from);
    text = text.replaceAll(from, to);
  }
  const file = path.join(folder, path.basename(path.dirname(name)));
  fs.writeFileSync(file, text);
  return file;
}

const env = { LD_LIBRARY_PATH: `${libraries}:${path.join(receivers, 'usr', 'lib', 'syslog-ng')}` };
const programs = path.join(receivers, 'usr', 'sbin');

/** What a program says of its configuration. */
function checked(name: string, program: string, args: string[]) {
  return spawnSync(path.join(programs, program), [...args, prepared(name)], { encoding: 'utf8', env });
}

const ng = (name: string): string => path.join(folder, `ng.${name}`);

test.each([
  ['rsyslog', 'rsyslogd', ['-n', '-M', path.join(libraries, 'rsyslog'), '-i', path.join(folder, 'rs.pid')]],
  [
    'syslog-ng',
    'syslog-ng',
    [
      '-F',
      '--no-caps',
      `--module-path=${path.join(receivers, 'usr', 'lib', 'syslog-ng', '3.38')}`,
      `--persist-file=${ng('persist')}`,
      `--control=${ng('ctl')}`,
      `--pidfile=${ng('pid')}`,
    ],
  ],
])(
  '%s with its file takes events of every length, from who has a certificate',
  async (kind, program, args) => {
    const out = path.join(folder, `${kind}.ndjson`);
    const port = await new Promise<number>((resolve) => {
      const server = net.createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as net.AddressInfo;
        server.close(() => resolve(free));
      });
    });
    const file = prepared(`${kind}/shadowscan.conf`, [
      ['6514', String(port)],
      ['/var/log/shadowscan/events.ndjson', out],
    ]);
    const child = spawn(path.join(programs, program), [...args, '-f', file], { env, stdio: 'ignore' });
    try {
      const url = new URL(`tls://localhost:${port}`);
      const ca = fs.readFileSync(tls.ca);
      const own = { ca, cert: fs.readFileSync(tls.cert), key: fs.readFileSync(tls.key) };
      const events = waiting(3).map((event, nth) => {
        const bytes = [200, 12_700, limits.eventBytes][nth]!;
        const body = JSON.stringify({ event: nth, text: '' });
        return { ...event, body: body.replace('""', `"${'x'.repeat(bytes - body.length)}"`) };
      });
      const sender = syslog((frames) => writeFrames(url, own, frames), 'h'.repeat(255), 4711);
      let sent = await sender.send(events);
      for (let tries = 0; tries < 100 && sent.again === 'nobody answers there'; tries++) {
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
        sent = await sender.send(events);
      }
      expect(sent).toMatchObject({ again: null });
      const arrived = (): string => (fs.existsSync(out) ? fs.readFileSync(out, 'utf8') : '');
      await expect.poll(arrived, { timeout: 10_000 }).toBe(events.map(({ body }) => `${body}\n`).join(''));
      expect(await writeFrames(url, { ca }, [Buffer.from('7 <13>1 -')])).not.toBeNull();
    } finally {
      child.kill('SIGKILL');
    }
  },
);

test('rsyslog takes its file, and would not take a broken one', () => {
  const modules = path.join(libraries, 'rsyslog');
  const said = checked('rsyslog/shadowscan.conf', 'rsyslogd', ['-N1', '-M', modules, '-f']);
  expect([said.status, said.stderr.match(/error.*/gi)]).toEqual([0, null]);
  fs.writeFileSync(path.join(folder, 'broken'), 'module(load="imtcp"');
  const broken = spawnSync(
    path.join(receivers, 'usr', 'sbin', 'rsyslogd'),
    ['-N1', '-M', modules, '-f', path.join(folder, 'broken')],
    { env },
  );
  expect(broken.status).not.toBe(0);
});

test('syslog-ng takes its file', () => {
  const modules = path.join(receivers, 'usr', 'lib', 'syslog-ng', '3.38');
  const said = checked('syslog-ng/shadowscan.conf', 'syslog-ng', ['-s', `--module-path=${modules}`, '-f']);
  expect([said.status, said.stderr]).toEqual([0, '']);
});

test('XML, JSON and YAML are whole', () => {
  const names = fs.readdirSync(siem, { recursive: true, encoding: 'utf8' });
  const of = (ending: string): string[] =>
    names.filter((name) => name.endsWith(ending)).map((name) => path.join(siem, name));
  expect(spawnSync('xmllint', ['--noout', ...of('.xml')], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
  for (const file of of('.json')) JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const file of of('.yaml')) expect(parseDocument(fs.readFileSync(file, 'utf8')).errors).toEqual([]);
  expect([of('.xml').length, of('.json').length, of('.yaml').length]).toEqual([1, 4, 2]);
});
