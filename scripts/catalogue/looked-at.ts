/**
 * What a tool file makes the scanner look at: every path pattern for one OS, found by the scanner's own
 * expansion over places that exist on no disk, and every name under `installed:`.
 */
import { expand } from '../../src/discover/expand.ts';
import { boundKey, pick, relocationVariables } from '../../src/discover/paths.ts';
import type { Platform } from '../../src/model/common.ts';
import type { Place } from '../../src/model/place.ts';
import type { Ruleset } from '../../src/model/rules.ts';
import type { Paths, Tool } from '../../src/model/tool.ts';
import { type Pattern, catalogued } from './patterns.ts';

/** A pattern, the words of the tool file that it comes from, and whether they only say what is installed. */
export type Looked = { pattern: Pattern; by: string; installed: boolean };
type Rule = { paths: Paths; by: string; installed: boolean };

const here = { boundary: '', user: null, env: {}, owner: null, home: null };
const machine = (platform: Platform): Place => ({ ...here, kind: 'machine', path: '', platform });
const workspace = (platform: Platform): Place => ({
  ...here,
  kind: 'workspace',
  path: '<workspace>',
  platform,
});

/** A home in which every variable is set, to its own name. */
function home(platform: Platform, rules: Ruleset): Place {
  const env = Object.fromEntries([...relocationVariables(rules)].map((name) => [name, `$${name}`]));
  return { ...here, kind: 'home', path: '~', platform, env };
}

/** Bases that only a source can name stand for themselves. */
function named(tool: Tool): Map<string, { path: string; bindings: object }[]> {
  const text = JSON.stringify([tool.places, tool.files, tool.installed]);
  const bases = [...text.matchAll(/<([\w-]+)>/g)].map(([, base]) => base!);
  return new Map(bases.map((base) => [boundKey(base, tool.id), [{ path: `<${base}>`, bindings: {} }]]));
}

/** Fields under `installed:` that hold names, whatever the language has of them. */
export function installedNames(tool: Tool, field: string): string[] {
  const names: unknown = (tool.installed as Record<string, unknown> | undefined)?.[field];
  return Array.isArray(names) ? names.map(String) : [];
}

function lookups(tool: Tool, rules: Ruleset, platform: Platform): Rule[] {
  return Object.entries(rules.places.lookup).flatMap(([field, { paths }]) =>
    [field, ...(field === 'binaries' ? ['commonBinaries'] : [])].flatMap((key) =>
      installedNames(tool, key).map((name) => ({
        paths: { all: pick(paths, platform).map((path) => path.replaceAll('{name}', name)) },
        by: `${key}: ${name}`,
        installed: true,
      })),
    ),
  );
}

/** Everything that a tool's rows and names mean on a platform. */
export function lookedAt(tool: Tool, rules: Ruleset, platform: Platform): Looked[] {
  const places = [machine(platform), home(platform, rules), workspace(platform)];
  const bound = named(tool) as never;
  const each = (paths: Paths, installed: boolean): Rule[] =>
    pick(paths, platform).map((path) => ({ paths: { all: [path] }, by: path, installed }));
  const all = [
    ...tool.files.flatMap((row) => each(row.path, false)),
    // What a row wants to see beside its file.
    ...tool.files.flatMap(({ path, beside }) =>
      beside === undefined
        ? []
        : pick(path, platform)
            .map((one) => one.replace(/[^/]*$/, beside))
            .flatMap((one) => each({ all: [one] }, false)),
    ),
    ...each(tool.installed?.paths ?? {}, true),
    ...lookups(tool, rules, platform),
  ];
  return all.flatMap(({ paths, by, installed }) =>
    places.flatMap((place) =>
      expand(paths, { place, tool, rules, bound }).flatMap(({ literal, pattern }) =>
        catalogued(pattern === '' ? literal : `${literal}/${pattern}`).map((one) => ({
          pattern: one,
          by,
          installed,
        })),
      ),
    ),
  );
}
