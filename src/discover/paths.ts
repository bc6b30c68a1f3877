/**
 * The syntax of paths in rule files: bases, variables, captures and globs. What they mean on a machine is in
 * `expand.ts`.
 */
import type { Platform } from '../model/common.ts';
import type { Bindings, Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths } from '../model/tool.ts';

/** A path that a source named, and what was captured where it did. */
export type Named = { path: string; bindings: Bindings };

/** What leads and server environments have bound so far, by `tool base` or `$NAME`, for one home. */
export type Bound = ReadonlyMap<string, readonly Named[]>;

/** Where `Bound` keeps a base: variables relocate for everybody, other bases mean what one tool says. */
export function boundKey(base: string, tool: string): string {
  return base.startsWith('$') ? base : `${tool} ${base}`;
}

/** The entries of a path table that hold on a platform. */
export function pick(paths: Paths, platform: Platform): string[] {
  return [...(paths.all ?? []), ...(paths[platform] ?? [])];
}

/** A relocated or named folder is its own boundary unless it lies in the home. */
export function boundaryOf(path: string, place: Place): string {
  const home = place.home?.path ?? place.path;
  return path === home || path.startsWith(`${home}/`) ? (place.home?.boundary ?? place.boundary) : path;
}

const wild = /[*{?]/;

/** What a path begins with, and its segments below that: those before the first wild one, and the others. */
export type ParsedPath = {
  kind: 'base' | 'variable' | 'home' | 'machine';
  /** Of a base or variable. */
  name: string;
  fixed: string;
  pattern: string;
};

const parsed = new Map<string, ParsedPath>();

/** Segments before the first wild one, and the others. No lists: there are thousands of paths. */
function cut(rest: string): { fixed: string; pattern: string } {
  const path = rest.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '');
  const at = path.search(wild);
  if (at < 0) return { fixed: path, pattern: '' };
  const slash = path.lastIndexOf('/', at);
  return { fixed: path.slice(0, Math.max(0, slash)), pattern: path.slice(slash + 1) };
}

function parse(path: string): ParsedPath {
  const [, base, variable] = /^(?:<([^>]+)>|\$(\w+)|~|[A-Za-z]:)/.exec(path) ?? [];
  const start = base !== undefined ? base.length + 2 : variable !== undefined ? variable.length + 1 : 0;
  const rest = path.slice(start || (path.startsWith('~') ? 1 : /^[A-Za-z]:/.test(path) ? 2 : 0));
  const { fixed, pattern } = cut(rest);
  const kind =
    base !== undefined
      ? 'base'
      : variable !== undefined
        ? 'variable'
        : path.startsWith('~')
          ? 'home'
          : 'machine';
  return {
    kind,
    name: base ?? variable ?? '',
    fixed,
    pattern,
  };
}

/** The parts of a path as rules write it. */
export function parsePath(path: string): ParsedPath {
  const known = parsed.get(path) ?? parse(path);
  parsed.set(path, known);
  return known;
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

/** What a row's paths in workspaces begin with: names, and `wild` where one is a pattern. */
export type Begins = { names: string[]; wild: boolean };

const inWorkspaces = new WeakMap<Paths, Begins | null>();

/**
 * How paths of a row in workspaces begin, in lower case; null when none lies there. Most do not, and there
 * may be thousands of workspaces.
 */
export function beginsInWorkspace(paths: Paths): Begins | null {
  const known = inWorkspaces.get(paths);
  if (known !== undefined) return known;
  const all = Object.values(paths).flat();
  const first = all.flatMap((path) => /^<workspace>\/?([^/]*)/.exec(path)?.[1] ?? []);
  const isWild = (name: string): boolean => name === '' || wild.test(name);
  const begins = { names: first.map((name) => name.toLowerCase()), wild: first.some(isWild) };
  inWorkspaces.set(paths, first.length ? begins : null);
  return first.length ? begins : null;
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
