/**
 * What an interpreter on a command line was told to run, by the grammar of its wrapper file. Program text
 * and tasks have no name of their own: they are nothing.
 */
import { type Match, type Wrappers, matchCommand } from './match-wrapper.ts';
import { type Word, programName } from './words.ts';

/** Interpreters of another version have the grammar of the one without: `python3.19`, `node24`. */
function grammarOf(wrappers: Wrappers, words: Word[]): Match | null {
  const [program, ...args] = words;
  const known = matchCommand(wrappers, words);
  if (known !== null || program === undefined) return known;
  const text = programName(program.text).replace(/[\d.]+$/, '');
  return matchCommand(wrappers, [{ ...program, text }, ...args]);
}

/** The file or module that a command line which begins with an interpreter runs; null when there is none. */
export function scriptOf(wrappers: Wrappers, words: Word[]): Word | null {
  const match = grammarOf(wrappers, words);
  if (match === null) return words.slice(1).find(({ text }) => !text.startsWith('-')) ?? null;
  const { wrapper, parsed } = match;
  for (const { name, values } of parsed.options) {
    const instead = wrapper.instead.find(({ options }) => options.includes(name));
    if (instead === undefined) continue;
    return instead.runs === 'script' || instead.runs === 'module' ? (values[0] ?? null) : null;
  }
  return wrapper.runs.includes('script') ? (parsed.rest[0] ?? null) : null;
}
