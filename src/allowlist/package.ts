/** Packages and images against allowlist entries: type, normalised name, version range, tag, digest. */
import { makePackage } from '../identity/purl.ts';
import { lies, liesWide, moves } from '../identity/range.ts';
import type { AllowlistEntry } from '../model/allowlist.ts';
import type { Package } from '../model/fact.ts';

/** The package that an entry names, normalised; null when no ecosystem has such a name. */
export function namedPackage(text: string): { type: Package['type']; name: string } | null {
  const colon = text.indexOf(':');
  const found = makePackage(text.slice(0, colon) as Package['type'], text.slice(colon + 1), null, null);
  return found && { type: found.type, name: found.name };
}

/** Whether an image is written out with its registry: short names mean another image to each runtime. */
export function isWholeImage(image: string): boolean {
  return /^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?\/[a-z0-9._/-]+$/.test(image);
}

/** True when it fits, else what keeps it from fitting. */
export type Fit = true | string;

/** Whether a package of the right name has the version that an approval asks for. */
export function versionFits(entry: AllowlistEntry, { type, version, pinned }: Package): Fit {
  if (entry.version === undefined) return true;
  if (pinned && version !== null) {
    const fits = lies(type, version, entry.version);
    if (fits === true) return true;
    const is = fits === false ? 'is not in' : 'cannot be compared with';
    return `version ${version} ${is} ${entry.version}`;
  }
  if (entry.allowUnpinned !== true) return `the entry pins ${entry.version}, the definition is unpinned`;
  return moves(version, entry.version).none
    ? `the definition asks for ${version}, the entry for ${entry.version}`
    : true;
}

/** Whether a denial's range means the package; what is not pinned is meant when its newest version is. */
export function versionDenied(range: string | undefined, { type, version, pinned }: Package): boolean {
  if (range === undefined) return true;
  if (pinned && version !== null)
    return lies(type, version, range) === true || liesWide(type, version, range);
  const { all, newest } = moves(version, range);
  return all || newest;
}

/** Whether an image of the right repository has the tag and digest that an entry asks for. */
export function imageFits(entry: AllowlistEntry, { version, pinned }: Package): Fit {
  if (entry.digest !== undefined && version !== entry.digest) {
    return `the entry pins ${entry.digest.slice(0, 19)}..., the definition ${version ?? 'has no digest'}`;
  }
  if (entry.tag !== undefined && entry.digest === undefined) {
    const tag = pinned ? null : (version ?? 'latest');
    if (tag !== entry.tag)
      return `the entry is for tag ${entry.tag}, the definition for ${version ?? 'latest'}`;
  }
  return true;
}
