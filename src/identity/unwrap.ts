/**
 * Takes wrappers off a command line, outermost first, until something is left that is no wrapper. All that is
 * known of products comes from the rules; nothing is run, fetched or looked up.
 */
import { limits } from '../limits.ts';
import type { Package } from '../model/fact.ts';
import type { Wrapper } from '../model/wrapper.ts';
import { applyEffects, isAssignment, takeAssignments } from './effects.ts';
import { glance } from './glance.ts';
import { launch, ownOf, runFile, runScript } from './launch.ts';
import { type Match, isLauncher, matchCommand } from './match-wrapper.ts';
import { valuesOf } from './options.ts';
import { isOddFolder, isOpen } from './places.ts';
import { noteProgram } from './programs.ts';
import type { Doubt } from './spec.ts';
import { noteStoreKeys } from './store-keys.ts';
import { hasVariable } from './variable.ts';
import { type End, type Walk, localEnd, packageEnd, remoteEnd, unknownEnd } from './walk.ts';
import { type Word, isLine, programEnding, programName, splitLine, unquote } from './words.ts';

type Runs = Wrapper['runs'][number];
/** What a wrapper runs: the kind, its words, and the option that named it, if one did. */
type Job = { runs: Runs; words: Word[]; ecosystem: Wrapper['ecosystem']; option: string | null };

/**
 * What a command line runs. A first word that is a whole line is taken apart; assignments before it
 * count.
 */
export function runCommand(walk: Walk, line: Word[]): End {
  let words = line;
  const [first, ...args] = words;
  if (first && isLine(first.text, (name) => isLauncher(walk.wrappers, name))) {
    const parts = wordsOf(walk, first, false);
    if (parts === null) return compoundEnd(walk, first.text);
    words = [...takeAssignments(walk, parts), ...args];
  }
  const [program] = words;
  if (program === undefined || program.text.trim() === '') return unknownEnd(walk);
  const match = matchCommand(walk.wrappers, words);
  const own = match && ownOf(walk, match);
  noteProgram(walk, program, match, own);
  if (match) {
    const place = unquote(program.text);
    if (hasVariable(place)) walk.doubts.add('variable');
    if (/[\\/]/.test(place)) {
      if (isOpen(walk.wrappers, place)) walk.doubts.add('launcher-path');
      else if (isOddFolder(walk.wrappers, place)) walk.doubts.add('launcher-folder');
    }
    return enter(walk, match, own);
  }
  return runLast(walk, { ...program, text: unquote(program.text) }, words.slice(1));
}

/** A command that is no wrapper: a program that a launcher brought, or one of this machine. */
function runLast(walk: Walk, program: Word, args: Word[]): End {
  const bare = !/[\\/]/.test(program.text);
  const name = programName(program.text);
  const brought = walk.fetched.find(
    (one) => one.name.slice(one.name.lastIndexOf('/') + 1).toLowerCase() === name,
  );
  if (bare && brought) return packageEnd(walk, brought);
  if (bare) return localEnd(walk, program.text.replace(programEnding, ''), 'local-command');
  return runFile(walk, program, args, enter, 'local-command');
}

/** The words of a line of shell, noting the secrets in it; null when it is more than one command. */
function wordsOf(walk: Walk, line: Word, windows: boolean): Word[] | null {
  const { words, shown, found } = splitLine(line, windows, walk.secrets);
  for (const { word, ...one } of found) {
    const index = line.index ?? undefined;
    if (walk.found.some((other) => other.index === index && other.secret.equals(one.secret))) continue;
    walk.found.push({ ...one, where: isAssignment(word) ? 'env' : 'argv', index });
  }
  // Of a line within a line, only that part is shown in another way.
  const before = line.whole ? line.text : (walk.lines.get(line.index) ?? line.text);
  const after = before.includes(line.text) ? before.replace(line.text, () => shown) : shown;
  walk.lines.set(line.index, masks(shown) > masks(line.text) ? after : before);
  return words;
}

/** How many parts of a text are masked. */
const masks = (text: string): number => text.split('…').length;

/** Goes through one wrapper. `own` is the package that brought it, when one did. */
function enter(walk: Walk, match: Match, own: Package | null): End {
  if (walk.via.length >= limits.unwrapDepth) return unknownEnd(walk, 'too-many-wrappers');
  walk.via.push(match.wrapper.id);
  walk.first ??= own;
  applyEffects(walk, match);
  if (match.wrapper.assignments) match.parsed.rest = takeAssignments(walk, match.parsed.rest);
  noteStoreKeys(walk, match, own);
  const job = jobOf(walk, match);
  if (job.words.length === 0 && job.runs !== 'named') {
    return own ? packageEnd(walk, own) : unknownEnd(walk);
  }
  return perform(walk, match, job);
}

