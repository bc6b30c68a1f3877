/**
 * Files of `NAME=value` lines. Where a value ends is found here, line by line, since the library's own search
 * takes a time that grows with the square of the blank lines; what a value means is the library's word.
 * Comments and lines that assign nothing are not recorded.
 */
import { createRequire } from 'node:module';
import { limits } from '../limits.ts';
import type { Decoded } from '../model/tree.ts';
import { emptyMap, fits, harvest, isFull, note, seed, textScalar } from './growth.ts';

const require = createRequire(import.meta.url);

const assignment = /[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=|:[ \t]+)[ \t]*/y;
const restOfLine = /[ \t\r]*(?:#[^\n]*)?(?=\n|$)/y;

/** The offset past a quoted value that starts at `from`, or null when it does not end as one. */
function quotedEnd(text: string, from: number): number | null {
  const quote = text.charAt(from);
  const last = Math.min(text.length, from + limits.quotedChars);
  for (let index = from + 1; index < last; index += 1) {
    if (text.charAt(index) !== quote || text.charAt(index - 1) === '\\') continue;
    restOfLine.lastIndex = index + 1;
    return restOfLine.test(text) ? index + 1 : null;
  }
  return null;
}

/** Where the value that starts at `from` ends: at its quote, or with its line. */
function valueEnd(text: string, from: number, lineEnd: number): number {
  const isQuoted = '\'"`'.includes(text.charAt(from) || ' ');
  return (isQuoted ? quotedEnd(text, from) : null) ?? lineEnd;
}

/** Decodes the text of an environment file, keys in order and as often as they occur. */
export function decodeDotenv(text: string): Decoded {
  const { parse } = require('dotenv') as typeof import('dotenv');
  const growth = seed();
  const map = emptyMap({ line: 1, column: 1 });
  let line = 1;
  for (let from = 0; from < text.length && !isFull(growth);) {
    const newline = text.indexOf('\n', from);
    let end = newline < 0 ? text.length : newline;
    assignment.lastIndex = from;
    const found = assignment.exec(text);
    const key = found?.[1];
    const lines = line;
    if (found && key !== undefined && assignment.lastIndex <= end) {
      const start = Math.min(assignment.lastIndex, end);
      const close = valueEnd(text, start, end);
      // Under a name of ours, because the library would lose one that every object has.
      const value = parse(`NAME=${text.slice(start, close)}`).NAME ?? '';
      const column = from + found[0].indexOf(key) - from + 1;
      const at = { line, column: start - from + 1 };
      if (fits(growth, at)) map.entries.push({ key, keyAt: { line, column }, value: textScalar(value, at) });
      for (; end >= 0 && end < close; end = text.indexOf('\n', end + 1)) line += 1;
    }
    if (lines === line && text.slice(from, end).includes('\0'))
      note(growth, 'malformed', { line, column: 1 });
    from = end < 0 ? text.length : end + 1;
    line += 1;
  }
  return harvest(growth, map);
}
