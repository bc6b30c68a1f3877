/**
 * One folder's names with their types, unsorted as the OS gives them and cut at a bound. Links are told as
 * such and not followed; a folder that is swapped while it is read is refused.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { Listing, Refusal } from '../model/host.ts';
import { look } from './open-file.ts';
import { refusalOf } from './refusal.ts';

type Entries = Listing['entries'];

type Kind = Pick<fs.Dirent, 'isSymbolicLink' | 'isFile' | 'isDirectory'>;

const typeOf = (kind: Kind): Entries[number]['type'] =>
  kind.isSymbolicLink() ? 'link' : kind.isFile() ? 'file' : kind.isDirectory() ? 'directory' : 'other';

/**
 * An entry with its type. On Windows a listing calls all that has a reparse point a link, folders of OneDrive
 * and Dropbox included (github.com/aws/aws-cdk/issues/38653, 2026-08): a look at the entry tells them apart.
 */
export function entryOf(
  entry: Kind & { name: string },
  look: () => Kind | undefined,
  platform: NodeJS.Platform = process.platform,
): Entries[number] {
  const type = typeOf(entry);
  if (type !== 'link' || platform !== 'win32') return { name: entry.name, type };
  const seen = look();
  return { name: entry.name, type: seen === undefined ? 'link' : typeOf(seen) };
}

const reader =
  (folder: string) =>
  (entry: fs.Dirent): Entries[number] =>
    entryOf(entry, () => fs.lstatSync(path.join(folder, entry.name), { throwIfNoEntry: false }));

/** Names one by one up to the bound, and whether there are more. */
function boundedEntries(folder: string): { entries: Entries; cut: boolean } {
  const entries: Entries = [];
  const read = reader(folder);
  const handle = fs.opendirSync(folder, { bufferSize: 256 });
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
      if (entries.length === limits.folderEntries) return { entries, cut: true };
      entries.push(read(entry));
    }
  } finally {
    handle.closeSync();
  }
  return { entries, cut: false };
}

/** Names of a folder: in one go, which is several times faster, where its own size says that they are few. */
function entriesOf(folder: string, size: number): { entries: Entries; cut: boolean } {
  if (size === 0 || size > limits.smallFolderBytes) return boundedEntries(folder);
  return { entries: fs.readdirSync(folder, { withFileTypes: true }).map(reader(folder)), cut: false };
}

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
    const { dev: own, size } = fs.lstatSync(before.realPath);
    if (device !== null && own !== device) return { refused: 'remote-place' };
    const { entries, cut } = entriesOf(before.realPath, size);
    if (fs.realpathSync.native(folder) !== before.realPath) return { refused: 'changed-while-read' };
    return { entries: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)), device: own, cut };
  } catch (error) {
    const refused = refusalOf(error);
    return refused === null ? null : { refused };
  }
}
