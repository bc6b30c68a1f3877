/** Whose files are read on behalf of a user when the scan has more rights than that user. */
import type { FileInfo } from '../model/host.ts';

/** Whether `owner` could read it: it is the owner's, or root's and readable for all. */
export function ownedBy(info: FileInfo, owner: number): boolean {
  if (info.uid === null || info.uid === owner) return true;
  return info.uid === 0 && ((info.mode ?? 0) & 0o4) !== 0;
}
