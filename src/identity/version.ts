/** Versions of bridges, and the labels of the folders that they keep tokens in. */
import { semver } from './semver-library.ts';

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
