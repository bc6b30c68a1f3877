/**
 * What a selector means to a tree. Texts stay shut: they are compared as Secrets, and handed to the secrets
 * kit where a step needs what is in them. Order is that of the file; of duplicate keys the last one counts.
 */
import { limits } from '../limits.ts';
import type { Bindings } from '../model/place.ts';
import type { Decoded, Entry, Flaw, Position, Tree } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';
import { decode } from './decode.ts';
import { child, entryOf, scalarText } from './nodes.ts';
import { compileSelector } from './selector.ts';
import type { Filter, Operation, StepName } from './selector.ts';

export { asList, asMap, child, scalarText } from './nodes.ts';
export { compileSelector } from './selector.ts';

/** One node that a selector reaches, and how it was reached. */
export type Match = {
  node: Tree;
  bindings: Record<string, string>;
  /** JSON pointer from the root of the source; a step is added to it as in `/token#jwt/plan`. */
  pointer: string;
  /** Last key or place in a list; null for the root. */
  key: string | null;
  /** Whether the last step led into a list. */
  listIndex: boolean;
  parent: Tree | null;
  /** Of the key where there is one, else of the node; below a step, of the text that was decoded. */
  at: Position;
};

/** What the secrets kit does with texts, so that nobody else opens them. */
export type TextSteps = {
  /** The text as far as it may be shown. */
  show(text: Secret | string): string;
  /**
   * The text after a step such as `base64`; for `jwt` the payload's JSON. Null when it is not such a text.
   */
  step(name: 'base64' | 'jwt' | 'trim' | 'uri', text: Secret): Secret | null;
  /** The text for a decoder, in UTF-8. */
  bytes(text: Secret): Buffer;
  /** One Secret a line, empty ones included. */
  lines(text: Secret): Secret[];
  /** Parts of a line between colons. */
  colons(text: Secret): Secret[];
  /** Words of one simple shell command; null when the line is more or other than that. */
  words(line: Secret): Secret[] | null;
  /** `NAME=value` in its parts; null otherwise. */
  assignment(arg: Secret): { name: string; value: Secret } | null;
  /** Told of what selectors could not read or had to leave out. */
  flaw?: OnFlaw;
};

/** Told of what could not be read inside a text that a step decodes. */
export type OnFlaw = (flaw: Flaw) => void;

type Run = {
  operations: readonly Operation[];
  text: TextSteps;
  bound: Bindings;
  onFlaw: OnFlaw;
  found: Match[];
  /** Whether more was found than may be kept. */
  full: boolean;
};
/** A match on its way; below a step positions are those of the decoded text. */
type Cursor = Match & { decoded: boolean };

