/** Package URLs: the one spelling of a package that facts, allowlists and inventories share. */
import { createRequire } from 'node:module';
import type { PackageURL } from 'packageurl-js';
import type { Package } from '../model/fact.ts';

const require = createRequire(import.meta.url);

/** A purl; the library is loaded when the first one is made. */
function purlOf(...parts: ConstructorParameters<typeof PackageURL>): PackageURL {
  const library = require('packageurl-js') as typeof import('packageurl-js');
  return new library.PackageURL(...parts);
}

/**
 * Name with what the ecosystem ignores taken away: case, and for PyPI (PEP 503) the kind of separator. npm's
 * first packages may differ from others by nothing but case.
 */
function plainName(type: Package['type'], name: string): string {
  if (type === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return type === 'golang' || type === 'gem' || type === 'npm' ? name : name.toLowerCase();
}

/** The name under which a package is known; null for one that no ecosystem could have. */
export function packageName(type: Package['type'], written: string): string | null {
  const name = plainName(type, written);
  return name === '' || name.endsWith('/') ? null : name;
}

/** The key under which denials and threats know a package: none is passed by writing its name in capitals. */
export function loosePackageKey(type: string, name: string): string {
  return `${type}:${name}`.toLowerCase();
}

/** The library writes all names of npm in lower case, which would make one package of two. */
function cased(type: Package['type'], name: string, purl: string): string {
  const lower = name.toLowerCase();
  if (type !== 'npm' || name === lower) return purl;
  const [before, after] = ['pkg:npm/', purl.slice('pkg:npm/'.length)];
  const written = lower.replace(/^@/, '%40');
  return after.startsWith(written)
    ? `${before}${name.replace(/^@/, '%40')}${after.slice(written.length)}`
    : purl;
}

/** The purl with the signs that need no escape in its qualifiers written plainly. */
function plain(purl: PackageURL): string {
  return purl.toString().replaceAll('%2F', '/').replaceAll('%3A', ':');
}

/**
 * A package as facts carry it. `version` is as written; `exact` is the one version (or digest) that it
 * can only mean, or null: without it the package is not pinned and its purl has no version. Null for a
 * name that no ecosystem could have.
 */
export function makePackage(
  type: Package['type'],
  written: string,
  version: string | null,
  exact: string | null,
): Package | null {
  const name = packageName(type, written);
  if (name === null) return null;
  const slash = name.lastIndexOf('/');
  const [space, last] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  const purl =
    type === 'oci'
      ? purlOf('oci', null, last, exact, { repository_url: name }, null)
      : purlOf(type, space || null, last, exact, null, null);
  return { type, name, version, pinned: exact !== null, purl: cased(type, name, plain(purl)) };
}

/** Identity of code that comes from a repository or an address instead of a registry. */
export function sourcePurl(by: 'vcs_url' | 'download_url', url: string, ref: string | null): string {
  const name = /([^/]+?)(?:\.git)?$/.exec(url)?.[1] ?? 'source';
  return plain(purlOf('generic', null, name, ref, { [by]: url }, null));
}
