/**
 * YAML: aliases resolved, merge keys merged, several documents as a list of them. What nests too deep is cut
 * out of the token tree before the library composes it, since composing recurses; an alias shares the tree
 * that it means and its size is counted, so that a few lines cannot become billions. Comments and tags are
 * not recorded.
 */
import { limits } from '../limits.ts';
import type { Decoded, Entry, Position, Tree } from '../model/tree.ts';
import { emptyList, emptyMap, fits, harvest, note, numberScalar, plainScalar, seed } from './growth.ts';
import { textScalar } from './growth.ts';
import type { Growth } from './growth.ts';
import { yamlLibrary } from './yaml-library.ts';
import type { Alias, CST, Document, LineCounter, Node, Pair, Scalar, YAMLMap } from './yaml-library.ts';

/** A tree with its nodes and its nesting counted, which an alias adds once more. */
type Grown = { tree: Tree; size: number; height: number };

type Work = {
  yaml: ReturnType<typeof yamlLibrary>;
  growth: Growth;
  lines: LineCounter;
  /** What each anchor of the document means so far, and its text where it can be a key. */
  anchors: Map<string, Grown & { text: string | null }>;
  /** Nodes that aliases have added. */
  aliased: number;
};

function locate({ lines }: Pick<Work, 'lines'>, offset: number | undefined): Position {
  const { line, col } = lines.linePos(offset ?? 0);
  return line > 0 ? { line, column: col } : null;
}

/** Empties every collection of a document that lies too deep. */
function prune(document: CST.Document, work: Work): void {
  const open: { token: CST.Token; depth: number }[] = [];
  if (document.value) open.push({ token: document.value, depth: 1 });
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next;
    if (!('items' in token)) continue;
    if (depth > limits.treeDepth) {
      note(work.growth, 'too-deep', locate(work, token.offset));
      token.items = [];
    }
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
}

/** The tokens of a file, pruned; stray ones past the bound on flaws are only noise and left out. */
function* tokens(all: Iterable<CST.Token>, work: Work): Generator<CST.Token> {
  let errors = 0;
  for (const token of all) {
    if (token.type === 'error') errors += 1;
    if (token.type === 'error' && errors > limits.flaws) continue;
    if (token.type === 'document') prune(token, work);
    yield token;
  }
}

function scalar(node: Scalar, at: Position): Tree {
  const { value, source } = node;
  if (typeof value === 'string') return textScalar(value, at);
  if (typeof value === 'number') return numberScalar(value, source ?? String(value), at);
  if (typeof value === 'boolean' || value === null) return plainScalar(value, at);
  // Dates and bytes of YAML 1.1, as they are written.
  return textScalar(source ?? '', at);
}

/** What an alias means, counted again; a name that nothing defines is kept as the text that it is. */
function followed(work: Work, node: Alias, at: Position, depth: number): Grown | null {
  const known = work.anchors.get(node.source);
  if (!known) {
    note(work.growth, 'malformed', at);
    return { tree: textScalar(`*${node.source}`, at), size: 1, height: 0 };
  }
  const { tree, size, height } = known;
  if (depth + height > limits.treeDepth + 1) note(work.growth, 'too-deep', at);
  else if (work.aliased + size > limits.aliasNodes) note(work.growth, 'too-large', at);
  else {
    work.aliased += size;
    work.growth.nodes += size;
    return { tree: { ...tree, at }, size, height };
  }
  return null;
}

