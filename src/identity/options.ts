/**
 * The words behind a wrapper, read by the wrapper's own grammar: options with their values, and the rest. An
 * option that the grammar does not name stands alone; its value could be the name of something approved, so
 * where the grammar is whole it is told as unknown.
 */
import type { Wrapper } from '../model/wrapper.ts';
import { type Word, tail } from './words.ts';

export type Option = { name: string; values: Word[] };

export type Parsed = {
  options: Option[];
  /** Positional arguments and what follows them, behind sub-commands and those that the wrapper skips. */
  rest: Word[];
  /** Whether there is an option that a grammar which is whole does not name. */
  unknown: boolean;
};

/** How many values an option takes; `rest` is everything behind it. */
type Arity = number | 'rest';
type Grammar = { exact: Map<string, Arity>; wild: RegExp[]; flags: RegExp[] };

const grammars = new WeakMap<Wrapper, Grammar>();

function grammarOf(wrapper: Wrapper): Grammar {
  const known = grammars.get(wrapper);
  if (known) return known;
  const one = [
    ...wrapper.valued,
    ...wrapper.from,
    ...wrapper.with,
    ...wrapper.versions,
    ...wrapper.envOptions,
    ...wrapper.unsets,
    ...wrapper.folders,
    ...wrapper.loads,
    ...Object.keys(wrapper.sets),
    ...(wrapper.at?.options ?? []),
    ...(wrapper.storeKey?.parts.flatMap((part) => part.options ?? []) ?? []),
    ...(wrapper.storeKey?.unknowable ?? []),
    ...wrapper.registryOptions,
  ];
  const exact = new Map<string, Arity>(one.filter((name) => !name.includes('*')).map((name) => [name, 1]));
  for (const name of wrapper.pairs) exact.set(name, 2);
  for (const { options, takes } of wrapper.instead) {
    for (const name of options) exact.set(name, takes === 'value' ? 1 : takes === 'rest' ? 'rest' : 0);
  }
  for (const name of wrapper.flags) if (!exact.has(name)) exact.set(name, 0);
  const grammar = {
    exact,
    wild: one.filter((name) => name.includes('*')).map(wildcard),
    flags: wrapper.flags.filter((name) => name.includes('*')).map(wildcard),
  };
  grammars.set(wrapper, grammar);
  return grammar;
}

/** A name in which `*` stands for any text, as a pattern for whole names in either case. */
export function wildcard(name: string): RegExp {
  const escaped = name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'i');
}

type Taken = { options: Option[]; next: number };

function arityOf(grammar: Grammar, name: string): Arity | undefined {
  const exact = grammar.exact.get(name);
  if (exact !== undefined) return exact;
  if (grammar.wild.some((one) => one.test(name))) return 1;
  return grammar.flags.some((one) => one.test(name)) ? 0 : undefined;
}

function valuesFrom(
  words: Word[],
  start: number,
  arity: Arity,
  attached: Word[],
): { values: Word[]; next: number } {
  const end = arity === 'rest' ? words.length : Math.min(words.length, start + arity - attached.length);
  return { values: [...attached, ...words.slice(start, end)], next: Math.max(start, end) };
}

/** `-it` or `-eNAME=v`: letters that stand alone, then perhaps one that takes what is left or comes next. */
function takeCluster(words: Word[], at: number, grammar: Grammar): Taken {
  const word = words[at]!;
  const options: Option[] = [];
  for (let i = 1; i < word.text.length; i += 1) {
    const name = `-${word.text[i]!}`;
    const arity = arityOf(grammar, name) ?? 0;
    if (arity === 0) {
      options.push({ name, values: [] });
      continue;
    }
    const from = word.text[i + 1] === '=' ? i + 2 : i + 1;
    const attached = from < word.text.length ? [tail(word, from)] : [];
    const { values, next } = valuesFrom(words, at + 1, arity, attached);
    return { options: [...options, { name, values }], next };
  }
  return { options, next: at + 1 };
}

