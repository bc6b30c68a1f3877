/**
 * Leads -> places. A source may name any path; what it names is only looked at as the user who owns the
 * source could. Paths of an image or backup are mapped into it: `/home/dev/app` named in a home that is
 * scanned elsewhere means `app` in that home.
 */
import * as path from 'node:path';
import type { GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Lead, Place } from '../model/place.ts';
import { ownedBy } from './owner.ts';
import { boundaryOf } from './paths.ts';

export type Followed =
  /** `folder` is the path, or the folder that holds it when it is a file. */
  | { status: 'read'; path: string; folder: string; boundary: string }
  | { status: 'absent' | 'remote' }
  /** It is there and was not looked at: a gap. */
  | { status: 'outside' | 'unreadable'; reason: GapReason };

/** Absolute form of a home on each platform, whoever its user is. */
const someHome = /^(?:[A-Za-z]:)?\/(?:home|Users|usr\/home)\/[^/]+(?=\/|$)|^\/(?:var\/)?root(?=\/|$)/;

function absolute(named: string, from: string, home: Place, homeNames: string[]): string | null {
  const own = homeNames.find((name) => named.startsWith(name) && /^[\\/]|^$/.test(named.slice(name.length)));
  const text =
    (own === undefined ? named : `~${named.slice(own.length)}`).replaceAll('\\', '/').replace(/\/+$/, '') ||
    '/';
  if (text.startsWith('//')) return null;
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
    all.push(path.join(machine.path, text.replace(/^[A-Za-z]:/, '')));
  if (machine === null || machine.path === '/') all.push(text);
  return all;
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
    const real = path.normalize(candidate);
    if (real === path.parse(real).root) continue;
    const boundary = boundaryOf(real, home);
    const info = host.look(real, boundary);
    if (info === null) continue;
    if ('refused' in info) {
      const status = info.refused === 'link-out-of-place' ? 'outside' : 'unreadable';
      refused ??= { status, reason: info.refused };
      continue;
    }
    const within = boundary === home.boundary;
    const live = home.platform === host.platform;
    // A path of another machine that happens to be there on this one is not what was meant.
    if (!within && !live) continue;
    if (home.owner !== null && !ownedBy(info, home.owner)) {
      refused ??= { status: 'outside', reason: 'not-owner' };
      continue;
    }
    const folder = info.type === 'file' ? path.dirname(real) : real;
    return { status: 'read', path: real, folder, boundary: within ? boundary : folder };
  }
  return refused ?? { status: 'absent' };
}
