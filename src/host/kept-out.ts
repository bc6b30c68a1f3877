/**
 * Folders that are not to be touched: mounts that may never answer, and what the OS asks its user about
 * before it lets a program in. A path is held against them by its name, folder by folder, before anything
 * below one of them is looked at, and links on the way are followed by their text alone. It also knows the
 * folders of cloud services, whose files may be here by name only. It reads no file.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { GapReason } from '../model/fact.ts';
import type { Spared } from '../model/host.ts';

/** Mounts of this process; and what one scan spares, which the next one sets anew. */
const remote: string[] = [];
let spared = new Map<string, 'out' | 'in'>();
let cloud: string[] = [];

/** Folders of links that were looked at -> where they lead, by text; null where that is kept out. */
const ends = new Map<string, string | null>();

/** Links on one way, as many as the systems themselves follow. */
const mostLinks = 40;

/**
 * A path as file systems without case compare it. Letters that are capitals of the same letter are the same
 * (`s` and the long one), however an accent is written.
 */
function folded(name: string): string {
  // Nearly every path is plain, and this is asked of each.
  if (/^[\x20-\x5b\x5d-\x7e]*$/.test(name)) return name.toLowerCase().replace(/\/+$/, '');
  return name.normalize('NFC').toUpperCase().toLowerCase().replaceAll('\\', '/').replace(/\/+$/, '');
}

const isBelow = (name: string, folder: string): boolean => name === folder || name.startsWith(`${folder}/`);

/** Folders that are not to be touched from now on, such as mounts that may never answer. */
export function keepOut(folders: string[]): void {
  for (const folder of folders) remote.push(folder);
  ends.clear();
}

/** Sets what a scan spares; a folder in `but` is looked at though it lies in one that is protected. */
export function spare({ protected: out, but, cloud: services }: Spared): void {
  spared = new Map([
    ...out.map((folder) => [folded(folder), 'out'] as const),
    ...but.map((folder) => [folded(folder), 'in'] as const),
  ]);
  cloud = services.map(folded);
  ends.clear();
}

/** Why a path may not be touched, as far as its name tells; null when it may. The innermost one decides. */
function byName(file: string): GapReason | null {
  if (remote.length > 0) {
    const whole = path.normalize(file);
    if (remote.some((folder) => isBelow(whole, folder))) return 'remote-place';
  }
  if (spared.size === 0) return null;
  for (let name = folded(path.normalize(file)); name !== ''; name = name.slice(0, name.lastIndexOf('/'))) {
    const known = spared.get(name);
    if (known !== undefined) return known === 'out' ? 'protected' : null;
    if (!name.includes('/')) return null;
  }
  return null;
}

/** Whether a path is on the way to a folder that is looked at after all. */
const isOnTheWay = (file: string): boolean =>
  [...spared].some(([folder, side]) => side === 'in' && isBelow(folder, folded(file)));

/** What a name in a folder leads to; null when it is kept out, the name itself when it is no link. */
function step(at: string, links: number): string | null {
  if (byName(at) !== null && !isOnTheWay(at)) return null;
  let target: string;
  try {
    if (!fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) return at;
    target = fs.readlinkSync(at);
  } catch {
    // Whoever opens it is told why.
    return at;
  }
  return links === 0 ? at : end(path.resolve(path.dirname(at), target), links - 1);
}

/** Where a path leads, with every link followed by its text; null when that is kept out. */
function end(file: string, links: number): string | null {
  const above = path.dirname(file);
  if (above === file) return file;
  let folder = ends.get(above);
  if (folder === undefined) {
    folder = end(above, links);
    ends.set(above, folder);
  }
  return folder === null ? null : step(path.join(folder, path.basename(file)), links);
}

/** Why a path may not be touched, by its name and by where its links lead; null when it may. */
export function keptOut(file: string): GapReason | null {
  if (remote.length === 0 && spared.size === 0) return null;
  const named = byName(file);
  if (named !== null) return named;
  const whole = path.resolve(file);
  const real = end(whole, mostLinks);
  if (real !== null) return real === whole ? null : byName(real);
  return spared.size > 0 ? 'protected' : 'remote-place';
}

/**
 * Whether a file is here by name only: its service would fetch it when somebody reads it. Node does not tell
 * the attributes by which Windows and macOS mark such a file; what it tells is that a file of some size
 * takes no room on the disk. Below half a kilobyte that means nothing (NTFS keeps small files in their
 * entry), nor outside of the services' folders (files that the system has compressed are like that).
 * Node 24 on Windows 11 with OneDrive: 2048 blocks of 1 MB when it is here, 0 when it is not (2026-07).
 */
export function isAway({ size, blocks }: Pick<fs.Stats, 'size' | 'blocks'>, real: string): boolean {
  if (cloud.length === 0 || blocks > 0 || size < 512) return false;
  const name = folded(real);
  return cloud.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : isBelow(name, one)));
}
