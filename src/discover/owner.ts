/** Whose files are read on behalf of a user when the scan has more rights than that user. */
import * as path from 'node:path';
import type { FileInfo, Host } from '../model/host.ts';

/** Whether `owner` could read it: it is the owner's, or root's and readable for all. */
export function ownedBy(info: FileInfo, owner: number): boolean {
  if (info.uid === null || info.uid === owner) return true;
  return info.uid === 0 && ((info.mode ?? 0) & 0o4) !== 0;
}

/** Whether `owner` could get to a path: may pass every folder above it. Groups are not asked about. */
export function reachableBy(host: Host, file: string, owner: number): boolean {
  const top = path.parse(file).root;
  for (let folder = path.dirname(file); folder !== top; folder = path.dirname(folder)) {
    const info = host.look(folder, top);
    if (info === null || 'refused' in info) return false;
    const bit = info.uid === owner ? 0o100 : 0o001;
    if (info.mode !== null && (info.mode & bit) === 0) return false;
  }
  return true;
}

/**
 * The host as it serves one user: what was opened must be theirs, whatever was looked at before. A file may
 * have been swapped for another one in between.
 */
export function onBehalf(host: Host, owner: number | null): Host {
  if (owner === null) return host;
  return {
    ...host,
    read(file, boundary, maxBytes) {
      const read = host.read(file, boundary, maxBytes);
      return read !== null && 'bytes' in read && !ownedBy(read.info, owner) ? { refused: 'not-owner' } : read;
    },
  };
}
