/**
 * The folders that clients read, as the catalogue knows them: nothing of ours is written there. Folders that
 * many programs share, such as a home itself, are left out.
 */
import type { Platform } from '../model/common.ts';
import type { Tool } from '../model/tool.ts';
import { pick } from './paths.ts';

/** Folders of one program: in a home those that begin with a dot or are the system's for settings. */
function isOwn(folder: string): boolean {
  if (folder.startsWith('~/'))
    return /\/\.(?!config$|local$|local\/share$|cache$)[^/]|^~\/(?:Library|AppData)\/[^/]+\/[^/]/.test(
      folder,
    );

  return /^(?:[A-Z]:)?\/[^/]+\/[^/]+/.test(folder);
}

/** All such folders of some tools, with `~` as `home`. */
export function clientFolders(
  tools: readonly Pick<Tool, 'files' | 'places'>[],
  platform: Platform,
  home: string,
): string[] {
  const all = tools.flatMap(({ files, places = {} }) => {
    const own = Object.values(places).flatMap((paths) => pick(paths, platform));
    const parents = files
      .flatMap(({ path }) => pick(path, platform))
      .filter((one) => !/[*{<$]/.test(one))
      .map((one) => one.slice(0, Math.max(one.lastIndexOf('/'), 0)));
    return [...own, ...parents];
  });
  const plain = all.filter((one) => /^(?:~\/|\/|[A-Z]:\/)/.test(one) && !/[*{<$]/.test(one) && isOwn(one));
  return [...new Set(plain)].map((one) => (one.startsWith('~/') ? home + one.slice(1) : one));
}
