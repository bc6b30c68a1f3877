/**
 * XML text -> elements in order, for the formats that are written in it. The document type is blanked out
 * before anything is read, so that no entity can be declared, let alone fetched. The library only reports
 * what it meets: the document it would build takes a time that grows with the square of the attributes.
 * Comments and processing instructions are not recorded.
 */
import { createRequire } from 'node:module';
import { limits } from '../limits.ts';
import type { Position } from '../model/tree.ts';
import { fits, isFull, note, seed } from './growth.ts';
import type { Growth } from './growth.ts';

const require = createRequire(import.meta.url);

export type Attribute = { name: string; keyAt: Position; value: string; at: Position };
/** One element as written: what it contains in order, so that a reader can pair neighbours. */
export type Element = {
  name: string;
  at: Position;
  attributes: Attribute[];
  children: Element[];
  text: string;
  /** Where its first text that is not blank begins. */
  textAt: Position;
};
/** The root of a document, as much of it as could be read, with what could not noted. */
export type Elements = { root: Element | null; growth: Growth };

type Spot = { lineNumber: number; columnNumber: number };
/** What the library's reader tells of attributes, by their number. */
type Attributes = {
  length: number;
  getQName(index: number): string;
  getValue(index: number): string;
  getLocator(index: number): Spot;
};

type Work = {
  growth: Growth;
  lines: string[];
  root: Element | null;
  open: Element[];
  /** Elements open inside one that is being left out. */
  skipped: number;
  /** How deep in the tree an element lies that has so many ancestors, itself included. */
  depthOf: (elements: number) => number;
};

function position(spot: Spot): Position {
  return spot.lineNumber > 0 ? { line: spot.lineNumber, column: spot.columnNumber } : null;
}

/** Where a text goes on after some of its characters. */
function after(at: Position, passed: string): Position {
  if (!at) return null;
  const lines = passed.split('\n');
  const column = (lines.at(-1) ?? '').length + 1;
  return lines.length === 1
    ? { line: at.line, column: at.column + column - 1 }
    : { line: at.line + lines.length - 1, column };
}

/** Where the name of an attribute begins, whose value begins at `at`; on another line, the value's place. */
function nameAt(lines: string[], name: string, at: Position): Position {
  const before = at ? (lines[at.line - 1] ?? '').slice(0, at.column - 1).trimEnd() : '';
  const start = before.replace(/=$/, '').trimEnd().length - name.length;
  return at && before.startsWith(name, start) ? { line: at.line, column: start + 1 } : at;
}

function begin(work: Work, name: string, from: Attributes, at: Position): void {
  if (work.skipped > 0 || !fits(work.growth, at, work.depthOf(work.open.length + 1))) {
    work.skipped += 1;
    return;
  }
  const attributes: Attribute[] = [];
  for (let index = 0; index < from.length && fits(work.growth, at); index += 1) {
    const where = position(from.getLocator(index));
    const attribute = from.getQName(index);
    const keyAt = nameAt(work.lines, attribute, where);
    attributes.push({ name: attribute, keyAt, value: from.getValue(index), at: where });
  }
  const element: Element = { name, at, attributes, children: [], text: '', textAt: null };
  const parent = work.open.at(-1);
  if (parent) parent.children.push(element);
  else if (work.root) note(work.growth, 'malformed', at);
  else work.root = element;
  work.open.push(element);
}

function end(work: Work): void {
  if (work.skipped > 0) work.skipped -= 1;
  else work.open.pop();
}

function characters(work: Work, chars: string, at: Position): void {
  const element = work.open.at(-1);
  if (!element || work.skipped > 0) return;
  const blank = chars.length - chars.trimStart().length;
  if (element.textAt === null && blank < chars.length) element.textAt = after(at, chars.slice(0, blank));
  element.text += chars;
}

/** What it tells that no tree holds. */
const ignored = [
  'startDocument',
  'endDocument',
  'startPrefixMapping',
  'endPrefixMapping',
  'comment',
  'processingInstruction',
  'startDTD',
  'endDTD',
];
const nothing = (): void => {};

