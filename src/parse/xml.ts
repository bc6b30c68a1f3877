/**
 * XML: an element is a map of its attributes, its child elements grouped by name into lists, and its text
 * under `#text`. The order of children with different names is not recorded.
 */
import type { Decoded, List, TreeMap } from '../model/tree.ts';
import { emptyList, emptyMap, harvest, textScalar } from './growth.ts';
import { readElements } from './xml-elements.ts';
import type { Element } from './xml-elements.ts';

function elementTree(element: Element): TreeMap {
  const map = emptyMap(element.at);
  for (const { name, keyAt, value, at } of element.attributes) {
    map.entries.push({ key: name, keyAt, value: textScalar(value, at) });
  }
  const text = element.text.trim();
  if (text !== '') {
    const at = element.textAt;
    map.entries.push({ key: '#text', keyAt: at, value: textScalar(text, at) });
  }
  const groups = new Map<string, List>();
  for (const child of element.children) {
    const known = groups.get(child.name);
    const list = known ?? emptyList(child.at);
    list.items.push(elementTree(child));
    if (known) continue;
    groups.set(child.name, list);
    map.entries.push({ key: child.name, keyAt: child.at, value: list });
  }
  return map;
}

/** Decodes XML text as `{ root: [element] }`. An empty file is no tree and no flaw. */
export function decodeXml(text: string): Decoded {
  const { root, growth } = readElements(text, (elements) => 2 * elements + 1);
  if (!root) return harvest(growth, null);
  const items = { ...emptyList(root.at), items: [elementTree(root)] };
  const entries = [{ key: root.name, keyAt: root.at, value: items }];
  return harvest(growth, { ...emptyMap(root.at), entries });
}
