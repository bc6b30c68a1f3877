/**
 * A child of this program for one home, which gives up root's rights before it looks at it. It gets its task
 * through a pipe and answers through another; its environment is empty. One that does not end in time is
 * killed, and not waited for: what hangs in the kernel cannot even be killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { isSea } from 'node:sea';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import { noteSideEffect } from './side-effects.ts';

/** What the child printed, or why there is nothing. */
export type Answer = { text: string } | { refused: GapReason };

/** The program itself: a single binary is one file, otherwise Node is told which. */
function ownCommand(): { program: string; args: string[] } {
  return { program: process.execPath, args: isSea() ? [] : process.argv.slice(1, 2) };
}

/** Gives way to everybody else: what management software starts must not be felt. */
export function bePolite(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not every system lets a process say so.
  }
}

/** Signals by which somebody ends this program; what it has started ends with it. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Kills a child when this program is told to end. Returns how to leave that. */
function endsWithUs(child: ChildProcess): () => void {
  const end = (signal: NodeJS.Signals): void => {
    child.kill('SIGKILL');
    leave();
    process.kill(process.pid, signal);
  };
  const leave = (): void => {
    for (const signal of endings) process.removeListener(signal, end);
  };
  for (const signal of endings) process.on(signal, end);
  return leave;
}

/** Starts the program as `command`, hands it `task`, and gives what it prints within `milliseconds`. */
export function askChild(command: string, task: string, milliseconds: number): Promise<Answer> {
  const { program, args } = ownCommand();
  noteSideEffect('started itself once for each home, with the rights of its user');
  return new Promise((resolve) => {
    const child = spawn(program, [...args, command], {
      cwd: process.platform === 'win32' ? undefined : '/',
      env: process.platform === 'win32' ? { SystemRoot: String.raw`C:\Windows` } : {},
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const leave = endsWithUs(child);
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      leave();
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.unref();
      resolve(answer);
    };
    const timer = setTimeout(() => end({ refused: 'time-limit' }), milliseconds);
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > limits.homeReportBytes) end({ refused: 'too-large' });
    });
    child.on('error', () => end({ refused: 'internal' }));
    child.on('close', (code) =>
      end(code === 0 ? { text: Buffer.concat(chunks).toString('utf8') } : { refused: 'internal' }),
    );
    // A child that ended before it was told its task is told of by its exit.
    child.stdin.on('error', () => undefined);
    child.stdin.end(task);
  });
}
