/** Paths of a table -> what is there in a place, with what its captures bound. Opens nothing. */
import * as path from 'node:path';
import type { Host } from '../model/host.ts';
import type { Bindings, Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths, Tool } from '../model/tool.ts';
import { type Expanded, expander } from './expand.ts';
import { capture, pick, toGlob } from './paths.ts';
import { presence } from './presence.ts';

export type Located = { path: string; boundary: string; bindings: Bindings };

type Owner = Pick<Tool, 'id' | 'places'>;
export type Locator = {
  /** Finds paths in a place; `tool` gives the bases that are its own. */
  find(paths: Paths, place: Place, tool: Owner): Located[];
  /** Those of some paths whose folders, as far as they have no pattern or name to fill in, are there. */
  open(paths: Paths, place: Place): Paths;
};

const nobody = new Map<string, never[]>();

const shared: Owner = { id: '', places: {} };

/** The folder that a path begins with. */
const folderOf = (path: string): string =>
  path.slice(0, Math.max(0, path.lastIndexOf('/', path.search(/[{*?]|$/))));

/** Prepares the search for paths in the places of one scan. */
export function createLocator(host: Host, rules: Ruleset): Locator {
  const ask = presence(host);
  const there = (folder: string, boundary: string): boolean => ask(folder, boundary) !== 'absent';
  const byPlace = new Map<Place, ReturnType<typeof expander>>();
  const expand = (paths: Paths, place: Place, tool: Owner): Expanded[] => {
    const known = byPlace.get(place) ?? expander({ place, rules, bound: nobody, there });
    byPlace.set(place, known);
    return known(paths, tool);
  };
  return {
    open: (paths, place) => ({
      all: pick(paths, place.platform).filter((path) =>
        expand({ all: [folderOf(path)] }, place, shared).some(({ literal, boundary }) =>
          there(literal, boundary),
        ),
      ),
    }),
    find: (paths, place, tool) =>
      expand(paths, place, tool).flatMap(({ literal, pattern, boundary, bindings }): Located[] => {
        if (pattern === '') {
          if (ask(path.dirname(literal), boundary) !== 'there') return [];
          return host.look(literal, boundary) === null ? [] : [{ path: literal, boundary, bindings }];
        }
        if (ask(literal, boundary) !== 'there') return [];
        return host.match(literal, toGlob(pattern), boundary).paths.map((found) => {
          const relative = path.relative(literal, found).split(path.sep).join('/');
          return { path: found, boundary, bindings: { ...bindings, ...capture(pattern, relative) } };
        });
      }),
  };
}

/** The paths with `{name}` replaced, so that it matches nothing else. */
export function withNames(paths: Paths, names: Bindings): Paths {
  const put = (all: string[] | undefined): string[] =>
    (all ?? []).map((one) => one.replace(/\{(\w+)\}/g, (slot, name: string) => names[name] ?? slot));
  return {
    all: put(paths.all),
    linux: put(paths.linux),
    macos: put(paths.macos),
    windows: put(paths.windows),
  };
}
