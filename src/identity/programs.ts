/**
 * Whether a program is one that the packages named beside it bring. Launchers look for it in the packages
 * first and on the machine then, so that an approved package may only be the stage for another program.
 */
import type { Package } from '../model/fact.ts';
import type { Wrapper } from '../model/wrapper.ts';
import { type Match, type Wrappers, matchCommand } from './match-wrapper.ts';
import type { Walk } from './walk.ts';
import { packageName } from './purl.ts';
import { type Word, programName } from './words.ts';

/** Words of a name but those that say nothing, such as `server`. */
function wordsOf(wrappers: Wrappers, name: string): string[] {
  const empty = new Set(wrappers.flatMap((one) => one.plainWords));
  return name.split(/[^a-z0-9]+/).filter((word) => word !== '' && !empty.has(word));
}

/** Whether a program's name is its package's, or one of the two says no more than the other. */
function fitsPackage(wrappers: Wrappers, program: string, { name: written }: Package): boolean {
  const name = written.toLowerCase();
  const own = name.slice(name.lastIndexOf('/') + 1);
  if (program === own) return true;
  const [bin, all, last] = [program, name, own].map((text) => wordsOf(wrappers, text));
  const whole = last!.length > 0 ? last! : all!;
  return (
    bin!.every((word) => all!.includes(word)) || (whole.length > 0 && whole.every((w) => bin!.includes(w)))
  );
}

/** Notes that options named the packages: what runs next should be a program of theirs. */
export function expectProgram(walk: Walk, wrapper: Wrapper, packages: Package[]): void {
  walk.expected = { packages, own: wrapper.ownNames };
}

/** A doubt for a program that none of the expected packages brings. `own` is the one of its wrapper. */
export function noteProgram(walk: Walk, program: Word, inner: Match | null, own: Package | null): void {
  const { expected } = walk;
  walk.expected = null;
  if (expected === null || own !== null) return;
  const name = programName(program.text);
  const fits = (one: Package): boolean =>
    expected.own ? packageName(one.type, name) === one.name : fitsPackage(walk.wrappers, name, one);
  const brought = inner === null && !/[\\/]/.test(program.text) && expected.packages.some(fits);
  if (!brought) walk.doubts.add('other-program');
}

/** Whether words begin with a program that runs whatever it is given, and not with a mere name of a task. */
export function runsAnything(wrappers: Wrappers, words: Word[]): boolean {
  const match = matchCommand(wrappers, words);
  if (match === null) return false;
  const [runs] = match.wrapper.runs;
  if (runs === 'named') return match.wrapper.doubt === 'local-script';
  return runs === 'command' ? words.length > 1 : runs !== 'url';
}
