/**
 * What is known while wrappers are taken off one after the other, and how the way ends. One walk belongs
 * to one definition; the functions of this kit fill it in place.
 */
import type { Package } from '../model/fact.ts';
import type { Found, Secrets } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import type { Wrappers } from './match-wrapper.ts';
import type { Doubt, Spec } from './spec.ts';
import { hasVariable, hasVariableInUrl } from './variable.ts';
import { normaliseUrl } from './url.ts';

export type StoreKey = { wrapper: string; key: string; version: string | null };

export type Walk = {
  wrappers: Wrappers;
  secrets: Secrets;
  via: string[];
  doubts: Set<Doubt>;
  /** Environment as the command that is looked at would see it; null where only the name is known. */
  env: Map<string, Secret | null>;
  registry: string | null;
  /** First package that would be fetched and run. */
  first: Package | null;
  /** Packages that launchers bring: a program of theirs may run without being named as a package. */
  fetched: Package[];
  /** Those fetched beside what runs; null for one that is not of a registry. */
  extra: (Package | null)[];
  /** Packages that a launcher named for the program that runs next, and whether under its own name. */
  expected: { packages: Package[]; own: boolean } | null;
  /** Folder that relative scripts lie in, when a launcher names it. */
  folder: string | null;
  storeKeys: StoreKey[];
  /** Secrets that only the words of a shell line showed, and such lines as they may be shown, by argument. */
  found: (Found & { where: 'argv' | 'env' })[];
  lines: Map<number | null, string>;
  /** Arguments that assign variables. */
  assigning: Set<number>;
  /** Whether this is only a look aside at a part of a shell line. */
  glancing: boolean;
};

type Gathered = Omit<Walk, 'wrappers' | 'secrets' | 'registry' | 'extra' | 'glancing'>;

/** What a walk has gathered when it begins. */
export function nothingGathered(): Gathered {
  return {
    via: [],
    doubts: new Set(),
    env: new Map(),
    first: null,
    fetched: [],
    expected: null,
    folder: null,
    storeKeys: [],
    found: [],
    lines: new Map(),
    assigning: new Set(),
  };
}

export type End = {
  kind: 'package' | 'remote' | 'command' | 'unknown';
  identity: string | null;
  target: Package | null;
  remoteUrl: string | null;
};

/** The way ends where nobody can tell what runs. */
export function unknownEnd(walk: Walk, ...doubts: Doubt[]): End {
  for (const doubt of doubts) walk.doubts.add(doubt);
  return { kind: 'unknown', identity: null, target: null, remoteUrl: null };
}

/** A package of a registry. */
export function packageEnd(walk: Walk, target: Package): End {
  walk.first ??= target;
  return { kind: 'package', identity: target.purl, target, remoteUrl: null };
}

/** A spec that names no package of a registry: code from elsewhere, or nothing that can be told. */
export function sourceEnd(spec: Spec): End {
  const kind =
    spec.identity === null ? 'unknown' : spec.identity.startsWith('command:') ? 'command' : 'package';
  return { kind, identity: spec.identity, target: null, remoteUrl: null };
}

/** A remote server. */
export function remoteEnd(walk: Walk, url: Secret): End {
  const { shown, identity } = walk.secrets.url(url);
  const normal = normaliseUrl(identity);
  for (const doubt of normal?.doubts ?? []) walk.doubts.add(doubt);
  if (normal === null && hasVariableInUrl(shown)) walk.doubts.add('variable');
  return { kind: 'remote', identity: normal?.url ?? null, target: null, remoteUrl: normal?.url ?? null };
}

const absolute = /^(?:[/\\~$%]|[A-Za-z]:)/;

/**
 * A path with `.`, `..` and doubled slashes resolved, as far as the text tells; Windows paths stay as
 * they are.
 */
export function plainPath(path: string): string {
  if (path.includes('\\') || !path.includes('/')) return path;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    const above = kept.at(-1);
    if (segment === '..' && above !== undefined && above !== '..' && above !== '' && !hasVariable(above))
      kept.pop();
    else if (segment === '..' && above === '' && kept.length === 1) continue;
    else if (segment !== '.' && (segment !== '' || kept.length === 0)) kept.push(segment);
  }
  return kept.join('/');
}

/** A path, which if it is relative lies in the folder that a launcher named, if one did. */
export function inFolder({ folder }: Walk, path: string): string {
  return folder === null || absolute.test(path) ? path : `${folder.replace(/[/\\]+$/, '')}/${path}`;
}

/** A program or script of this machine. */
export function localEnd(walk: Walk, what: string, ...doubts: Doubt[]): End {
  for (const doubt of doubts) walk.doubts.add(doubt);
  if (hasVariable(what)) walk.doubts.add('variable');
  const path = plainPath(inFolder(walk, what));
  return { kind: 'command', identity: `command:${path}`, target: null, remoteUrl: null };
}
