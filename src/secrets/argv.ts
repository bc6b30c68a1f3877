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

/** A name that the argument's form gives goes before one that is only found in its text. */
const ownRank = 400;
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
    // `-eNAME=value` and `-Dname=value`: the option's own letter comes first.
    if (/^-[A-Za-z]{2}/.test(arg)) parts.push({ name: long[1]!.slice(1), kind: 'env', start });
    parts.push({ name: long[1]!, kind: 'option', start });
  }
  const rest = arg.slice(start);
  const quote = /^["']/.test(rest) ? 1 : 0;
  const env = variable.exec(rest.slice(quote));
  const line = env === null ? header.exec(rest.slice(quote)) : null;
  if (env !== null) parts.push({ name: env[1]!, kind: 'env', start: start + quote + env[0].length });
  if (line !== null) parts.push({ name: line[1]!, kind: 'header', start: start + quote + line[0].length });
  return parts;
}

/** Whether an argument can be the value of the option before it. A long random text may begin with a dash. */
function isValue(arg: string): boolean {
  return !arg.startsWith('-') || (arg.length >= 16 && /^-[^-]/.test(arg));
}

/** Compiles the reader of command lines. `pairOptions` have `user:password` as their value. */
export function createArgv(reader: Reader, judge: NamedJudge, pairOptions: string[]): Argv {
  const pairs = new Set(pairOptions);

  /** The password of `user:password`; a pair of plain words or numbers is a user and group. */
  const pairHit = (name: string, text: string): Hit | null => {
    const colon = text.indexOf(':');
    const hit = colon < 0 || !pairs.has(name) ? null : judge.password(name, text.slice(colon + 1));
    if (hit === null || hit.type === 'weak-password' || hit.confidence === 'low') return null;
    return { ...hit, start: colon + 1, end: text.length };
  };

  const readOne = (arg: string, previous: string | undefined): ArgvHits => {
    const given = arg.slice(0, limits.judgedChars);
    const parts = partsOf(given);
    const before = previous === undefined ? null : option.exec(previous);
    if (before !== null && isValue(given)) parts.unshift({ name: before[1]!, kind: 'option', start: 0 });
    const named = parts
      .flatMap(({ name, kind, start }) => {
        const value = given.slice(start);
        const pair = kind === 'option' ? pairHit(name, value) : null;
        return shift([...reader.underName(name, value, kind), ...(pair ? [pair] : [])], start);
      })
      .map((hit) => ({ ...hit, rank: Math.max(hit.rank, ownRank) }));
    const found = settle([...named, ...reader.inText(given, 'value')]);
    if (found.length > 0) return { shown: maskAll(arg, found), hits: found };
    const hidden = parts.find((part) => judge.conceals(part.name, given.slice(part.start), part.kind));
    const shown = hidden === undefined ? arg : arg.slice(0, hidden.start) + maskOf('', '');
    return { shown, hits: [] };
  };
  return { read: (args) => args.map((arg, index) => readOne(arg, args[index - 1])) };
}
