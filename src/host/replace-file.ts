/** Files that are whole or not there: nobody reads half of one, and one that fails leaves nothing behind. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Lets `write` fill a private temporary file beside `file`, which then takes its place. */
export function replaceFile(file: string, write: (fd: number) => void): void {
  const name = `.${path.basename(file)}.${randomBytes(6).toString('hex')}`;
  const temporary = path.join(path.dirname(file), name);
  try {
    const fd = fs.openSync(temporary, 'wx', 0o600);
    try {
      write(fd);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** Removes what writes into a folder have left that were broken off. Only while nobody writes there. */
export function removeTemporary(folder: string): void {
  for (const name of fs.readdirSync(folder))
    if (/^\..+\.[0-9a-f]{12}$/.test(name)) fs.rmSync(path.join(folder, name), { force: true });
}

/** Brings the names in a folder to the disk, where the OS can: a rename is lost with the power otherwise. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, fs.constants.O_RDONLY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
