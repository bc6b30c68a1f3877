/**
 * Processes of macOS: what `ps` and `lsof` print, in the shapes that Apple's sources of `ps` (adv_cmds,
 * print.c) and lsof(8), OUTPUT FOR OTHER PROGRAMS, describe.
 */
import { describe, expect, test } from 'vitest';
import { lsofSockets, macosProcesses, psLines, psNames } from '../../src/host/processes-macos.ts';
import type { Printed, Program } from '../../src/host/run-program.ts';
import { Secret } from '../../src/secrets/secret.ts';

const names = `    1     0 /sbin/launchd
  312   501 /Applications/Visual Studio Code.app/Contents/MacOS/Electron
  613   501 -zsh
  777   501 node
  801   501 (codex)
99999   502 claude
`;
const lines = `    1 /sbin/launchd
  312 /Applications/Visual Studio Code.app/Contents/MacOS/Electron --open /Users/ann/x
  613 -zsh
  777 node /opt/homebrew/bin/codex --yolo line^Jbreak
  801 (codex)
99999 claude
`;
const sockets = `p777
u501
f20
n127.0.0.1:1455
f21
n[::1]:1455
f22
n*:8080
p801
u501
f3
n[fe80::1%lo0]:9000
f4
nlocalhost:http
`;

type Call = (program: Program) => Partial<Printed>;
const running = (call: Call) => {
  const calls: Program[] = [];
  const run = (program: Program): Printed => {
    calls.push(program);
    return { text: '', refused: null, ...call(program) };
  };
  return { run, calls };
};
const printing: Call = ({ path, args }) => ({
  text: path === '/usr/sbin/lsof' ? sockets : args.includes('command=') ? lines : names,
});

describe('what ps prints', () => {
  test('names, blanks and all; those in brackets are of processes whose arguments are hidden', () => {
    expect(psNames(names).map(({ pid, uid, name }) => `${pid} ${uid} ${name}`)).toEqual([
      '1 0 /sbin/launchd',
      '312 501 /Applications/Visual Studio Code.app/Contents/MacOS/Electron',
      '613 501 -zsh',
      '777 501 node',
      '801 501 codex',
      '99999 502 claude',
    ]);
    expect(psNames('\n x y\n12\n 12 nobody z\n')).toEqual([]);
  });

  test('command lines', () => {
    expect(psLines(lines).get(777)).toBe('node /opt/homebrew/bin/codex --yolo line^Jbreak');
    expect(psLines('').size).toBe(0);
  });
});

test('what lsof prints: addresses that are numbers, of the process that they are of', () => {
  expect(lsofSockets(sockets)).toEqual([
    { pid: 777, host: '127.0.0.1', port: 1455 },
    { pid: 777, host: '::1', port: 1455 },
    { pid: 777, host: '0.0.0.0', port: 8080 },
    { pid: 801, host: 'fe80::1', port: 9000 },
  ]);
  expect(lsofSockets('n127.0.0.1:1\npx\nn127.0.0.1:2\n')).toEqual([]);
});

describe('the list', () => {
  test('a program keeps the blanks of its path, its arguments are parted at theirs', () => {
    const { run, calls } = running(printing);
    const { processes, refusals } = macosProcesses(null, run);
    expect(refusals).toEqual([]);
    const shown = processes.map(({ owner, program, args }) => [
      owner,
      program,
      ...args.map((one) => Secret.open(one)),
    ]);
    expect(shown).toContainEqual([
      501,
      '/Applications/Visual Studio Code.app/Contents/MacOS/Electron',
      '/Applications/Visual Studio Code.app/Contents/MacOS/Electron',
      '--open',
      '/Users/ann/x',
    ]);
    expect(shown).toContainEqual([501, 'node', 'node', '/opt/homebrew/bin/codex', '--yolo', 'line^Jbreak']);
    expect(processes.every(({ exact }) => !exact)).toBe(true);
    // By absolute path, without an environment.
    expect(calls.map(({ path, args, env, folder }) => [path, args.join(' '), env, folder])).toEqual([
      ['/bin/ps', '-axww -o pid= -o uid= -o comm=', undefined, '/'],
      ['/bin/ps', '-axww -o pid= -o command=', undefined, '/'],
    ]);
  });

  test('of one user only, and sockets of the processes that are asked for', () => {
    const { run, calls } = running(printing);
    const list = macosProcesses(502, run);
    expect(list.processes.map(({ pid }) => pid)).toEqual([99_999]);
    expect(calls).toHaveLength(2);
    expect(list.listening([801])).toEqual({
      sockets: [{ pid: 801, host: 'fe80::1', port: 9000 }],
      refusals: [],
    });
    expect(calls[2]).toMatchObject({ path: '/usr/sbin/lsof', args: expect.arrayContaining(['-nP', 'pnu']) });
  });

  test('what fails is a gap, and what was printed by then counts up to its last whole line', () => {
    const { run } = running((program) => ({
      ...(program.path === '/bin/ps' ? printing(program) : { text: 'p777\nn127.0.0.1:80' }),
      refused: 'time-limit',
    }));
    const list = macosProcesses(null, (program) => {
      const printed = run(program);
      return { ...printed, text: printed.text.slice(0, -3) };
    });
    expect(list.processes.map(({ pid }) => pid)).toEqual([1, 312, 613, 777, 801]);
    expect(list.refusals).toEqual([
      { path: '/bin/ps', reason: 'time-limit' },
      { path: '/bin/ps', reason: 'time-limit' },
    ]);
    expect(list.listening([777])).toEqual({
      sockets: [],
      refusals: [{ path: '/usr/sbin/lsof', reason: 'time-limit' }],
    });
  });

  test('arguments beyond the bound are a gap', () => {
    const { run } = running(({ args }) => ({
      text: args.includes('command=') ? `7 x${' y'.repeat(1_500)}\n` : '7 501 x\n',
    }));
    const { processes, refusals } = macosProcesses(null, run);
    expect(processes[0]!.args).toHaveLength(1_000);
    expect(refusals).toEqual([{ path: '/bin/ps', reason: 'too-large' }]);
  });
});
