/**
 * Files of `NAME=value` lines. Where a value ends is found here, line by line, since the library's own search
 * takes a time that grows with the square of the blank lines; what a value means is the library's word.
 * Comments and lines that assign nothing are not recorded.
 */
import { createRequire } from 'node:module';
import { limits } from '../limits.ts';
import type { Decoded } from '../model/tree.ts';
import { emptyMap, fits, harvest, isFull, seed, textScalar } from './growth.ts';

const require = createRequire(import.meta.url);

const assignment = /[ \t]*(?:export[ \t]+)?(?<key>[\w.-]+)(?:[ \t]*=|:[ \t]+)[ \t]*/dy;
const restOfLine = /[ \t\r]*(?:#[^\n]*)?(?=\n|$)/y;

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

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
function valueEnd(text: string, from: number): number {
  const isQuoted = ['"', "'", '`'].includes(text.charAt(from));
  return (isQuoted ? quotedEnd(text, from) : null) ?? lineEnd(text, from);
}

type Found = { key: string; keyFrom: number; from: number; to: number };

/** The assignment on the line that starts at `from`, as offsets; null when there is none. */
function assignmentAt(text: string, from: number): Found | null {
  assignment.lastIndex = from;
  const found = assignment.exec(text);
  const [keyFrom] = found?.indices?.groups?.['key'] ?? [];
  if (!found?.groups || keyFrom === undefined) return null;
  const start = assignment.lastIndex;
  return { key: found.groups['key'] ?? '', keyFrom, from: start, to: valueEnd(text, start) };
}

/** Decodes the text of an environment file, keys in order and as often as they occur. */
export function decodeDotenv(text: string): Decoded {
  const { parse } = require('dotenv') as typeof import('dotenv');
  const growth = seed();
  const map = emptyMap({ line: 1, column: 1 });
  let line = 1;
  for (let from = 0; from < text.length && !isFull(growth); line += 1) {
    const found = assignmentAt(text, from);
    if (found) {
      // Under a name of ours, because the library would lose one that every object has.
      const value = parse(`NAME=${text.slice(found.from, found.to)}`)['NAME'] ?? '';
      const keyAt = { line, column: found.keyFrom - from + 1 };
      const at = { line, column: found.from - from + 1 };
      if (fits(growth, at)) map.entries.push({ key: found.key, keyAt, value: textScalar(value, at) });
    }
    let end = lineEnd(text, from);
    const until = found?.to ?? 0;
    for (; end < until; end = lineEnd(text, end + 1)) line += 1;
    from = end + 1;
  }
  return harvest(growth, map);
}
