/**
 * Processes of Windows: the JSON that our script makes of Win32_Process and MSFT_NetTCPConnection, and command
 * lines as Microsoft's C runtime takes them apart ("Parsing C command-line arguments").
 */
import { describe, expect, test } from 'vitest';
import { powershellAnswer, splitCommandLine, windowsProcesses } from '../../src/host/processes-windows.ts';
import type { Program } from '../../src/host/run-program.ts';
import { Secret } from '../../src/secrets/secret.ts';

describe('command lines', () => {
  test.each([
    ['', []],
    ['a.exe', ['a.exe']],
    [
      String.raw`"C:\Program Files\nodejs\node.exe" "C:\a b\codex.js" --yolo`,
      [String.raw`C:\Program Files\nodejs\node.exe`, String.raw`C:\a b\codex.js`, '--yolo'],
    ],
    // The four rows of Microsoft's own table.
    [String.raw`x "abc" d e`, ['x', 'abc', 'd', 'e']],
    [String.raw`x a\\b d"e f"g h`, ['x', String.raw`a\\b`, 'de fg', 'h']],
    [String.raw`x a\\\"b c d`, ['x', String.raw`a\"b`, 'c', 'd']],
    [String.raw`x a\\\\"b c" d e`, ['x', String.raw`a\\b c`, 'd', 'e']],
    [String.raw`x "a""b" "" c`, ['x', 'a"b', '', 'c']],
    [String.raw`x   "open end`, ['x', 'open end']],
    [String.raw`"C:\dir\" \\server\x`, ['C:\\dir\\', String.raw`\\server\x`]],
  ])('%s', (line, args) => expect(splitCommandLine(line)).toEqual(args));
});

const answer = {
  processes: [
    {
      pid: 4242,
      user: 'Ann',
      path: 'C:\\Program Files\\nodejs\\node.exe',
      line: '"C:\\Program Files\\nodejs\\node.exe" "C:\\Users\\Ann\\codex.js"  --yolo',
    },
    { pid: 4300, user: 'Ann', path: 'C:\\Users\\Ann\\x.exe', line: '' },
  ],
  listening: [
    { pid: 4242, host: '127.0.0.1', port: 1455 },
    { pid: 4242, host: 'fe80::1%4', port: 1456 },
    { pid: 4, host: '::', port: 445 },
  ],
};
const text = JSON.stringify(answer);
const fixed = (printed: string) => () => ({ text: printed, refused: null });

describe('what PowerShell prints', () => {
  test('processes with their user and sockets', () => {
    const { processes, sockets } = powershellAnswer(`\uFEFF${text}\r\n`)!;
    expect(
      processes.map(({ owner, program, args }) => [owner, program, ...args.map((one) => Secret.open(one))]),
    ).toEqual([
      [
        'Ann',
        'C:\\Program Files\\nodejs\\node.exe',
        'C:\\Program Files\\nodejs\\node.exe',
        'C:\\Users\\Ann\\codex.js',
        '--yolo',
      ],
      ['Ann', 'C:\\Users\\Ann\\x.exe'],
    ]);
    expect(sockets).toContainEqual({ pid: 4242, host: 'fe80::1', port: 1456 });
  });

  test.each([
    '',
    'Get-CimInstance : Access denied',
    '{}',
    '[]',
    '{"processes":[{"pid":"1"}],"listening":[]}',
  ])('something else is a gap: %s', (printed) => {
    const list = windowsProcesses(fixed(printed));
    expect(list.processes).toEqual([]);
    expect(list.refusals).toMatchObject([
      { path: expect.stringMatching(/powershell\.exe$/), reason: 'malformed' },
    ]);
    expect(list.listening([4242])).toEqual({ sockets: [], refusals: [] });
  });

  test('sockets are those of the processes asked for; a table that cannot be read is a gap', () => {
    expect(windowsProcesses(fixed(text)).listening([4]).sockets).toEqual([{ pid: 4, host: '::', port: 445 }]);
    const without = windowsProcesses(fixed(JSON.stringify({ ...answer, listening: null })));
    expect(without.processes).toHaveLength(2);
    expect(without.listening([4242])).toMatchObject({ sockets: [], refusals: [{ reason: 'unreadable' }] });
  });

  test('it is started once, by its own path, with nothing of the user’s environment', () => {
    const calls: Program[] = [];
    const list = windowsProcesses((program) => {
      calls.push(program);
      return { text, refused: null };
    });
    list.listening([4242]);
    expect(calls).toHaveLength(1);
    const { path, args, env, folder } = calls[0]!;
    expect(path).toBe('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
    expect(args.slice(0, 4)).toEqual(['-NoLogo', '-NoProfile', '-NonInteractive', '-Command']);
    expect(folder).toBe('C:\\Windows\\System32');
    expect(Object.values(env!).every((value) => value.startsWith('C:'))).toBe(true);
    // One argument: a quote in it would end it.
    expect(args[4]).not.toContain('"');
    expect(args[4]).toContain("-like 'C:\\Windows\\*'");
  });

  test('a failure is a gap with its reason', () => {
    const list = windowsProcesses(() => ({ text: text.slice(0, 40), refused: 'too-large' }));
    expect([list.processes, list.refusals.map(({ reason }) => reason)]).toEqual([[], ['too-large']]);
  });
});
