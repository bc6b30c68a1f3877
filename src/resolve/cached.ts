/**
 * What an unpinned definition would really run: the version that its launcher has on this disk. It reads
 * manifests and names of folders; it asks no registry and no launcher.
 */
import * as path from 'node:path';
import { newest, lies } from '../identity/range.ts';
import { fetched } from '../identity/package-of.ts';
import { limits } from '../limits.ts';
import type { Cache } from '../model/cache.ts';
import type { Fact, Package, Resolved, ServerFact } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Bindings, Place } from '../model/place.ts';
import { decode, formatOf } from '../parse/decode.ts';
import { asMap, child, scalarText, select } from '../parse/select.ts';
import type { Secrets } from '../secrets/engine.ts';
import type { Tree } from '../model/tree.ts';

type Located = { path: string; boundary: string; bindings: Bindings; place: Place };

export type Resolving = {
  /** The host as it serves the owner of a place. */
  hostOf(place: Place): Host;
  caches: Cache[];
  secrets: Secrets;
  /** Everything that a cache's paths lead to in a place, for a package's names. */
  locate(cache: Cache, place: Place, names: Bindings): Omit<Located, 'place'>[];
  places: Place[];
  late(): boolean;
};

/** What was read for one definition and is asked again for the next: homes have a server many times. */
type Known = Resolving & {
  /** What a cache holds of a package, by cache, place and package. */
  held: Map<string, Resolved[]>;
  /** Lists of images, by file; a store has one. */
  stores: Map<string, Tree | null>;
};

function treeOf({ hostOf }: Resolving, file: string, { boundary, place }: Located): Tree | null {
  const read = hostOf(place).read(file, boundary, limits.manifestBytes);
  if (read === null || 'refused' in read) return null;
  return decode(formatOf(file), read.bytes).tree;
}

/** Whether a place was made for what the definition asks for; true where it does not say. */
function wasAsked(given: Resolving, { asked }: Cache, one: Located, specs: string[]): boolean {
  if (asked === undefined) return true;
  const parts = one.path.split(path.sep);
  const folder = parts.slice(0, parts.indexOf(asked.up)).join(path.sep);
  const tree = treeOf(given, path.join(folder, asked.file), one);
  if (tree === null) return true;
  const texts = select(tree, asked.at, given.secrets).flatMap(({ node }) => scalarText(node) ?? []);
  return texts.length === 0 || texts.some((text) => specs.includes(given.secrets.show(text)));
}

/** What versions and digests look like; anything else in their place is somebody's own text. */
const versionForm = /^v?\d[\w.+!~-]{0,80}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

function versionOf(given: Resolving, cache: Cache, one: Located): string | null {
  if (cache.version === undefined) return one.bindings['version'] ?? null;
  const tree = treeOf(given, one.path, one);
  const text = tree === null ? null : scalarText(select(tree, cache.version, given.secrets)[0]?.node ?? tree);
  return text === null ? null : given.secrets.show(text);
}

/** Digest of an image's tag in the store's own list. */
function digestOf(given: Known, selector: string, one: Located, { name, version }: Package): string | null {
  const tree = given.stores.get(one.path) ?? treeOf(given, one.path, one);
  given.stores.set(one.path, tree);
  const repositories = tree === null ? null : (select(tree, selector, given.secrets)[0]?.node ?? null);
  const map = repositories === null ? null : asMap(repositories);
  const tag = version ?? 'latest';
  // Names without a registry are those of Docker's own, with `library/` where there is no owner.
  const short = name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  for (const repository of new Set([name, short])) {
    const tags = map === null ? null : child(map, repository);
    const digest = tags ? child(tags, `${repository}:${tag}`) : null;
    const text = digest ? scalarText(digest) : null;
    if (text !== null) return given.secrets.show(text);
  }
  return null;
}

function read(given: Known, cache: Cache, place: Place, found: Package): Resolved[] {
  const { name, version } = found;
  const names = { name, under: name.replaceAll(/[-.]+/g, '_') };
  const specs = version === null ? [name] : [`${name}@${version}`, `${name}==${version}`, name + version];
  return given.locate(cache, place, names).flatMap((located): Resolved[] => {
    const one = { ...located, place };
    const is =
      cache.images === undefined ? versionOf(given, cache, one) : digestOf(given, cache.images, one, found);
    const form = cache.images === undefined ? versionForm : digestForm;
    if (is === null || !form.test(is) || given.secrets.show(is) !== is) return [];
    if (!wasAsked(given, cache, one, specs)) return [];
    // A tag is no range, and what lies there was once behind it.
    if (cache.images === undefined && version !== null && lies(found.type, is, version) === false) return [];
    return [{ type: found.type, name, version: is, by: cache.id, path: given.secrets.show(one.path) }];
  });
}

function candidates(given: Known, cache: Cache, place: Place, found: Package): Resolved[] {
  const key = JSON.stringify([
    cache.id,
    place.kind,
    place.user,
    place.path,
    found.type,
    found.name,
    found.version,
  ]);
  const all = given.held.get(key) ?? read(given, cache, place, found);
  given.held.set(key, all);
  return all;
}

/** Names that can be part of a path; a definition may say anything. */
const plainName = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/;

function resolve(given: Known, fact: ServerFact, found: Package): Resolved[] {
  if (found.type !== 'oci' && !plainName.test(found.name)) return [];
  const caches = given.caches.filter(
    ({ by, type }) => type === found.type && by.some((id) => fact.via.includes(id)),
  );
  const here = (cache: Cache): Place[] =>
    given.places.filter((place) =>
      cache.machine ? place.kind === 'machine' : place.kind === 'home' && place.user === fact.user,
    );
  const all = caches.flatMap((cache) =>
    here(cache).flatMap((place) =>
      candidates(given, cache, place, found).map((one) => ({ one, first: cache.first ?? false })),
    ),
  );
  const before = all.filter(({ first }) => first);
  const best = newest(
    found.type,
    (before.length ? before : all).map(({ one }) => one),
  );
  return best === null ? [] : [best];
}

/** The facts, with `resolved` on servers whose packages are not pinned and lie in a cache. */
export function resolveCached(facts: Fact[], given: Resolving): Fact[] {
  const known: Known = { ...given, held: new Map(), stores: new Map() };
  return facts.map((fact) => {
    if (fact.kind !== 'server' || given.late()) return fact;
    const open = fetched(fact).filter(({ pinned }) => !pinned);
    const resolved = open.flatMap((found) => resolve(known, fact, found));
    return resolved.length === 0 ? fact : { ...fact, resolved };
  });
}
