/**
 * Globs of bounded depth, through fast-glob with a file system of our own: links are followed only while
 * they stay within the boundary, the entries looked at are counted, and a folder that may not be listed is
 * reported instead of passing for an empty one.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fastGlob from 'fast-glob';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import { isWithin, look, resolveBoundary } from './open-file.ts';

/** Thrown through fast-glob to stop it; it is never seen outside this file. */
const tooMany = Symbol('too-many');

/** Paths below `folder` that match, sorted; `refused` when some could not be looked at. */
export function matchPaths(
  folder: string,
  glob: string,
  boundary: string,
): { paths: string[]; refused?: GapReason } {
  const root = resolveBoundary(boundary);
  const there = look(folder, boundary);
  if (root === null || there === null) return { paths: [] };
  if ('refused' in there) return { paths: [], refused: there.refused };
  let entries = 0;
  let refused: GapReason | undefined;
  const within = (target: string): void => {
    if (isWithin(fs.realpathSync.native(target), root)) return;
    refused ??= 'link-out-of-place';
    throw Object.assign(new Error('outside'), { code: 'ENOENT' });
  };
  const guarded = {
    lstatSync: fs.lstatSync,
    statSync: (target: string, ...rest: []) => {
      within(target);
      return fs.statSync(target, ...rest);
    },
    readdirSync: (target: string, options: { withFileTypes: true }) => {
      try {
        within(target);
        const found = fs.readdirSync(target, options);
        entries += found.length;
        if (entries > limits.entriesPerRow) throw tooMany;
        return found;
      } catch (error) {
        if (error === tooMany) throw error;
        const code = (error as NodeJS.ErrnoException).code;
        if (code !== 'ENOENT' && code !== 'ENOTDIR') refused ??= 'unreadable';
        return [];
      }
    },
  };
  try {
    const paths = fastGlob.sync(glob, {
      cwd: folder,
      absolute: true,
      dot: true,
      onlyFiles: false,
      followSymbolicLinks: true,
      throwErrorOnBrokenSymbolicLink: false,
      suppressErrors: true,
      caseSensitiveMatch: true,
      deep: limits.globDepth,
      fs: guarded as unknown as typeof fs,
    });
    const sorted = paths.map((found) => path.normalize(found)).toSorted();
    if (sorted.length <= limits.filesPerRow) return refused ? { paths: sorted, refused } : { paths: sorted };
    return { paths: sorted.slice(0, limits.filesPerRow), refused: 'too-many' };
  } catch (error) {
    if (error === tooMany) return { paths: [], refused: 'too-many' };
    throw error;
  }
}
