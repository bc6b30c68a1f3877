/**
 * Runs the command that somebody else asked for, in place of this program: with its input, output and error
 * stream, which are not touched, and the exit code as its own. Where the OS can, the process becomes the
 * command; elsewhere, and for commands that need somebody beside them, signals are passed on. The code of one
 * that a signal ended is 128 and its number; 127 is a command that is not there, 126 one that cannot be run.
 */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type * as CrossSpawn from 'cross-spawn';
import { unsafeForScript } from './cmd-script.ts';

export type Environment = Record<string, string | undefined>;
/** `failed` is why it did not run, in one line; null when it did. */
export type Ended = { code: number; failed: string | null };

const notFound = 127;
const notRun = 126;
/** From this Node on a failed `execve` throws; earlier ones abort. */
const throwsSince = 26;
/** What a process is told from outside, and what Windows calls the same. */
const passedOn: NodeJS.Signals[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGBREAK',
];

/**
 * The files that a command's name may mean, in the order of PATH. Its relative folders do not count: the
 * working folder is often a project of somebody else's, and the command gets secrets.
 */
function candidates(command: string, env: Environment): string[] {
  if (command.includes('/')) return [path.resolve(command)];
  const folders = (env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':');
  return folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, command));
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The file that is run; null when there is none. */
const programOf = (command: string, env: Environment): string | null =>
  candidates(command, env).find(isProgram) ?? null;

const given = (env: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));

/** Becomes the command, and does not return; or returns when that is not possible. */
function become(argv: string[], env: Environment): void {
  const program = programOf(argv[0]!, env);
  const major = Number(process.versions.node.split('.')[0]);
  if (program === null || process.execve === undefined || major < throwsSince) return;
  // Node ignores these, and what is ignored is inherited; what is listened to becomes the default again.
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => undefined);
  try {
    process.execve(program, argv, given(env));
  } catch {
    // A script without a first line that says by what: `spawn` knows what to do.
  }
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.removeAllListeners(signal);
}

/** How an ended child is told. */
function ending(code: number | null, signal: NodeJS.Signals | null): Ended {
  return { code: code ?? 128 + (signal === null ? 0 : (os.constants.signals[signal] ?? 0)), failed: null };
}

function failure(command: string, error: NodeJS.ErrnoException): Ended {
  const absent = error.code === 'ENOENT';
  const what = absent ? 'not found' : `cannot be run (${error.code ?? 'error'})`;
  return { code: absent ? notFound : notRun, failed: `${command}: ${what}` };
}

/** Passes signals on to a child until the returned function is called. */
function passSignals(child: ChildProcess): () => void {
  const listeners = passedOn.flatMap((signal) => {
    if (!(signal in os.constants.signals)) return [];
    const pass = (): void => void child.kill(signal);
    process.on(signal, pass);
    return [{ signal, pass }];
  });
  return () => listeners.forEach(({ signal, pass }) => process.off(signal, pass));
}

const unsafeWords = 'has a line end, two backslashes before a quote or its end, or a quote beside & | < > ^';

/** What its types leave out: how a command would be started. */
type Parse = (command: string, args: string[], options: SpawnOptions) => { options: SpawnOptions };

/** On Windows a command is often a script of `cmd.exe`, which has rules of its own for what is quoted how. */
function startChild(command: string, args: string[], options: SpawnOptions): ChildProcess {
  if (process.platform !== 'win32') {
    // What is there and cannot be run is told by the OS.
    const program = programOf(command, options.env ?? {}) ?? (command.includes('/') ? command : null);
    if (program === null) throw Object.assign(new Error(), { code: 'ENOENT' });
    return spawn(program, args, { ...options, argv0: command });
  }
  const crossSpawn = createRequire(import.meta.url)('cross-spawn') as typeof CrossSpawn;
  const parse = Reflect.get(crossSpawn, '_parse') as Parse;
  const isScript = parse(command, args, options).options.windowsVerbatimArguments === true;
  const unsafe = isScript ? unsafeForScript(args) : null;
  if (unsafe !== null) throw Object.assign(new Error(), { code: `argument ${unsafe} ${unsafeWords}` });
  return crossSpawn.spawn(command, args, options);
}

/** Runs a command beside this program, to its end. Rejects never. */
export function runBeside(argv: string[], env: Environment): Promise<Ended> {
  const [command = '', ...args] = argv;
  return new Promise((resolve) => {
    try {
      const child = startChild(command, args, { stdio: 'inherit', env, windowsHide: true });
      const stop = passSignals(child);
      const end = (ended: Ended): void => {
        stop();
        resolve(ended);
      };
      child.on('error', (error: NodeJS.ErrnoException) => end(failure(command, error)));
      child.on('exit', (code, signal) => end(ending(code, signal)));
    } catch (error) {
      resolve(failure(command, error as NodeJS.ErrnoException));
    }
  });
}

/** Runs a command in place of this program. Returns its end only where this program goes on to exist. */
export async function runInstead(argv: string[], env: Environment): Promise<Ended> {
  if (process.platform !== 'win32') become(argv, env);
  return runBeside(argv, env);
}
