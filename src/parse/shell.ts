/**
 * Profiles of shells: what a line gives a variable, in the words of POSIX shells, csh, fish, PowerShell and
 * nu, and of PAM's file of variables. Nothing is run or expanded: `$(...)` and `$NAME` stay as written.
 * Conditions, functions and comments are not recorded, nor which of two assignments would hold.
 */
import { limits } from '../limits.ts';
import type { Decoded, Entry, Position, Scalar, TreeMap } from '../model/tree.ts';
import { emptyList, emptyMap, fits, harvest, isFull, seed, textScalar } from './growth.ts';

const name = '([A-Za-z_]\\w{0,200})';
/** What stands before a value, by the shells that say it so. */
const ways = [
  `(?:setenv|setx|launchctl +setenv|set(?: +-{1,2}[\\w-]{1,20}){0,6}) +${name} +`,
  `SETUVAR(?: +--\\w{1,20}){0,4} +${name}:`,
  `\\$env[:.]${name} {0,20}= {0,20}`,
  `SetEnvironmentVariable\\( {0,4}["']${name}["'] {0,4}, {0,4}`,
  `${name}(?: +(?:DEFAULT|OVERRIDE))?=`,
];
const assignment = new RegExp(`(?<![\\w$./-])(?:${ways.join('|')})`, 'dgi');
const plain = /[^\s"'`$\\;&|()<>]+/y;
const comment = /^[ \t]*#[^\n]*/gm;

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The offset past a quoted piece that begins at `from`; the end of its line when it does not end. */
function quoteEnd(text: string, from: number): number {
  const quote = text.charAt(from);
  const last = Math.min(text.length, from + limits.quotedChars);
  for (let at = from + 1; at < last; at += 1) {
    if (text.charAt(at) === quote) return at + 1;
    if (quote !== "'" && text.charAt(at) === '\\') at += 1;
  }
  return lineEnd(text, from);
}

/** The offset past a substitution `$(...)` that begins at `from`. */
function substitutionEnd(text: string, from: number): number {
  const last = Math.min(text.length, from + limits.quotedChars);
  let depth = 0;
  for (let at = from + 1; at < last; at += 1) {
    if (text.charAt(at) === '(') depth += 1;
    if (text.charAt(at) === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return last;
}

/** The text of a quoted piece without its quotes, where it has both. */
function unquoted(piece: string): string {
  const quote = piece.charAt(0);
  const inner = piece.endsWith(quote) && piece.length > 1 ? piece.slice(1, -1) : piece.slice(1);
  return quote === '"' ? inner.replace(/\\(["$`\\\n])/g, '$1') : inner;
}

/** The word that begins at an offset, its pieces put together, and where it ends. */
function wordAt(text: string, from: number): { word: string; end: number } {
  const last = Math.min(text.length, from + limits.quotedChars);
  let word = '';
  let at = from;
  while (at < last) {
    const char = text.charAt(at);
    plain.lastIndex = at;
    const run = plain.exec(text)?.[0];
    let end = at + 1;
    if (run !== undefined) end = at + run.length;
    else if (char === '"' || char === "'") end = quoteEnd(text, at);
    else if (char === '`') end = quoteEnd(text, at);
    else if (char === '$') end = text.charAt(at + 1) === '(' ? substitutionEnd(text, at) : at + 1;
    else if (char === '\\') end = at + 2;
    else break;
    // What a call ends its first argument by.
    if (char === ',' && /["']/.test(text.charAt(at - 1))) break;
    const piece = text.slice(at, end);
    if (char === '"' || char === "'") word += unquoted(piece);
    else if (char === '\\') word += piece.slice(1).replace('\n', '');
    else word += piece;
    at = end;
  }
  return { word, end: at };
}

/** What is given twice becomes a list: the older value is in the file all the same. */
function give(map: TreeMap, known: Map<string, Entry>, key: string, keyAt: Position, value: Scalar): void {
  const before = known.get(key);
  if (before?.value.type === 'list') before.value.items.push(value);
  else if (before) before.value = { ...emptyList(keyAt), items: [before.value, value] };
  else {
    const entry = { key, keyAt, value };
    map.entries.push(entry);
    known.set(key, entry);
  }
}

/** Decodes the text of a shell's profile, variables in the order of the file. */
export function decodeShell(given: string): Decoded {
  const growth = seed();
  const map = emptyMap({ line: 1, column: 1 });
  const text = given.replace(/\r\n?/g, '\n').replace(comment, (all) => ' '.repeat(all.length));
  const known = new Map<string, Entry>();
  let line = 1;
  let lineFrom = 0;
  let lineTo = lineEnd(text, 0);
  assignment.lastIndex = 0;
  for (let found = assignment.exec(text); found && !isFull(growth); found = assignment.exec(text)) {
    const from = found.index + found[0].length;
    const keyFrom = found.indices?.slice(1).find((one) => one !== undefined)?.[0] ?? found.index;
    for (; lineTo < keyFrom; lineTo = lineEnd(text, lineFrom)) {
      line += 1;
      lineFrom = lineTo + 1;
    }
    const { word, end } = wordAt(text, from);
    assignment.lastIndex = Math.max(from, end);
    const keyAt = { line, column: keyFrom - lineFrom + 1 };
    const key = found.slice(1).find((one) => one !== undefined) ?? '';
    if (word === '' || !fits(growth, keyAt)) continue;
    give(map, known, key, keyAt, textScalar(word, { line, column: from - lineFrom + 1 }));
  }
  return harvest(growth, map);
}
