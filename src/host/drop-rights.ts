/**
 * Gives up root's rights for those of one user, for good. Done by the process itself and not by who starts
 * it: a process that has had root's rights cannot be traced by the user whose rights it takes, so that
 * neither the keys in its memory nor what it finds can be taken or changed by them.
 */
import type { Account } from '../model/account.ts';

/** Takes the rights of a user: groups, group, user, in this order. Throws when it cannot. */
export function dropRights({ name, uid, gid, known }: Account): void {
  const { setgroups, setgid, setuid } = process;
  // Documented, and missing in the types.
  const { initgroups } = process as { initgroups?: (user: string, group: number) => void };
  if (uid === null || setuid === undefined || setgid === undefined) return;
  if (process.getuid?.() !== uid || process.geteuid?.() !== uid) {
    // The group of root opens files that are nobody else's; few users have it as their first one.
    const group = (uid === 0 ? 0 : gid || null) ?? uid;
    if (known) initgroups?.(name, group);
    else setgroups?.([group]);
    setgid(group);
    setuid(uid);
  }
  if (uid === 0) return;
  let regained = true;
  try {
    setuid(0);
  } catch {
    regained = false;
  }
  if (regained || process.getuid?.() !== uid || process.geteuid?.() !== uid)
    throw new Error('rights were not given up');
}
