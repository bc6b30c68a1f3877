/** What the OS says when it lets nobody in -> the reason of a gap. */
import type { GapReason } from '../model/fact.ts';
import { codeOf } from './error-code.ts';

const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL']);

/**
 * The reason; null when nothing is there. On macOS rights of the file say EACCES and everything else that
 * forbids says EPERM: the protection of a person's folders, which no right of the file can give (Apple, "On
 * File System Permissions", developer.apple.com/forums/thread/678819, 2026-11). Elsewhere both mean rights.
 */
export function refusalOf(error: unknown, platform: NodeJS.Platform = process.platform): GapReason | null {
  const code = codeOf(error);
  if (absent.has(code)) return null;
  if (code === 'ELOOP') return 'link-out-of-place';
  return code === 'EPERM' && platform === 'darwin' ? 'protected' : 'unreadable';
}
