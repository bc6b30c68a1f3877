/**
 * JSON5: unquoted keys, single quotes, hexadecimal numbers. Where the strict parser gives up, the tolerant
 * JSON reader takes what it can. Comments are not recorded.
 */
import { limits } from '../limits.ts';
import type { Decoded, Position, Tree } from '../model/tree.ts';
import { emptyList, emptyMap, fits, harvest, note, numberScalar, plainScalar, seed } from './growth.ts';
import { textScalar } from './growth.ts';
import type { Growth } from './growth.ts';
import { decodeJson } from './json.ts';
import { type ValueNode, json5Library } from './json5-library.ts';

type Place = { loc: { start: { line: number; column: number } } };

function start(node: Place): Position {
  return { line: node.loc.start.line, column: node.loc.start.column };
}

/** The tree of a value; null where it was left out. */
function toTree(node: ValueNode, growth: Growth, text: string, depth: number): Tree | null {
  const at = start(node);
  const nested = node.type === 'Object' || node.type === 'Array';
  if (!fits(growth, at, nested ? depth : 0)) return null;
  const written = () => text.slice(node.loc.start.offset, node.loc.end.offset);
  switch (node.type) {
    case 'Object': {
      const map = emptyMap(at);
      for (const { name, value } of node.members) {
        const key = name.type === 'Identifier' ? name.name : name.value;
        const tree = toTree(value, growth, text, depth + 1);
        if (tree) map.entries.push({ key, keyAt: start(name), value: tree });
      }
      return map;
    }
    case 'Array': {
      const list = emptyList(at);
      for (const { value } of node.elements) {
        const tree = toTree(value, growth, text, depth + 1);
        if (tree) list.items.push(tree);
      }
      return list;
    }
    case 'String':
      return textScalar(node.value, at);
    case 'Number':
      return numberScalar(node.value, written(), at);
    case 'Boolean':
      return plainScalar(node.value, at);
    case 'Null':
      return plainScalar(null, at);
    default:
      // NaN and Infinity are no numbers that a report could hold.
      return textScalar(written(), at);
  }
}

/** The library's document, or null when the text is no JSON5 or nests deeper than the stack. */
function parsed(text: string): ValueNode | null {
  try {
    // The line end keeps the library from reading past a backslash at the very end, which it does for ever.
    return json5Library().parse(`${text}\n`, { mode: 'json5' }).body;
  } catch {
    return null;
  }
}

/** Decodes JSON5 text. */
export function decodeJson5(text: string): Decoded {
  if (text.trim() === '') return { tree: null, flaws: [] };
  const growth = seed();
  const body = text.length <= limits.parsedChars ? parsed(text) : null;
  if (body) return harvest(growth, toTree(body, growth, text, 1));
  const rest = decodeJson(text);
  if (rest.flaws.length === 0) {
    // Plain JSON that is too large for the strict parser is read in full all the same.
    if (text.length > limits.parsedChars) return rest;
    note(growth, 'malformed', null);
  }
  return { tree: rest.tree, flaws: [...rest.flaws, ...growth.flaws] };
}
