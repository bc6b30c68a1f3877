/**
 * The one loader of files that people write for the program: rules and allowlists, YAML or JSON. What is
 * wrong with one is a usage error of one line: file, line, column, what it is and the way out. The parser's
 * own messages are not passed on.
 */
import type { z } from 'zod';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { complaintOf } from './rule-complaint.ts';
import { type Document, type LineCounter, type Node, yamlLibrary } from './yaml-library.ts';
import { asUtf8 } from './encoding.ts';

/** What the library's error codes mean to a writer of YAML; the rest is "not valid YAML". */
const flaws: Record<string, string> = {
  DUPLICATE_KEY: 'the same key occurs twice; keep one of them',
  TAB_AS_INDENT: 'a tab indents this line; use spaces',
  BAD_INDENT: 'the indentation does not fit the lines above; align it with its neighbours',
  MULTIPLE_DOCS: 'a second document begins here; keep one document per file',
  BAD_ALIAS: 'an alias without an anchor; write the value out',
  MISSING_CHAR: 'a closing quote, bracket or comma is missing',
  MULTILINE_IMPLICIT_KEY: 'a key runs over several lines; is a colon or a quote missing above?',
  BLOCK_AS_IMPLICIT_KEY: 'a value with ": " in it needs quotes',
  TAG_RESOLVE_FAILED: 'tags such as "!x" are not understood; remove it',
};

type Place = { offset: number; counter: LineCounter; path: string };

function fail({ offset, counter, path }: Place, what: string): never {
  const { line, col } = counter.linePos(offset);
  throw usageError(`${path}:${line || 1}:${col || 1}: ${what}`);
}

function textOf(bytes: Buffer, path: string): string {
  if (bytes.length > limits.ruleBytes) {
    throw usageError(
      `${path}: larger than ${limits.ruleBytes / 1024 / 1024} MiB; split it or remove entries`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(asUtf8(bytes));
  } catch {
    throw usageError(`${path}: not UTF-8 text; save it as UTF-8`);
  }
}

/** The document and its plain value, or the first thing that is wrong with the syntax. */
function read(text: string, path: string, counter: LineCounter): { document: Document; value: unknown } {
  const place = (offset: number): Place => ({ offset, counter, path });
  let document: Document;
  try {
    document = yamlLibrary().parseDocument(text, {
      lineCounter: counter,
      schema: 'core',
      prettyErrors: false,
    });
  } catch {
    return fail(place(0), 'nested too deeply; flatten it');
  }
  const flaw = document.errors[0] ?? document.warnings[0];
  if (flaw)
    fail(place(flaw.pos[0]), flaws[flaw.code] ?? 'not valid YAML or JSON; check the syntax before it');
  const trap = keyNode(document.contents, '__proto__');
  if (trap !== null) fail(place(trap), 'the key "__proto__" is not allowed; rename it');
  try {
    return { document, value: document.toJS() };
  } catch {
    return fail(place(0), 'aliases expand to too much; write the values out');
  }
}

/** Offset of a key of this name, wherever it is. */
function keyNode(node: unknown, name: string): number | null {
  const { isMap, isScalar, isSeq } = yamlLibrary();
  if (isMap(node)) {
    for (const pair of node.items) {
      if (isScalar(pair.key) && pair.key.value === name) return pair.key.range?.[0] ?? 0;
      const inside = keyNode(pair.value, name);
      if (inside !== null) return inside;
    }
  }
  if (isSeq(node)) {
    for (const item of node.items) {
      const inside = keyNode(item, name);
      if (inside !== null) return inside;
    }
  }
  return null;
}

/** Offset of what a path leads to, of the deepest part that is there, or of the key itself. */
function offsetOf(document: Document, path: readonly PropertyKey[], toKey: boolean): number {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  let node: Node | undefined | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (toKey && index === path.length - 1 && isScalar(pair?.key)) return pair.key.range?.[0] ?? offset;
      next = pair?.value;
    } else if (isSeq(node)) {
      next = node.items[Number(part)];
    }
    if (next === undefined || next === null) return offset;
    node = next as Node;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}

/**
 * Parses and validates one file. `path` is how it is called in errors. Throws a usage error for the first
 * thing that is wrong, in the order of the file.
 */
export function parseRuleFile<T>(schema: z.ZodType<T>, bytes: Buffer, path: string): T {
  const counter = new (yamlLibrary().LineCounter)();
  const { document, value } = read(textOf(bytes, path), path, counter);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  // What fields mean together is worth telling only when each is right.
  const plain = result.error.issues.filter((issue) => issue.code !== 'custom');
  const complaints = (plain.length > 0 ? plain : result.error.issues)
    .map((issue) => complaintOf(issue, schema, value))
    .map((one) => ({ ...one, offset: offsetOf(document, one.path, one.aboutKey) }))
    .toSorted((one, other) => one.offset - other.offset);
  const first = complaints[0]!;
  const more = complaints.length > 1 ? ` (and ${complaints.length - 1} more)` : '';
  return fail({ offset: first.offset, counter, path }, first.text + more);
}