function pointerTo(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function intoEntry(from: Cursor, { key, keyAt, value }: Entry): Cursor {
  const pointer = pointerTo(from.pointer, key);
  const at = from.decoded ? from.at : (keyAt ?? value.at);
  return { ...from, node: value, pointer, key, listIndex: false, parent: from.node, at };
}

function intoItem(from: Cursor, node: Tree, index: number): Cursor {
  const at = from.decoded ? from.at : node.at;
  const key = String(index);
  return {
    ...from,
    node,
    pointer: pointerTo(from.pointer, key),
    key,
    listIndex: true,
    parent: from.node,
    at,
  };
}

/** Every property once, and every item. */
function children(from: Cursor): Cursor[] {
  const { node } = from;
  if (node.type === 'list') return node.items.map((item, index) => intoItem(from, item, index));
  if (node.type === 'scalar') return [];
  const last = new Map(node.entries.map((entry) => [entry.key, entry]));
  return [...last.values()].map((entry) => intoEntry(from, entry));
}

function property(from: Cursor, key: string, index: number | null): Cursor[] {
  const { node } = from;
  if (node.type === 'list') {
    const item = index === null ? undefined : node.items[index];
    return item && index !== null ? [intoItem(from, item, index)] : [];
  }
  const entry = node.type === 'map' ? entryOf(node.entries, key) : undefined;
  return entry ? [intoEntry(from, entry)] : [];
}

/** A filter keeps a map that fits; of a list it keeps the items that do. */
function kept(all: Cursor[], filters: Filter[]): Cursor[] {
  return filters.reduce((cursors, { field, value }) => {
    const candidates = cursors.flatMap((one) => (one.node.type === 'list' ? children(one) : [one]));
    return candidates.filter(({ node }) => scalarText(child(node, field))?.equals(value) ?? false);
  }, all);
}

/** Texts that were decoded before: several selectors look into the same text, which may be megabytes. */
const decodedBefore = new WeakMap<Secret, Map<StepName, Decoded>>();

/** `A=b "C=d e"`, as in units of systemd, as a map; null when no word assigns anything. */
function assigned(secret: Secret, text: TextSteps): Tree | null {
  const words = (text.words(secret) ?? []).flatMap((word) => text.assignment(word) ?? []);
  const entries = words.map(({ name, value }): Entry => {
    return { key: name, keyAt: null, value: { type: 'scalar', value, at: null } };
  });
  return entries.length === 0 ? null : { type: 'map', entries, at: null };
}

function decodeText(step: StepName, secret: Secret, text: TextSteps): Decoded {
  if (step === 'json' || step === 'yaml' || step === 'toml' || step === 'plist') {
    return decode(step, text.bytes(secret));
  }
  if (step === 'lines') {
    const items = text.lines(secret).map((value, index): Tree => {
      return { type: 'scalar', value, at: { line: index + 1, column: 1 } };
    });
    return { tree: { type: 'list', items, at: { line: 1, column: 1 } }, flaws: [] };
  }
  if (step === 'colons') {
    const items = text.colons(secret).map((value): Tree => ({ type: 'scalar', value, at: null }));
    return { tree: { type: 'list', items, at: null }, flaws: [] };
  }
  if (step === 'assignments') return { tree: assigned(secret, text), flaws: [] };
  const value = text.step(step, secret);
  if (value === null) return { tree: null, flaws: [] };
  if (step === 'jwt') return decode('json', text.bytes(value));
  return { tree: { type: 'scalar', value, at: null }, flaws: [] };
}

function decodedOnce(step: StepName, secret: Secret, text: TextSteps): Decoded {
  const known = decodedBefore.get(secret) ?? new Map<StepName, Decoded>();
  const result = known.get(step) ?? decodeText(step, secret, text);
  decodedBefore.set(secret, known.set(step, result));
  return result;
}

function stepInto(run: Run, from: Cursor, step: StepName): Cursor[] {
  const { node } = from;
  if (node.type !== 'scalar' || !(node.value instanceof Secret)) return [];
  const { tree, flaws } = decodedOnce(step, node.value, run.text);
  for (const { reason } of flaws) run.onFlaw({ reason, at: from.at });
  if (!tree) return [];
  // Lines of the whole source are lines of the file, whose places are worth more than its beginning.
  const isWhole = step === 'lines' && from.pointer === '';
  return [{ ...from, node: tree, pointer: `${from.pointer}#${step}`, decoded: !isWhole }];
}

/** Keeps a match, or says that there are more than may be kept. */
function keep(run: Run, { decoded: _decoded, ...match }: Cursor): void {
  run.full = run.found.length >= limits.matches;
  if (run.full) run.onFlaw({ reason: 'too-large', at: match.at });
  else run.found.push(match);
}

function walk(run: Run, from: Cursor, index: number): void {
  if (run.full) return;
  const operation = run.operations[index];
  if (!operation) {
    keep(run, from);
  } else if (operation.kind === 'step') {
    for (const next of stepInto(run, from, operation.step)) walk(run, next, index + 1);
  } else if (operation.kind === 'deep') {
    // The items of a list are filtered when their own turn comes.
    const isHere = operation.filters.length === 0 || from.node.type === 'map';
    for (const next of isHere ? kept([from], operation.filters) : []) walk(run, next, index + 1);
    for (const next of children(from)) walk(run, next, index);
  } else {
    for (const next of kept(reached(run, from, operation), operation.filters)) walk(run, next, index + 1);
  }
}

function reached(run: Run, from: Cursor, operation: Operation): Cursor[] {
  if (operation.kind === 'key') return property(from, operation.key, operation.index);
  if (operation.kind === 'bound') {
    const { name } = operation;
    const key = Object.hasOwn(run.bound, name) ? run.bound[name] : undefined;
    return key === undefined ? [] : property(from, key, null);
  }
  if (operation.kind !== 'any') return [];
  const { name } = operation;
  if (name === null) return children(from);
  return children(from).map((one) => ({ ...one, bindings: { ...one.bindings, [name]: one.key ?? '' } }));
}

/**
 * The nodes that a selector reaches, at most `limits.matches`. `bindings` are the captures so far, which the
 * selector can name and adds its own to. Throws an Error for a selector that does not compile.
 */
export function select(
  tree: Tree,
  selector: string,
  text: TextSteps,
  bindings: Bindings = {},
  onFlaw: OnFlaw = text.flaw ?? (() => {}),
): Match[] {
  const operations = compileSelector(selector);
  const run: Run = { operations, text, bound: bindings, onFlaw, found: [], full: false };
  const reach = { pointer: '', key: null, listIndex: false, parent: null, at: tree.at, decoded: false };
  walk(run, { node: tree, bindings: { ...bindings }, ...reach }, 0);
  return run.found;
}

/** The text of the first scalar that the selectors reach, tried in order; null when there is none. */
export function first(
  tree: Tree,
  selectors: readonly string[],
  text: TextSteps,
  bindings: Bindings = {},
): Secret | null {
  for (const selector of selectors) {
    for (const { node } of select(tree, selector, text, bindings)) {
      const found = scalarText(node);
      if (found) return found;
    }
  }
  return null;
}
