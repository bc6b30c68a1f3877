/** Versions and ranges, semver as npm reads it. Loose where ecosystems are: `1.2` and `v1.2.3` are versions too. */
import semver from 'semver';

/** Whether a version, exact and as written, lies in a range; null when either cannot be read. */
export function inRange(version: string, range: string): boolean | null {
  const exact = semver.parse(version, { loose: true }) ?? semver.coerce(version);
  if (exact === null || semver.validRange(range, { loose: true }) === null) return null;
  return semver.satisfies(exact, range, { loose: true, includePrerelease: true });
}

/** Whether it names one version, not a range or a tag. */
export function isExact(version: string): boolean {
  return semver.valid(version, { loose: true }) !== null;
}

/**
 * Whether what runs as `version` uses a folder labelled `label`: the same version, or the patch before it.
 * Bridges have been published with the number of the release before baked in (mcp-remote 0.1.32 to 0.1.39,
 * seen in runs, 2026-11).
 */
export function usesLabel(version: string, label: string): boolean {
  const [a, b] = [semver.parse(version), semver.parse(label)];
  if (a === null || b === null || a.major !== b.major || a.minor !== b.minor) return false;
  return a.patch === b.patch || a.patch === b.patch + 1;
}
