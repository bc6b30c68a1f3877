/**
 * Property lists in XML; binary ones go to their own reader. A value that is base64 becomes the text that it
 * encodes, where it encodes text. Types beyond JSON's are kept as text.
 */
import type { Decoded, Tree, TreeMap } from '../model/tree.ts';
import { binaryText, decodeBinaryPlist, isBinaryPlist } from './bplist.ts';
import { readText } from './encoding.ts';
import { emptyList, emptyMap, harvest, note, numberScalar, plainScalar, textScalar } from './growth.ts';
import type { Growth } from './growth.ts';
import { readElements } from './xml-elements.ts';
import type { Element } from './xml-elements.ts';

/** Signs a key with the element behind it. A key without one, or an element without a key, is a flaw. */
function dictTree(element: Element, growth: Growth): TreeMap {
  const map = emptyMap(element.at);
  let key: Element | null = null;
  for (const child of element.children) {
    const isKey = child.name === 'key';
    if (isKey === (key !== null)) note(growth, 'malformed', child.at);
    const value: Tree | null = isKey || !key ? null : valueTree(child, growth);
    if (key && value) map.entries.push({ key: key.text, keyAt: key.at, value });
    key = isKey ? child : null;
  }
  if (key) note(growth, 'malformed', key.at);
  return map;
}

function numberTree(element: Element): Tree {
  const written = element.text.trim();
  const value = written === '' ? Number.NaN : Number(written);
  return numberScalar(value, written, element.at);
}

function valueTree(element: Element, growth: Growth): Tree | null {
  const { at, text } = element;
  switch (element.name) {
    case 'dict':
      return dictTree(element, growth);
    case 'array': {
      const items = element.children.map((child) => valueTree(child, growth));
      return { ...emptyList(at), items: items.filter((item) => item !== null) };
    }
    case 'string':
    case 'date':
      return textScalar(text, at);
    case 'integer':
    case 'real':
      return numberTree(element);
    case 'true':
    case 'false':
      return plainScalar(element.name === 'true', at);
    case 'data':
      return textScalar(binaryText(Buffer.from(text, 'base64')), at);
    default:
      note(growth, 'malformed', at);
      return null;
  }
}

/** Decodes the bytes of a property list, XML in any encoding or binary. */
export function decodePlist(bytes: Buffer): Decoded {
  if (isBinaryPlist(bytes)) return decodeBinaryPlist(bytes);
  const text = readText(bytes);
  if (/^\s*[{(]/.test(text.slice(0, 1024))) {
    // The form of before 2001, which nothing writes any more.
    return { tree: null, flaws: [{ reason: 'unsupported', at: { line: 1, column: 1 } }] };
  }
  const { root, growth } = readElements(text, (elements) => elements - 1);
  if (!root) return harvest(growth, null);
  const value = root.name === 'plist' ? root.children[0] : undefined;
  if (!value) note(growth, 'malformed', root.at);
  return harvest(growth, value ? valueTree(value, growth) : null);
}
