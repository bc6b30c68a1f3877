/** Where the parts of TOML stand. Tables may be opened in several places; only their own lines are placed. */
import { type AST, tomlLibrary } from '../toml-library.ts';
import type { Located, LocatedMap } from './located.ts';

const spanOf = ({ range: [start, end] }: AST.TOMLNode) => ({ start, end });

function namesOf(key: AST.TOMLKey): string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}

function emptyMap(at: { start: number; end: number }, style: LocatedMap['style']): LocatedMap {
  return { ...at, kind: 'map', style, entries: [] };
}

/** The map that names lead to, made where there is none; of a list of tables the last. Null for others. */
function descend(from: LocatedMap, names: string[], at: { start: number; end: number }): LocatedMap | null {
  let map = from;
  for (const name of names) {
    let next = map.entries.find(({ key }) => key === name)?.value;
    if (next === undefined) {
      next = emptyMap(at, map.style);
      map.entries.push({ key: name, at: null, value: next });
    }
    if (next.kind === 'list') next = next.items.at(-1)?.value;
    if (next?.kind !== 'map') return null;
    map = next;
  }
  return map;
}

function addPair(map: LocatedMap, pair: AST.TOMLKeyValue): boolean {
  const names = namesOf(pair.key);
  const last = names.pop()!;
  const target = descend(map, names, spanOf(pair));
  target?.entries.push({ key: last, at: spanOf(pair), value: ofValue(pair.value) });
  return target !== null;
}

function ofValue(node: AST.TOMLContentNode): Located {
  const at = spanOf(node);
  if (node.type === 'TOMLArray') {
    const items = node.elements.map((item) => ({ at: spanOf(item), value: ofValue(item) }));
    return { ...at, kind: 'list', style: 'flow', items };
  }
  if (node.type === 'TOMLValue') return { ...at, kind: 'scalar' };
  const map = emptyMap(at, 'flow');
  return node.body.every((pair) => addPair(map, pair)) ? map : { ...at, kind: 'opaque' };
}

function addTable(root: LocatedMap, table: AST.TOMLTable): boolean {
  const names = namesOf(table.key);
  const at = spanOf(table);
  if (table.kind !== 'array') {
    const map = descend(root, names, at);
    return map !== null && table.body.every((pair) => addPair(map, pair));
  }
  const last = names.pop()!;
  const target = descend(root, names, at);
  if (target === null) return false;
  const known = target.entries.find(({ key }) => key === last)?.value;
  const made = emptyMap(at, 'block');
  const item = { at, value: made };
  if (known?.kind === 'list') known.items.push(item);
  else if (known === undefined)
    target.entries.push({
      key: last,
      at: null,
      value: { ...at, kind: 'list', style: 'block', items: [item] },
    });
  else return false;
  return table.body.every((pair) => addPair(made, pair));
}

/** TOML; null when it has an error. */
export function locateToml(text: string): Located | null {
  try {
    const root = emptyMap({ start: 0, end: text.length }, 'block');
    const whole = tomlLibrary()
      .parseTOML(text)
      .body[0].body.every((node) =>
        node.type === 'TOMLKeyValue' ? addPair(root, node) : addTable(root, node),
      );
    return whole ? root : null;
  } catch {
    return null;
  }
}
