/**
 * What git makes of a file: whether it is part of a repository, about to be, or kept out of it. Read from
 * git's own files, all of which may be an attacker's; git itself is never started, since a repository's
 * configuration can name programs. Only loose objects of the last commit are looked at, and no history.
 */
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { GitState } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import { type GitIndex, type Indexed, readGitIndex } from '../parse/git-index.ts';
import { type Ignores, readIgnores } from '../parse/git-ignore.ts';
import { entriesOf, treeOf } from '../parse/git-object.ts';

/** One work tree, looked into as far as it was asked about. */
type Tree = {
  root: string;
  /** Its own files of git, and those that it shares with other work trees. */
  own: string;
  common: string;
  place: Place;
  hash: number;
  index: GitIndex | null | 'absent';
  anyCase: boolean;
  ignores: Map<string, Ignores | null>;
};

export type Git = (file: string, place: Place) => GitState | null;

function reader(host: Host, place: Place) {
  const bytes = (file: string, most: number): Buffer | null => {
    const read = host.read(file, place.boundary, most);
    return read !== null && 'bytes' in read ? read.bytes : null;
  };
  const text = (file: string): string | null =>
    bytes(file, limits.ignoreBytes)?.toString('utf8').trim() ?? null;
  return { bytes, text };
}

/** The folder of git's files for a work tree, or null when there is none. */
function gitFolder(host: Host, root: string, place: Place): string | null {
  const marker = path.join(root, '.git');
  const seen = host.look(marker, place.boundary);
  if (seen === null || 'refused' in seen) return null;
  if (seen.type === 'directory') return marker;
  const named = /^gitdir: (.+)$/m.exec(reader(host, place).text(marker) ?? '')?.[1];
  return named === undefined ? null : path.resolve(root, named.trim());
}

function readIndex(host: Host, tree: Pick<Tree, 'own' | 'place' | 'hash'>): Tree['index'] {
  const { bytes } = reader(host, tree.place);
  const seen = host.look(path.join(tree.own, 'index'), tree.place.boundary);
  if (seen === null) return 'absent';
  const own = bytes(path.join(tree.own, 'index'), limits.gitIndexBytes);
  const index = own && readGitIndex(own, tree.hash);
  if (!index?.shared || /^0+$/.test(index.shared)) return index;
  const shared = bytes(path.join(tree.own, `sharedindex.${index.shared}`), limits.gitIndexBytes);
  const before = shared && readGitIndex(shared, tree.hash);
  return before && { entries: new Map([...before.entries, ...index.entries]), shared: null };
}

function openTree(host: Host, root: string, own: string, place: Place): Tree {
  const { text } = reader(host, place);
  const shared = text(path.join(own, 'commondir'));
  const common = shared === null ? own : path.resolve(own, shared);
  const config = text(path.join(common, 'config')) ?? '';
  const hash = /^\s*objectformat\s*=\s*sha256\s*$/im.test(config) ? 32 : 20;
  const index = readIndex(host, { own, place, hash });
  return { root, own, common, place, hash, index, anyCase: place.platform !== 'linux', ignores: new Map() };
}

/** Digest of the last commit; null when there is none yet, undefined when it cannot be told. */
function headOf(host: Host, tree: Tree): string | null | undefined {
  const { text } = reader(host, tree.place);
  const head = text(path.join(tree.own, 'HEAD')) ?? '';
  if (/^[0-9a-f]{40,64}$/.test(head)) return head;
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  if (ref === undefined || ref.includes('..')) return undefined;
  const loose = text(path.join(tree.own, ref)) ?? text(path.join(tree.common, ref));
  if (loose !== null) return loose;
  const packed = text(path.join(tree.common, 'packed-refs')) ?? '';
  const line = packed.split('\n').find((one) => one.endsWith(` ${ref}`));
  return line === undefined ? null : line.slice(0, line.indexOf(' '));
}