/** What the library calls while it reads: its own builder's part, as far as the reader relies on it. */
function listener(work: Work, stop: () => Error) {
  let cdata = false;
  const isOpen = (): boolean => work.open.length + work.skipped > 0;
  const fault = (): void => {
    note(work.growth, 'malformed', position(self.locator));
    // Nothing of worth can follow the root, and each complaint about it takes its time.
    if (work.root && !isOpen()) throw stop();
  };
  const self = {
    locator: { lineNumber: 0, columnNumber: 0 } as Spot,
    doc: {
      get documentElement() {
        return work.root && { tagName: work.root.name };
      },
      createTextNode: () => ({}),
      appendChild: nothing,
    },
    /** The reader asks whether an element is open, and assigns to it where it gives up. */
    get currentElement() {
      return isOpen() ? { tagName: work.open.at(-1)?.name } : undefined;
    },
    set currentElement(_ignored: unknown) {},
    setDocumentLocator(locator: Spot) {
      self.locator = locator;
      locator.lineNumber = 0;
    },
    startElement(_space: string, _local: string, name: string, attributes: Attributes) {
      if (isFull(work.growth) || work.skipped > limits.parsedDepth) throw stop();
      begin(work, name, attributes, position(self.locator));
    },
    endElement: () => end(work),
    characters(text: string, from: number, length: number) {
      const at = position(self.locator);
      characters(work, text.substring(from, from + length), cdata ? after(at, '<![CDATA[') : at);
    },
    startCDATA: () => void (cdata = true),
    endCDATA: () => void (cdata = false),
    warning: nothing,
    error: fault,
    fatalError() {
      fault();
      throw stop();
    },
    ...Object.fromEntries(ignored.map((name) => [name, nothing])),
  };
  return self;
}

/** The offset past the document type that starts at `from`, or the end of the text when it never ends. */
function doctypeEnd(text: string, from: number): number {
  let inSubset = false;
  for (let index = from; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '"' || char === "'") {
      const close = text.indexOf(char, index + 1);
      if (close < 0) break;
      index = close;
    } else if (char === '[') inSubset = true;
    else if (char === ']') inSubset = false;
    else if (char === '>' && !inSubset) return index + 1;
  }
  return text.length;
}

/** The text with its document type blanked out, every line end kept. */
function withoutDoctype(text: string): string {
  let from = 0;
  for (;;) {
    from += text.slice(from).search(/\S|$/);
    const mark = text.startsWith('<?', from) ? '?>' : text.startsWith('<!--', from) ? '-->' : null;
    const close = mark === null ? -1 : text.indexOf(mark, from);
    if (mark === null || close < 0) break;
    from = close + mark.length;
  }
  if (!text.startsWith('<!DOCTYPE', from)) return text;
  const to = doctypeEnd(text, from);
  return text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, ' ') + text.slice(to);
}

/** Reads XML text into elements. `depthOf` says how deep in a tree an element at some depth will lie. */
export function readElements(text: string, depthOf: (elements: number) => number): Elements {
  const growth = seed();
  const source = withoutDoctype(text.replace(/\r\n?/g, '\n'));
  const work: Work = { growth, lines: source.split('\n'), root: null, open: [], skipped: 0, depthOf };
  if (text.length > limits.parsedChars) note(work.growth, 'too-large', null);
  else if (text.trim() !== '') {
    const { DOMParser, ParseError } = require('@xmldom/xmldom') as typeof import('@xmldom/xmldom');
    const self = listener(work, () => new ParseError(''));
    const reader = new DOMParser({
      domHandler: function handler() {
        return self;
      },
      normalizeLineEndings: (normalized) => normalized,
    });
    try {
      reader.parseFromString(source, 'application/xml');
    } catch {
      if (work.growth.flaws.length === 0) note(work.growth, 'malformed', position(self.locator));
    }
  }
  return { root: work.root, growth: work.growth };
}
