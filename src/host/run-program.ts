/**
 * Starts a program of the OS: by its absolute path, with an environment of our own, no input, a deadline and
 * a bound on what it prints. What it writes to its error stream is not passed on: it may quote others.
 */
import { createRequire } from 'node:module';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import { noteSideEffect } from './side-effects.ts';

const require = createRequire(import.meta.url);

/** What was printed, in part where `refused` says why not all of it. */
export type Printed = { text: string; refused: GapReason | null };
export type RunProgram = typeof runProgram;

export type Program = {
  path: string;
  args: string[];
  env?: Record<string, string>;
  /** The folder that it runs in: one that only root can write. */
  folder: string;
  /** Whether it also ends with 1 when it has nothing to say; a complaint is still a failure. */
  oneIsNothing?: boolean;
};

const reasons: Record<string, GapReason> = {
  ENOENT: 'unsupported',
  ETIMEDOUT: 'time-limit',
  ENOBUFS: 'too-large',
};

/** Runs a program to its end. Never throws: what fails is a reason. */
export function runProgram(program: Program): Printed {
  // Lazy: most scans start nothing.
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process');
  const { path, args, env = {}, folder, oneIsNothing = false } = program;
  const { error, status, stdout, stderr } = spawnSync(path, args, {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limits.programSeconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: limits.programBytes,
    windowsHide: true,
  });
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  const started = error === undefined || code === 'ETIMEDOUT' || code === 'ENOBUFS';
  if (started) noteSideEffect(`started ${path}`);
  const text = stdout?.toString('utf8') ?? '';
  if (error !== undefined) return { text, refused: reasons[code] ?? 'unreadable' };
  const nothing = oneIsNothing && status === 1 && stderr.length === 0;
  return { text, refused: status === 0 || nothing ? null : 'unreadable' };
}
