/**
 * Homes that earlier runs knew and that are no more: the list of users has none of them, and where homes lie
 * there is no such folder. What could hide one is never taken for that: a list that was not read whole, a
 * network, a folder that cannot be read, or one that is empty, as that of a disk that is not mounted is.
 */
import * as path from 'node:path';
import type { HomeList } from '../model/account.ts';
import type { Host } from '../model/host.ts';
import { plainPath } from './fingerprint.ts';

/** Names in a folder, in the case that paths are compared in; null where they hide something. */
function namesIn(host: Pick<Host, 'list'>, folder: string): Set<string> | null {
  const listing = host.list(folder, folder, null);
  if (listing === null || 'refused' in listing || listing.cut || listing.entries.length === 0) return null;
  return new Set(listing.entries.map(({ name }) => path.posix.basename(plainPath(`${folder}/${name}`))));
}

/** Tells of a target, by the name that `homeTarget` gives it, whether it is such a home or lies in one. */
export function goneHomes(host: Pick<Host, 'list'>, list: HomeList): (target: string) => boolean {
  const { parents, homes, isWhole, isRemote } = list;
  const listed = new Set(homes.map(plainPath));
  const names = new Map(
    parents
      .filter((folder) => plainPath(folder) !== '' && !isRemote(folder))
      .map((folder) => [plainPath(folder), namesIn(host, folder)]),
  );
  const isGone = (home: string): boolean => {
    const there = names.get(path.posix.dirname(home)) ?? null;
    return there !== null && !there.has(path.posix.basename(home)) && !listed.has(home) && !isRemote(home);
  };
  return (target) => {
    // The machine and named files have a word in the place of a path.
    const [, place] = /^\w+ ((?:\/|[a-z]:\/).+)$/.exec(target) ?? [];
    if (!isWhole || place === undefined) return false;
    const parts = place.split('/');
    return parts.some((_, nth) => isGone(parts.slice(0, nth + 1).join('/')));
  };
}
