/**
 * JSON in pieces: what is an iterator is written item by item, so that a large document is never held as one
 * text. The text is what `JSON.stringify(value, null, 2)` would make, with characters that act as escapes.
 */
import { neutralJson } from './neutral.ts';

/** A value in pieces. An iterator stands for a list, anything else for itself; `undefined` is left out. */
export function* writeJson(value: unknown, indent = ''): Generator<string> {
  if (value instanceof Iterator) {
    yield* between('[', listItems(value, `${indent}  `), ']', indent);
  } else if (Array.isArray(value)) {
    yield* between('[', arrayItems(value, `${indent}  `), ']', indent);
  } else if (typeof value === 'object' && value !== null) {
    yield* between('{', members(value, `${indent}  `), '}', indent);
  } else yield text(value, indent);
}

/** Items between brackets, each a line of its own with a comma behind all but the last. */
function* between(
  open: string,
  items: Iterable<Iterable<string>>,
  close: string,
  indent: string,
): Generator<string> {
  let empty = true;
  for (const item of items) {
    yield `${empty ? open : ','}\n${indent}  `;
    empty = false;
    yield* item;
  }
  yield empty ? `${open}${close}` : `\n${indent}${close}`;
}

function* listItems(items: Iterator<unknown>, indent: string): Generator<string[]> {
  for (const item of Iterator.from(items)) yield [text(item, indent)];
}

function* arrayItems(items: unknown[], indent: string): Generator<Iterable<string>> {
  for (const item of items) yield writeJson(item, indent);
}

function* members(value: object, indent: string): Generator<Iterable<string>> {
  for (const [key, member] of Object.entries(value))
    if (member !== undefined) yield named(key, member, indent);
}

function* named(key: string, member: unknown, indent: string): Generator<string> {
  yield `${neutralJson(JSON.stringify(key))}: `;
  yield* writeJson(member, indent);
}

function text(value: unknown, indent: string): string {
  return neutralJson((JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${indent}`));
}

/** One value without a line break. */
export function compactJson(value: object): string {
  return neutralJson(JSON.stringify(value));
}

/** One value on a line of its own. */
export function jsonLine(value: object): string {
  return `${compactJson(value)}\n`;
}
