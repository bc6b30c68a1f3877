/**
 * INI files and systemd units: sections of `name = value` lines. Lines are found here, for their numbers and
 * because a name may be given several times; what a value means is the library's word. A name outside of
 * sections lies at the top. Comments are not recorded.
 */
import { createRequire } from 'node:module';
import type { Decoded, Entry, Position, Tree, TreeMap } from '../model/tree.ts';
import { limits } from '../limits.ts';
import { emptyList, emptyMap, fits, harvest, isFull, note, seed, textScalar } from './growth.ts';

const require = createRequire(import.meta.url);

const header = /^\s*\[([^\]]*)\]/;

/** A map that is being filled, with its names at hand: a hostile file has very many. */
type Filling = { map: TreeMap; known: Map<string, Entry> };

const filling = (map: TreeMap): Filling => ({ map, known: new Map() });

function put({ map, known }: Filling, entry: Entry): void {
  map.entries.push(entry);
  known.set(entry.key, entry);
}

/** Adds a value; what is given twice in a section becomes a list. */
function add(into: Filling, key: string, keyAt: Position, scalar: Tree): void {
  const before = into.known.get(key);
  if (before?.value.type === 'list') before.value.items.push(scalar);
  else if (before) before.value = { ...emptyList(keyAt), items: [before.value, scalar] };
  else put(into, { key, keyAt, value: scalar });
}

/** Sections of systemd's units, in which alone a line goes on in the next. */
const unit = /^\[(?:Unit|Service|Socket|Timer|Install|Path|Mount)\]/m;
const colon = /^\s*[\w.-]+\s*:(?!\/\/)/;

/** Where the name ends: at `=`, or at a colon behind a plain name. */
function signOf(line: string): number {
  const found = colon.exec(line)?.[0];
  return found === undefined ? line.indexOf('=') : found.length - 1;
}

/** A line with those that it goes on in: it ends in a backslash then, as in units of systemd. */
function logical(lines: string[], from: number, isUnit: boolean): { text: string; next: number } {
  const parts: string[] = [];
  let next = from;
  if (!isUnit || /^\s*[;#]/.test(lines[from] ?? '')) return { text: lines[from] ?? '', next: from + 1 };
  for (; lines[next]?.endsWith('\\') && next + 1 < lines.length; next += 1)
    parts.push(lines[next]!.slice(0, -1));
  return { text: [...parts, lines[next] ?? ''].join(' '), next: next + 1 };
}

/** Decodes the text of an INI file. */
export function decodeIni(text: string): Decoded {
  const { decode } = require('ini') as typeof import('ini');
  const growth = seed();
  const top = filling(emptyMap({ line: 1, column: 1 }));
  const sections = new Map<string, Filling>();
  let into = top;
  if (text.length > limits.parsedChars) {
    note(growth, 'too-large', null);
    return harvest(growth, null);
  }
  const isUnit = unit.test(text);
  const lines = text.split(/\r\n?|\n/);
  for (let index = 0; index < lines.length && !isFull(growth);) {
    const line = index + 1;
    const whole = logical(lines, index, isUnit);
    index = whole.next;
    const named = header.exec(whole.text)?.[1]?.trim();
    if (named !== undefined) {
      const known = sections.get(named);
      if (known === undefined && !fits(growth, { line, column: 1 }, 2)) continue;
      into = known ?? filling(emptyMap({ line, column: 1 }));
      if (!known) put(top, { key: named, keyAt: { line, column: 1 }, value: into.map });
      sections.set(named, into);
      continue;
    }
    const equals = signOf(whole.text);
    const key = whole.text.slice(0, Math.max(0, equals)).trim();
    const keyAt = { line, column: whole.text.indexOf(key) + 1 };
    if (key === '' || /^[;#]/.test(key) || !fits(growth, keyAt)) continue;
    const written = whole.text.slice(equals + 1);
    const column = whole.text.length - written.trimStart().length + 1;
    // Under a name of ours, because the library keeps some names for itself.
    const value: unknown = decode(`NAME=${written}`)['NAME'];
    add(into, key, keyAt, textScalar(String(value ?? ''), { line, column }));
  }
  return harvest(growth, top.map);
}
