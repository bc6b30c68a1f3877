/**
 * What a wrapper changes for everything behind it: environment, registry, packages that come along, code that
 * runs first. Records names and doubts; values of variables stay closed.
 */
import type { Package } from '../model/fact.ts';
import type { Secret } from '../secrets/secret.ts';
import type { Match, Wrappers } from './match-wrapper.ts';
import { hasOption, valuesOf, wildcard } from './options.ts';
import { hasOpen } from './places.ts';
import { expectProgram } from './programs.ts';
import { raiseDoubts } from './raise.ts';
import { readSpec } from './read-spec.ts';
import type { Walk } from './walk.ts';
import type { Word } from './words.ts';

/** Whether a text has the form `NAME=value`. */
export const isAssignment = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*=/.test(text);

type Injection = Wrappers[number]['injects'][number];
const injections = new WeakMap<Wrappers, Map<string, Injection[]>>();

/** Variables that make programs load other code, by name. */
function injecting(wrappers: Wrappers): Map<string, Injection[]> {
  const known = injections.get(wrappers);
  if (known !== undefined) return known;
  const made = Map.groupBy(
    wrappers.flatMap((wrapper) => wrapper.injects),
    ({ variable }) => variable,
  );
  injections.set(wrappers, made);
  return made;
}

/** Puts a variable into the environment; one that makes programs load other code is a doubt. */
export function setVariable(walk: Walk, name: string, value: Secret | null): void {
  walk.env.set(name, value);
  if (value === null || value.length === 0) return;
  for (const { unless, folders, doubt } of injecting(walk.wrappers).get(name.toUpperCase()) ?? []) {
    const text = walk.secrets.show(value);
    const usual = folders
      ? !hasOpen(walk.wrappers, text)
      : unless !== undefined && new RegExp(unless).test(text);
    if (!usual) walk.doubts.add(doubt);
  }
}

/** Takes leading `NAME=value` words off and into the environment; returns the others. */
export function takeAssignments(walk: Walk, words: Word[]): Word[] {
  const end = words.findIndex((word) => !isAssignment(word.text));
  const count = end < 0 ? words.length : end;
  for (const word of words.slice(0, count)) assign(walk, word, null);
  return words.slice(count);
}

/** One `NAME=value`, or a `NAME` whose value `from` passes on. */
function assign(walk: Walk, word: Word, from: Walk['env'] | null): void {
  const assigned = walk.secrets.assignment(word.closed);
  if (assigned !== null) {
    if (word.index !== null && word.whole) walk.assigning.add(word.index);
    setVariable(walk, assigned.name, assigned.value);
  } else if (from !== null && /^\w+$/.test(word.text)) {
    setVariable(walk, word.text, from.get(word.text) ?? null);
  }
}

function changeEnvironment(walk: Walk, { wrapper, parsed }: Match): void {
  const before = new Map(walk.env);
  if (wrapper.contained || hasOption(parsed, wrapper.clears)) walk.env.clear();
  for (const word of valuesOf(parsed, wrapper.unsets)) walk.env.delete(word.text);
  for (const word of valuesOf(parsed, wrapper.envOptions)) assign(walk, word, before);
}

/** Whether naming this registry changes nothing. Its address may have a name before it: `main=https://…`. */
function isUsual(address: string, domains: readonly string[]): boolean {
  const url = address.replace(/^\w+=/, '');
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' && domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
  );
}

/** Another registry, index or package source named by option or variable. */
function noteRegistry(walk: Walk, { wrapper, parsed }: Match): void {
  const options = wrapper.registryOptions.map(wildcard);
  const variables = wrapper.registryVariables.map(wildcard);
  const named = [
    ...parsed.options.flatMap(({ name, values }) =>
      options.some((one) => one.test(name)) ? values.map((word) => word.text) : [],
    ),
    ...[...walk.env].flatMap(([name, value]) =>
      value !== null && value.length > 0 && variables.some((one) => one.test(name))
        ? [walk.secrets.show(value)]
        : [],
    ),
  ];
  const other = named.find((address) => !isUsual(address, wrapper.registryDomains));
  if (other === undefined) return;
  walk.registry ??= other;
  walk.doubts.add('registry-override');
}

/** Packages that a launcher fetches for the program that it runs, or beside it. */
function notePackages(walk: Walk, { wrapper, parsed }: Match, type: Package['type'] | undefined): void {
  const extra = valuesOf(parsed, wrapper.with);
  const specs = extra.flatMap(({ text }) => text.split(','));
  walk.extra.push(
    ...specs.map((one) => (type === undefined ? null : (readSpec(type, one, wrapper).package ?? null))),
  );
  if (type === undefined) return;
  const read = (words: Word[]): Package[] =>
    words.flatMap(({ text }) => text.split(',')).flatMap((one) => readSpec(type, one, wrapper).package ?? []);
  const named = read(valuesOf(parsed, wrapper.from));
  walk.fetched.push(...read(extra), ...named);
  if (named.length > 0) expectProgram(walk, wrapper, named);
}

/** Applies all that a wrapper changes. */
export function applyEffects(walk: Walk, match: Match): void {
  const { wrapper, parsed } = match;
  raiseDoubts(walk, match);
  changeEnvironment(walk, match);
  noteRegistry(walk, match);
  notePackages(walk, match, wrapper.ecosystem);
  for (const [option, variable] of Object.entries(wrapper.sets)) {
    for (const word of valuesOf(parsed, [option])) setVariable(walk, variable, word.closed);
  }
  if (parsed.unknown) walk.doubts.add('ambiguous');
  if (hasOption(parsed, wrapper.loads)) walk.doubts.add('injected-options');
  if (wrapper.doubt !== undefined) walk.doubts.add(wrapper.doubt);
  const folder = valuesOf(parsed, wrapper.folders).at(-1);
  if (folder) walk.folder = folder.text;
}
