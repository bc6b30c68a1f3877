/**
 * Which arguments a client may fill in without being sealed. No list of programs that run their arguments can
 * be whole. So an argument is open only where the grammar of wrappers tells that it is a server's own, and
 * where what is filled in is a folder. What a server does with a folder it cannot know.
 */
import { type Match, matchCommand, matchPackage, matchScript } from '../identity/match-wrapper.ts';
import { hasOption, valuesOf } from '../identity/options.ts';
import { readSpec } from '../identity/read-spec.ts';
import { type Word, programName } from '../identity/words.ts';
import type { Ruleset } from '../model/rules.ts';
import { referencesIn } from './command-digest.ts';
import type { OpenArgument } from './envelope.ts';

type Rules = Pick<Ruleset, 'wrappers' | 'moves' | 'server'>;

const wordsIn = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** Whether a name says that it is a server, and no program that starts others. */
const isServer = (name: string, { moves }: Rules): boolean =>
  wordsIn(name).some((word) => moves.open.names.includes(word));

const next = (word: Word): number => (word.index ?? 0) + 1;

/** Behind a package that is fixed, is a server by its name, and is no bridge or launcher. */
function behindPackage({ wrapper, parsed }: Match, rules: Rules): number | null {
  if (wrapper.from.length > 0 && valuesOf(parsed, wrapper.from).length > 0)
    return serverStart(parsed.rest, rules);
  const [target, ...args] = parsed.rest;
  if (target === undefined || wrapper.ecosystem === undefined) return null;
  const found = readSpec(wrapper.ecosystem, target.text, wrapper).package;
  if (found === null || !isServer(found.name, rules)) return null;
  return matchPackage(rules.wrappers, found.type, found.name, args) === null ? next(target) : null;
}

/** Behind a script that is fixed; one of a package must be a server's. */
function behindScript(script: Word, args: Word[], rules: Rules): number | null {
  const path = `/${script.text.replaceAll('\\', '/')}`;
  if (!/\.\w{1,4}$/.test(path) || matchScript(rules.wrappers, script.text, args) !== null) return null;
  const folder = rules.wrappers.find((one) => one.packageFolder && path.includes(`/${one.packageFolder}/`));
  const inside = folder && path.slice(path.lastIndexOf(`/${folder.packageFolder}/`));
  return inside === undefined || isServer(inside, rules) ? next(script) : null;
}

/** Behind `python -m NAME`; null for other options that make a wrapper run something else. */
function behindOption({ wrapper, parsed }: Match, rules: Rules): number | null {
  const named = wrapper.instead.filter(({ options }) => hasOption(parsed, options));
  const [module, ...others] = named;
  if (others.length > 0 || module?.runs !== 'module') return null;
  const [name] = valuesOf(parsed, module.options);
  const isOwn = name !== undefined && isServer(name.text, rules);
  return isOwn && !wrapper.moduleCommands.includes(name.text) ? next(name) : null;
}

/** The place of the first argument that is a server's own; null where nothing tells that there is one. */
export function serverStart(words: Word[], rules: Rules): number | null {
  const [first] = words;
  if (first === undefined) return null;
  const match = matchCommand(rules.wrappers, words);
  if (match === null) return isServer(programName(first.text), rules) ? next(first) : null;
  const { wrapper, parsed } = match;
  if (parsed.unknown || wrapper.joins !== undefined || hasOption(parsed, wrapper.loads)) return null;
  if (wrapper.instead.some(({ options }) => hasOption(parsed, options))) return behindOption(match, rules);
  const [target, ...args] = parsed.rest;
  const [runs] = wrapper.runs;
  if (target === undefined) return null;
  if (runs === 'package' && wrapper.runs.length === 1) return behindPackage(match, rules);
  const runsCode = wrapper.instead.some((one) => one.runs === 'shell');
  if (runs === 'script' && !runsCode && behindScript(target, args, rules) !== null) return next(target);
  if (!wrapper.runs.includes('command')) return null;
  // What options of these do is not known well enough to say which word is the command.
  if (wrapper.ecosystem === undefined && parsed.options.length > 0) return null;
  const skipped = wrapper.assignments ? parsed.rest.findIndex(({ text }) => !/^\w+=/.test(text)) : 0;
  return skipped < 0 ? null : serverStart(parsed.rest.slice(skipped), rules);
}

/** Whether an argument stands alone, or is the value of an option that takes a folder as data. */
function isData(argv: string[], { at, before }: OpenArgument, { moves }: Rules): boolean {
  const previous = argv[at - 1] ?? '';
  const option = before === '' ? previous : before;
  if (!option.startsWith('-') || (before === '' && option.includes('='))) return true;
  // Of an option with one letter nobody can say what it means.
  const words = wordsIn(option).filter((word) => word !== '');
  return /^--\w/.test(option) && words.every((word) => moves.open.options.includes(word));
}

/** Whether what a client fills in of a command is a folder for a server, and nothing else. */
export function areHarmless(
  argv: string[],
  words: Word[],
  open: OpenArgument[],
  isFilled: (reference: string) => boolean,
  rules: Rules,
): boolean {
  if (open.length === 0) return true;
  const start = serverStart(words, rules);
  const folders = new Set([...rules.server.workspaceNames, ...rules.moves.open.folders]);
  const isFolder = (reference: string): boolean => folders.has(reference) || folders.has(`${reference}$`);
  return open.every(
    (one) =>
      start !== null &&
      one.at >= start &&
      /^(?:--[a-z][\w-]*=)?$/i.test(one.before) &&
      referencesIn(argv[one.at]!).filter(isFilled).every(isFolder) &&
      isData(argv, one, rules),
  );
}
