/**
 * JSON as products write it: comments, trailing commas and duplicate keys are fine, a broken file yields
 * what can be read with a flaw for each break. Built on the scanner of jsonc-parser with a stack of its
 * own, because the library's parser recurses once per bracket. Comments are not recorded.
 */
import type { Decoded, List, Position, Tree, TreeMap } from '../model/tree.ts';
import { emptyList, emptyMap, fits, harvest, isFull, note } from './growth.ts';
import { numberScalar, plainScalar, seed, textScalar } from './growth.ts';
import type { Growth } from './growth.ts';
import { type JSONScanner, createScanner } from './json-library.ts';

/** Token kinds of the scanner, whose own enumeration exists for the type checker only. */
const token = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  null: 7,
  true: 8,
  false: 9,
  string: 10,
  number: 11,
  unknown: 16,
  end: 17,
} as const;

/** The scanner's error for a control character in a string, which loses nothing. */
const invalidCharacter = 6;

/** A map or list that is still open, and what has been read of its next element. */
type Frame = { node: TreeMap | List; key: string | null; keyAt: Position; colon: boolean; full: boolean };

type Reader = {
  text: string;
  scanner: JSONScanner;
  /** Where the token begins that is being read. */
  at: Position;
  growth: Growth;
  frames: Frame[];
  root: Tree | null;
  /** Brackets open inside a subtree that is being left out. */
  skipped: number;
};

function broken(reader: Reader): void {
  note(reader.growth, 'malformed', reader.at);
}

/** Puts a value where the reader stands: as root, item, or value of the key just read. */
function place(reader: Reader, tree: Tree): void {
  const frame = reader.frames.at(-1);
  if (!frame) {
    reader.root = tree;
    return;
  }
  const { node } = frame;
  if (node.type === 'list') {
    if (frame.full) broken(reader);
    node.items.push(tree);
  } else if (frame.key === null) {
    broken(reader);
  } else {
    if (!frame.colon) broken(reader);
    node.entries.push({ key: frame.key, keyAt: frame.keyAt, value: tree });
  }
  drop(frame);
}

/** Ends the element that is being read, with or without a value. */
function drop(frame: Frame): void {
  frame.key = null;
  frame.colon = false;
  frame.full = true;
}

function open(reader: Reader, node: TreeMap | List): void {
  if (!fits(reader.growth, node.at, reader.frames.length + 1)) {
    reader.skipped = 1;
    const frame = reader.frames.at(-1);
    if (frame) drop(frame);
    return;
  }
  place(reader, node);
  reader.frames.push({ node, key: null, keyAt: null, colon: false, full: false });
}

function close(reader: Reader, type: 'map' | 'list'): void {
  const from = reader.frames.findLastIndex((frame) => frame.node.type === type);
  const lost = reader.frames.length - 1 !== from || reader.frames.at(-1)?.key !== null;
  if (lost) broken(reader);
  if (from >= 0) reader.frames.length = from;
}

function comma(reader: Reader): void {
  const frame = reader.frames.at(-1);
  if (!frame || !frame.full || frame.key !== null) broken(reader);
  if (!frame) return;
  drop(frame);
  frame.full = false;
}

function beginKey(reader: Reader, frame: Frame, key: string): void {
  if (frame.full || frame.key !== null) broken(reader);
  frame.key = key;
  frame.keyAt = reader.at;
  frame.colon = false;
}

function string(reader: Reader): void {
  const frame = reader.frames.at(-1);
  const text = reader.scanner.getTokenValue();
  if (frame?.node.type === 'map' && !frame.colon) beginKey(reader, frame, text);
  else if (fits(reader.growth, reader.at)) place(reader, textScalar(text, reader.at));
}

function colon(reader: Reader): void {
  const frame = reader.frames.at(-1);
  if (!frame || frame.key === null || frame.colon) broken(reader);
  else frame.colon = true;
}

const singleQuoted = /'((?:[^'\\\n\r]|\\.)*)'/y;

/** Text in single quotes, which the scanner does not know; it goes on behind it. */
function quotedText({ scanner, text }: Reader): string | null {
  singleQuoted.lastIndex = scanner.getTokenOffset();
  const found = singleQuoted.exec(text);
  if (!found) return null;
  scanner.setPosition(singleQuoted.lastIndex);
  return (found[1] ?? '').replace(/\\(.)/g, '$1');
}

/** A word without its quotes, or in single ones: still a key; as a value only text in quotes is kept. */
function unknown(reader: Reader): void {
  broken(reader);
  const { at } = reader;
  const word = reader.scanner.getTokenValue();
  const quoted = quotedText(reader);
  const frame = reader.frames.at(-1);
  if (frame?.node.type === 'map' && frame.key === null) beginKey(reader, frame, quoted ?? word);
  else if (quoted !== null && fits(reader.growth, at)) place(reader, textScalar(quoted, at));
  else if (frame) drop(frame);
}

function literal(reader: Reader, kind: number): void {
  const { at } = reader;
  if (!fits(reader.growth, at)) return;
  if (kind === token.null) place(reader, plainScalar(null, at));
  else if (kind === token.number) {
    const written = reader.scanner.getTokenValue();
    place(reader, numberScalar(Number(written), written, at));
  } else place(reader, plainScalar(kind === token.true, at));
}

/** Inside a subtree that is too deep only brackets count. */
function skip(reader: Reader, kind: number): void {
  if (kind === token.openBrace || kind === token.openBracket) reader.skipped += 1;
  if (kind === token.closeBrace || kind === token.closeBracket) reader.skipped -= 1;
}

const actions: Record<number, (reader: Reader, kind: number) => void> = {
  [token.openBrace]: (reader) => open(reader, emptyMap(reader.at)),
  [token.openBracket]: (reader) => open(reader, emptyList(reader.at)),
  [token.closeBrace]: (reader) => close(reader, 'map'),
  [token.closeBracket]: (reader) => close(reader, 'list'),
  [token.comma]: comma,
  [token.colon]: colon,
  [token.string]: string,
  [token.number]: literal,
  [token.null]: literal,
  [token.true]: literal,
  [token.false]: literal,
  [token.unknown]: unknown,
};

/** Decodes JSON text. An empty file is no tree and no flaw. */
export function decodeJson(text: string): Decoded {
  const reader: Reader = {
    text,
    scanner: createScanner(text, false),
    at: null,
    growth: seed(),
    frames: [],
    root: null,
    skipped: 0,
  };
  const { scanner, growth } = reader;
  for (;;) {
    const kind: number = scanner.scan();
    const error: number = scanner.getTokenError();
    reader.at = { line: scanner.getTokenStartLine() + 1, column: scanner.getTokenStartCharacter() + 1 };
    if (error !== 0 && error !== invalidCharacter && kind !== token.unknown) broken(reader);
    if (kind === token.end || isFull(growth)) break;
    const act = actions[kind];
    if (!act) continue;
    if (reader.skipped > 0) skip(reader, kind);
    else if (reader.root !== null && reader.frames.length === 0) {
      // Whatever follows a complete value belongs to nothing.
      broken(reader);
      break;
    } else act(reader, kind);
  }
  if (!isFull(growth) && (reader.frames.length > 0 || reader.skipped > 0)) broken(reader);
  return harvest(growth, reader.root);
}
