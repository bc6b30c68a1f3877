/**
 * Processes of macOS, from `ps` and `lsof`. `ps` prints the name that a program was called by, not the file
 * that runs, and joins arguments with blanks, so that one with blanks looks like several.
 */
import { limits } from '../limits.ts';
import type { Process, ProcessList, Socket, Unseen } from '../model/host.ts';
import { Secret } from '../secrets/secret.ts';
import { type Printed, type Program, type RunProgram, runProgram } from './run-program.ts';

const ps = '/bin/ps';
const lsof = '/usr/sbin/lsof';

/** Lines of `ps` as pid, uid and name. Line breaks within come as `^J`, so that each process is one. */
export function psNames(text: string): { pid: number; uid: number; name: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, uid, name] = /^\s*(\d+)\s+(\d+)\s(.+)$/.exec(line) ?? [];
    // Of a process whose arguments cannot be read its short name is told, in brackets.
    const program = name?.replace(/^\((.+)\)$/, '$1');
    return program === undefined ? [] : [{ pid: Number(pid), uid: Number(uid), name: program }];
  });
}

/** Lines of `ps` as pid -> command line, still in clear text. */
export function psLines(text: string): Map<number, string> {
  const lines = text.split('\n').map((line) => /^\s*(\d+)\s(.+)$/.exec(line));
  return new Map(lines.flatMap((found) => (found === null ? [] : [[Number(found[1]), found[2]!]])));
}

/** The arguments of a command line that begins with the program's name, blanks and all. */
function argsOf(name: string, line: string): string[] {
  const rest = line === name ? '' : line.startsWith(`${name} `) ? line.slice(name.length + 1) : null;
  const args = rest === null ? line.split(' ') : [name, ...rest.split(' ')];
  return args.filter((arg) => arg !== '');
}

/** What `lsof -F pnu` prints: a line a field; `p` begins a process, `n` is the address of a file of its. */
export function lsofSockets(text: string): Socket[] {
  const sockets: Socket[] = [];
  let pid: number | null = null;
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = /^\d+$/.test(value) ? Number(value) : null;
    const [, host, port] = (line.startsWith('n') && /^(\*|\[[^\]]+\]|[\d.]+):(\d+)$/.exec(value)) || [];
    if (pid === null || host === undefined) continue;
    // Of which version of IP `*` is all addresses does not matter to who can reach it.
    const bare = host === '*' ? '0.0.0.0' : host.replace(/^\[([^%\]]*).*$/, '$1');
    sockets.push({ pid, host: bare, port: Number(port) });
  }
  return sockets;
}

const unseen = (path: string, { refused }: Printed): Unseen[] =>
  refused === null ? [] : [{ path, reason: refused }];

/** What was printed without a last line that is not whole. */
const wholeLines = ({ text, refused }: Printed): string =>
  refused === null ? text : text.slice(0, text.lastIndexOf('\n') + 1);

/** Processes of one user, or of all. */
export function macosProcesses(only: number | null, run: RunProgram = runProgram): ProcessList {
  const list = (...columns: string[]): Program => ({
    path: ps,
    args: ['-axww', ...columns.flatMap((column) => ['-o', `${column}=`])],
    folder: '/',
  });
  const names = run(list('pid', 'uid', 'comm'));
  const lines = run(list('pid', 'command'));
  const byPid = psLines(wholeLines(lines));
  const own = psNames(wholeLines(names)).filter(({ uid }) => only === null || uid === only);
  const refusals = [...unseen(ps, names), ...unseen(ps, lines)];
  if (own.length > limits.processes) refusals.push({ path: ps, reason: 'too-many' });
  const processes = own.slice(0, limits.processes).map(({ pid, uid, name }): Process => {
    const args = argsOf(name, byPid.get(pid) ?? name);
    if (args.length > limits.args) refusals.push({ path: ps, reason: 'too-large' });
    const closed = args.slice(0, limits.args).map((arg) => new Secret(arg));
    return { pid, owner: uid, program: name, args: closed, exact: false };
  });
  return {
    processes,
    refusals,
    listening(pids) {
      const args = ['-nP', '-w', '-iTCP', '-sTCP:LISTEN', '-F', 'pnu'];
      const printed = run({ path: lsof, args, folder: '/', oneIsNothing: true });
      const wanted = new Set(pids);
      const sockets = lsofSockets(wholeLines(printed)).filter(({ pid }) => wanted.has(pid));
      return { sockets, refusals: unseen(lsof, printed) };
    },
  };
}
