/**
 * Makes a folder with those above it that are missing, level by level. Node's own way never ends on a file
 * system that says of a folder nobody may make that the one above is not there, such as `/proc` (2026-11).
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';

/** Those of a path that are missing, the lowest first. Throws for more than the bound. */
function missingOf(folder: string): string[] {
  const missing: string[] = [];
  let at = path.resolve(folder);
  while (fs.lstatSync(at, { throwIfNoEntry: false }) === undefined) {
    missing.push(at);
    if (missing.length > limits.foldersAbove || at === path.dirname(at))
      throw Object.assign(new Error('too many folders are missing'), { code: 'ENOENT' });
    at = path.dirname(at);
  }
  return missing;
}

/** Makes what is missing of a folder's path with `mode`. Throws what the OS says; what is there stays. */
export function makeFolders(folder: string, mode: number): void {
  for (const one of missingOf(folder).toReversed()) {
    try {
      fs.mkdirSync(one, { mode });
    } catch (error) {
      // Another run was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
