/**
 * Path rows of tool files -> folders and patterns on this machine, for one place. A base such as
 * `<user-data>` means many folders, of which most are not there: each is expanded once for a place, and left
 * out when `there` says that it is absent. It looks at no disk itself.
 */
import type { Bindings, Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths, Tool } from '../model/tool.ts';
import { type Bound, type ParsedPath, boundKey, boundaryOf, parsePath, pick } from './paths.ts';

/** A real folder or file, and the pattern below it that is left to match (may be empty). */
export type Expanded = { literal: string; pattern: string; boundary: string; bindings: Bindings };

export type Expanding = {
  place: Place;
  rules: Ruleset;
  bound: Bound;
  /** False when nothing can lie below a folder. */
  there?: (folder: string, boundary: string) => boolean;
};

const families = new WeakMap<Ruleset, Map<string, Tool[]>>();

/** Tools that are like a shape. */
function familyOf(rules: Ruleset, shape: string): Tool[] {
  const known = families.get(rules) ?? new Map<string, Tool[]>();
  families.set(rules, known);
  const family = known.get(shape) ?? rules.tools.filter((tool) => tool.shapes.includes(shape));
  known.set(shape, family);
  return family;
}

const deepest = 8;

/** What a path goes on with below what it begins with. */
function below(root: Expanded, { fixed, pattern }: ParsedPath): Expanded {
  if (root.pattern !== '')
    return { ...root, pattern: [root.pattern, fixed, pattern].filter((part) => part !== '').join('/') };
  const literal = fixed === '' ? root.literal : `${root.literal.replace(/\/+$/, '')}/${fixed}`;
  return { ...root, literal, pattern };
}

type Owner = Pick<Tool, 'id' | 'places'>;

/** A function from a row's paths to everything they mean in one place; nothing for another kind of place. */
export function expander({
  place,
  rules,
  bound,
  there,
}: Expanding): (paths: Paths, tool: Owner) => Expanded[] {
  const known = new Map<string, Expanded[]>();
  const own: Expanded = { literal: place.path, pattern: '', boundary: place.boundary, bindings: {} };
  const named = (path: string, bindings: Bindings): Expanded => {
    return { literal: path, pattern: '', boundary: boundaryOf(path, place), bindings };
  };

  const ofVariable = (name: string): Expanded[] => {
    if (place.kind !== 'home') return [];
    const value = place.env[name];
    const paths = (bound.get(`$${name}`) ?? []).map(({ path }) => path);
    return [...new Set([...(value ? [value] : []), ...paths])].map((path) => named(path, {}));
  };
  const ofTable = (table: Paths, tool: Owner, depth: number): Expanded[] =>
    pick(table, place.platform)
      .flatMap((path) => one(path, tool, depth + 1))
      .filter(({ literal, boundary }) => there === undefined || there(literal, boundary));
  const ofBase = (base: string, tool: Owner, depth: number): Expanded[] => {
    if (base === 'workspace') return place.kind === 'workspace' ? [own] : [];
    const [shape, ofShape] = base.split(':');
    if (ofShape !== undefined)
      return familyOf(rules, shape!).flatMap((other) => baseOf(ofShape, other, depth + 1));
    const table = tool.places[base] ?? rules.places.places[base];
    if (table !== undefined) return ofTable(table, tool, depth);
    if (place.kind !== 'home' && place.home !== place) return [];
    return (bound.get(boundKey(base, tool.id)) ?? []).map(({ path, bindings }) => named(path, bindings));
  };
  const baseOf = (base: string, tool: Owner, depth: number): Expanded[] => {
    const shared = tool.places[base] === undefined && rules.places.places[base] !== undefined;
    const key = shared ? base : `${tool.id} ${base}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = depth > deepest ? [] : ofBase(base, tool, depth);
    known.set(key, found);
    return found;
  };
  const roots = (path: string, tool: Owner, depth: number): Expanded[] => {
    const { kind, name } = parsePath(path);
    if (kind === 'base') return baseOf(name, tool, depth);
    if (kind === 'variable') return ofVariable(name);
    return place.kind === kind ? [own] : [];
  };
  const one = (path: string, tool: Owner, depth: number): Expanded[] =>
    roots(path, tool, depth).map((root) => below(root, parsePath(path)));
  return (paths, tool) => {
    const all = pick(paths, place.platform).flatMap((path) => one(path, tool, 0));
    if (all.length < 2) return all;
    // What is captured on two ways to one file is known of it twice.
    const key = ({ literal, pattern, bindings }: Expanded): string =>
      [literal, pattern, ...Object.values(bindings)].join('\0');
    return [...new Map(all.map((each) => [key(each), each])).values()];
  };
}

/** The same for a single row, where nothing is known of what is there. */
export function expand(paths: Paths, given: Expanding & { tool: Owner }): Expanded[] {
  return expander(given)(paths, given.tool);
}
