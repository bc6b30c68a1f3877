/** Processes of Linux: `/proc` as it is, and as it is when things go wrong. */
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { linuxProcesses, listeners } from '../../src/host/processes-linux.ts';
import type { Process } from '../../src/model/host.ts';
import { Secret } from '../../src/secrets/secret.ts';

const folders: string[] = [];
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function newFolder(files: Record<string, string> = {}): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-proc-')));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const argsOf = (one: Process): string[] => one.args.map((arg) => Secret.open(arg));

describe.skipIf(process.platform !== 'linux')('the real thing', () => {
  const uid = process.getuid!();

  /** A node that listens; resolves with its two ports. */
  async function listener(script: string, args: string[]): Promise<{ pid: number; ports: number[] }> {
    fs.mkdirSync(path.dirname(script), { recursive: true });
    fs.writeFileSync(
      script,
      `const net = require('node:net');
       const one = net.createServer().listen(0, '127.0.0.1', () => {
         const two = net.createServer().listen(0, '0.0.0.0', () =>
           console.log(one.address().port + ' ' + two.address().port));
       });`,
    );
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const ports = await new Promise<string>((resolve) =>
      child.stdout!.once('data', (data) => resolve(String(data))),
    );
    return { pid: child.pid!, ports: ports.trim().split(' ').map(Number) };
  }

  test('a child is found with its program, arguments, user and sockets', async () => {
    const script = path.join(newFolder(), 'some where', 'server.cjs');
    const { pid, ports } = await listener(script, ['--key', 'a b', '']);
    const list = linuxProcesses(null);
    const own = list.processes.find((one) => one.pid === pid)!;
    expect(own).toMatchObject({ owner: uid, program: fs.realpathSync(process.execPath), exact: true });
    expect(argsOf(own).slice(1)).toEqual([script, '--key', 'a b']);
    expect(JSON.stringify(own)).not.toContain('some where');
    const { sockets, refusals } = list.listening([pid]);
    expect(refusals).toEqual([]);
    expect(sockets.toSorted((a, b) => (a.host < b.host ? -1 : 1))).toEqual([
      { pid, host: '0.0.0.0', port: ports[1] },
      { pid, host: '127.0.0.1', port: ports[0] },
    ]);
    // Sockets are joined for those that are asked for alone.
    expect(list.listening([]).sockets).toEqual([]);
    expect(list.listening([process.pid]).sockets).toEqual([]);
  });

  test('a program that was replaced while it runs is still known by its path', async () => {
    const program = path.join(newFolder(), 'worker');
    fs.copyFileSync('/bin/sleep', program);
    fs.chmodSync(program, 0o755);
    const child = spawn(program, ['60']);
    children.push(child);
    await new Promise((resolve) => child.once('spawn', resolve));
    fs.rmSync(program);
    expect(linuxProcesses(null).processes.find((one) => one.pid === child.pid)?.program).toBe(program);
  });

  test('of another user nothing is told, and that is no gap', () => {
    expect(linuxProcesses(4_242_424)).toMatchObject({ processes: [], refusals: [] });
    const own = linuxProcesses(uid);
    expect(new Set(own.processes.map(({ owner }) => owner))).toEqual(new Set([uid]));
    expect(own.processes.some(({ pid }) => pid === process.pid)).toBe(true);
  });

  test('threads of the kernel and what has ended are left out', async () => {
    const child = spawn('/bin/sh', ['-c', 'sleep 0 & exec sleep 60']);
    children.push(child);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { processes, refusals } = linuxProcesses(uid === 0 ? null : uid);
    expect(processes.every(({ program }) => program !== '')).toBe(true);
    expect(refusals).toEqual([]);
  });
});

