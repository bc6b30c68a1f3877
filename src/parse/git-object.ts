/** Objects that git keeps in files of their own: which tree a commit has, and what a tree holds by name. */
import { createRequire } from 'node:module';
import { limits } from '../limits.ts';

const require = createRequire(import.meta.url);

/** The content of an object of one kind; null when it is another, or no object. */
function contentOf(bytes: Buffer, kind: 'commit' | 'tree'): Buffer | null {
  const { inflateSync } = require('node:zlib') as typeof import('node:zlib');
  let plain: Buffer;
  try {
    plain = inflateSync(bytes, { maxOutputLength: limits.gitObjectBytes });
  } catch {
    return null;
  }
  const end = plain.indexOf(0);
  return end > 0 && plain.toString('latin1', 0, end).startsWith(`${kind} `) ? plain.subarray(end + 1) : null;
}

/** Digest of the tree that a commit has. */
export function treeOf(commit: Buffer): string | null {
  const content = contentOf(commit, 'commit');
  return content && (/^tree ([0-9a-f]{40,64})\n/.exec(content.toString('latin1', 0, 80))?.[1] ?? null);
}

/** Digests by name in a tree, whose digests have `hash` bytes. */
export function entriesOf(tree: Buffer, hash: number): Map<string, string> | null {
  const content = contentOf(tree, 'tree');
  if (content === null) return null;
  const entries = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const blank = content.indexOf(0x20, at);
    const end = content.indexOf(0, blank);
    if (blank < 0 || end < 0 || end + 1 + hash > content.length) return null;
    entries.set(content.toString('utf8', blank + 1, end), content.toString('hex', end + 1, end + 1 + hash));
    at = end + 1 + hash;
  }
  return entries;
}
