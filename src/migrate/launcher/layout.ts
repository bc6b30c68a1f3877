/**
 * The layout of mcp-remote's folder, which its launcher has to speak (npm mcp-remote 0.0.13 to 0.15.1,
 * 2026-11). Up to 0.3.1 every release looked into a folder of its own, named after what it took for its
 * version; since then it is named after the layout. Here all names lead to one folder, so that no release
 * asks to sign in again. Older releases than 0.0.13 keep their files elsewhere and are not served.
 */

/** Variable that names the folder. */
export const folderVariable = 'MCP_REMOTE_CONFIG_DIR';
/** What is in the command line of every process of the bridge. */
export const bridgeWord = 'mcp-remote';
/** Where that folder is in a home when the variable names none. */
export const homeFolder = '.mcp-auth';
/** The folder below it. */
export const mainFolder = 'mcp-remote-v1';

/**
 * Highest patch of each minor release that had a folder of its own, with room for what was baked in wrongly.
 */
const lastPatch: Record<string, number> = { '0.0': 25, '0.1': 60, '0.2': 12, '0.3': 1 };

/**
 * All other names of that folder: of earlier releases, and of layouts to come, whose files we keep as they
 * are.
 */
export function otherFolders(): string[] {
  const released = Object.entries(lastPatch).flatMap(([minor, last]) =>
    Array.from({ length: last + 1 }, (_, patch) => `mcp-remote-${minor}.${patch}`),
  );
  return [...released, ...[2, 3, 4].map((layout) => `mcp-remote-v${layout}`)];
}

/**
 * The folder that a release looks into, by the version that it registers with. Some were built before their
 * number was raised, and look where the one before did (npm mcp-remote 0.0.15, 0.1.32 to 0.1.39, 2026-11).
 */
export function folderOfRelease(version: string): string {
  const [, minor = '', digits = ''] = /^(0\.\d+)\.(\d+)$/.exec(version) ?? [];
  const patch = Number(digits);
  if (patch > (lastPatch[minor] ?? -1)) return mainFolder;
  const isLate = (minor === '0.0' && patch === 15) || (minor === '0.1' && patch >= 32 && patch <= 39);
  return `mcp-remote-${minor}.${isLate ? patch - 1 : patch}`;
}

/**
 * What of a bridge's files is kept, by what stands behind the prefix. Everything else is of one run alone.
 */
export const keptFiles = ['tokens.json', 'client_info.json'];

/** What goes back to where it was and is of no use to a run: codes of a sign-in that has ended. */
const broughtBack = /^code_verifier(?:_[\w-]+)?\.txt$/;

/** Whether a file goes back to its folder with an undo, by what stands behind the prefix. */
export const goesBack = (rest: string): boolean => keptFiles.includes(rest) || broughtBack.test(rest);

const filePattern = /^([0-9a-f]{32})_(.+)$/;

/** The prefix and the rest of a file's name; null when it is none that is kept. */
export function keptName(name: string): { prefix: string; rest: string } | null {
  const [, prefix, rest] = filePattern.exec(name) ?? [];
  return prefix !== undefined && rest !== undefined && keptFiles.includes(rest) ? { prefix, rest } : null;
}
