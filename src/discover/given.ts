/**
 * Files that the command line names -> sources, with the rows of tools that would read such a file in a
 * workspace. Nothing is looked for: the name alone tells.
 */
import * as path from 'node:path';
import type { FileInfo, Host } from '../model/host.ts';
import type { Claim, Source } from '../model/place.ts';
import type { Platform } from '../model/common.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { expander } from './expand.ts';
import { beginsInWorkspace, capture } from './paths.ts';
import { workspacePlace } from './places.ts';

/** What a text is that came through a pipe. */
export const pipedInfo = (size: number, name: string): FileInfo => ({
  type: 'file',
  size,
  mode: null,
  uid: null,
  modifiedAt: 0,
  realPath: name,
});

/** The given paths that are files; a usage error for what is neither that nor a folder. */
export function splitGiven(host: Host, given: string[]): { folders: string[]; files: string[] } {
  const kinds = given.map((one): 'folder' | 'file' => {
    if (one === '') throw usageError('scan: expected a file or folder, got an empty text');
    const absolute = path.resolve(host.workingFolder(), one);
    const info = host.look(absolute, path.parse(absolute).root);
    if (info === null) throw usageError(`scan ${one}: no such file or folder`);
    if ('refused' in info) throw usageError(`scan ${one}: cannot be read`);
    if (info.type === 'other') throw usageError(`scan ${one}: not a file or folder; \`-\` reads a pipe`);
    return info.type === 'directory' ? 'folder' : 'file';
  });
  return {
    folders: given.filter((_, at) => kinds[at] === 'folder'),
    files: given
      .filter((_, at) => kinds[at] === 'file')
      .map((one) => path.resolve(host.workingFolder(), one)),
  };
}

/** What the rows make of a file as one of a folder, and how many folders and names the best of them say. */
function claimsIn(
  file: string,
  folder: string,
  platform: Platform,
  rules: Ruleset,
): { claims: Claim[]; said: number } {
  const place = workspacePlace(folder, null, platform);
  const expand = expander({ place, rules, bound: new Map() });
  const claims: Claim[] = [];
  let said = 0;
  for (const tool of rules.tools) {
    for (const row of tool.files.filter((one) => beginsInWorkspace(one.path) !== null)) {
      for (const { literal, pattern, bindings } of expand(row.path, tool)) {
        const inside = file.startsWith(`${literal}/`) ? file.slice(literal.length + 1) : null;
        const own = pattern === '' ? (literal === file ? {} : null) : inside && capture(pattern, inside);
        if (!own) continue;
        claims.push({ tool, row, place, bindings: { ...bindings, ...own } });
        said = Math.max(said, literal.slice(folder.length).split('/').length);
        break;
      }
    }
  }
  return { claims, said };
}

/**
 * Rows that would read a file of this name in one of the folders above it. The folder is the workspace of
 * which they say most: `.tool/config.json` of one is not `config.json` of a workspace that is called `.tool`.
 */
export function claimsOn(given: string, platform: Platform, rules: Ruleset): Claim[] {
  const file = given.replaceAll(path.sep, '/');
  let best: ReturnType<typeof claimsIn> = { claims: [], said: 0 };
  for (let folder = path.posix.dirname(file); ; folder = path.posix.dirname(folder)) {
    const here = claimsIn(file, folder, platform, rules);
    if (here.claims.length > 0 && here.said > best.said) best = here;
    if (folder === path.posix.dirname(folder)) return best.claims;
  }
}

/** A given file as a source, without the claims of tools. */
export function givenSource(host: Host, file: string): Source | null {
  const boundary = path.parse(file).root;
  const info = host.look(file, boundary);
  if (info === null || 'refused' in info) return null;
  return { path: file, boundary, info, claims: [], othersCanRead: null };
}
