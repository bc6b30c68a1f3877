/**
 * What a scan of the machine it runs on leaves alone: on macOS the folders that the system would ask its user
 * about, unless whoever runs the scan has been let in to everything or says that questions are welcome; on
 * macOS and Windows files of cloud services that are here by name only. Images, backups and what the command
 * line names are somebody's explicit wish, and nothing of them is left alone.
 */
import * as path from 'node:path';
import type { Platform } from '../model/common.ts';
import type { Host, Spared } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import { pick } from './paths.ts';

/** Folders in which homes of the running system lie. */
const homesOf: Partial<Record<Platform, RegExp>> = { macos: /^\/Users$/, windows: /^[A-Za-z]:[/\\]Users$/i };

/** Whether a home is one of the running system's, and no image of another one. */
function isLive(host: Host, home: Place, account: string | undefined): boolean {
  if (home.kind !== 'home' || home.platform !== host.platform) return false;
  if ([host.user.home, account].some((one) => one !== undefined && path.resolve(one) === home.path))
    return true;
  return homesOf[host.platform]?.test(path.dirname(home.path)) ?? false;
}

/** Whether the system lets this program see everything. Asks for a listing that is refused without a word. */
export function seesAll(host: Host, rules: Ruleset, homes: string[]): boolean {
  const { proof } = rules.places.spared.protected;
  const all = proof.flatMap((one) =>
    one.startsWith('~') ? homes.map((home) => home + one.slice(1)) : [one],
  );
  return all.some((folder) => {
    const listing = host.list(folder, '/', null);
    return listing !== null && 'entries' in listing;
  });
}

const inHome = (home: Place, paths: string[]): string[] => paths.map((one) => one.replace(/^~/, home.path));

/** Folders of services in a home, also where its variables say that they are. */
function cloudOf(home: Place, rules: Ruleset): string[] {
  return pick(rules.places.spared.cloud, home.platform).flatMap((one) =>
    one.startsWith('$') ? (home.env[one.slice(1)] ?? []) : inHome(home, [one]),
  );
}

/**
 * Has a host leave alone what must not be touched for these places. `asked` says whether protected folders
 * are looked at; undefined asks the system.
 */
export function spareFolders(
  host: Host,
  all: Place[],
  rules: Ruleset,
  { asked, account }: { asked: boolean | undefined; account: string | undefined },
): void {
  const homes = all.filter((place) => isLive(host, place, account));
  const nothing: Spared = { protected: [], but: [], cloud: [] };
  const machine = all.find((place) => place.kind === 'machine');
  const isImage = machine !== undefined && machine.path !== path.parse(path.resolve(host.user.home)).root;
  host.spare(nothing);
  if (host.platform === 'linux' || isImage || (homes.length === 0 && machine === undefined)) return;
  const cloud = homes.flatMap((home) => cloudOf(home, rules));
  host.spare({ ...nothing, cloud });
  const paths = homes.map((home) => home.path);
  if (host.platform === 'windows' || (asked ?? seesAll(host, rules, paths))) return;
  const { files, apps, machine: others, again } = rules.places.spared.protected;
  const folders = [...others, ...homes.flatMap((home) => inHome(home, [...files, ...apps]))];
  const twice = (paths: string[]): string[] => [
    ...paths,
    ...again.flatMap((prefix) => paths.map((one) => prefix + one)),
  ];
  host.spare({ protected: twice(folders), but: twice(paths), cloud });
}