/** Finds what a wrapper runs: options that change it first, then its place, then the rest. */
function jobOf(walk: Walk, { wrapper, parsed }: Match): Job {
  const plain = { ecosystem: wrapper.ecosystem, option: null };
  const firstFitting = (words: Word[]): Runs =>
    wrapper.runs.find((runs) => fits(runs, words[0]?.text ?? '', wrapper)) ?? wrapper.runs.at(-1)!;
  for (const { name, values } of parsed.options) {
    const instead = wrapper.instead.find(({ options }) => options.includes(name));
    if (!instead || (values.length === 0 && instead.takes !== 'first')) continue;
    const { runs, takes, ecosystem = wrapper.ecosystem } = instead;
    // Behind the line of `sh -c` stand its positional parameters, which are no words of the command.
    const own = takes === 'first' && runs === 'shell' ? parsed.rest.slice(0, 1) : parsed.rest;
    const after = takes === 'first' || (takes === 'value' && !wrapper.interspersed) ? own : [];
    const words = takes === 'first' ? after : [...values, ...after];
    return { runs, words, ecosystem, option: instead.options[0]! };
  }
  const { at } = wrapper;
  if (at === undefined) return { ...plain, runs: firstFitting(parsed.rest), words: parsed.rest };
  const named = valuesOf(parsed, at.options);
  const placed = named.length > 0 || at.position === undefined ? named : parsed.rest.slice(at.position);
  if (placed.length > 0) return { ...plain, runs: firstFitting(placed), words: placed };
  const closed = at.variables.map((name) => walk.env.get(name)).find((value) => value);
  if (!closed) return { ...plain, runs: wrapper.runs.at(-1)!, words: [] };
  const word = { text: walk.secrets.url(closed).shown, closed, index: null, whole: true };
  return { ...plain, runs: 'url', words: [word] };
}

function fits(runs: Runs, text: string, wrapper: Wrapper): boolean {
  if (runs === 'url') return /^(?:https?|wss?):\/\//i.test(text);
  if (runs !== 'script' || wrapper.scriptEndings.length === 0) return true;
  const plain = text.toLowerCase();
  const prefixed = Object.keys(wrapper.packagePrefix).some((prefix) => plain.startsWith(prefix));
  return prefixed || /^https?:/.test(plain) || wrapper.scriptEndings.some((ending) => plain.endsWith(ending));
}

function perform(walk: Walk, match: Match, job: Job): End {
  const { wrapper } = match;
  const [first] = job.words;
  const label = wrapper.label ?? match.called;
  switch (job.runs) {
    case 'url':
      return remoteEnd(walk, first!.closed);
    case 'package':
      return launch(walk, match, job.words, job.ecosystem, enter);
    case 'script':
      return runScript(walk, match, job.words, enter);
    case 'code':
      return unknownEnd(walk, 'shell-script');
    case 'module':
      if (wrapper.moduleCommands.includes(first!.text)) return runCommand(walk, job.words);
      return namedEnd(walk, [label, job.option, first!.text], 'local-script');
    case 'named':
      return namedEnd(walk, [label, job.option, first?.text], wrapper.doubt ?? 'local-command');
    case 'shell':
      return runShell(walk, wrapper, job.words);
    case 'command':
      return joined(walk, wrapper, job.words);
  }
}

/** Something that only the wrapper can resolve, in the folder that it was given. */
function namedEnd(walk: Walk, parts: (string | null | undefined)[], doubt: Doubt): End {
  const name = parts.filter((part) => part !== null && part !== undefined).join(' ');
  const place = walk.folder === null ? '' : ` in ${walk.folder}`;
  return localEnd({ ...walk, folder: null }, name + place, doubt);
}

/** More than one command: what runs cannot be told, but packages in it can. */
function compoundEnd(walk: Walk, line: string): End {
  glance(walk, line, runCommand);
  return unknownEnd(walk, 'shell-script');
}

/** A line of shell and, where the wrapper passes them on, further arguments. */
function runShell(walk: Walk, wrapper: Wrapper, [line, ...args]: Word[]): End {
  const parts = wordsOf(walk, line!, wrapper.windows);
  if (parts === null) return compoundEnd(walk, line!.text);
  return runCommand(walk, [...takeAssignments(walk, parts), ...args]);
}

/** Words that a wrapper runs as they are, or that it joins to a line of shell once more. */
function joined(walk: Walk, wrapper: Wrapper, words: Word[]): End {
  const { joins } = wrapper;
  if (joins === undefined) return runCommand(walk, words);
  if (words.length === 1 && /\s/.test(words[0]!.text)) return runShell(walk, wrapper, words);
  const texts = words.map((word) => word.text);
  if (texts.some((text) => /^(?:[;<>&|]|&&|\|\|)$/.test(text))) return compoundEnd(walk, texts.join(' '));
  const parting = [...joins, '\n'];
  if (texts.some((text) => parting.some((sign) => text.includes(sign)))) walk.doubts.add('shell-script');
  return runCommand(walk, takeAssignments(walk, words));
}
