/**
 * TOML, with dotted keys, nested tables and arrays of tables put where they belong, and dates as text. A
 * syntax error costs the statement that it is in, noted with its line, not the file. Comments are not
 * recorded.
 */
import { limits } from '../limits.ts';
import type { Decoded, Entry, Position, Tree, TreeMap } from '../model/tree.ts';
import { emptyList, emptyMap, fits, harvest, note, numberScalar, plainScalar, seed } from './growth.ts';
import { textScalar } from './growth.ts';
import type { Growth } from './growth.ts';
import { type AST, tomlLibrary } from './toml-library.ts';
import { bearable, cutEnd, suspects, without } from './toml-repair.ts';

type Fault = { index: number; line: number; column: number };
type Attempt = { text: string; program: AST.TOMLProgram | null; fault: Fault | null };
/** A growing file: entries by name, since looking through a long map for each table would take for ever. */
type Work = { growth: Growth; named: WeakMap<TreeMap, Map<string, Entry>> };

function attempt(text: string): Attempt {
  const { parseTOML } = tomlLibrary();
  try {
    return { text, program: parseTOML(text), fault: null };
  } catch (error) {
    const { index, lineNumber, column } = error as { index?: number; lineNumber?: number; column?: number };
    // What says no place is no complaint about the text, and cannot be repaired.
    if (index === undefined) return { text, program: null, fault: null };
    return { text, program: null, fault: { index, line: lineNumber ?? 1, column: (column ?? 0) + 1 } };
  }
}

function lineAt(text: string, offset: number): Position {
  return { line: text.slice(0, offset).split('\n').length, column: 1 };
}

/** Tries again without each suspect, keeps the attempt that gets furthest, and notes what it left out. */
function repaired(text: string, fault: Fault, growth: Growth): Attempt {
  const reach = ({ fault: next }: Attempt) => next?.line ?? Number.POSITIVE_INFINITY;
  const [best] = suspects(text, fault.index)
    .map((suspect, index) => ({ suspect, index, tried: attempt(without(text, suspect)) }))
    .toSorted((a, b) => reach(b.tried) - reach(a.tried));
  const inside = !best || (best.index === 0 && fault.index <= cutEnd(text, best.suspect));
  const at = { line: fault.line, column: fault.column };
  note(growth, 'malformed', inside ? at : lineAt(text, best.suspect.from));
  return best?.tried ?? attempt(text.slice(0, fault.index));
}

function start(node: AST.TOMLNode): Position {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

function add(work: Work, map: TreeMap, key: string, keyAt: Position, value: Tree): void {
  const entry = { key, keyAt, value };
  map.entries.push(entry);
  const names = work.named.get(map) ?? new Map<string, Entry>();
  work.named.set(map, names.set(key, entry));
}

/** The map below `map` under a key, made when missing; in a list of tables the last one is meant. */
function below(work: Work, map: TreeMap, key: string, at: Position, depth: number): TreeMap | null {
  let known = work.named.get(map)?.get(key)?.value;
  if (known?.type === 'list') known = known.items.at(-1);
  if (known) return known.type === 'map' ? known : null;
  if (!fits(work.growth, at, depth)) return null;
  const made = emptyMap(at);
  add(work, map, key, at, made);
  return made;
}

/** The map that all but the last part of a key lead to, and that part. */
function descend(work: Work, map: TreeMap, key: AST.TOMLKey, depth: number) {
  let target: TreeMap | null = map;
  const parts = key.keys.map((part) => ({
    name: part.type === 'TOMLBare' ? part.name : part.value,
    at: start(part),
  }));
  const last = parts.pop();
  let level = depth;
  for (const { name, at } of parts) {
    level += 1;
    target = target && below(work, target, name, at, level);
  }
  return target && last ? { target, last, level } : null;
}

function value(work: Work, node: AST.TOMLContentNode, depth: number): Tree | null {
  const at = start(node);
  if (!fits(work.growth, at, node.type === 'TOMLValue' ? 0 : depth)) return null;
  if (node.type === 'TOMLArray') {
    const items = node.elements.map((item) => value(work, item, depth + 1));
    return { ...emptyList(at), items: items.filter((item) => item !== null) };
  }
  if (node.type === 'TOMLInlineTable') {
    const map = emptyMap(at);
    for (const pair of node.body) keyValue(work, map, pair, depth);
    return map;
  }
  if (node.kind === 'string') return textScalar(node.value, at);
  if (node.kind === 'boolean') return plainScalar(node.value, at);
  if (node.kind === 'integer' || node.kind === 'float') return numberScalar(node.value, node.number, at);
  return textScalar(node.datetime, at);
}

function keyValue(work: Work, map: TreeMap, pair: AST.TOMLKeyValue, depth: number): void {
  const place = descend(work, map, pair.key, depth);
  const tree = place && value(work, pair.value, place.level + 1);
  if (tree) add(work, place.target, place.last.name, place.last.at, tree);
}

/** The map that a header opens; null when it is too deep, or stands for a statement that was left out. */
function opened(work: Work, root: TreeMap, table: AST.TOMLTable) {
  const place = descend(work, root, table.key, 1);
  if (!place) return null;
  const { target, last } = place;
  const isItem = table.kind === 'array';
  const level = place.level + (isItem ? 2 : 1);
  if (!isItem) {
    const map = below(work, target, last.name, last.at, level);
    return map && { map, level };
  }
  const at = start(table);
  if (!fits(work.growth, at, level)) return null;
  const map = emptyMap(at);
  const known = work.named.get(target)?.get(last.name)?.value;
  if (known?.type === 'list') known.items.push(map);
  else if (!known) add(work, target, last.name, last.at, { ...emptyList(at), items: [map] });
  return { map, level };
}

function toTree(program: AST.TOMLProgram, growth: Growth): TreeMap {
  const work: Work = { growth, named: new WeakMap() };
  const root = emptyMap({ line: 1, column: 1 });
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') keyValue(work, root, node, 1);
    else {
      const table = opened(work, root, node);
      for (const pair of table ? node.body : []) if (table) keyValue(work, table.map, pair, table.level);
    }
  }
  return root;
}

/** The first attempt that succeeds. Past the bounds the text ends at the fault. */
function lastAttempt(text: string, growth: Growth): Attempt {
  let current = attempt(text);
  const rounds = Math.min(limits.recoveredLines, limits.repairedChars / (2 * text.length));
  for (let round = 0; current.fault && round < rounds; round += 1) {
    current = repaired(current.text, current.fault, growth);
  }
  for (let round = 0; current.fault && round < rounds; round += 1) {
    const from = suspects(current.text, current.fault.index)[0]?.from ?? 0;
    note(growth, 'malformed', lineAt(current.text, from));
    current = attempt(current.text.slice(0, from));
  }
  return current;
}

/** Decodes TOML text. An empty file is an empty table, as TOML says. */
export function decodeToml(text: string): Decoded {
  const growth = seed();
  if (text.length > limits.parsedChars) {
    note(growth, 'too-large', null);
    return harvest(growth, null);
  }
  const { text: rest, cuts } = bearable(text);
  for (const { line, reason } of cuts) note(growth, reason, { line, column: 1 });
  const { program } = lastAttempt(rest, growth);
  if (!program) note(growth, 'malformed', null);
  return harvest(growth, program && toTree(program, growth));
}
