/**
 * Globs of bounded depth, with a file system of our own: links are followed only while they stay within the
 * boundary, the entries looked at are counted, and what may not be listed or followed is reported instead of
 * passing for empty. Globs that are not plain go through fast-glob, which is loaded when the first one comes.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createRequire } from 'node:module';
import type fastGlob from 'fast-glob';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { Matched } from '../model/host.ts';
import { isPlain, matchSegments, segmentPattern } from './match-segments.ts';
import { keptOut } from './kept-out.ts';
import { isWithin, look, resolveBoundary } from './open-file.ts';
import { refusalOf } from './refusal.ts';

const require = createRequire(import.meta.url);

/** Whether a path on the way to a match is one that the glob asks for: other links are nobody's business. */
function isAskedFor(relative: string, glob: string): boolean {
  const names = relative.split(path.sep);
  const segments = glob.split('/');
  const open = segments.indexOf('**');
  return names.every((name, at) => {
    if (open >= 0 && at >= open) return true;
    return segments[at] !== undefined && segmentPattern(segments[at]).test(name);
  });
}

/** What makes fast-glob pass something over. */
const notThere = (_told?: void): Error => Object.assign(new Error('kept out'), { code: 'ENOENT' });

const options = {
  dot: true,
  onlyFiles: false,
  followSymbolicLinks: true,
  throwErrorOnBrokenSymbolicLink: false,
  // Also whatever is thrown by what stands in for the file system, which therefore throws nothing of its own.
  suppressErrors: true,
  caseSensitiveMatch: true,
  deep: limits.globDepth,
};

/** Names below `folder` that match whatever glob. */
function matchAny(folder: string, glob: string, guarded: object): string[] {
  const library = require('fast-glob') as typeof fastGlob;
  // Relative, because fast-glob turns every backslash of an absolute path round.
  return library.sync(glob, { cwd: folder, ...options, fs: guarded as unknown as typeof fs });
}

/** Paths below `folder` that match, sorted; with what could not be looked at on the way. */
export function matchPaths(
  folder: string,
  glob: string,
  boundary: string,
  most: number = limits.filesPerRow,
): Matched {
  const root = resolveBoundary(boundary);
  const there = look(folder, boundary);
  if (root === null || there === null) return { paths: [], refusals: [] };
  if ('refused' in there) return { paths: [], refusals: [{ path: folder, reason: there.refused }] };
  let room: number = limits.entriesPerRow;
  let cut = false;
  const refusals = new Map<string, GapReason>();
  const refuse = (target: string, reason: GapReason): void => {
    if (isAskedFor(path.relative(folder, target), glob)) refusals.set(path.normalize(target), reason);
  };
  const demandOpen = (target: string): void => {
    const kept = keptOut(target);
    if (kept !== null) throw notThere(refuse(target, kept));
  };
  const within = (target: string): void => {
    demandOpen(target);
    if (isWithin(fs.realpathSync.native(target), root)) return;
    refuse(target, 'link-out-of-place');
    throw notThere();
  };
  const guarded = {
    lstatSync: (target: string, ...rest: []) => {
      demandOpen(target);
      return fs.lstatSync(target, ...rest);
    },
    statSync: (target: string, ...rest: []) => {
      within(target);
      return fs.statSync(target, ...rest);
    },
    readdirSync: (target: string, options: { withFileTypes: true }) => {
      try {
        within(target);
        const found = fs.readdirSync(target, options);
        cut ||= found.length > room;
        const kept = found.slice(0, room);
        room -= kept.length;
        return kept;
      } catch (error) {
        const reason = refusalOf(error);
        if (reason !== null) refusals.set(path.normalize(target), reason);
        return [];
      }
    },
  };
  const names = isPlain(glob) ? matchSegments(folder, glob, guarded) : matchAny(folder, glob, guarded);
  const paths = names.map((name) => path.join(folder, name)).toSorted();
  const told = [...refusals].map(([at, reason]) => ({ path: at, reason }));
  if (cut || paths.length > most) told.push({ path: folder, reason: 'too-many' });
  return { paths: paths.slice(0, most), refusals: told };
}
