/**
 * One folder's names with their types, unsorted as the OS gives them and cut at a bound. Links are told as
 * such and not followed; a folder that is swapped while it is read is refused.
 */
import * as fs from 'node:fs';
import { limits } from '../limits.ts';
import type { Listing, Refusal } from '../model/host.ts';
import { look } from './open-file.ts';

/** Lists a folder within a boundary; null when it is not there, refused when `device` is not its own. */
export function listFolder(
  folder: string,
  boundary: string,
  device: number | null,
): Listing | Refusal | null {
  const before = look(folder, boundary);
  if (before === null || 'refused' in before) return before;
  if (before.type !== 'directory') return { refused: 'not-a-file' };
  try {
    const own = fs.lstatSync(before.realPath).dev;
    if (device !== null && own !== device) return { refused: 'remote-place' };
    const entries: Listing['entries'] = [];
    const handle = fs.opendirSync(before.realPath, { bufferSize: 256 });
    let cut = false;
    try {
      for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
        if (entries.length === limits.folderEntries) {
          cut = true;
          break;
        }
        const type = entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : 'other';
        entries.push({ name: entry.name, type: entry.isSymbolicLink() ? 'link' : type });
      }
    } finally {
      handle.closeSync();
    }
    if (fs.realpathSync.native(folder) !== before.realPath) return { refused: 'changed-while-read' };
    return { entries: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)), device: own, cut };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { refused: 'unreadable' };
  }
}
