/**
 * Several files below one folder. Nothing is written before everything has been looked at: a file that is
 * there and is not ours is never replaced, and no link is followed, the folder itself included.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { codeOf } from './error-code.ts';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { makeFolders } from './make-folders.ts';
import { readFile } from './open-file.ts';
import { replaceFile } from './replace-file.ts';

export type FolderFile = { path: string; bytes: string | Buffer };

/** What lies at a path; undefined for nothing. */
function entryAt(file: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    throw usageError(`${file}: cannot be looked at (${codeOf(error)}); name another folder with --output`);
  }
}

/** Refuses what is there and is no folder of its own, or no file of ours. */
function look(top: string, file: string, isOurs: (bytes: Buffer) => boolean): void {
  const parts = path.relative(top, file).split(path.sep);
  for (let depth = 1; depth <= parts.length; depth++) {
    const current = path.join(top, ...parts.slice(0, depth));
    const found = entryAt(current);
    if (found === undefined) return;
    const last = depth === parts.length;
    if (last ? found.isFile() : found.isDirectory()) continue;
    throw usageError(`${current}: is in the way; name another folder with --output, or remove it`);
  }
  const read = readFile(file, top, limits.sourceBytes);
  if (read !== null && 'bytes' in read && isOurs(read.bytes)) return;
  throw usageError(`${file}: was not written by an export; name another folder with --output, or remove it`);
}

/** Where a folder really is, or would be: links on the way to it are followed. */
export function realFolder(folder: string): string {
  const top = path.resolve(folder);
  for (let one = top; ; one = path.dirname(one)) {
    try {
      return path.join(fs.realpathSync(one), path.relative(one, top));
    } catch {
      if (path.dirname(one) === one) return top;
    }
  }
}

/** Writes all files, each whole or not at all, readable by everybody. */
export function writeFolder(folder: string, files: FolderFile[], isOurs: (bytes: Buffer) => boolean): void {
  const top = path.resolve(folder);
  const there = entryAt(top);
  if (there?.isSymbolicLink()) throw usageError(`${folder}: is a link; name the folder itself with --output`);
  if (there?.isDirectory() === false)
    throw usageError(`${folder}: is not a folder; name another one with --output`);
  const all = files.map((one) => ({ ...one, path: path.join(top, ...one.path.split('/')) }));
  for (const { path: file } of all) look(top, file, isOurs);
  for (const { path: file, bytes } of all) {
    try {
      makeFolders(path.dirname(file), 0o755);
      replaceFile(file, (fd) => {
        fs.writeFileSync(fd, bytes);
        fs.fchmodSync(fd, 0o644);
      });
    } catch (error) {
      throw usageError(`${file}: cannot be written (${codeOf(error)}); name a folder that you may write to`);
    }
  }
}
