/**
 * The program's own folder for copies of lists, so that they are there without network. It belongs to the
 * effective user, nobody else may look into it, and every file in it is whole or not there. Root's is a place
 * of root's, whatever the environment says.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { codeOf } from './error-code.ts';
import { limits } from '../limits.ts';
import { makeFolders } from './make-folders.ts';
import { readFile } from './open-file.ts';
import { runningUid } from './managed-file.ts';
import { replaceFile } from './replace-file.ts';
import { noteSideEffect } from './side-effects.ts';

export type Cache = {
  folder: string;
  /** Null when it is not there, or is not to be trusted. */
  read(name: string): Buffer | null;
  write(name: string, text: string): void;
};

/** Home of the running user, who may be one that no database knows. */
function homeFolder(): string {
  const named = process.platform === 'win32' ? process.env['USERPROFILE'] : process.env['HOME'];
  if (named !== undefined && path.isAbsolute(named)) return named;
  try {
    return os.homedir();
  } catch {
    return path.join(os.tmpdir(), `shadowscan-${runningUid()}`);
  }
}

/** Where the cache is, by OS and effective user. */
export function cacheFolder(): string {
  const root = process.geteuid?.() === 0;
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const home = homeFolder();
  if (process.platform === 'win32')
    return path.join(LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'shadowscan', 'cache');
  if (process.platform === 'darwin')
    return root
      ? '/Library/Application Support/shadowscan/cache'
      : path.join(home, 'Library', 'Caches', 'shadowscan');
  if (root) return '/var/cache/shadowscan';
  const base = XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : path.join(home, '.cache');
  return path.join(base, 'shadowscan');
}

/** What is wrong with the folder; null when it is fine, or not there yet. */
export function cacheFlaw(folder: string): string | null {
  let stat: fs.Stats | undefined;
  try {
    stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  } catch (error) {
    return `cannot be looked at (${codeOf(error)})`;
  }
  if (stat === undefined) return null;
  if (!stat.isDirectory()) return 'must be a folder and no link';
  if (process.platform === 'win32') return null;
  if (stat.uid !== runningUid()) return 'belongs to somebody else';
  return (stat.mode & 0o077) === 0 ? null : 'must be closed to others (chmod 700)';
}

function readOwn(folder: string, name: string): Buffer | null {
  const read = readFile(path.join(folder, name), folder, limits.cacheBytes);
  if (read === null || 'refused' in read) return null;
  const { uid, mode } = read.info;
  const foreign = uid !== null && (uid !== runningUid() || ((mode ?? 0) & 0o022) !== 0);
  return foreign ? null : read.bytes;
}

/** The cache in a folder, or what is wrong with it in words. Nothing is made before something is written. */
export function openCache(folder: string): Cache | string {
  const flaw = cacheFlaw(folder);
  if (flaw !== null) return `${folder}: ${flaw}`;
  return {
    folder,
    read: (name) => readOwn(folder, name),
    write: (name, text) => {
      makeFolders(folder, 0o700);
      const late = cacheFlaw(folder);
      if (late !== null) throw Object.assign(new Error(late), { code: 'EPERM' });
      replaceFile(path.join(folder, name), (fd) => fs.writeFileSync(fd, text));
      noteSideEffect('wrote to the cache of lists');
    },
  };
}
