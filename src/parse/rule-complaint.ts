/** What a schema finds wrong with a rule file, in words for its writer: what it is and the way out. */
import { z } from 'zod';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;
export type Complaint = { path: PropertyKey[]; aboutKey: boolean; text: string };

type Json = { [key: string]: unknown };

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys that a schema knows at a path, through lists, maps and alternatives. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  const spread = (node: unknown): Json[] => {
    if (!isJson(node)) return [];
    if (typeof node.$ref === 'string') {
      return spread(
        node.$ref
          .split('/')
          .slice(1)
          .reduce<unknown>((at, part) => (at as Json)[part], root),
      );
    }
    const options = [node.anyOf, node.oneOf, node.allOf].flat().flatMap(spread);
    return [node, ...options];
  };
  let nodes = spread(root);
  for (const part of path) {
    nodes = nodes.flatMap((node) => {
      const properties = isJson(node.properties) ? node.properties : {};
      const next =
        typeof part === 'number' ? node.items : (properties[String(part)] ?? node.additionalProperties);
      return spread(next);
    });
  }
  return [...new Set(nodes.flatMap((node) => (isJson(node.properties) ? Object.keys(node.properties) : [])))];
}

/** How far a branch of an alternative got: the deeper it fails the better, a wrong key beats a wrong kind. */
function reach(branch: Issue[]): number {
  const depth = Math.min(...branch.map((one) => one.path.length));
  return depth * 2 + (branch.some((one) => one.code === 'unrecognized_keys') ? 1 : 0);
}

/** Of an alternative's branches the one that the writer meant: the one that got furthest. */
function meant(issue: Issue): Issue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const branch = issue.errors.toSorted((one, other) => reach(other) - reach(one))[0]!;
  const best = branch.find((one) => one.code === 'unrecognized_keys') ?? branch[0]!;
  return meant({ ...best, path: [...issue.path, ...best.path] });
}

const words: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  null: 'nothing',
};

function wordFor(value: unknown): string {
  if (value === null) return 'nothing';
  return words[Array.isArray(value) ? 'array' : typeof value] ?? 'something else';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined,
    value,
  );
}

/** `approve[0].version`; empty for the whole file. */
function shown(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`))
    .join('');
}

function aboutUnknown(keys: string[], known: string[]): string {
  const key = keys[0]!;
  const near = nearest(key, known);
  const wayOut = near === null ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
  return `unknown key "${key}"; ${wayOut}`;
}

function aboutChoice(value: unknown, choices: readonly unknown[]): string {
  const near = typeof value === 'string' ? nearest(value, choices.map(String)) : null;
  const list = `expected ${choices.length > 1 ? 'one of ' : ''}${choices.map(String).join(', ')}`;
  return near === null ? list : `${list}; did you mean "${near}"?`;
}

function aboutType(expected: string, value: unknown): string {
  const advice =
    expected === 'string' && ['number', 'boolean'].includes(typeof value) ? '; put it in quotes' : '';
  return `expected ${words[expected] ?? expected}, found ${wordFor(value)}${advice}`;
}

function textOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return aboutType(issue.expected, value);
    case 'invalid_value':
      return aboutChoice(value, issue.values);
    case 'invalid_key':
      return issue.issues[0]
        ? `this key is not known here: ${textOf(issue.issues[0], issue.path.at(-1))}`
        : issue.message;
    case 'too_small':
      // Of a number the least is a value, of all else a length.
      return issue.minimum === 1 && !['number', 'int'].includes(issue.origin)
        ? 'must not be empty'
        : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** One complaint for one issue of `schema` about `whole`. */
export function complaintOf(issue: Issue, schema: z.ZodType, whole: unknown): Complaint {
  const real = meant(issue);
  if (real.code === 'unrecognized_keys') {
    const text = aboutUnknown(real.keys, knownKeys(schema, real.path));
    return { path: [...real.path, real.keys[0]!], aboutKey: true, text };
  }
  const value = valueAt(whole, real.path);
  const name = shown(real.path);
  if (value === undefined && real.path.length > 0) {
    return { path: real.path, aboutKey: false, text: `"${name}" is missing; add it` };
  }
  const text = textOf(real, value);
  return {
    path: real.path,
    aboutKey: real.code === 'invalid_key',
    text: name === '' ? text : `${name}: ${text}`,
  };
}