function takeOption(words: Word[], at: number, wrapper: Wrapper): Taken {
  const grammar = grammarOf(wrapper);
  const word = words[at]!;
  const name = wrapper.caseless ? word.text.toLowerCase() : word.text;
  const arity = arityOf(grammar, name);
  if (arity !== undefined) {
    const { values, next } = valuesFrom(words, at + 1, arity, []);
    return { options: [{ name, values }], next };
  }
  const equals = name.indexOf('=');
  const before = name.slice(0, Math.max(equals, 0));
  const known = equals > 0 ? arityOf(grammar, before) : undefined;
  if (known === 'rest') {
    const { values, next } = valuesFrom(words, at + 1, known, [tail(word, equals + 1)]);
    return { options: [{ name: before, values }], next };
  }
  if (equals > 0 && (known !== undefined || name.startsWith('--'))) {
    return { options: [{ name: before, values: [tail(word, equals + 1)] }], next: at + 1 };
  }
  if (wrapper.clustered && /^-[^-]./.test(name)) return takeCluster(words, at, grammar);
  return { options: [{ name, values: [] }], next: at + 1 };
}

/** Whether a grammar that is whole does not name this option. */
function isUnknown(text: string, wrapper: Wrapper): boolean {
  if (wrapper.flags.length === 0) return false;
  const name = (wrapper.caseless ? text.toLowerCase() : text).replace(/=.*$/s, '');
  return arityOf(grammarOf(wrapper), name) === undefined;
}

function isOption(text: string, wrapper: Wrapper): boolean {
  if (wrapper.clears.includes(text)) return true;
  return text.length > 1 && wrapper.marks.some((mark) => text.startsWith(mark));
}

/**
 * Reads the words behind a program's name. Null when its sub-commands are not `subs`. Options before,
 * between and behind sub-commands are all kept.
 */
export function readOptions(all: Word[], wrapper: Wrapper, subs: readonly string[]): Parsed | null {
  const fence = wrapper.behind === undefined ? -1 : all.findIndex((word) => word.text === wrapper.behind);
  const words = fence < 0 ? all : all.slice(0, fence);
  const parsed: Parsed = { options: [], rest: [], unknown: false };
  let wanted = 0;
  let skip = wrapper.skip;
  let ended = false;
  let at = 0;
  while (at < words.length) {
    const { text } = words[at]!;
    if (!ended && wrapper.endOptions.includes(text)) {
      ended = true;
      at += 1;
    } else if (!ended && isOption(text, wrapper)) {
      const taken = takeOption(words, at, wrapper);
      parsed.unknown ||= isUnknown(text, wrapper);
      parsed.options.push(...taken.options);
      at = taken.next;
    } else if (wanted < subs.length) {
      if (text.toLowerCase() !== subs[wanted]) return null;
      wanted += 1;
      at += 1;
    } else if (skip > 0) {
      skip -= 1;
      at += 1;
    } else if (wrapper.interspersed) {
      parsed.rest.push(words[at]!);
      at += 1;
    } else {
      parsed.rest = words.slice(at);
      break;
    }
  }
  if (wanted < subs.length) return null;
  if (wrapper.behind !== undefined) {
    const usual = wrapper.before === undefined ? null : new RegExp(wrapper.before);
    parsed.unknown ||= fence >= 0 && usual !== null && parsed.rest.some(({ text }) => !usual.test(text));
    parsed.rest = fence < 0 ? [] : all.slice(fence + 1);
  }
  return parsed;
}

/** The values of all options of these names, in order. */
export function valuesOf(parsed: Parsed, names: readonly string[]): Word[] {
  return parsed.options.flatMap((option) => (names.includes(option.name) ? option.values : []));
}

/** Whether one of these options is there, with or without a value. */
export function hasOption(parsed: Parsed, names: readonly string[]): boolean {
  return parsed.options.some((option) => names.includes(option.name));
}
