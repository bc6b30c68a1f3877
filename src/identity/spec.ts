/**
 * What a package spec can mean, and why an identity cannot be relied on. Which version a range or tag
 * means today, or whether a package exists, is not asked.
 */
import type { Package } from '../model/fact.ts';
import { sourcePurl } from './purl.ts';
import { normaliseUrl } from './url.ts';
import { hasVariable } from './variable.ts';

/** Why an identity cannot be relied on. */
export type Doubt =
  | 'variable'
  | 'git-source'
  | 'tarball-source'
  | 'file-source'
  | 'shell-script'
  | 'local-script'
  | 'local-command'
  | 'remote-command'
  | 'registry-override'
  | 'injected-options'
  | 'search-path'
  | 'other-program'
  | 'launcher-path'
  | 'privileged'
  | 'no-tls-check'
  | 'launcher-folder'
  | 'package-folder'
  | 'working-folder'
  | 'env-file'
  | 'own-proxy'
  | 'own-ca'
  | 'too-many-wrappers'
  | 'userinfo'
  | 'alias'
  | 'extra-packages'
  | 'ambiguous';

/** What a spec means: a package of a registry, or code from elsewhere that has an identity but no package. */
export type Spec = { package: Package | null; identity: string | null; doubts: Doubt[] };

/** A spec that nobody can tell the meaning of. */
export const unreadable = (...doubts: Doubt[]): Spec => ({ package: null, identity: null, doubts });

/** A spec of a package in its registry. */
export function registered(found: Package | null, ...doubts: Doubt[]): Spec {
  return { package: found, identity: found?.purl ?? null, doubts };
}

/** A file behind an address. */
export function downloaded(address: string): Spec {
  const normal = normaliseUrl(address.split('#', 1)[0]!);
  if (normal === null || normal.doubts.includes('variable')) {
    return unreadable('tarball-source', ...(hasVariable(address) ? (['variable'] as const) : []));
  }
  return {
    package: null,
    identity: sourcePurl('download_url', normal.url, null),
    doubts: ['tarball-source', ...normal.doubts],
  };
}

/** A file or folder on this machine. */
export function local(path: string): Spec {
  return { package: null, identity: `command:${path}`, doubts: ['file-source'] };
}
