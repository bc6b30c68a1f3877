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

/** Name with what the ecosystem ignores taken away: case, and for PyPI (PEP 503) the kind of separator. */
function plainName(type: Package['type'], name: string): string {
  if (type === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return type === 'golang' || type === 'gem' ? name : name.toLowerCase();
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
  const name = plainName(type, written);
  const slash = name.lastIndexOf('/');
  const [space, last] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  if (last === '') return null;
  const purl =
    type === 'oci'
      ? purlOf('oci', null, last, exact, { repository_url: name }, null)
      : purlOf(type, space || null, last, exact, null, null);
  return { type, name, version, pinned: exact !== null, purl: plain(purl) };
}

/** Identity of code that comes from a repository or an address instead of a registry. */
export function sourcePurl(by: 'vcs_url' | 'download_url', url: string, ref: string | null): string {
  const name = /([^/]+?)(?:\.git)?$/.exec(url)?.[1] ?? 'source';
  return plain(purlOf('generic', null, name, ref, { [by]: url }, null));
}
