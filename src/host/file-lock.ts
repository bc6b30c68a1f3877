/**
 * Locks between processes of one user, which the OS takes back when their holder dies, however it dies. Node
 * has none of its own, so they are those of an empty SQLite database, through Node's built-in library: a
 * database is never written. It does not wait by blocking.
 */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import type * as Sqlite from 'node:sqlite';
import { pause } from './pause.ts';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { writeFlaw } from './error-code.ts';

/** Lets go; twice does nothing. */
export type Release = () => void;
export type LockKind = 'shared' | 'exclusive';

const begin: Record<LockKind, string> = {
  exclusive: 'BEGIN EXCLUSIVE',
  // Only reading takes the lock.
  shared: 'BEGIN; SELECT COUNT(*) FROM sqlite_schema',
};
const busy = 5;
const full = 13;

/** Why a file cannot be locked: SQLite says no more than that it cannot be opened. */
function flawOf(file: string, error: unknown): string {
  try {
    fs.closeSync(
      fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NONBLOCK, 0o600),
    );
  } catch (cause) {
    return writeFlaw(cause);
  }
  const isFull = (error as { errcode?: number }).errcode === full;
  return writeFlaw(isFull ? { code: 'ENOSPC' } : error);
}

/** Takes a lock at once; null when somebody else has it. Throws a usage error where it cannot be used. */
export function tryLock(file: string, kind: LockKind): Release | null {
  const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as typeof Sqlite;
  let database: Sqlite.DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    database.exec(begin[kind]);
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode === busy) return null;
    throw usageError(`${file}: cannot be locked (${flawOf(file, error)})`);
  }
  let held = true;
  return () => {
    if (held) database?.close();
    held = false;
  };
}

/** Takes a lock as soon as it is free; null when it was not within `deadline` milliseconds. */
export async function lock(file: string, kind: LockKind, deadline: number): Promise<Release | null> {
  const until = performance.now() + deadline;
  for (;;) {
    const release = tryLock(file, kind);
    if (release !== null || performance.now() >= until) return release;
    await pause(limits.lockPauseMilliseconds);
  }
}
