/**
 * Path rows of tool files -> folders and patterns on this machine, for one place. Knows the syntax of paths
 * and which base belongs to which kind of place; it looks at no disk.
 */
import type { Platform } from '../model/common.ts';
import type { Bindings, Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths, Tool } from '../model/tool.ts';

/** A real folder or file, and the pattern below it that is left to match (may be empty). */
export type Expanded = { literal: string; pattern: string; boundary: string; bindings: Bindings };

/** A path that a source named, and what was captured where it did. */
export type Named = { path: string; bindings: Bindings };

/** What leads and server environments have bound so far, by `tool base` or `$NAME`, for one home. */
export type Bound = ReadonlyMap<string, readonly Named[]>;

/** Where `Bound` keeps a base: variables relocate for everybody, other bases mean what one tool says. */
export function boundKey(base: string, tool: string): string {
  return base.startsWith('$') ? base : `${tool} ${base}`;
}

export type PathContext = { place: Place; tool: Tool; rules: Ruleset; bound: Bound };

/** The entries of a path table that hold on a platform. */
export function pick(paths: Paths, platform: Platform): string[] {
  return [...(paths.all ?? []), ...(paths[platform] ?? [])];
}

const join = (folder: string, rest: string): string => folder.replace(/\/+$/, '') + rest;

/** A relocated or named folder is its own boundary unless it lies in the home. */
export function boundaryOf(path: string, place: Place): string {
  const home = place.home?.path ?? place.path;
  return path === home || path.startsWith(`${home}/`) ? (place.home?.boundary ?? place.boundary) : path;
}

function fromBase(base: string, rest: string, context: PathContext, depth: number): Expanded[] {
  const { place, tool, rules, bound } = context;
  if (base === 'workspace') {
    if (place.kind !== 'workspace') return [];
    return [{ literal: place.path, pattern: rest, boundary: place.boundary, bindings: {} }];
  }
  const [shape, ofShape] = base.split(':');
  if (ofShape !== undefined) {
    const family = rules.tools.filter((other) => other.shapes.includes(shape!));
    return family.flatMap((other) => fromBase(ofShape, rest, { ...context, tool: other }, depth + 1));
  }
  const table = tool.places[base] ?? rules.places.places[base];
  if (table !== undefined) {
    return pick(table, place.platform).flatMap((path) => expandOne(path + rest, context, depth + 1));
  }
  if (place.kind !== 'home' && place.home !== place) return [];
  return (bound.get(boundKey(base, tool.id)) ?? []).map(({ path, bindings }) => ({
    literal: path,
    pattern: rest,
    boundary: boundaryOf(path, place),
    bindings,
  }));
}

function expandOne(path: string, context: PathContext, depth: number): Expanded[] {
  const { place, bound } = context;
  if (depth > 8) return [];
  const [, base, afterBase] = /^<([^>]+)>(.*)$/s.exec(path) ?? [];
  if (base !== undefined) return fromBase(base, afterBase!, context, depth);
  if (path.startsWith('~')) {
    if (place.kind !== 'home') return [];
    return [{ literal: place.path, pattern: path.slice(1), boundary: place.boundary, bindings: {} }];
  }
  const [, variable, afterVariable] = /^\$(\w+)(.*)$/s.exec(path) ?? [];
  if (variable !== undefined) {
    if (place.kind !== 'home') return [];
    const value = place.env[variable];
    const named = (bound.get(`$${variable}`) ?? []).map(({ path }) => path);
    return [...new Set([...(value ? [value] : []), ...named])].map((literal) => ({
      literal,
      pattern: afterVariable!,
      boundary: boundaryOf(literal, place),
      bindings: {},
    }));
  }
  if (place.kind !== 'machine') return [];
  const absolute = path.replace(/^[A-Za-z]:/, '');
  return [{ literal: place.path, pattern: absolute, boundary: place.boundary, bindings: {} }];
}

const wild = /[*{?]/;

/** Every folder and pattern that a path row means in a place; nothing when it belongs to another kind. */
export function expand(paths: Paths, context: PathContext): Expanded[] {
  const seen = new Set<string>();
  return pick(paths, context.place.platform)
    .flatMap((path) => expandOne(path, context, 0))
    .map(({ literal, pattern, boundary, bindings }) => {
      // Fixed segments move over to the literal part, so that only what is wild is matched.
      const segments = pattern.split('/').filter((segment) => segment !== '');
      const first = segments.findIndex((segment) => wild.test(segment));
      const fixed = first < 0 ? segments : segments.slice(0, first);
      const left = first < 0 ? [] : segments.slice(first);
      return {
        literal: fixed.length ? join(literal, `/${fixed.join('/')}`) : literal,
        pattern: left.join('/'),
        boundary,
        bindings,
      };
    })
    .filter(({ literal, pattern, bindings }) => {
      // What is captured on two ways to one file is known of it twice.
      const key = [literal, pattern, ...Object.values(bindings)].join('\0');
      return !seen.has(key) && seen.add(key);
    });
}

const captures = /\{(\w+)(?::([^}]*))?\}/g;
const escapeGlob = (text: string): string => text.replace(/[()[\]!+@|\\]/g, '\\$&');

/** The glob of a pattern: `{name}` is `*`, `{name:glob}` that glob. */
export function toGlob(pattern: string): string {
  let glob = '';
  let end = 0;
  for (const match of pattern.matchAll(captures)) {
    glob += escapeGlob(pattern.slice(end, match.index)) + (match[2] ?? '*');
    end = match.index + match[0].length;
  }
  return glob + escapeGlob(pattern.slice(end));
}

type Compiled = { names: string[]; pattern: RegExp };

function compilePattern(pattern: string): Compiled {
  const names: string[] = [];
  const source = pattern
    .replace(/[.+^$()|\\]/g, '\\$&')
    .replace(captures, (_, name: string, glob: string | undefined) => {
      names.push(name);
      // The shortest that fits: `{hash}_{rest}` splits at the first underscore.
      const inner = glob === undefined ? '[^/]*?' : glob.replaceAll('?', '[^/]').replaceAll('*', '[^/]*?');
      return `(${inner})`;
    })
    .replace(/\*\*\/|(?<!\])\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return { names, pattern: new RegExp(`^${source}$`, 's') };
}

const compiled = new Map<string, Compiled>();

/**
 * What the captures of a pattern are in a path that matched its glob; null when it does not match after all.
 */
export function capture(pattern: string, relative: string): Bindings | null {
  const known = compiled.get(pattern) ?? compilePattern(pattern);
  compiled.set(pattern, known);
  const found = known.pattern.exec(relative);
  return found && Object.fromEntries(known.names.map((name, at) => [name, found[at + 1]!]));
}

const inWorkspaces = new WeakMap<Paths, boolean>();

/** Whether any path of a row lies in workspaces: most do not, and there may be thousands of workspaces. */
export function namesWorkspace(paths: Paths): boolean {
  const known = inWorkspaces.get(paths);
  if (known !== undefined) return known;
  const names = Object.values(paths).some((all) => all.some((path) => path.startsWith('<workspace>')));
  inWorkspaces.set(paths, names);
  return names;
}

/** Names of all variables that relocate something in the catalogue. */
export function relocationVariables(rules: Ruleset): ReadonlySet<string> {
  const tables = rules.tools.flatMap((tool) => [
    ...Object.values(tool.places),
    ...tool.files.map((row) => row.path),
  ]);
  const paths = [...tables, ...Object.values(rules.places.places)].flatMap((table) =>
    Object.values(table).flat(),
  );
  return new Set(paths.flatMap((path) => /^\$(\w+)/.exec(path)?.[1] ?? []));
}
