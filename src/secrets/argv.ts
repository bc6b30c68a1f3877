/**
 * Secrets on a command line. It knows no options: an option is judged by its own name, and arguments such as
 * `NAME=value` and `Header: value` by their form, whichever option stands before them.
 */
import { limits } from '../limits.ts';
import { type Hit, settle, shift } from './hit.ts';
import { maskAll, maskOf } from './mask.ts';
import type { NamedJudge } from './named.ts';
import type { FieldKind } from './names.ts';
import type { Reader } from './read.ts';

export type ArgvHits = { shown: string; hits: Hit[] };
export type Argv = { read(args: string[]): ArgvHits[] };

type Part = { name: string; kind: FieldKind; start: number };

const option = /^--?([A-Za-z][A-Za-z0-9_.-]{0,80})$/;
const optionValue = /^--?([A-Za-z][A-Za-z0-9_.-]{0,80})=/;
const variable = /^(?:-[A-Za-z])?([A-Za-z_][A-Za-z0-9_.]{0,120})=/;
const header = /^(?:-[A-Za-z])?([A-Za-z][A-Za-z0-9_-]{0,80})\s{0,4}:(?!\/\/|\\)\s{0,8}/;

/** The names that an argument gives to what follows in it, outermost first. */
function partsOf(arg: string): Part[] {
  const parts: Part[] = [];
  let start = 0;
  const long = optionValue.exec(arg);
  if (long !== null) {
    start = long[0].length;
    parts.push({ name: long[1]!, kind: 'option', start });
    // `-eNAME=value` and `-Dname=value`: the option's own letter comes first.
    if (/^-[A-Za-z]{2}/.test(arg)) parts.push({ name: long[1]!.slice(1), kind: 'env', start });
  }
  const rest = arg.slice(start);
  const quote = /^["']/.test(rest) ? 1 : 0;
  const env = variable.exec(rest.slice(quote));
  const line = env === null ? header.exec(rest.slice(quote)) : null;
  if (env !== null) parts.push({ name: env[1]!, kind: 'env', start: start + quote + env[0].length });
  if (line !== null) parts.push({ name: line[1]!, kind: 'header', start: start + quote + line[0].length });
  return parts;
}

/** Compiles the reader of command lines. */
export function createArgv(reader: Reader, judge: NamedJudge): Argv {
  const readOne = (arg: string, previous: string | undefined): ArgvHits => {
    const given = arg.slice(0, limits.judgedChars);
    const parts = partsOf(given);
    const before = previous === undefined ? null : option.exec(previous);
    if (before !== null && !given.startsWith('-'))
      parts.unshift({ name: before[1]!, kind: 'option', start: 0 });
    const hits: Hit[] = reader.inText(given, 'value');
    for (const { name, kind, start } of parts) {
      hits.push(...shift(reader.underName(name, given.slice(start), kind), start));
    }
    const found = settle(hits);
    if (found.length > 0) return { shown: maskAll(arg, found), hits: found };
    const hidden = parts.find((part) => judge.conceals(part.name, given.slice(part.start), part.kind));
    const shown = hidden === undefined ? arg : arg.slice(0, hidden.start) + maskOf('', '');
    return { shown, hits: [] };
  };
  return { read: (args) => args.map((arg, index) => readOne(arg, args[index - 1])) };
}
