/** Where the parts of JSON and JSON5 stand. A text with an error is not located at all. */
import { type ValueNode, json5Library } from '../json5-library.ts';
import { type JsonNode, type ParseError, parseTree } from '../json-library.ts';
import type { Located, LocatedEntry } from './located.ts';

const endOf = ({ offset, length }: JsonNode): number => offset + length;

function ofNode(node: JsonNode): Located {
  const at = { start: node.offset, end: endOf(node) };
  const children = node.children ?? [];
  if (node.type === 'array') {
    const items = children.map((child) => {
      const value = ofNode(child);
      return { at: { start: value.start, end: value.end }, value };
    });
    return { ...at, kind: 'list', style: 'flow', items };
  }
  if (node.type !== 'object') return { ...at, kind: 'scalar' };
  const entries = children.flatMap((pair): LocatedEntry[] => {
    const [key, value] = pair.children ?? [];
    if (key === undefined || value === undefined) return [];
    const below = ofNode(value);
    return [{ key: String(key.value), at: { start: key.offset, end: below.end }, value: below }];
  });
  return { ...at, kind: 'map', style: 'flow', entries };
}

/** JSON with comments and trailing commas; null when it has an error. */
export function locateJson(text: string): Located | null {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  return root === undefined || errors.length > 0 ? null : ofNode(root);
}

type Ranged = { range?: [number, number] | undefined };

function spanOf({ range }: Ranged): { start: number; end: number } {
  const [start, end] = range!;
  return { start, end };
}

function ofValue(node: ValueNode): Located {
  const at = spanOf(node);
  if (node.type === 'Array') {
    const items = node.elements.map(({ value }) => ({ at: spanOf(value), value: ofValue(value) }));
    return { ...at, kind: 'list', style: 'flow', items };
  }
  if (node.type !== 'Object') return { ...at, kind: 'scalar' };
  const entries = node.members.map(({ name, value }): LocatedEntry => {
    const key = name.type === 'Identifier' ? name.name : String(name.value);
    return { key, at: { start: spanOf(name).start, end: spanOf(value).end }, value: ofValue(value) };
  });
  return { ...at, kind: 'map', style: 'flow', entries };
}

/** JSON5; null when it has an error. */
export function locateJson5(text: string): Located | null {
  try {
    const { body } = json5Library().parse(`${text}\n`, { mode: 'json5', ranges: true });
    return ofValue(body);
  } catch {
    return null;
  }
}
