/**
 * What of a command is sealed. Clients fill in references before they start it, each its own, and a shell has
 * variables that are none of a client's: an argument is open only where a client of the definition may fill
 * something in, and only as a folder for a server: whatever else were filled in might be run with the secret.
 */
import { type Match, matchCommand } from '../identity/match-wrapper.ts';
import { hasOption } from '../identity/options.ts';
import { hasVariable } from '../identity/variable.ts';
import type { Word } from '../identity/words.ts';
import type { Layout } from '../model/layout.ts';
import type { Ruleset } from '../model/rules.ts';
import { Secret } from '../secrets/secret.ts';
import { commandDigest, openArguments } from './command-digest.ts';
import type { OpenArgument } from './envelope.ts';
import { areHarmless } from './open-place.ts';
import { isFilledIn } from './words.ts';

export type Seal = {
  command: string;
  open: OpenArgument[];
  /** What is not sealed, in words for whoever looks at the plan; null when all is. */
  warning: string | null;
};

type Rules = Pick<Ruleset, 'tools' | 'wrappers' | 'moves' | 'server'>;

/** Whether a client of the definition may fill in a reference; of those that nothing is known of, any. */
function filledBy({ tools }: Layout, rules: Rules): (reference: string) => boolean {
  const known = tools.map((id) => rules.tools.find((tool) => tool.id === id)?.references?.expands);
  const patterns = known.map((one) => one?.map((text) => new RegExp(text)));
  return (reference) =>
    patterns.some((own) => own?.some((pattern) => pattern.test(reference)) ?? hasVariable(reference));
}

const wordsFor = (argv: string[]): Word[] =>
  argv.map((text, index) => ({ text, closed: new Secret(text), index, whole: true }));

/** Whether a wrapper is given program text: a line of shell, or code of an interpreter. */
function isText({ wrapper, parsed }: Match): boolean {
  const runsText = wrapper.runs.includes('shell') || wrapper.runs.includes('code');
  if (runsText || wrapper.joins !== undefined) return true;
  const instead = wrapper.instead.filter(({ runs }) => runs === 'shell' || runs === 'code');
  return instead.some(({ options }) => hasOption(parsed, options));
}

/** Neither a whole path nor an address. */
const isRelative = (file: string): boolean => !/^(?:[\\/]|[A-Za-z][\w+.-]*:)/.test(file);

/** Whether it depends on the working folder which program runs: who starts `exec` chooses that. */
function isHere(argv: string[], { wrappers }: Rules): boolean {
  const [command = ''] = argv;
  if (/[\\/]/.test(command)) return isRelative(command);
  const match = matchCommand(wrappers, wordsFor(argv));
  if (match === null || match.wrapper.runs[0] !== 'script' || isText(match)) return false;
  const [script] = match.parsed.rest;
  return script !== undefined && isRelative(script.text);
}

/** What is not sealed of a command, in words. */
function warningOf(open: OpenArgument[], argv: string[], rules: Rules): string | null {
  const words: string[] = [];
  const places = open.map(({ at }) => at);
  if (places.length > 0) words.push(`what the client fills in (argument ${places.join(', ')}) is not sealed`);
  if (isHere(argv, rules))
    words.push('the program is looked for in the working folder, which is not sealed: write the whole path');
  return words.length === 0 ? null : words.join('; ');
}

/** The seal of a command as its definition has it; null when what a client fills in could be any command. */
export function sealOf(layout: Layout, argv: string[], rules: Rules): Seal | null {
  const isFilled = filledBy(layout, rules);
  const open = openArguments(argv, isFilled);
  if (isFilledIn(layout, argv.slice(0, 1), rules)) return null;
  if (!areHarmless(argv, wordsFor(argv), open, isFilled, rules)) return null;
  return { command: commandDigest(argv, open), open, warning: warningOf(open, argv, rules) };
}