/** Whether the last commit has a path; undefined when its objects are packed or cannot be read. */
function isCommitted(host: Host, tree: Tree, file: string): boolean | undefined {
  const head = headOf(host, tree);
  if (!head) return head === null ? false : undefined;
  const { bytes } = reader(host, tree.place);
  const object = (id: string): Buffer | null =>
    /^[0-9a-f]{40,64}$/.test(id)
      ? bytes(path.join(tree.common, 'objects', id.slice(0, 2), id.slice(2)), limits.gitObjectBytes)
      : null;
  const commit = object(head);
  let next: string | null | undefined = commit && treeOf(commit);
  for (const name of file.split('/')) {
    const content: Buffer | null = next ? object(next) : null;
    const entries: Map<string, string> | null = content && entriesOf(content, tree.hash);
    if (!entries) return undefined;
    next = entries.get(name);
    if (next === undefined) return false;
  }
  return true;
}

/** The lists of ignored paths that speak of a folder, strongest first, each with the folder it lies in. */
function listsFor(host: Host, tree: Tree, folder: string): { at: string; ignores: Ignores }[] {
  const { text } = reader(host, tree.place);
  const home = tree.place.home?.path;
  const names = [];
  for (let at = folder; ; at = path.posix.dirname(at)) {
    names.push({ at: at === '.' ? '' : at, file: path.join(tree.root, at, '.gitignore') });
    if (at === '.' || at === '') break;
  }
  names.push({ at: '', file: path.join(tree.common, 'info', 'exclude') });
  if (home !== undefined) names.push({ at: '', file: path.join(home, '.config', 'git', 'ignore') });
  return names.flatMap(({ at, file }) => {
    let list = tree.ignores.get(file);
    if (list === undefined) {
      const content = text(file);
      list = content === null ? null : readIgnores(content, tree.anyCase);
      tree.ignores.set(file, list);
    }
    return list === null ? [] : [{ at, ignores: list }];
  });
}

/** Whether a path, or a folder that it lies in, is ignored: below such a folder nothing is looked at. */
function isIgnored(host: Host, tree: Tree, file: string): boolean {
  const parts = file.split('/');
  return parts.some((_, nth) => {
    const part = parts.slice(0, nth + 1).join('/') + (nth + 1 < parts.length ? '/' : '');
    const folder = nth === 0 ? '.' : parts.slice(0, nth).join('/');
    for (const { at, ignores } of listsFor(host, tree, folder)) {
      const says = ignores(at === '' ? part : part.slice(at.length + 1));
      if (says !== null) return says;
    }
    return false;
  });
}

function indexed(tree: Tree, file: string): Indexed | undefined {
  if (tree.index === null || tree.index === 'absent') return undefined;
  const own = tree.index.entries.get(file);
  if (own !== undefined || !tree.anyCase) return own;
  const lower = file.toLowerCase();
  for (const [name, entry] of tree.index.entries) if (name.toLowerCase() === lower) return entry;
  return undefined;
}

function stateOf(host: Host, tree: Tree, file: string): GitState['state'] {
  if (tree.index === null) return 'unknown';
  const entry = indexed(tree, file);
  if (entry === undefined) return isIgnored(host, tree, file) ? 'ignored' : 'untracked';
  return isCommitted(host, tree, file) === false ? 'staged' : 'tracked';
}

/** Git's word on files, each work tree opened once. */
export function createGit(host: Host): Git {
  const trees = new Map<string, Tree | null>();
  const treeAt = (folder: string, place: Place): Tree | null => {
    const known = trees.get(folder);
    if (known !== undefined) return known;
    const own = gitFolder(host, folder, place);
    const tree = own === null ? null : openTree(host, folder, own, place);
    trees.set(folder, tree);
    return tree;
  };
  return (file, place) => {
    let folder = path.dirname(file);
    for (let nth = 0; nth < limits.foldersAbove; nth += 1) {
      const tree = treeAt(folder, place);
      if (tree !== null) {
        const relative = path.relative(folder, file).split(path.sep).join('/');
        // Git's own files are part of no repository.
        if (relative.startsWith('.git/')) return null;
        return { root: folder, state: stateOf(host, tree, relative) };
      }
      if (folder === place.boundary || path.dirname(folder) === folder) return null;
      folder = path.dirname(folder);
    }
    return null;
  };
}
