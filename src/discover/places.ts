/**
 * Where to look: the machine and the homes that the options name. A home of another user or of an image
 * gets none of the scanner's own environment. Knows no product.
 */
import * as path from 'node:path';
import { passwdLines } from '../parse/passwd.ts';
import type { HomeList } from '../model/account.ts';
import type { Platform } from '../model/common.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import { usageError } from '../model/usage-error.ts';

export type PlaceOptions = {
  /** A folder to scan as a home of `platform`. */
  home?: string;
  /** Whose home of this machine to scan, when it is not that of who runs the scan; null for none at all. */
  account?: { name: string; home: string } | null;
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

/** Where the scan starts, and what should be a home and cannot be looked at. */
export type Start = {
  places: Place[];
  refused: { path: string; reason: GapReason }[];
  /** Of an image, where its homes lie. */
  list?: HomeList;
};

const parents = { linux: 'home', macos: 'Users', windows: 'Users' };
const rootHomes = { linux: 'root', macos: 'var/root', windows: null };
const notUsers = new Set([
  'Shared',
  'Guest',
  'Public',
  'Default',
  'Default User',
  'All Users',
  'lost+found',
  '.localized',
]);

/** Homes that the user database of an image names, wherever they are; null when it cannot be read. */
function passwdHomes(host: Host, root: string): Home[] | null {
  const read = host.read(path.join(root, 'etc/passwd'), root, limits.ruleBytes);
  if (read === null || 'refused' in read) return read === null ? [] : null;
  return passwdLines(read.bytes.toString('utf8'))
    .filter(({ uid, home }) => Number(uid) >= 1000 && Number(uid) < 65_534 && home)
    .map(({ name: user, home }) => ({ user, path: path.join(root, home) }));
}

/** Homes of a machine that is scanned as a folder, by the layout of its platform. */
function homesBelow(
  host: Host,
  root: string,
  platform: Platform,
): { homes: Home[]; refused: Start['refused']; list: HomeList } {
  const users = platform === 'linux' ? passwdHomes(host, root) : [];
  const found = host.match(path.join(root, parents[platform]), '*', root);
  const refused = [...found.refusals];
  const own = rootHomes[platform];
  const named = [
    ...found.paths.map((home) => ({ user: path.basename(home), path: home })),
    ...(users ?? []),
    ...(own === null ? [] : [{ user: 'root', path: path.join(root, own) }]),
  ].filter((home) => !notUsers.has(home.user));
  const homes = new Map<string, Home>();
  for (const home of named) {
    const info = host.look(home.path, root);
    if (info !== null && 'refused' in info) refused.push({ path: home.path, reason: info.refused });
    else if (info?.type === 'directory' && !homes.has(info.realPath)) homes.set(info.realPath, home);
  }
  if (homes.size === 0 && refused.length === 0) {
    throw usageError(
      `--root ${root}: no homes of ${platform} below it; name the right folder and --platform`,
    );
  }
  const list: HomeList = {
    parents: [path.join(root, parents[platform]), ...(users ?? []).map((home) => path.dirname(home.path))],
    homes: (users ?? []).map((home) => home.path),
    isWhole: users !== null,
    isRemote: () => false,
  };
  return { homes: [...homes.values()], refused, list };
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
  const place: Place = {
    kind: 'workspace',
    path: folder,
    boundary,
    platform,
    user: home?.user ?? null,
    env: {},
    owner: home?.owner ?? null,
    home,
  };
  // One that was given is its own: what it names is looked for within it.
  place.home ??= place;
  return place;
}

/** Whether a workspace was given on the command line, so that its files are what the scan is about. */
export function isGiven(place: Place): boolean {
  return place.kind === 'workspace' && place.home === place;
}

/** The places that a run starts from. Throws a usage error for a folder that is not there. */
export function places(host: Host, options: PlaceOptions): Start {
  const platform = options.platform ?? host.platform;
  if (options.workspaces?.length) {
    const all = options.workspaces.map((given) => folderOf(host, given, 'scan'));
    return { places: all.map((folder) => workspacePlace(folder, null, platform)), refused: [] };
  }
  const root = options.root === undefined ? null : folderOf(host, options.root, '--root');
  if (options.home !== undefined) {
    const folder = folderOf(host, options.home, '--home');
    const own = host.user.home === folder && root === null && platform === host.platform;
    const home = { user: own ? host.user.name : path.basename(folder), path: folder };
    const machine = root === null ? [] : [machinePlace(root, platform)];
    return { places: [...machine, homePlace(host, home, platform, false, options.env)], refused: [] };
  }
  if (root !== null) {
    const { homes, refused, list } = homesBelow(host, root, platform);
    const all = homes.map((home) => homePlace(host, home, platform, false));
    return { places: [machinePlace(root, platform), ...all], refused, list };
  }
  if (options.platform !== undefined && options.platform !== host.platform) {
    throw usageError('--platform: another platform than this one needs --home DIR or --root DIR');
  }
  const { account = host.user } = options;
  const machine = machinePlace(path.parse(path.resolve(host.user.home)).root, platform);
  if (account === null) return { places: [machine], refused: [] };
  const home = { user: account.name, path: path.resolve(account.home) };
  return { places: [machine, homePlace(host, home, platform, account === host.user)], refused: [] };
}
