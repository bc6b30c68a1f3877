/**
 * Processes of Windows, from one call of Windows PowerShell: what runs and what listens. Those without a user
 * are left out: they are the system's own, or somebody's whom this user may not look at.
 */
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { Process, ProcessList, Socket, Unseen } from '../model/host.ts';
import { Secret } from '../secrets/secret.ts';
import { type RunProgram, runProgram } from './run-program.ts';

// Not from the environment, which belongs to the user.
const windows = 'C:\\Windows';
const powershell = `${windows}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;

/**
 * Without an environment neither the .NET runtime nor its modules are found; Node itself would add PATH and
 * others of this process to what is not given.
 */
const environment = {
  SystemRoot: windows,
  windir: windows,
  SystemDrive: 'C:',
  PATH: `${windows}\\System32`,
  PSModulePath: `${windows}\\System32\\WindowsPowerShell\\v1.0\\Modules`,
};

/**
 * No double quote is in it, so that it passes as one argument. Modules are loaded by their path, and none by
 * itself: the user's own folder of modules is looked at first otherwise. Works in constrained language mode.
 */
const script = `
$ErrorActionPreference = 'Stop'
$PSModuleAutoLoadingPreference = 'None'
foreach ($name in 'CimCmdlets', 'Microsoft.PowerShell.Utility') {
  Import-Module ($PSHOME + '\\Modules\\' + $name + '\\' + $name + '.psd1')
}
try { [Console]::OutputEncoding = [Text.Encoding]::UTF8 } catch { }
$query = 'SELECT Handle, ProcessId, ExecutablePath, CommandLine FROM Win32_Process'
$processes = @(foreach ($one in (Get-CimInstance -Query $query)) {
  if (-not $one.ExecutablePath -or $one.ExecutablePath -like '${windows}\\*') { continue }
  $user = ''
  try { $user = (Invoke-CimMethod -InputObject $one -MethodName GetOwner).User } catch { }
  if (-not $user) { continue }
  @{ pid = [int]$one.ProcessId; user = [string]$user;
     path = [string]$one.ExecutablePath; line = [string]$one.CommandLine }
})
$listening = $null
try {
  $query = 'SELECT LocalAddress, LocalPort, OwningProcess FROM MSFT_NetTCPConnection WHERE State = 2'
  $table = Get-CimInstance -Namespace 'root/StandardCimv2' -Query $query
  $listening = @(foreach ($one in $table) {
    @{ pid = [int]$one.OwningProcess; host = [string]$one.LocalAddress; port = [int]$one.LocalPort }
  })
} catch { }
ConvertTo-Json -Compress -Depth 4 -InputObject @{ processes = $processes; listening = $listening }
`;

type Listed = { pid: number; user: string; path: string; line: string };
type Listening = { pid: number; host: string; port: number };
type Answer = { processes: Listed[]; listening: Listening[] | null };

/** Whether each of a list has numbers and texts under these names. Every scan would pay for a validator. */
const allHave = (list: unknown, numbers: string[], texts: string[]): boolean =>
  Array.isArray(list) &&
  list.every(
    (one: unknown) =>
      isMap(one) &&
      numbers.every((name) => Number.isSafeInteger(one[name])) &&
      texts.every((name) => typeof one[name] === 'string'),
  );

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isAnswer = (value: unknown): value is Answer =>
  isMap(value) &&
  allHave(value['processes'], ['pid'], ['user', 'path', 'line']) &&
  (value['listening'] === null || allHave(value['listening'], ['pid', 'port'], ['host']));

/**
 * A command line as the C runtime takes it apart: quotes hold blanks, backslashes count before a quote alone.
 */
export function splitCommandLine(line: string): string[] {
  const args: string[] = [];
  let arg: string | null = null;
  let quoted = false;
  // The program's own name knows no escapes.
  const first = /^\s*(?:"([^"]*)"?|(\S+))/.exec(line);
  if (first === null) return [];
  for (let at = first[0].length; at < line.length; at += 1) {
    const char = line[at]!;
    const slashes = char === '\\' ? /^\\+/.exec(line.slice(at))![0].length : 0;
    if (slashes > 0) {
      const escapes = line[at + slashes] === '"';
      arg = (arg ?? '') + '\\'.repeat(escapes ? slashes >> 1 : slashes);
      at += slashes - 1;
      if (escapes && slashes % 2 === 1) {
        arg += '"';
        at += 1;
      }
    } else if (char === '"') {
      arg ??= '';
      if (quoted && line[at + 1] === '"') {
        arg += '"';
        at += 1;
      } else quoted = !quoted;
    } else if ((char === ' ' || char === '\t') && !quoted) {
      if (arg !== null) args.push(arg);
      arg = null;
    } else arg = (arg ?? '') + char;
  }
  if (arg !== null) args.push(arg);
  return [first[1] ?? first[2]!, ...args];
}

type Answered = { processes: Process[]; sockets: Socket[] | null; cut: boolean };

/** What the script prints; null when it is something else. */
export function powershellAnswer(text: string): Answered | null {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  if (!isAnswer(json)) return null;
  let cut = json.processes.length > limits.processes;
  const processes = json.processes.slice(0, limits.processes).map(({ pid, user, path, line }): Process => {
    const args = splitCommandLine(line);
    cut ||= args.length > limits.args;
    const closed = args.slice(0, limits.args).map((arg) => new Secret(arg));
    return { pid, owner: user, program: path, args: closed, exact: true };
  });
  const sockets =
    json.listening?.map(({ pid, host, port }) => ({ pid, host: host.replace(/%.*$/, ''), port })) ?? null;
  return { processes, sockets, cut };
}

/** Processes of all users that the OS tells of. */
export function windowsProcesses(run: RunProgram = runProgram): ProcessList {
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', script];
  const printed = run({ path: powershell, args, env: environment, folder: `${windows}\\System32` });
  const answer = printed.refused === null ? powershellAnswer(printed.text) : null;
  const refused = (reason: GapReason): Unseen[] => [{ path: powershell, reason }];
  if (answer === null) {
    const nothing = { sockets: [], refusals: [] };
    return { processes: [], refusals: refused(printed.refused ?? 'malformed'), listening: () => nothing };
  }
  const { processes, sockets, cut } = answer;
  return {
    processes,
    refusals: cut ? refused('too-large') : [],
    listening(pids) {
      if (sockets === null) return { sockets: [], refusals: refused('unreadable') };
      const wanted = new Set(pids);
      return { sockets: sockets.filter(({ pid }) => wanted.has(pid)), refusals: [] };
    },
  };
}
