/**
 * The folder that `--state` names: made when it is not there, closed to everybody else, and refused when
 * somebody else could have put it or its files there. Windows tells no owners and no modes; there the
 * folder's own rights have to do.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { usageError } from '../model/usage-error.ts';
import { makeFolders } from './make-folders.ts';
import { runningUid } from './managed-file.ts';
import { noteSideEffect } from './side-effects.ts';

const posix = process.platform !== 'win32';

/** The files that the program keeps there, with what SQLite puts beside its own. */
const ownFiles = /^(?:state\.db|fingerprint\.key)/;

/** A link that only root could have made, such as `/tmp` on macOS, leads nobody astray. */
function isSystemLink(place: string, link: fs.Stats): boolean {
  const folder = fs.statSync(path.dirname(place));
  return posix && link.uid === 0 && folder.uid === 0 && (folder.mode & 0o022) === 0;
}

/** What is wrong with a folder on the way: who can write it can put another one in its place. */
function aboveFlaw(place: string): string | null {
  const own = fs.lstatSync(place);
  if (own.isSymbolicLink())
    return isSystemLink(place, own) ? null : `is reached through the link ${place}; name the folder itself`;
  if (!own.isDirectory()) return `lies below ${place}, which is no folder`;
  if (!posix) return null;
  const sticky = (own.mode & 0o1000) !== 0;
  if (own.uid !== runningUid() && own.uid !== 0) return `lies in ${place}, which belongs to somebody else`;
  if ((own.mode & 0o022) !== 0 && !sticky) return `lies in ${place}, which others can write (chmod go-w)`;
  return null;
}

function foldersAbove(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [] : [...foldersAbove(above), above];
}

/** What is wrong with the folder itself. */
function folderFlaw(folder: string): string | null {
  const own = fs.lstatSync(folder);
  if (own.isSymbolicLink()) return 'is a link; name the folder itself';
  if (!own.isDirectory()) return 'is no folder';
  if (!posix) return null;
  if (own.uid !== runningUid()) return 'belongs to somebody else; name a folder of your own';
  return (own.mode & 0o077) === 0 ? null : 'can be entered by others (chmod 700)';
}

/** What is wrong with a file of ours in the folder. */
function fileFlaw(file: string): string | null {
  const own = fs.lstatSync(file, { throwIfNoEntry: false });
  // The journal of another scan, which is done by now.
  if (own === undefined) return null;
  if (!own.isFile()) return 'is no plain file';
  if (!posix) return null;
  if (own.uid !== runningUid()) return 'belongs to somebody else';
  if (own.nlink > 1) return 'has a second name elsewhere';
  return (own.mode & 0o077) === 0 ? null : 'can be read or written by others (chmod 600)';
}

/** The flaw of a folder, having made it where `make` says so; null when it is fine. */
function flawOf(folder: string, make: boolean): string | null {
  const isThere = (place: string): boolean => fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined;
  for (const above of foldersAbove(folder).filter(isThere)) {
    const flaw = aboveFlaw(above);
    if (flaw !== null) return flaw;
  }
  if (make && !isThere(folder)) {
    makeFolders(folder, 0o700);
    noteSideEffect('made the state folder');
  }
  const flaw = folderFlaw(folder);
  if (flaw !== null) return flaw;
  for (const name of fs.readdirSync(folder).filter((one) => ownFiles.test(one))) {
    const wrong = fileFlaw(path.join(folder, name));
    if (wrong !== null) return `${name} ${wrong}`;
  }
  return null;
}

/**
 * The absolute path of a state folder that can be trusted; `make` lets it be made. Throws a usage error for
 * any other.
 */
export function demandStateFolder(given: string, make: boolean): string {
  if (given === '') throw usageError('--state: expected a folder, got an empty text');
  const folder = path.resolve(given);
  try {
    const flaw = flawOf(folder, make);
    if (flaw === null) return folder;
    throw usageError(`--state ${given}: ${flaw}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const way = make ? 'name a folder that you may write to' : 'nothing was kept there yet';
    if (code === 'EROFS') throw usageError(`--state ${given}: lies on a disk that is read-only; ${way}`);
    throw usageError(`--state ${given}: cannot be used (${code}); ${way}`);
  }
}
