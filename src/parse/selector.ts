/**
 * The selector language of the tool files, as written: `a."b.c".{name}.*[type=stdio] | json | path`. It is
 * compiled once; what a selector means to a tree is in `select.ts`.
 */
import { Secret } from '../secrets/secret.ts';

/** Keeps maps whose scalar field equals a text. */
export type Filter = { field: string; value: Secret };

/** Words that decode a text on the way. */
export const stepNames = [
  'json',
  'yaml',
  'toml',
  'plist',
  'jwt',
  'base64',
  'uri',
  'trim',
  'lines',
  'colons',
  'assignments',
] as const;
export type StepName = (typeof stepNames)[number];

/** One thing to do on the way to what is selected. */
export type Operation =
  /** A property; `index` where the key can be a place in a list. */
  | { kind: 'key'; key: string; index: number | null; filters: Filter[] }
  /** Any property or item; its key or place is bound to `name` where there is one. */
  | { kind: 'any'; name: string | null; filters: Filter[] }
  /** The property whose name was bound before. */
  | { kind: 'bound'; name: string; filters: Filter[] }
  /** Any depth, none included. */
  | { kind: 'deep'; filters: Filter[] }
  | { kind: 'step'; step: StepName };

/** What is being compiled, and how far. */
type Scan = { text: string; at: number };

const bare = /[^.{}*|"[\]\s]+/y;
const name = /\{([A-Za-z_][\w-]*)\}/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const blanks = /\s*/y;
const filterValue = /[^\]"]*/y;

function fail(scan: Scan, what: string, at = scan.at): never {
  throw new Error(`selector, column ${at + 1}: ${what}`);
}

/** Takes what the pattern matches here, or nothing. */
function take(scan: Scan, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text);
  if (found) scan.at += found[0].length;
  return found;
}

function takeText(scan: Scan, text: string): boolean {
  const isHere = scan.text.startsWith(text, scan.at);
  if (isHere) scan.at += text.length;
  return isHere;
}

function takeQuoted(scan: Scan): string | null {
  if (scan.text.charAt(scan.at) !== '"') return null;
  const found = take(scan, quoted) ?? fail(scan, 'the quote is not closed');
  return (found[1] ?? '').replace(/\\(.)/g, '$1');
}

function filter(scan: Scan): Filter {
  const field =
    takeQuoted(scan) ?? take(scan, /[^.{}*|"[\]\s=]+/y)?.[0] ?? fail(scan, 'expected a field name');
  if (!takeText(scan, '=')) fail(scan, 'expected "=" after the field name');
  const value = takeQuoted(scan) ?? take(scan, filterValue)?.[0] ?? '';
  if (!takeText(scan, ']')) fail(scan, 'expected "]"');
  return { field, value: new Secret(value) };
}

function filters(scan: Scan): Filter[] {
  const all: Filter[] = [];
  while (takeText(scan, '[')) all.push(filter(scan));
  return all;
}

function segment(scan: Scan): Operation {
  const text = takeQuoted(scan);
  if (text !== null) return { kind: 'key', key: text, index: null, filters: filters(scan) };
  if (takeText(scan, '**')) return { kind: 'deep', filters: filters(scan) };
  if (takeText(scan, '*')) return { kind: 'any', name: null, filters: filters(scan) };
  const capture = take(scan, name)?.[1];
  if (capture !== undefined) return { kind: 'any', name: capture, filters: filters(scan) };
  const key = take(scan, bare)?.[0] ?? fail(scan, 'expected a key, "*", "**", "{name}" or a quoted key');
  const bound = /^<([A-Za-z_][\w-]*)>$/.exec(key)?.[1];
  if (bound !== undefined) return { kind: 'bound', name: bound, filters: filters(scan) };
  return { kind: 'key', key, index: /^\d{1,9}$/.test(key) ? Number(key) : null, filters: filters(scan) };
}

function path(scan: Scan): Operation[] {
  if (takeText(scan, '.')) return [];
  const all = [segment(scan)];
  while (takeText(scan, '.')) {
    const start = scan.at;
    const next = segment(scan);
    // Two would reach the same node in more than one way.
    const isSecond = next.kind === 'deep' && all.some(({ kind }) => kind === 'deep');
    if (isSecond) fail(scan, 'only one "**" between two steps', start);
    all.push(next);
  }
  return all;
}

function isStep(word: string): word is StepName {
  return stepNames.some((step) => step === word);
}

/** A step word that stands alone, else a path. */
function stage(scan: Scan): Operation[] {
  const start = scan.at;
  const word = take(scan, bare)?.[0] ?? '';
  if (isStep(word) && /^\s*(\||$)/.test(scan.text.slice(scan.at))) return [{ kind: 'step', step: word }];
  scan.at = start;
  return path(scan);
}

function compile(text: string): Operation[] {
  const scan: Scan = { text, at: 0 };
  take(scan, blanks);
  const all = path(scan);
  for (take(scan, blanks); scan.at < text.length; take(scan, blanks)) {
    if (!takeText(scan, '|')) fail(scan, 'expected ".", "[", "|" or the end');
    take(scan, blanks);
    all.push(...stage(scan));
  }
  const names = all.flatMap((one) => (one.kind === 'any' && one.name !== null ? [one.name] : []));
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) fail(scan, `"{${twice}}" is bound twice`, text.lastIndexOf(`{${twice}}`));
  return all;
}

const compiled = new Map<string, readonly Operation[]>();

/** The operations of a selector. Throws an Error of one line that names the column of what is wrong. */
export function compileSelector(selector: string): readonly Operation[] {
  const known = compiled.get(selector) ?? compile(selector);
  compiled.set(selector, known);
  return known;
}
