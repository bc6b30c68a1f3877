/**
 * Conditions as data: whether what a path selects in a tree, or in a fact, is as a rule wants it. Texts of a
 * tree are compared as far as they may be shown, so that no rule can be used to guess a secret.
 */
import type { Bindings } from '../model/place.ts';
import type { Condition, Predicate } from '../model/predicate.ts';
import type { Tree } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';
import { select } from './select.ts';
import type { TextSteps } from './select.ts';

/** The values that a path selects. */
export type Values = (path: string) => unknown[];

const patterns = new Map<string, RegExp>();

function pattern(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source);
  patterns.set(source, known);
  return known;
}

/** A number, or text that is one; else NaN, which nothing is above or below. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'map' : typeof value;
}

function equalsOne(values: unknown[], wanted: unknown): boolean {
  const all: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return values.some((value) => all.includes(value));
}

function meets(condition: Condition, values: unknown[]): boolean {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) {
    return equalsOne(values, condition);
  }
  if ('not' in condition) return !equalsOne(values, condition.not);
  if ('exists' in condition) return values.length > 0 === condition.exists;
  if ('below' in condition) return values.some((value) => numberOf(value) < condition.below);
  if ('above' in condition) return values.some((value) => numberOf(value) > condition.above);
  if ('type' in condition) return values.some((value) => typeOf(value) === condition.type);
  const wanted = pattern(condition.matches);
  return values.some((value) => typeof value === 'string' && wanted.test(value));
}

/** Whether one of the predicates holds, with all of its conditions. */
export function holds(predicates: readonly Predicate[], values: Values): boolean {
  return predicates.some((predicate) => {
    return Object.entries(predicate).every(([path, condition]) => meets(condition, values(path)));
  });
}

function plain(node: Tree, text: TextSteps): unknown {
  if (node.type === 'map') return {};
  if (node.type === 'list') return [];
  return node.value instanceof Secret ? text.show(node.value) : node.value;
}

/** Values by selector: scalars as they are, maps and lists as empty ones. */
export function treeValues(tree: Tree, text: TextSteps, bindings: Bindings = {}): Values {
  return (path) => select(tree, path, text, bindings).map(({ node }) => plain(node, text));
}

function below(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Object.values(value);
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}

/** Values by dotted path through plain JSON, `*` for every item or property. */
export function factValues(fact: Record<string, unknown>): Values {
  return (path) => {
    let values: unknown[] = [fact];
    for (const key of path.split('.')) values = values.flatMap((value) => below(value, key));
    return values.filter((value) => value !== undefined);
  };
}
