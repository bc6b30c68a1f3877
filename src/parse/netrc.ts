/**
 * Files of logins by machine, as ftp and curl read them: a map of machines with what is said of each. Macros
 * and comments are not recorded; what is given twice for a machine counts twice.
 */
import type { Decoded, TreeMap } from '../model/tree.ts';
import { emptyMap, fits, harvest, isFull, seed, textScalar } from './growth.ts';

const word = /"(?:[^"\\\n]|\\.){0,4096}"|\S+|\n/g;
const parts = new Set(['login', 'password', 'account']);

const bare = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;

type Word = { text: string; line: number; column: number };

/** Words with their places; comments and macros are left out. */
function* words(text: string): Generator<Word> {
  let line = 1;
  let lineFrom = 0;
  let skip: 'no' | 'line' | 'macro' = 'no';
  let empty = true;
  for (const found of text.matchAll(word)) {
    if (found[0] === '\n') {
      if (skip === 'line' || (skip === 'macro' && empty)) skip = 'no';
      line += 1;
      lineFrom = found.index + 1;
      empty = true;
      continue;
    }
    // A password may begin with the sign of a comment, but not where a word of the form is expected.
    if (skip === 'no' && empty && found[0].startsWith('#')) skip = 'line';
    empty = false;
    if (skip === 'no' && found[0] === 'macdef') skip = 'macro';
    if (skip === 'no') yield { text: found[0], line, column: found.index - lineFrom + 1 };
  }
}

/** Decodes the text of a netrc file. */
export function decodeNetrc(given: string): Decoded {
  const growth = seed();
  const root = emptyMap({ line: 1, column: 1 });
  let machine: TreeMap | null = null;
  const all = words(given.replace(/\r\n?/g, '\n'));
  for (let next = all.next(); !next.done && !isFull(growth); next = all.next()) {
    const { text, ...at } = next.value;
    if (text === 'default' || text === 'machine') {
      const named = text === 'default' ? next.value : all.next().value;
      if (!named || !fits(growth, at, 2)) continue;
      machine = emptyMap(at);
      root.entries.push({ key: bare(named.text), keyAt: at, value: machine });
    } else if (machine && parts.has(text)) {
      const value = all.next().value;
      if (!value || !fits(growth, at)) continue;
      const place = { line: value.line, column: value.column };
      machine.entries.push({ key: text, keyAt: at, value: textScalar(bare(value.text), place) });
    }
  }
  return harvest(growth, root);
}