function keyText(work: Work, key: unknown): string | null {
  if (key === null) return '';
  if (work.yaml.isAlias(key)) return work.anchors.get(key.source)?.text ?? null;
  if (!work.yaml.isScalar(key)) return null;
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

/** Entries that a merge key brings in, those of the first map before those of the next. */
function mergedEntries(key: unknown, value: Tree, work: Work): Entry[] | null {
  if (!work.yaml.isScalar(key) || key.source !== '<<' || (key.type ?? 'PLAIN') !== 'PLAIN') return null;
  if (value.type === 'map') return value.entries;
  if (value.type !== 'list' || value.items.some((item) => item.type !== 'map')) return null;
  return value.items.flatMap((item) => (item.type === 'map' ? item.entries : []));
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}

function map(work: Work, pairs: Pair[], at: Position, depth: number): Grown {
  const grown: Grown = { tree: emptyMap(at), size: 1, height: 1 };
  const own: Entry[] = [];
  const merged = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const keyAt = locate(work, rangeStart(key) ?? rangeStart(value));
    remember(work, key, keyAt);
    const text = keyText(work, key);
    if (text === null) note(work.growth, 'unsupported', keyAt);
    const below = text === null ? null : convert(work, value, keyAt, depth + 1);
    if (text === null || !below) continue;
    grown.size += below.size;
    grown.height = Math.max(grown.height, below.height + 1);
    const more = mergedEntries(key, below.tree, work);
    if (more) for (const entry of more) if (!merged.has(entry.key)) merged.set(entry.key, entry);
    if (!more) own.push({ key: text, keyAt, value: below.tree });
  }
  const names = new Set(own.map(({ key }) => key));
  const entries = [...[...merged.values()].filter(({ key }) => !names.has(key)), ...own];
  return { ...grown, tree: { ...emptyMap(at), entries } };
}

/** A key may carry an anchor as well. */
function remember(work: Work, key: unknown, at: Position): void {
  if (work.yaml.isScalar(key) && key.anchor) anchor(work, key, { tree: scalar(key, at), size: 1, height: 0 });
}

function anchor(work: Work, node: unknown, grown: Grown): void {
  const { isScalar, isCollection } = work.yaml;
  const name = isScalar(node) || isCollection(node) ? node.anchor : undefined;
  if (name) work.anchors.set(name, { ...grown, text: isScalar(node) ? keyText(work, node) : null });
}

function list(work: Work, items: unknown[], at: Position, depth: number): Grown {
  const tree = emptyList(at);
  const grown: Grown = { tree, size: 1, height: 1 };
  for (const item of items) {
    const below = convert(work, item, at, depth + 1);
    if (!below) continue;
    tree.items.push(below.tree);
    grown.size += below.size;
    grown.height = Math.max(grown.height, below.height + 1);
  }
  return grown;
}

/**
 * The tree of a node; null where it was left out. `fallback` is where a value that is not written would be.
 */
function convert(work: Work, node: unknown, fallback: Position, depth: number): Grown | null {
  const { isAlias, isMap, isPair, isScalar, isSeq } = work.yaml;
  const start = rangeStart(node);
  const at = start === undefined ? fallback : locate(work, start);
  if (isAlias(node)) return followed(work, node, at, depth);
  const nested = isMap(node) || isSeq(node) || isPair(node);
  if (!fits(work.growth, at, nested ? depth : 0)) return null;
  let grown: Grown = { tree: plainScalar(null, at), size: 1, height: 0 };
  if (isScalar(node)) grown = { ...grown, tree: scalar(node, at) };
  if (isMap(node)) grown = map(work, (node as YAMLMap).items, at, depth);
  if (isPair(node)) grown = map(work, [node], at, depth);
  if (isSeq(node)) grown = list(work, node.items, at, depth);
  anchor(work, node, grown);
  return grown;
}

function composed(text: string, work: Work): Document.Parsed[] {
  const { Composer, Parser } = work.yaml;
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  return [...composer.compose(tokens(new Parser(work.lines.addNewLine).parse(text), work))];
}

function documentTree(work: Work, document: Document.Parsed): Tree | null {
  for (const { pos } of document.errors) note(work.growth, 'malformed', locate(work, pos[0]));
  work.anchors.clear();
  return convert(work, document.contents, null, 1)?.tree ?? null;
}

/** Decodes YAML text. A file without a document is no tree and no flaw. */
export function decodeYaml(text: string): Decoded {
  const growth = seed();
  if (text.length > limits.parsedChars) {
    note(growth, 'too-large', null);
    return harvest(growth, null);
  }
  const yaml = yamlLibrary();
  const work: Work = { yaml, growth, lines: new yaml.LineCounter(), anchors: new Map(), aliased: 0 };
  const documents = composed(text, work);
  const trees = documents.map((document) => documentTree(work, document)).filter((tree) => tree !== null);
  if (documents.length < 2) return harvest(growth, trees[0] ?? null);
  return harvest(growth, { type: 'list', items: trees, at: { line: 1, column: 1 } });
}
