/**
 * The words of a command as its definition has them, open: what of them can come from the environment
 * instead, by the rules of `moves.yaml`.
 */
import type { LaidSecret, Layout, Piece } from '../model/layout.ts';
import type { Staying } from '../model/plan.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Change } from '../parse/edit/edit-text.ts';
import { matchCommand } from '../identity/match-wrapper.ts';
import { hasVariable } from '../identity/variable.ts';
import { programName } from '../identity/words.ts';
import { isList } from '../parse/edit/pointers.ts';
import { Secret } from '../secrets/secret.ts';

/** A secret on its way to the environment, and what becomes of the place where it stood. */
export type Moved = {
  secret: LaidSecret;
  /** Name of the variable, or of the header, and all of its value. */
  name: string;
  value: Secret;
  changes: Change[];
  becomes: string;
};

export type Word = { text: string; pointer: string };

/** Command and arguments as one list. */
export function wordsOf({ command, args }: Layout): Word[] {
  return [...command, ...args].map(({ pointer, value }: Piece) => ({
    pointer,
    text: value === null ? '' : Secret.open(value),
  }));
}

/** Whether the clients of a definition fill in something in its command by themselves. */
export function isFilledIn(layout: Layout, words: string[], rules: Pick<Ruleset, 'tools'>): boolean {
  return layout.tools.some((id) => {
    const expands = rules.tools.find((tool) => tool.id === id)?.references?.expands;
    const patterns = expands?.map((one) => new RegExp(one));
    return words.some((text) => patterns?.some((one) => one.test(text)) ?? hasVariable(text));
  });
}

const variableName = /^[A-Za-z_]\w*$/;
const drop = (...words: Word[]): Change[] => words.map(({ pointer }) => ({ do: 'drop', at: pointer }));

/** The option that a word belongs to: its own (`--key=value`), or the one before it. */
function optionOf(words: Word[], at: number, options: string[]) {
  const { text } = words[at]!;
  const own = options.find((option) => text.startsWith(`${option}=`));
  if (own !== undefined) return { value: text.slice(own.length + 1), prefix: `${own}=`, words: [words[at]!] };
  const before = words[at - 1];
  if (before === undefined || !options.includes(before.text)) return null;
  return { value: text, prefix: '', words: [before, words[at]!] };
}

/** `NAME=value` before the program that `env` and its like start. */
function assigned(words: Word[], at: number, rules: Pick<Ruleset, 'wrappers'>): boolean {
  const [first, ...rest] = words;
  const name = programName(first?.text ?? '');
  const isWrapper = rules.wrappers.some((one) => one.assignments && one.commands.includes(name));
  return isWrapper && at > 0 && rest.slice(0, at).every(({ text }) => /^[A-Za-z_]\w*=/.test(text));
}

function pair(text: string): { name: string; value: string } | null {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  return variableName.test(name) ? { name, value: text.slice(at + 1) } : null;
}

type Ways = Pick<Ruleset, 'moves' | 'tools' | 'wrappers'>;
type Passing = Ways['moves']['passes'][number];
type Way = Omit<Moved, 'secret' | 'value'> & { value: string };

/**
 * The value as the program would use it. Quotes in an argument reach the program, which may take them off; of
 * a variable it would use them. Null where there are some and nothing says that it takes them off.
 */
function bare(text: string, isStripped: boolean): string | null {
  const value = isStripped ? text.trim() : text;
  if (!/^\s*(["']).*\1\s*$/s.test(value)) return value;
  return isStripped ? value.slice(1, -1) : null;
}

function byVariable(layout: Layout, words: Word[], at: number, { moves }: Ways): Way | null {
  for (const one of moves.variables.filter((rule) => layout.packages.includes(rule.package))) {
    const found = optionOf(words, at, one.options);
    const value = found === null ? null : bare(found.value, one.quotes === 'stripped');
    if (found === null || value === null) continue;
    const becomes = `${one.variable} in the environment that the launcher gives the command`;
    return { name: one.variable, value, changes: drop(...found.words.toReversed()), becomes };
  }
  return null;
}

/**
 * The value of an option of a program's own at a place, which is all of the word or its end. What stands
 * behind the image of a container is for the program in it.
 */
function ownValue(words: Word[], at: number, { commands, options }: Passing, wrappers: Ways['wrappers']) {
  const closed = words.map(({ text }, index) => ({ text, closed: new Secret(text), index, whole: true }));
  const match = matchCommand(wrappers, closed);
  if (match === null || !commands.includes(match.called)) return null;
  const own = match.parsed.options.filter(({ name }) => options.includes(name));
  return own.flatMap(({ values }) => values).find(({ index }) => index === at)?.text ?? null;
}

function byPassing(words: Word[], at: number, { moves, wrappers }: Ways): Way | null {
  const { text, pointer } = words[at]!;
  const becomesOf = (name: string) => `${name} in the environment that the launcher gives the command`;
  if (assigned(words, at, { wrappers })) {
    const own = pair(text);
    return own && { ...own, changes: drop(words[at]!), becomes: becomesOf(own.name) };
  }
  for (const one of moves.passes) {
    const found = ownValue(words, at, one, wrappers);
    const own = found === null ? null : pair(found);
    if (found === null || own === null) continue;
    const prefix = text.slice(0, text.length - found.length);
    return {
      ...own,
      changes: [{ do: 'text', at: pointer, to: prefix + own.name }],
      becomes: `\`${one.options[0]} ${own.name}\`, and the variable from the launcher`,
    };
  }
  return null;
}

/** `Header: value` in an option whose program fills in variables, where no client is known to do so first. */
function byFilling(layout: Layout, words: Word[], at: number, rules: Ways): Way | null {
  const { pointer } = words[at]!;
  for (const one of rules.moves.fills.filter((rule) => layout.packages.includes(rule.package))) {
    const found = optionOf(words, at, one.options);
    const [, header, value] = /^([\w-]+):\s*(\S.*)$/.exec(found?.value ?? '') ?? [];
    if (!found || header === undefined || value === undefined) continue;
    const name = `SHADOWSCAN_${header.toUpperCase().replace(/\W/g, '_')}`;
    const filled = `${header}:\${${name}}`;
    if (isFilledIn(layout, [filled], rules)) continue;
    const change: Change = { do: 'text', at: pointer, to: found.prefix + filled };
    return { name, value, changes: [change], becomes: `\`${filled}\`, which the program fills in` };
  }
  return null;
}

/** How a secret in an argument can move; or why not. */
export function fromArgument(
  layout: Layout,
  secret: LaidSecret,
  isStored: boolean,
  rules: Ways,
): Moved | Staying {
  const words = wordsOf(layout);
  const at = words.findIndex(({ pointer }) => pointer === secret.pointer);
  const isAlone = words.filter(({ pointer }) => pointer === secret.pointer).length === 1;
  if (at <= 0 || !isAlone || !isList(secret.pointer)) return 'argument';
  const way =
    byVariable(layout, words, at, rules) ??
    byPassing(words, at, rules) ??
    // The bridge names its files after its arguments: another text there would sign out.
    (isStored ? null : byFilling(layout, words, at, rules));
  if (way === null || !way.value.includes(Secret.open(secret.secret))) return 'argument';
  return { ...way, secret, value: new Secret(way.value) };
}
