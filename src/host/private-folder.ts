/**
 * A folder that is the running user's alone: nobody else may enter it, and it is no link. Its files are
 * replaced as a whole and are on the disk before a write returns. It does not look at what lies in them.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFlaw } from './error-code.ts';
import { limits } from '../limits.ts';
import type { PrivateFolder } from '../model/vault-host.ts';
import { usageError } from '../model/usage-error.ts';
import { cacheFlaw } from './cache.ts';
import { makeFolders } from './make-folders.ts';
import { readFile } from './open-file.ts';
import { replaceFile, syncFolder } from './replace-file.ts';

/** Throws unless the folder is as it must be, or not there. */
export function demandPrivate(folder: string): void {
  const flaw = cacheFlaw(folder);
  if (flaw !== null) throw usageError(`${folder}: ${flaw}; correct it, since secrets are kept there`);
}

/** Makes the folder where it is missing. */
export function makePrivate(folder: string): void {
  try {
    makeFolders(folder, 0o700);
  } catch (error) {
    throw usageError(`${folder}: cannot be made (${writeFlaw(error)})`);
  }
  demandPrivate(folder);
}

/** Runs one step on a file of the folder; what fails is told in one line. */
function step<T>(file: string, doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw usageError(`${file}: cannot be ${doing} (${writeFlaw(error)})`);
  }
}

function readOwn(folder: string, name: string): Buffer | null {
  const file = path.join(folder, name);
  const read = readFile(file, folder, limits.vaultFileBytes);
  if (read === null) return null;
  if ('refused' in read) throw usageError(`${file}: cannot be read (${read.refused})`);
  return read.bytes;
}

function namesOf(folder: string): string[] {
  const there = step(folder, 'listed', () =>
    fs.existsSync(folder) ? fs.readdirSync(folder, { withFileTypes: true }) : [],
  );
  // Names with a dot are of writes that were broken off.
  return there
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .toSorted();
}

/** The folder by its path. Nothing is made before something is written. */
export function privateFolder(folder: string): PrivateFolder {
  demandPrivate(folder);
  return {
    path: folder,
    read: (name) => readOwn(folder, name),
    names: () => namesOf(folder),
    write(name, bytes) {
      makePrivate(folder);
      const file = path.join(folder, name);
      step(file, 'written', () => {
        replaceFile(file, (fd) => fs.writeFileSync(fd, bytes));
        syncFolder(folder);
      });
    },
    remove(name) {
      const file = path.join(folder, name);
      step(file, 'removed', () => {
        fs.rmSync(file, { force: true });
        if (fs.existsSync(folder)) syncFolder(folder);
      });
    },
  };
}
