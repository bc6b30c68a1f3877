/**
 * Globs of plain segments (`*`, `?`, and backslashes before what stands for itself), folder by folder: most
 * of what the catalogue has. It reads a folder for each wild segment and looks at what fits alone; anything
 * else is for the library in `match-paths.ts`. It decides nothing about links: `files` does.
 */
import type * as fs from 'node:fs';

/** The file system as `match-paths.ts` lets it be seen. */
export type Files = {
  readdirSync(folder: string, options: { withFileTypes: true }): fs.Dirent[];
  /** Throws for what is not there or leads out. */
  statSync(target: string): fs.Stats;
};

/** What one segment of a glob means for a name. */
export function segmentPattern(segment: string): RegExp {
  const source = segment
    .replace(/\\(.)|[.+^$(){}|]/g, (all, escaped: string | undefined) => `\\${escaped ?? all}`)
    .replace(/(?<!\\)\*/g, '.*')
    .replace(/(?<!\\)\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

/** Whether a glob consists of such segments: no `**`, no braces, classes or groups. */
export function isPlain(glob: string): boolean {
  const bare = glob.replace(/\\./g, '_');
  return !/\*\*|[[\]{}()!|+@\\]|\/\/|^\.{0,2}\/|\/$|^$/.test(bare);
}

function isFolder(entry: fs.Dirent, target: string, files: Files): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return files.statSync(target).isDirectory();
  } catch {
    return false;
  }
}

/** Names below `folder` that match a plain glob, as paths with slashes. */
export function matchSegments(folder: string, glob: string, files: Files): string[] {
  const segments = glob.split('/').map(segmentPattern);
  const below = (path: string, level: number): string[] =>
    files
      .readdirSync(path === '' ? folder : `${folder}/${path}`, { withFileTypes: true })
      .filter(({ name }) => segments[level]!.test(name))
      .flatMap((entry) => {
        const name = path === '' ? entry.name : `${path}/${entry.name}`;
        const open = isFolder(entry, `${folder}/${name}`, files);
        if (level === segments.length - 1) return [name];
        return open ? below(name, level + 1) : [];
      });
  return below('', 0);
}
