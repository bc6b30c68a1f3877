/**
 * Leads -> places. A source may name any path; what it names is only looked at as the user who owns the
 * source could. Paths of an image or backup are mapped into it: `/home/dev/app` named in a home that is
 * scanned elsewhere means `app` in that home.
 */
import * as path from 'node:path';
import type { GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Lead, Place } from '../model/place.ts';
import { ownedBy, reachableBy } from './owner.ts';
import { boundaryOf } from './paths.ts';

export type Followed =
  /** `folder` is the path, or the folder that holds it when it is a file. */
  | { status: 'read'; path: string; folder: string; boundary: string }
  | { status: 'absent' | 'remote' }
  /** It is there and was not looked at: a gap. */
  | { status: 'outside' | 'unreadable'; reason: GapReason; path: string };

/** Absolute form of a home on each platform, whoever its user is. */
const someHome = /^(?:[A-Za-z]:)?\/(?:home|Users|usr\/home)\/[^/]+(?=\/|$)|^\/(?:var\/)?root(?=\/|$)/;

/** Slashes of one kind; elsewhere than on Windows a backslash is part of a name. */
function forward(text: string, home: Place): string {
  return home.platform === 'windows' || /^[A-Za-z]:/.test(text) ? text.replaceAll('\\', '/') : text;
}

function absolute(named: string, from: string, home: Place, homeNames: string[]): string | null {
  const own = homeNames.find((name) => named.startsWith(name) && /^[\\/]|^$/.test(named.slice(name.length)));
  const text =
    forward(own === undefined ? named : `~${named.slice(own.length)}`, home).replace(/\/+$/, '') || '/';
  if (/^(?:\/\/|\\\\)/.test(text)) return null;
  if (text === '~' || text.startsWith('~/')) return home.path + text.slice(1);
  if (text.startsWith('/') || /^[A-Za-z]:\//.test(text)) return text;
  return path.join(path.dirname(from), text);
}

/** Candidates for a path, likeliest first: as it is, mapped into the home, mapped into the image. */
function mapped(text: string, home: Place, machine: Place | null): string[] {
  const inHome = someHome.exec(text);
  const all = text.startsWith(`${home.path}/`) || text === home.path ? [text] : [];
  if (inHome) all.push(home.path + text.slice(inHome[0].length));
  if (machine !== null && machine.path !== '/')
    // Made absolute first, so that no `..` leads out of the image.
    all.push(path.join(machine.path, path.normalize(`/${text.replace(/^[A-Za-z]:/, '')}`)));
  if (machine === null || machine.path === '/') all.push(text);
  return all;
}

/** Whether a path outside of a home is no other user's home, nor the folder that homes are in. */
function isNobodyElses(real: string, home: Place): boolean {
  const homes = path.dirname(home.path);
  if (!/^(?:home|Users)$/.test(path.basename(homes))) return true;
  return real !== homes && !real.startsWith(`${homes}/`) && !home.path.startsWith(`${real}/`);
}

/**
 * What a lead leads to. `foreign` homes are those of an image or of another platform, where a path that lies
 * outside cannot mean this machine's.
 */
export function follow(
  host: Host,
  lead: Pick<Lead, 'path' | 'from'>,
  home: Place,
  machine: Place | null,
  homeNames: string[],
): Followed {
  const text = absolute(lead.path, lead.from.path, home, homeNames);
  if (text === null || /^[a-z][a-z0-9+.-]+:\/\//i.test(lead.path)) return { status: 'remote' };
  let refused: Followed | null = null;
  for (const candidate of mapped(text, home, machine)) {
    const at = path.normalize(candidate);
    const within = boundaryOf(at, home) === home.boundary;
    const image = machine !== null && machine.path !== '/';
    const info = host.look(at, within ? home.boundary : image ? machine.path : path.parse(at).root);
    if (info === null) continue;
    if ('refused' in info) {
      const status = info.refused === 'link-out-of-place' ? 'outside' : 'unreadable';
      refused ??= { status, reason: info.refused, path: at };
      continue;
    }
    // A path of another machine that happens to be there on this one is not what was meant.
    if (!within && home.platform !== host.platform) continue;
    // Outside of the home a link may be turned round at any time: what it leads to now is what is read.
    const real = within ? at : info.realPath;
    if (real === path.parse(real).root || real === machine?.path) continue;
    if (!within && !isNobodyElses(real, home)) {
      refused ??= { status: 'outside', reason: 'not-owner', path: at };
      continue;
    }
    if (
      home.owner !== null &&
      !(ownedBy(info, home.owner) && (within || reachableBy(host, real, home.owner)))
    ) {
      refused ??= { status: 'outside', reason: 'not-owner', path: at };
      continue;
    }
    const folder = info.type === 'file' ? path.dirname(real) : real;
    return { status: 'read', path: real, folder, boundary: within ? home.boundary : folder };
  }
  return refused ?? { status: 'absent' };
}
