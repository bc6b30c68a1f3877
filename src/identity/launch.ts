/** Launchers that fetch a package, and interpreters that run a script: from their words to what runs. */
import type { Package } from '../model/fact.ts';
import { type Match, matchCommand, matchPackage, matchScript } from './match-wrapper.ts';
import { valuesOf } from './options.ts';
import { isOddFolder, isOpen } from './places.ts';
import { noteProgram, runsAnything } from './programs.ts';
import { readSpec } from './read-spec.ts';
import { type Spec, downloaded, unreadable } from './spec.ts';
import { type End, type Walk, inFolder, localEnd, packageEnd, sourceEnd, unknownEnd } from './walk.ts';
import { hasVariable } from './variable.ts';
import { type Word, programName, tail } from './words.ts';

/** How the walk goes on with a wrapper that was found here; `own` is the package that brought it. */
export type Onward = (walk: Walk, match: Match, own: Package | null) => End;

const lastName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** A spec, or `npm:…` and the like where the wrapper knows such prefixes. */
function specOf(match: Match, word: Word, type: Package['type'] | undefined): Spec {
  for (const [prefix, other] of Object.entries(match.wrapper.packagePrefix)) {
    if (word.text.startsWith(prefix)) return withoutSubpath(other, word.text.slice(prefix.length), match);
  }
  const version = valuesOf(match.parsed, match.wrapper.versions).at(-1);
  const text = version && !word.text.includes('@', 1) ? `${word.text}@${version.text}` : word.text;
  return type === undefined ? unreadable() : readSpec(type, text, match.wrapper);
}

/** `name@1/file` names a file of a package; which one does not change what is fetched. */
function withoutSubpath(type: Package['type'], text: string, match: Match): Spec {
  const spec = /^\/?((?:@[^/@]+\/)?[^/@]+(?:@[^/]+)?)/.exec(text)?.[1] ?? text;
  return readSpec(type, spec, match.wrapper);
}

/** Which of several packages brings the program: the one named like it, else the first. */
function bringerOf(specs: Spec[], program: string): Spec {
  const named = specs.find(
    ({ package: one }) => one !== null && lastName(one.name).toLowerCase() === program,
  );
  return named ?? specs[0] ?? unreadable();
}

/**
 * A launcher of packages. `words` begins with the spec, or with the program when options name the packages.
 */
export function launch(
  walk: Walk,
  match: Match,
  words: Word[],
  type: Package['type'] | undefined,
  on: Onward,
): End {
  const named = valuesOf(match.parsed, match.wrapper.from);
  const [first] = words;
  if (named.length === 0 && first === undefined) return unknownEnd(walk);
  const specs = (named.length > 0 ? named : [first!]).map((word) => specOf(match, word, type));
  const spec = bringerOf(specs, first ? programName(first.text) : '');
  for (const doubt of specs.flatMap((one) => one.doubts)) walk.doubts.add(doubt);
  if (specs.length > 1) walk.doubts.add('extra-packages');
  walk.fetched.push(...specs.flatMap((one) => one.package ?? []));
  walk.first ??= spec.package;
  const args = words.slice(1);
  // A program that is itself a launcher hides the real one, whatever package it came with.
  const inner = named.length > 0 ? matchCommand(walk.wrappers, words) : null;
  const own = inner && ownOf(walk, inner);
  if (first !== undefined) noteProgram(walk, first, inner, own);
  if (inner) return on(walk, inner, own);
  if (spec.package === null) return sourceEnd(spec);
  const outer = matchPackage(walk.wrappers, spec.package.type, spec.package.name, args);
  if (outer) return on(walk, outer, spec.package);
  // What stands behind an image may take the place of its program.
  if (spec.package.type === 'oci' && runsAnything(walk.wrappers, args)) walk.doubts.add('other-program');
  return packageEnd(walk, spec.package);
}

/** The fetched package that a wrapper's command belongs to. */
export function ownOf(walk: Walk, match: Match): Package | null {
  const names = new Set(match.wrapper.packages.map((entry) => entry.split(' ', 1)[0]));
  return walk.fetched.find((one) => names.has(`${one.type}:${one.name}`)) ?? null;
}

/** The package whose folder a path lies in: `…/node_modules/@scope/name/dist/index.js`. */
function packageOfPath(walk: Walk, path: string): Spec | null {
  const plain = path.replaceAll('\\', '/');
  for (const wrapper of walk.wrappers) {
    const { packageFolder: folder, ecosystem } = wrapper;
    if (folder === undefined || ecosystem === undefined) continue;
    const at = `/${plain}`.lastIndexOf(`/${folder}/`);
    const inside = at < 0 ? '' : plain.slice(at + folder.length + 1);
    const name = /^((?:@[^/]+\/)?[^/@.][^/@]*)\/.+/.exec(inside)?.[1];
    if (name !== undefined) return readSpec(ecosystem, name, wrapper);
  }
  return null;
}

/**
 * A script with its arguments: another wrapper, a file of a package, an address, or a file of this
 * machine.
 */
export function runScript(walk: Walk, match: Match, words: Word[], on: Onward): End {
  const [script, ...args] = words;
  if (script === undefined) return unknownEnd(walk);
  const prefixes = Object.keys(match.wrapper.packagePrefix);
  if (prefixes.some((prefix) => script.text.startsWith(prefix)))
    return launch(walk, match, words, undefined, on);
  if (/^https?:\/\//i.test(script.text)) {
    const spec = downloaded(script.text);
    for (const doubt of spec.doubts) walk.doubts.add(doubt);
    return sourceEnd(spec);
  }
  const path = script.text.replace(/^file:\/\//i, '');
  return runFile(
    walk,
    path === script.text ? script : tail(script, script.text.length - path.length),
    args,
    on,
    'local-script',
  );
}

/** A file that is run, as a script or by itself. */
export function runFile(
  walk: Walk,
  file: Word,
  args: Word[],
  on: Onward,
  doubt: 'local-script' | 'local-command',
): End {
  const known = matchScript(walk.wrappers, file.text, args);
  const spec = packageOfPath(walk, file.text);
  // What lies there under a package's name need not be the package; a relative one comes with a repository.
  if (known ?? spec) {
    const place = inFolder(walk, file.text);
    if (isOpen(walk.wrappers, place)) walk.doubts.add('launcher-path');
    else if (isOddFolder(walk.wrappers, place)) walk.doubts.add('package-folder');
  }
  if (known) {
    // Only its name says that it is the bridge, unless it lies where packages are put.
    if (spec === null) walk.doubts.add('local-script');
    return on(walk, known, ownOf(walk, known) ?? spec?.package ?? null);
  }
  const plain = file.text.replaceAll('\\', '/');
  const folders = walk.wrappers.flatMap(({ programFolder }) => programFolder ?? []);
  if (folders.some((folder) => `/${plain}`.includes(`/${folder}/`))) {
    const program = matchCommand(walk.wrappers, [file, ...args]);
    if (program) return on(walk, program, ownOf(walk, program));
  }
  if (!spec?.package) return localEnd(walk, file.text, doubt);
  if (hasVariable(file.text)) walk.doubts.add('variable');
  const wrapped = matchPackage(walk.wrappers, spec.package.type, spec.package.name, args);
  return wrapped ? on(walk, wrapped, spec.package) : packageEnd(walk, spec.package);
}
