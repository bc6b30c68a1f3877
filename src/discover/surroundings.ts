/**
 * What else is to be known of a file that holds a secret: whose it is, which service copies its folder away,
 * and what git makes of it. Asked only of such files, and only of what lies within their place.
 */
import * as path from 'node:path';
import { passwdLines } from '../parse/passwd.ts';
import { limits } from '../limits.ts';
import type { GitState } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Place, Source } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import { createGit } from './git.ts';
import { capture, pick } from './paths.ts';

export type Surroundings = { owner: string | null; synced: string | null; git: GitState | null };

/** Names of users by number, as the machine's own list has them. */
function userNames(host: Host, machine: Place | null): Map<string, string> {
  if (machine === null) return new Map();
  const read = host.read(path.join(machine.path, 'etc/passwd'), machine.boundary, limits.ruleBytes);
  if (read === null || 'refused' in read) return new Map();
  return new Map(passwdLines(read.bytes.toString('utf8')).map(({ uid, name }) => [uid, name]));
}

/** Path of a file within its home or place; null when it lies elsewhere. */
function within(file: string, folder: string): string | null {
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : null;
}

/** The service whose folder a path in a home lies in. */
function syncedByPath(rules: Ruleset, place: Place, relative: string): string | null {
  const parts = relative.split('/');
  const found = rules.places.synced.find(({ path: paths }) =>
    pick(paths ?? {}, place.platform).some((one) => {
      const pattern = one.replace(/^~\//, '');
      const top = parts.slice(0, pattern.split('/').length).join('/');
      return top !== relative && capture(pattern, top) !== null;
    }),
  );
  return found?.service ?? null;
}

/** What is asked of the files of one run. */
export function createSurroundings(
  host: Host,
  rules: Ruleset,
  machine: Place | null,
): (source: Source, place: Place) => Surroundings {
  const git = createGit(host);
  const marked = new Map<string, string | null>();
  let users: Map<string, string> | null = null;

  const markOf = (folder: string, place: Place): string | null => {
    const known = marked.get(folder);
    if (known !== undefined) return known;
    const found = rules.places.synced.find(({ marker }) =>
      marker?.some((name) => {
        const seen = host.look(path.join(folder, name), place.boundary);
        return seen !== null && 'type' in seen;
      }),
    );
    const service = found?.service ?? null;
    marked.set(folder, service);
    return service;
  };
  const syncedByMarker = (file: string, place: Place): string | null => {
    const top = place.home?.path ?? place.path;
    let folder = path.dirname(file);
    for (let nth = 0; nth < limits.foldersAbove && within(folder, top) !== null; nth += 1) {
      const service = markOf(folder, place);
      if (service !== null) return service;
      folder = path.dirname(folder);
    }
    return null;
  };
  const ownerOf = ({ info }: Source, place: Place): string | null => {
    const home = place.home;
    if (home === null || info.uid === null) return null;
    const seen = host.look(home.path, home.boundary);
    if (seen === null || 'refused' in seen || seen.uid === info.uid) return null;
    users ??= userNames(host, machine);
    return users.get(String(info.uid)) ?? `uid ${info.uid}`;
  };

  return (source, place) => {
    const home = place.home?.path ?? place.path;
    // A link into such a folder is as good as lying there.
    const real = source.info.realPath;
    const file = within(real, place.boundary) === null && within(real, home) === null ? source.path : real;
    const relative = within(file, home);
    const byPath = relative === null ? null : syncedByPath(rules, place, relative);
    return {
      owner: ownerOf(source, place),
      synced: byPath ?? syncedByMarker(file, place),
      git: git(file, place),
    };
  };
}
