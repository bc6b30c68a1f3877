/** What a migration changes on this machine beside the vault. Its journal lies next to the vault's folder. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isSea } from 'node:sea';
import { setTimeout as pause } from 'node:timers/promises';
import type { MigrateHost } from '../model/migrate-host.ts';
import { Secret } from '../secrets/secret.ts';
import { editDisk } from './edit-disk.ts';
import { limits } from '../limits.ts';
import { tryLock } from './file-lock.ts';
import { readFile } from './open-file.ts';
import { makePrivate, privateFolder } from './private-folder.ts';
import { listProcesses } from './processes.ts';
import { removeTemporary, replaceFile } from './replace-file.ts';
import { ownHome, vaultFolder } from './vault-host.ts';

/**
 * The words that start this program again. Clients that the desktop starts have no PATH of a shell, so that a
 * script is named together with the Node that runs it.
 */
function ownProgram(): string[] {
  if (isSea()) return [process.execPath];
  return [process.execPath, fs.realpathSync(process.argv[1]!)];
}

/** The number of the process that a file names. */
function pidIn(file: string): number | null {
  const read = readFile(file, path.dirname(file), limits.smallFileBytes);
  const text = read !== null && 'bytes' in read ? read.bytes.toString('latin1') : '';
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/**
 * Names this process to others that wait, and removes what killed ones were writing beside the journal. Where
 * nothing can be written the lock holds all the same.
 */
function sayHolder(file: string): void {
  try {
    removeTemporary(path.dirname(file));
    replaceFile(file, (fd) => fs.writeFileSync(fd, String(process.pid)));
  } catch {
    fs.rmSync(file, { force: true });
  }
}

/** The surroundings. `given` is the program that configs will start, where it is not this one. */
export function migrateHost(
  given?: string,
  folder = path.join(path.dirname(vaultFolder()), 'migrate'),
): MigrateHost {
  return {
    disk: editDisk,
    journal: privateFolder(folder),
    program: given === undefined ? ownProgram() : [path.resolve(given)],
    home: ownHome(),
    commands: () => listProcesses().processes.map(({ program: name, args }) => [new Secret(name), ...args]),
    random: randomBytes,
    now: () => new Date(),
    wait: (milliseconds) => pause(milliseconds),
    async alone(work) {
      makePrivate(folder);
      const release = tryLock(path.join(folder, '.lock'), 'exclusive');
      const holder = path.join(folder, '.holder');
      if (release === null) return { holder: pidIn(holder) };
      try {
        sayHolder(holder);
        return { done: await work() };
      } finally {
        fs.rmSync(holder, { force: true });
        release();
      }
    },
  };
}
