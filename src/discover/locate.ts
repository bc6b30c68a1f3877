/** Paths of a table -> what is there in a place, with what its captures bound. Opens nothing. */
import * as path from 'node:path';
import type { Host } from '../model/host.ts';
import type { Bindings, Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths, Tool } from '../model/tool.ts';
import { expander } from './expand.ts';
import { capture, toGlob } from './paths.ts';
import { presence } from './presence.ts';

export type Located = { path: string; boundary: string; bindings: Bindings };

const nobody = new Map<string, never[]>();

/** A function that finds paths in a place; `tool` gives the bases that are its own. */
export function locator(
  host: Host,
  rules: Ruleset,
): (paths: Paths, place: Place, tool: Pick<Tool, 'id' | 'places'>) => Located[] {
  const ask = presence(host);
  const there = (folder: string, boundary: string): boolean => ask(folder, boundary) !== 'absent';
  const byPlace = new Map<Place, ReturnType<typeof expander>>();
  return (paths, place, tool) => {
    const expand = byPlace.get(place) ?? expander({ place, rules, bound: nobody, there });
    byPlace.set(place, expand);
    return expand(paths, tool).flatMap(({ literal, pattern, boundary, bindings }): Located[] => {
      if (pattern === '') {
        if (ask(path.dirname(literal), boundary) !== 'there') return [];
        return host.look(literal, boundary) === null ? [] : [{ path: literal, boundary, bindings }];
      }
      if (ask(literal, boundary) !== 'there') return [];
      return host.match(literal, toGlob(pattern), boundary).paths.map((found) => {
        const relative = path.relative(literal, found).split(path.sep).join('/');
        return { path: found, boundary, bindings: { ...bindings, ...capture(pattern, relative) } };
      });
    });
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
