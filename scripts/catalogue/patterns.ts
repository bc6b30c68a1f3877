/**
 * Paths of the catalogue and paths of documents in the same terms, and whether one path can fit both. A pattern
 * is a list of segments; `**` stands for any number of them, `*` and `?` for text in one.
 */
import { toGlob } from '../../src/discover/paths.ts';

export type Pattern = readonly string[];

/** How documents write the folders that tool files name `~`, `<workspace>` or by their full path. */
const spellings: [RegExp, string][] = [
  [/^%APPDATA%/i, '~/AppData/Roaming'],
  [/^%LOCALAPPDATA%/i, '~/AppData/Local'],
  [/^%USERPROFILE%/i, '~'],
  [/^%ProgramData%/i, '/ProgramData'],
  [/^%ProgramFiles%/i, '/Program Files'],
  [/^\$XDG_CONFIG_HOME\b/, '~/.config'],
  [/^\$XDG_DATA_HOME\b/, '~/.local/share'],
  [/^[A-Z]:(?=\/)/i, ''],
  [/^<(?:workspace|repo|repo root|git root|cwd|project|project root|SOLUTIONDIR|any)>/i, '<workspace>'],
  // Another folder that goes by a name only lies anywhere, and so does what has no folder at all.
  [/^<(?!workspace>)[^<>]*>/, '**'],
  [/^(?![~/$<*])/, '**/'],
];

const segments = (path: string): string[] =>
  path
    .toLowerCase()
    .replace(/\/+$/, '')
    .split('/')
    .map((segment) => (/\*\*/.test(segment) ? '**' : segment.replace(/\[[^\]]*\]/g, '?')));

/** Alternatives in braces, each on its own: `a.{b,c}` is `a.b` and `a.c`. */
export function alternatives(path: string): string[] {
  const [all, inner] = /\{([^{}]*,[^{}]*)\}/.exec(path) ?? [];
  if (all === undefined) return [path];
  return inner!.split(',').flatMap((one) => alternatives(path.replace(all, () => one)));
}

/** A path as documents write it: other spellings of standard folders, `<name>` and `{name}` for any text. */
export function documented(path: string): Pattern {
  let text = path.replaceAll('\\', '/');
  for (const [spelling, ours] of spellings) text = text.replace(spelling, ours);
  return segments(text.replace(/(?<!^)<[^<>]*>/g, '*').replace(/\{\w+\}/g, '*'));
}

/** A path as tool files write it, with its bases already filled in. */
export function catalogued(path: string): Pattern[] {
  return alternatives(toGlob(path).replace(/\\(.)/g, '$1')).map(segments);
}

/** Whether two texts with `*` and `?` have one in common. */
export function textsMeet(one: string, other: string): boolean {
  if (one === other) return true;
  if (one === '') return /^\**$/.test(other);
  if (other === '') return /^\**$/.test(one);
  if (one[0] === '*') return textsMeet(one.slice(1), other) || textsMeet(one, other.slice(1));
  if (other[0] === '*') return textsMeet(one, other.slice(1)) || textsMeet(one.slice(1), other);
  const same = one[0] === other[0] || one[0] === '?' || other[0] === '?';
  return same && textsMeet(one.slice(1), other.slice(1));
}

/** Endings that no folder has. */
const fileEnding =
  /\.(?:json[cl5]?|ya?ml|toml|xml|md|mdc|plist|env|key|db|sqlite3?|vscdb|txt|exe|cmd|service|log)$/;
const wild = /[*?]/;

function fits(known: Pattern, ours: Pattern, folder: boolean, at = 0, to = 0): boolean {
  if (at === known.length) return folder || to === ours.length;
  if (known[at] === '**') {
    return (
      fits(known, ours, folder, at + 1, to) || (to < ours.length && fits(known, ours, folder, at, to + 1))
    );
  }
  if (to === ours.length) return false;
  if (ours[to] === '**') {
    // What lies anywhere would lie in any folder of folders, and is not looked for there by its name.
    const taken = known[0] !== '**' || wild.test(known[at]!);
    return fits(known, ours, folder, at, to + 1) || (taken && fits(known, ours, folder, at + 1, to));
  }
  // A wildcard takes the name of any folder, and so looks for none.
  if (folder && at === known.length - 1 && ours[to] === '*' && !wild.test(known[at]!)) return false;
  return textsMeet(known[at]!, ours[to]!) && fits(known, ours, folder, at + 1, to + 1);
}

/** How `ours` looks at what is known: it is that `path`, lies in that `folder`, or null. */
export function meets(known: Pattern, ours: Pattern): 'path' | 'folder' | null {
  const last = known.at(-1)!;
  // A bare name lies anywhere: a wildcard that would take any name does not look for this one.
  const loose = known[0] === '**' && !wild.test(last) && wild.test(ours.at(-1)!);
  if (!loose && fits(known, ours, false)) return 'path';
  return !fileEnding.test(last) && fits(known, ours, true) ? 'folder' : null;
}