describe('a folder like /proc', () => {
  const status = (uid: number): string => `Name:\tx\nUmask:\t0022\nUid:\t${uid}\t0\t0\t0\nGid:\t0\t0\t0\t0\n`;
  const link = (proc: string, name: string, to: string): void => {
    fs.mkdirSync(path.dirname(path.join(proc, name)), { recursive: true });
    fs.symlinkSync(to, path.join(proc, name));
  };

  test('what vanished is no gap, what cannot be told is one', () => {
    const proc = newFolder({
      '10/status': status(1000),
      '10/cmdline': '/usr/bin/a\0--b\0',
      // Ended between two reads.
      '11/cmdline': 'gone\0',
      // A thread of the kernel, or one that has ended and was not collected.
      '12/status': status(0),
      '12/cmdline': '',
      // Neither link nor command line can be read.
      '13/status': status(1000),
      '13/exe/x': '',
      '13/cmdline/x': '',
      'self/status': status(0),
      'net/tcp': '',
    });
    link(proc, '10/exe', '/usr/bin/a');
    const { processes, refusals } = linuxProcesses(null, proc);
    expect(processes.map(({ pid, owner, program }) => [pid, owner, program])).toEqual([
      [10, 1000, '/usr/bin/a'],
    ]);
    expect(refusals).toEqual([{ path: proc, reason: 'unreadable' }]);
  });

  test('without its link a process is known by what it was called', () => {
    const proc = newFolder({ '10/status': status(1000), '10/cmdline': 'agent\0--b\0', '10/exe/x': '' });
    const { processes, refusals } = linuxProcesses(1000, proc);
    expect(processes.map(({ program }) => program)).toEqual(['agent']);
    expect(refusals).toEqual([]);
  });

  test('a long command line is cut and said to be', () => {
    const proc = newFolder({
      '10/status': status(1000),
      '10/cmdline': `agent\0${'x'.repeat(300_000)}`,
      '11/status': status(1000),
      '11/cmdline': 'agent\0'.repeat(1_001),
    });
    for (const pid of [10, 11]) link(proc, `${pid}/exe`, '/usr/bin/agent');
    const { processes, refusals } = linuxProcesses(null, proc);
    expect(processes.map((one) => one.args.length).toSorted()).toEqual([1_000, 2]);
    expect(refusals).toEqual([{ path: proc, reason: 'too-large' }]);
  });

  test('where command lines are many and long, each is known by its beginning', () => {
    const files = Array.from({ length: 300 }, (_, at): [string, string][] => [
      [`${at}/status`, status(1000)],
      [`${at}/cmdline`, `agent-${at}\0${'x'.repeat(250_000)}\0`],
    ]);
    const proc = newFolder(Object.fromEntries(files.flat()));
    const { processes, refusals } = linuxProcesses(null, proc);
    expect(processes).toHaveLength(300);
    expect(processes.map(({ program }) => program)).toContain('agent-299');
    const bytes = processes.flatMap(({ args }) => args).reduce((sum, arg) => sum + arg.length, 0);
    expect(bytes).toBeLessThan(70 * 1024 * 1024);
    expect(refusals).toEqual([{ path: proc, reason: 'too-large' }]);
  });

  test('no such folder is a gap', () => {
    expect(linuxProcesses(null, '/nonexistent-proc')).toMatchObject({
      processes: [],
      refusals: [{ path: '/nonexistent-proc', reason: 'unreadable' }],
    });
  });

  test('open files that cannot be listed are a gap, a process without any is not', () => {
    const row =
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 77 1 0 100 0 0 10 0\n';
    const proc = newFolder({ 'net/tcp': row, '10/fd': 'not a folder' });
    link(proc, '11/fd/3', 'socket:[77]');
    link(proc, '11/fd/4', 'socket:[78]');
    link(proc, '11/fd/5', '/etc/passwd');
    const { listening } = linuxProcesses(null, proc);
    expect(listening([10, 11, 12])).toEqual({
      sockets: [{ pid: 11, host: '127.0.0.1', port: 8080 }],
      refusals: [{ path: proc, reason: 'unreadable' }],
    });
    fs.rmSync(path.join(proc, 'net'), { recursive: true });
    expect(listening([11])).toEqual({ sockets: [], refusals: [{ path: proc, reason: 'unreadable' }] });
  });
});

// Rows as proc_net_tcp(5) and the kernel's Documentation/networking/proc_net_tcp.rst show them.
test('tables of sockets: those that listen, each address in its usual form', () => {
  const rest = '00000000:00000000 00:00000000 00000000  1000        0';
  const any = '00000000000000000000000000000000:0000';
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2CAA 00000000:0000 0A ${rest} 101 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A ${rest} 102 1 0000000000000000 100 0 0 10 0
   2: 0100007F:2CAA 0100007F:D431 01 ${rest} 103 1 0000000000000000 20 4 30 10 -1
 100: 00000000000000000000000001000000:1F90 ${any} 0A ${rest} 104 1 0000000000000000 100 0 0 10 0
 101: 00000000000000000000000000000000:1F91 ${any} 0A ${rest} 105 1 0000000000000000 100 0 0 10 0
 102: 0000000000000000FFFF00000100007F:1F92 ${any} 0A ${rest} 106 1 0000000000000000 100 0 0 10 0
 103: B80D01200000000067452301EFCDAB89:1F93 ${any} 0A ${rest} 107 1 0000000000000000 100 0 0 10 0
 104: nonsense
`;
  expect(
    Object.fromEntries([...listeners(table)].map(([inode, at]) => [inode, `${at.host} ${at.port}`])),
  ).toEqual({
    101: '127.0.0.1 11434',
    102: '0.0.0.0 22',
    104: '::1 8080',
    105: ':: 8081',
    106: '127.0.0.1 8082',
    107: '2001:db8::123:4567:89ab:cdef 8083',
  });
});
