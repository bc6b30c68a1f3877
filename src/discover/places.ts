/**
 * Where to look: the machine and the homes that the options name. A home of another user or of an image
 * gets none of the scanner's own environment. Knows no product.
 */
import * as path from 'node:path';
import type { Platform } from '../model/common.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import { usageError } from '../model/usage-error.ts';

export type PlaceOptions = {
  /** A folder to scan as a home of `platform`. */
  home?: string;
  /** A folder to scan as the whole machine: an image, a backup, a test. */
  root?: string;
  platform?: Platform;
  /** Variables that hold for `home`; none by default. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Workspaces to scan instead of homes. */
  workspaces?: string[];
};

type Home = { user: string; path: string };

function folderOf(host: Host, given: string, option: string): string {
  if (given === '') throw usageError(`${option}: expected a folder, got an empty text`);
  const absolute = path.resolve(host.workingFolder(), given);
  const info = host.look(absolute, path.parse(absolute).root);
  if (info === null) throw usageError(`${option} ${given}: no such folder`);
  if ('refused' in info) throw usageError(`${option} ${given}: cannot be read`);
  if (info.type !== 'directory') throw usageError(`${option} ${given}: not a folder`);
  return absolute;
}

/** Homes of a machine that is scanned as a folder, by the layout of its platform. */
function homesBelow(host: Host, root: string, platform: Platform): Home[] {
  const parents = { linux: ['home'], macos: ['Users'], windows: ['Users'] }[platform];
  const skipped = new Set([
    'Shared',
    'Guest',
    'Public',
    'Default',
    'Default User',
    'All Users',
    'lost+found',
  ]);
  const homes = parents.flatMap((parent) =>
    host
      .match(path.join(root, parent), '*', root)
      .paths.map((found) => ({ user: path.basename(found), path: found })),
  );
  if (platform === 'linux') homes.push({ user: 'root', path: path.join(root, 'root') });
  if (platform === 'macos') homes.push({ user: 'root', path: path.join(root, 'var/root') });
  return homes.filter((home) => {
    const info = host.look(home.path, root);
    return !skipped.has(home.user) && info !== null && 'type' in info && info.type === 'directory';
  });
}

function homePlace(host: Host, home: Home, platform: Platform, own: boolean, env: Place['env'] = {}): Place {
  const info = host.look(home.path, path.parse(home.path).root);
  const uid = info !== null && 'uid' in info ? info.uid : null;
  const place: Place = {
    kind: 'home',
    path: home.path,
    boundary: home.path,
    platform,
    user: home.user,
    env: own ? host.env : env,
    owner: host.effectiveUid === 0 && !own ? uid : null,
    home: null,
  };
  place.home = place;
  return place;
}

function machinePlace(root: string, platform: Platform): Place {
  return {
    kind: 'machine',
    path: root,
    boundary: root,
    platform,
    user: null,
    env: {},
    owner: null,
    home: null,
  };
}

/** A workspace of a home, or one given on the command line (then `home` is null and it is its own). */
export function workspacePlace(
  folder: string,
  home: Place | null,
  platform: Platform,
  boundary = folder,
): Place {
  return {
    kind: 'workspace',
    path: folder,
    boundary,
    platform,
    user: home?.user ?? null,
    env: {},
    owner: home?.owner ?? null,
    home,
  };
}

/** The places that a run starts from. Throws a usage error for a folder that is not there. */
export function places(host: Host, options: PlaceOptions): Place[] {
  const platform = options.platform ?? host.platform;
  if (options.workspaces?.length) {
    return options.workspaces.map((given) => workspacePlace(folderOf(host, given, 'scan'), null, platform));
  }
  const root = options.root === undefined ? null : folderOf(host, options.root, '--root');
  if (options.home !== undefined) {
    const folder = folderOf(host, options.home, '--home');
    const own = host.user.home === folder && root === null && platform === host.platform;
    const home = { user: own ? host.user.name : path.basename(folder), path: folder };
    return [
      ...(root === null ? [] : [machinePlace(root, platform)]),
      homePlace(host, home, platform, false, options.env),
    ];
  }
  if (root !== null) {
    const homes = homesBelow(host, root, platform);
    return [machinePlace(root, platform), ...homes.map((home) => homePlace(host, home, platform, false))];
  }
  if (options.platform !== undefined && options.platform !== host.platform) {
    throw usageError('--platform: another platform than this one needs --home DIR or --root DIR');
  }
  const home = { user: host.user.name, path: path.resolve(host.user.home) };
  return [machinePlace(path.parse(home.path).root, platform), homePlace(host, home, platform, true)];
}
