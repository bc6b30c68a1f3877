/**
 * Where the parts of YAML stand. One document without errors; what has an anchor or a tag, is an alias or a
 * complex key, is left alone.
 */
import { type Node, type Pair, yamlLibrary } from '../yaml-library.ts';
import type { Located, LocatedEntry } from './located.ts';

type Library = ReturnType<typeof yamlLibrary>;
type Work = { yaml: Library; text: string };

/** Where an item of a block list begins: at its dash. */
function dashBefore(text: string, start: number): number | null {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const dash = /-[ \t]+$/.exec(text.slice(line, start));
  return dash === null ? null : line + dash.index;
}

function entryOf(work: Work, { key, value }: Pair): LocatedEntry | null {
  if (!work.yaml.isScalar(key) || key.anchor || key.tag || !key.range) return null;
  const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
  const below = ofNode(work, value as Node | null);
  return {
    key: name,
    at: below && { start: key.range[0], end: below.end },
    value: below ?? opaque(key.range),
  };
}

const opaque = ([start, end]: readonly [number, number, number]): Located => ({ start, end, kind: 'opaque' });

function ofNode(work: Work, node: Node | null): Located | null {
  const { isAlias, isMap, isScalar, isSeq } = work.yaml;
  if (!node?.range) return null;
  const [start, end] = node.range;
  if (isAlias(node) || node.anchor || node.tag) return { start, end, kind: 'opaque' };
  if (isScalar(node)) {
    const isBlock = node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL';
    return { start, end, kind: isBlock ? 'opaque' : 'scalar' };
  }
  const style = (node as { flow?: boolean }).flow ? 'flow' : 'block';
  if (isMap(node)) {
    const entries = node.items.map((pair) => entryOf(work, pair));
    if (entries.some((entry) => entry === null)) return { start, end, kind: 'opaque' };
    const last = entries.at(-1)?.at?.end ?? end;
    return {
      start,
      end: style === 'flow' ? end : last,
      kind: 'map',
      style,
      entries: entries as LocatedEntry[],
    };
  }
  if (!isSeq(node)) return { start, end, kind: 'opaque' };
  const items = node.items.map((item) => {
    const value = ofNode(work, item as Node | null);
    const from = value && (style === 'flow' ? value.start : dashBefore(work.text, value.start));
    return value === null || from === null ? null : { at: { start: from, end: value.end }, value };
  });
  if (items.some((item) => item === null)) return { start, end, kind: 'opaque' };
  const whole = items.filter((item) => item !== null);
  const first = style === 'block' ? (whole[0]?.at.start ?? start) : start;
  return {
    start: first,
    end: style === 'flow' ? end : (whole.at(-1)?.at.end ?? end),
    kind: 'list',
    style,
    items: whole,
  };
}

/** YAML of one document; null when it has an error or is several. */
export function locateYaml(text: string): Located | null {
  const yaml = yamlLibrary();
  const documents = yaml.parseAllDocuments(text, { prettyErrors: false, logLevel: 'silent', merge: false });
  if (!Array.isArray(documents) || documents.length !== 1) return null;
  const [document] = documents;
  if (document === undefined || document.errors.length > 0) return null;
  return ofNode({ yaml, text }, document.contents as Node | null);
}
