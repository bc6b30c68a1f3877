/**
 * What of this machine decides whether the program can be relied on: who runs it, who can change it, room on
 * the disk, whether a receiver can be reached. It changes nothing; only `reaches` uses the network.
 */
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import { isSea } from 'node:sea';
import { folderFlaw, runningUid } from './managed-file.ts';
import { mountOf, mounts } from './mounts.ts';

/** The file that runs: the binary, or the script that Node was given. */
export function programFile(): string {
  const script = process.argv[1];
  return isSea() || script === undefined ? process.execPath : path.resolve(script);
}

/**
 * Who else could put another program in the place of this one; null when nobody but root and its user.
 * Windows tells Node no owners.
 */
export function programFlaw(file: string = programFile()): string | null {
  if (process.platform === 'win32') return null;
  try {
    const real = fs.realpathSync.native(file);
    const { uid, mode } = fs.statSync(real);
    const own = runningUid();
    if (uid !== 0 && uid !== own) return `${real} belongs to another user`;
    if ((mode & 0o022) !== 0) return `${real} can be written by others`;
    const above = folderFlaw(real, own);
    return above === null ? null : `${real} ${above}`;
  } catch (error) {
    return `${file} cannot be looked at (${(error as NodeJS.ErrnoException).code ?? 'error'})`;
  }
}

/** Who runs it, and whether that may read all homes. */
export function privileges(): { isRoot: boolean; detail: string } {
  if (process.platform === 'win32') return { isRoot: false, detail: 'the rights of whoever starts it' };
  const uid = runningUid();
  return uid === 0
    ? { isRoot: true, detail: 'root: every home can be scanned (--all-users)' }
    : { isRoot: false, detail: `user ${uid}: the own home; every home needs root` };
}

/** The folder, or the nearest one above it that is there. */
function existing(folder: string): string {
  return fs.existsSync(folder) || path.dirname(folder) === folder ? folder : existing(path.dirname(folder));
}

/** Bytes that this user may still write where a folder lies; null where nobody can tell, or on a network. */
export function freeBytes(folder: string): number | null {
  if (mountOf(mounts(), folder)?.isRemote) return null;
  try {
    const { bavail, bsize } = fs.statfsSync(existing(folder));
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** Bytes of a file; 0 when it is not there. */
export function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Whether a connection to an address can be opened within so many milliseconds; else why not. */
export function reaches(host: string, port: number, milliseconds: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (flaw: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(flaw);
    };
    const timer = setTimeout(() => end('no answer in time'), milliseconds);
    socket.on('connect', () => end(null));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'no connection'));
  });
}
