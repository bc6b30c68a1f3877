/** Where an entry holds: in which clients, for which users, on which hosts. */
import type { AllowlistEntry } from '../model/allowlist.ts';
import type { Approvable } from '../model/allowlist.ts';
import { loose } from './wildcard.ts';

type Scoped = Pick<AllowlistEntry, 'clients' | 'users' | 'hosts'>;

function oneOf(patterns: string[], text: string | null): boolean {
  return text !== null && patterns.some((pattern) => loose(pattern, text));
}

/** Whether a user and a host are among those that an entry names; all are where it names none. */
export function holdsFor({ users, hosts }: Scoped, user: string | null, host: string): boolean {
  return (users === undefined || oneOf(users, user)) && (hosts === undefined || oneOf(hosts, host));
}

/**
 * Whether an entry speaks of a fact at all. A thing that several clients share is approved when it is for
 * each of them, and denied when it is for one.
 */
export function isInScope(entry: AllowlistEntry, side: 'approve' | 'deny', fact: Approvable, host: string) {
  if (!holdsFor(entry, fact.user, host)) return false;
  const { clients } = entry;
  if (clients === undefined) return true;
  const meant = (tool: string): boolean => clients.includes(tool);
  return side === 'approve' ? fact.tools.length > 0 && fact.tools.every(meant) : fact.tools.some(meant);
}
