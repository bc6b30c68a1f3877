/**
 * Lists of what git ignores, through the library that knows their form. Lines with more wildcards than a list
 * has in earnest are left out: whoever wrote them could make the matching take for ever.
 */
import { createRequire } from 'node:module';
import type { Ignore } from 'ignore';
import { limits } from '../limits.ts';

/** What lists say of a path, a folder's with `/` at its end: null when they say nothing. */
export type Ignores = (path: string) => boolean | null;

function isTame(line: string): boolean {
  return line.length <= limits.ignoredPathChars && (line.match(/\*+/g)?.length ?? 0) <= limits.ignoreStars;
}

/** One list. `anyCase` where the file system makes no difference. */
export function readIgnores(text: string, anyCase: boolean): Ignores {
  const lines = text.split(/\r?\n/, limits.ignoreLines).filter(isTame);
  let list: Ignore | null = null;
  return (path) => {
    if (path.length > limits.ignoredPathChars) return null;
    if (list === null) {
      const create = createRequire(import.meta.url)('ignore') as typeof import('ignore');
      list = create({ ignorecase: anyCase, allowRelativePaths: true }).add(lines);
    }
    const { ignored, unignored } = list!.test(path);
    return ignored ? true : unignored ? false : null;
  };
}
