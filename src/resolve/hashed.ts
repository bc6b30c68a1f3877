/**
 * SHA-256 of the programs that an allowlist approves or denies by their content. Only paths that the list
 * itself names are read, each once and bounded: a definition cannot make the scan read anything.
 */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { Fact, ServerFact } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';

/** Where a path of the scanned system lies on this one, and what must not be left; null for nowhere. */
function located(file: string, places: Place[]): { path: string; boundary: string } | null {
  const plain = file.replaceAll('\\', '/');
  const machine = places.find((place) => place.kind === 'machine');
  if (machine !== undefined) {
    const own = path.parse(machine.path).root === machine.path;
    const at = own ? path.normalize(file) : path.join(machine.path, plain.replace(/^[A-Za-z]:/, ''));
    return { path: at, boundary: machine.boundary };
  }
  const home = places.find((place) => place.kind === 'home' && plain.startsWith(`${place.path}/`));
  return home === undefined ? null : { path: path.normalize(plain), boundary: home.boundary };
}

function digestOf(host: Host, file: string, places: Place[]): string | null {
  const place = located(file, places);
  const read = place === null ? null : host.read(place.path, place.boundary, limits.hashedBytes);
  if (read === null || 'refused' in read) return null;
  return createHash('sha256').update(read.bytes).digest('hex');
}

const plainPath = (file: string): string =>
  /^[A-Za-z]:[/\\]/.test(file) ? file.replaceAll('\\', '/').toLowerCase() : file;

/** Paths of what a definition starts: its command, and the program or script behind it. */
function started({ command, identity }: ServerFact): string[] {
  const real = identity?.startsWith('command:') ? identity.slice('command:'.length) : null;
  return [command, real].flatMap((one) => (one === null ? [] : plainPath(one)));
}

/** The facts, with `programs` on servers that start a program whose digest is `wanted`. */
export function resolveHashes(facts: Fact[], wanted: string[], host: Host, places: Place[]): Fact[] {
  if (wanted.length === 0) return facts;
  const known = new Map<string, string | null>();
  return facts.map((fact) => {
    if (fact.kind !== 'server') return fact;
    const own = new Set(started(fact));
    const programs = [...new Set(wanted)].flatMap((file) => {
      if (!own.has(plainPath(file))) return [];
      if (!known.has(file)) known.set(file, digestOf(host, file, places));
      const sha256 = known.get(file) ?? null;
      return sha256 === null ? [] : [{ path: file, sha256 }];
    });
    return programs.length === 0 ? fact : { ...fact, programs };
  });
}
