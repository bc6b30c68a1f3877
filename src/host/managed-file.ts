/**
 * Files that an administrator, or the running user alone, must have written: policies and keys. What anybody
 * else could have put there is refused with one line; a link is nobody's. Windows tells Node no owners and no
 * modes: there only places count that ordinary users cannot write.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import { readFile } from './open-file.ts';

export type Demand = {
  /** Uid that the file must belong to. */
  owner: number;
  /** Whether nobody else may read it. */
  secret?: boolean;
};

const nothing = new Set(['ENOENT', 'ENOTDIR', 'EACCES']);
const who = (uid: number): string => (uid === 0 ? 'root' : 'you');

/** What is wrong with the folders above: who can write one can put another file in its place. */
export function folderFlaw(file: string, owner: number): string | null {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const { uid, mode } = fs.statSync(folder);
    const sticky = (mode & 0o1000) !== 0;
    if ((uid !== owner && uid !== 0) || ((mode & 0o022) !== 0 && !sticky))
      return `lies in ${folder}, which others can write`;
    if (path.dirname(folder) === folder) return null;
  }
}

function modeFlaw(uid: number | null, mode: number | null, { owner, secret }: Demand): string | null {
  if (uid === null || mode === null) return null;
  if (uid !== owner) return `must belong to ${who(owner)}`;
  if ((mode & 0o022) !== 0) return `must be writable by ${who(owner)} alone`;
  return secret && (mode & 0o077) !== 0 ? `must be readable by ${who(owner)} alone (chmod 600)` : null;
}

/** `hidden` when it is all right, but not for this user to read. */
export type Flawed = { flaw: string; hidden?: true };

/**
 * The bytes of such a file, what is wrong with it, or null when it is not there, or in a folder that this
 * user may not look into.
 */
export function readManaged(file: string, demand: Demand): Buffer | Flawed | null {
  const whole = path.resolve(file);
  try {
    const own = fs.lstatSync(whole, { throwIfNoEntry: false });
    if (own === undefined) return null;
    if (!own.isFile()) return { flaw: 'must be a plain file and no link' };
    if (process.platform !== 'win32') {
      const flaw = modeFlaw(own.uid, own.mode, demand) ?? folderFlaw(whole, demand.owner);
      if (flaw !== null) return { flaw };
    }
    const read = readFile(whole, path.parse(whole).root, limits.smallFileBytes);
    if (read === null) return null;
    if ('refused' in read) {
      const flaw = `cannot be read (${read.refused})`;
      return read.refused === 'unreadable' ? { flaw, hidden: true } : { flaw };
    }
    // Of what was opened, since the name may mean another file by now.
    const flaw = modeFlaw(read.info.uid, read.info.mode, demand);
    return flaw === null ? read.bytes : { flaw };
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return nothing.has(code) ? null : { flaw: `cannot be looked at (${code})` };
  }
}

/** Uid of the running user; 0 where there are none, and nothing is compared. */
export function runningUid(): number {
  return process.geteuid?.() ?? 0;
}
