/**
 * The database in the state folder: opened, brought to the layout of this version, and held within bounds.
 * The rollback journal makes a run's changes all or nothing, also when power fails; a second scan waits for
 * the first one's few milliseconds. It knows no table but by the steps of `model/state.ts`. What is wrong
 * with it is told in one line with the way out, never thrown: a scan must not lose its report over it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import { stateApplicationId, stateSteps } from '../model/state.ts';
import { type Connection, sqliteLibrary } from '../parse/sqlite-library.ts';
import { noteSideEffect } from './side-effects.ts';

export type { Connection };

/** What is wrong with the state, for people. */
export type Trouble = { trouble: string };

export const stateFile = 'state.db';

/** What SQLite or the OS says, in our words; null for any other error. */
function inWords(error: unknown, file: string): string | null {
  // What we wrote as JSON and is none any more.
  if (error instanceof SyntaxError) return `${file} is damaged; move it away, and the next scan begins anew`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^(SQLITE_|E[A-Z]+$)/.test(code)) return null;
  const moved = `move it away, and the next scan begins anew`;
  if (/^SQLITE_(CORRUPT|NOTADB|SCHEMA|CONSTRAINT|MISMATCH|ERROR)/.test(code))
    return `${file} is damaged (${code}); ${moved}`;
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return `${file} is in use by another program for too long; scan again when that has ended`;
  if (code.startsWith('SQLITE_FULL')) return `${file} or its disk is full; make room, or ${moved}`;
  if (/^SQLITE_READONLY|^EROFS/.test(code))
    return `${file} cannot be written: it or its disk is read-only; name a folder that can be`;
  return `${file} cannot be used (${code}); look at the folder's rights and disk, or ${moved}`;
}

/** Runs `use`; what SQLite complains of becomes trouble. */
export function guarded<T>(file: string, use: () => T): T | Trouble {
  try {
    return use();
  } catch (error) {
    const trouble = inWords(error, file);
    if (trouble === null) throw error;
    return { trouble };
  }
}

/** Whether a value is trouble and no result. */
export function isTrouble(value: unknown): value is Trouble {
  return typeof value === 'object' && value !== null && 'trouble' in value;
}

function pragma(connection: Connection, name: string): number {
  return connection.pragma(name, { simple: true }) as number;
}

/** Runs `use` as one transaction that has the file to itself from its beginning. */
export function transaction<T>(connection: Connection, use: () => T): T {
  return connection.transaction(use).immediate();
}

/** Brings an empty or older file to this layout. Null, or what is wrong with it. */
function upgrade(connection: Connection, file: string, steps: readonly string[]): Trouble | null {
  return transaction(connection, () => {
    const [id, version] = [pragma(connection, 'application_id'), pragma(connection, 'user_version')];
    const isEmpty = pragma(connection, 'schema_version') === 0;
    if (isEmpty ? version !== 0 || id !== 0 : id !== stateApplicationId)
      return { trouble: `${file} is no database of this program; name another folder` };
    if (version > steps.length)
      return { trouble: `${file} was written by a newer version; use that version, or name another folder` };
    for (const step of steps.slice(version)) connection.exec(step);
    if (isEmpty) connection.pragma(`application_id = ${stateApplicationId}`);
    if (version < steps.length) connection.pragma(`user_version = ${steps.length}`);
    return null;
  });
}

function prepare(connection: Connection, file: string): Trouble | null {
  connection.pragma('trusted_schema = OFF');
  connection.pragma('cell_size_check = ON');
  connection.pragma('temp_store = MEMORY');
  const { size } = fs.statSync(file);
  // Only for a new file, since it would be written into one that is somebody else's as well.
  if (size === 0) connection.pragma('auto_vacuum = INCREMENTAL');
  if (size <= limits.stateCheckedBytes) {
    const found = connection.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') return { trouble: `${file} is damaged; move it away, and the next scan begins anew` };
  }
  connection.pragma('journal_mode = DELETE');
  connection.pragma('synchronous = EXTRA');
  connection.pragma('secure_delete = ON');
  connection.pragma('foreign_keys = ON');
  const pages = Math.floor(limits.stateBytes / pragma(connection, 'page_size'));
  connection.pragma(`max_page_count = ${pages}`);
  return null;
}

/** The bare file, which SQLite would make with rights of its own choice. */
function makeFile(file: string): void {
  try {
    fs.closeSync(fs.openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Opens the database of a folder that `demandStateFolder` has passed, to write, or to read what is there.
 * `steps` are those of this version, `wait` how many milliseconds another program may keep it.
 */
export function openStateDatabase(
  folder: string,
  readonly = false,
  steps: readonly string[] = stateSteps,
  wait: number = limits.stateWaitMilliseconds,
): Connection | Trouble {
  const file = path.join(folder, stateFile);
  const library = sqliteLibrary();
  if (library === null) return { trouble: 'the database library is not made for this machine' };
  if (readonly && !fs.existsSync(file)) return { trouble: `${file} is not there; scan with --state first` };
  let connection: Connection | null = null;
  const opened = guarded(file, () => {
    if (!readonly) makeFile(file);
    connection = new library(file, { fileMustExist: true, timeout: wait });
    const trouble = prepare(connection, file) ?? upgrade(connection, file, steps);
    if (trouble !== null) return trouble;
    if (readonly) connection.pragma('query_only = ON');
    else noteSideEffect('wrote to the state folder');
    return connection;
  });
  if (isTrouble(opened)) (connection as Connection | null)?.close();
  return opened;
}
