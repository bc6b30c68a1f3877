/** Finds the wrapper that a command, package or script is. Knows no product: names come from the rules. */
import type { Ruleset } from '../model/rules.ts';
import { type Parsed, readOptions } from './options.ts';
import { type Word, programName } from './words.ts';

export type Wrappers = Ruleset['wrappers'];
/** `called` is the command or package as the rules list it. */
export type Match = { wrapper: Wrappers[number]; called: string; parsed: Parsed };

type Entry = { wrapper: Wrappers[number]; called: string; subs: string[] };
type Lists = Record<'commands' | 'packages', Map<string, Entry[]>>;

const indexes = new WeakMap<Wrappers, Lists>();

/** The entries of all wrappers by their first word, made once for a set of rules. */
function indexOf(wrappers: Wrappers): Lists {
  const known = indexes.get(wrappers);
  if (known !== undefined) return known;
  const made: Lists = { commands: new Map(), packages: new Map() };
  for (const wrapper of wrappers) {
    for (const list of ['commands', 'packages'] as const) {
      for (const called of wrapper[list]) {
        const [first = '', ...subs] = called.split(' ');
        made[list].set(first, [...(made[list].get(first) ?? []), { wrapper, called, subs }]);
      }
    }
  }
  indexes.set(wrappers, made);
  return made;
}

/** Of all entries that begin with `name`, the one whose most sub-commands are there. */
function best(wrappers: Wrappers, list: 'commands' | 'packages', name: string, args: Word[]): Match | null {
  let found: Match | null = null;
  let depth = -1;
  for (const { wrapper, called, subs } of indexOf(wrappers)[list].get(name) ?? []) {
    if (subs.length <= depth) continue;
    const parsed = readOptions(args, wrapper, subs);
    if (parsed === null) continue;
    found = { wrapper, called, parsed };
    depth = subs.length;
  }
  return found;
}

/** The wrapper that a command line starts with. */
export function matchCommand(wrappers: Wrappers, words: Word[]): Match | null {
  const [first, ...args] = words;
  return first === undefined ? null : best(wrappers, 'commands', programName(first.text), args);
}

/** The wrapper that a package is, given the arguments of its program. */
export function matchPackage(wrappers: Wrappers, type: string, name: string, args: Word[]): Match | null {
  return best(wrappers, 'packages', `${type}:${name}`, args);
}

/** The wrapper that a script is, by the end of its path. */
export function matchScript(wrappers: Wrappers, path: string, args: Word[]): Match | null {
  const plain = `/${path.replaceAll('\\', '/').toLowerCase()}`;
  for (const wrapper of wrappers) {
    if (!wrapper.scripts.some((ending) => plain.endsWith(`/${ending}`))) continue;
    const parsed = readOptions(args, wrapper, []);
    if (parsed) return { wrapper, called: wrapper.commands[0] ?? wrapper.id, parsed };
  }
  return null;
}

/** Whether some wrapper's command has this name. */
export function isLauncher(wrappers: Wrappers, name: string): boolean {
  return indexOf(wrappers).commands.has(name);
}
