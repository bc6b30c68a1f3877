/**
 * The start of `.cmd` scripts, by the rules that are documented: how `cmd.exe` reads a line (cmd /?, and
 * learn.microsoft.com on cmd, echo and batch parameters), and how a program of the C runtime reads its command
 * line (learn.microsoft.com, "Parsing C command-line arguments"). The real cross-spawn makes the line; both
 * readers are written down here, since neither is on this system. No Windows has seen this.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { unsafeForScript } from '../../src/host/cmd-script.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-cmd-'));
const top = path.join(import.meta.dirname, '..', '..');
afterAll(() => fs.rmSync(folder, { recursive: true }));
for (const name of ['npx.CMD', 'tool.EXE']) {
  fs.writeFileSync(path.join(folder, name), 'x', { mode: 0o755 });
}

type Made = { command: string; args: string[]; isScript: boolean };

/** What cross-spawn makes of commands on Windows. */
function made(all: string[][]): Made[] {
  const script = `
    Object.defineProperty(process, 'platform', { value: 'win32' });
    const { _parse } = require('cross-spawn');
    const all = JSON.parse(require('fs').readFileSync(0, 'utf8'));
    console.log(JSON.stringify(all.map(([command, ...args]) => {
      const made = _parse(command, args, { env: process.env });
      return { command: made.command, args: made.args, isScript: made.options.windowsVerbatimArguments === true };
    })));`;
  const env = { PATH: folder, Path: folder, PATHEXT: '.EXE;.CMD', comspec: 'C:\\Windows\\system32\\cmd.exe' };
  const input = JSON.stringify(all);
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: top,
    env,
    input,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Made[];
}

/** One pass of cmd over a line: carets and quotes. What stands behind a character that joins is `more`. */
function readLine(line: string): { text: string; more: string | null } {
  let text = '';
  let quoted = false;
  const [first = ''] = line.split(/[\r\n]/);
  for (let at = 0; at < first.length; at += 1) {
    const char = first[at]!;
    if (char === '"') quoted = !quoted;
    if (!quoted && char === '^') text += first[(at += 1)] ?? '';
    else if (!quoted && '&|<>'.includes(char)) return { text, more: first.slice(at) };
    else text += char;
  }
  return { text, more: first === line ? null : line.slice(first.length) };
}

/** `%NAME%` in a line that is typed: only what is set is filled in. */
const filled = (line: string, env: Record<string, string>): string =>
  line.replace(/%([^%]*)%/g, (whole, name: string) => env[name.toUpperCase()] ?? whole);

/** Arguments as a program of the C runtime reads them. */
function argumentsOf(line: string): string[] {
  const args: string[] = [];
  let arg: string | null = null;
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const slashes = /^\\*/.exec(line.slice(at))![0].length;
    const isBeforeQuote = slashes > 0 && line[at + slashes] === '"';
    const char = line[at]!;
    if (isBeforeQuote) {
      arg = (arg ?? '') + '\\'.repeat(Math.floor(slashes / 2)) + (slashes % 2 === 1 ? '"' : '');
      at += slashes - (slashes % 2 === 1 ? 0 : 1);
    } else if (char === '"') {
      arg ??= '';
      if (quoted && line[at + 1] === '"') arg += line[(at += 1)]!;
      else quoted = !quoted;
    } else if (char === ' ' && !quoted) {
      if (arg !== null) args.push(arg);
      arg = null;
    } else arg = (arg ?? '') + char;
  }
  return arg === null ? args : [...args, arg];
}

const env = { PATH: 'C:\\x', TOKEN: 'secret' };

/** What a program gets that a `.cmd` script starts with `%*`; and what else would be run. */
function throughScript({ args }: Made): { args: string[]; more: string | null } {
  expect(args.slice(0, 3)).toEqual(['/d', '/s', '/c']);
  // With /s the first and the last quote go, whatever is between.
  const typed = readLine(filled(args[3]!.slice(1, -1), env));
  if (typed.more !== null) return { args: [], more: typed.more };
  const given = typed.text.slice(typed.text.indexOf(' ') + 1);
  // What is put in place of %* is not looked at for variables again.
  const inner = readLine(given);
  return { args: argumentsOf(inner.text), more: inner.more };
}

const plain = [
  [''],
  ['-y', 'a@1.0.0', 'with blanks', ' '],
  ['C:\\Program Files\\x\\', '\\\\server\\share', 'a\\\\b\\'],
  ['{"a":"b","c":[1,2]}', 'say "hi"', '"', '\\"', 'a\\"b'],
  ['%TOKEN%', '%PATH%', '100%', '%%TOKEN%%', '^%TOKEN^%'],
  ['a&b', 'a|b', '<in', '>out', 'a^b', '(x)', '!TOKEN!', 'a;b,c=d', '*?', '`x`', '~'],
  ['https://example.org/mcp?a=1&b=2', 'é\u2028ü', '-c', '/c'],
];
const hostile = [
  ['"&calc&"'],
  ['x" & calc'],
  ['"|calc'],
  ['" > C:\\x'],
  ['a\ncalc'],
  ['a\r\ncalc'],
  ['\\"&calc'],
  ['"^&calc'],
  ['a\\\\"b'],
  ['C:\\x\\\\'],
];

describe('a script that hands its arguments on', () => {
  test('gives its program what it was given, or is not started', () => {
    const all = [...plain, ...hostile];
    const lines = made(all.map((args) => ['npx', ...args]));
    for (const [nth, args] of all.entries()) {
      const one = lines[nth]!;
      expect([one.command, one.isScript]).toEqual(['C:\\Windows\\system32\\cmd.exe', true]);
      if (unsafeForScript(args) === null)
        expect([args, throughScript(one)]).toEqual([args, { args, more: null }]);
    }
  });

  test('what would be run beside it is refused, and nothing that is text', () => {
    expect(plain.map(unsafeForScript)).toEqual(plain.map(() => null));
    expect(hostile.map(unsafeForScript)).toEqual(hostile.map(() => 1));
    expect(unsafeForScript(['a', 'b', '"&x'])).toBe(3);
    // So that the readers here are worth something: these do run another command.
    const lines = made(hostile.map((args) => ['npx', ...args]));
    expect(lines.filter((one) => throughScript(one).more !== null).length).toBeGreaterThanOrEqual(5);
  });

  test('a program is started without cmd.exe, whose quoting is that of Node', () => {
    const [exe] = made([['tool', '"&calc&"', '%TOKEN%']]);
    expect([exe!.command, exe!.args, exe!.isScript]).toEqual(['tool', ['"&calc&"', '%TOKEN%'], false]);
  });
});
