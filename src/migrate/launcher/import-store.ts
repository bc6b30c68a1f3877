/**
 * What a plain bridge has left on the disk -> entries of the vault, and the files that are to be removed once
 * these are stored. Every release up to 0.3.1 left a copy of its own, and what is stale is as good as what is
 * new to whoever finds it: refresh tokens often never expire. Pure; it reads and removes nothing, and a
 * prefix that is not asked for is left alone, since a command that is not migrated may need it.
 */
import * as path from 'node:path';
import { Secret } from '../../secrets/secret.ts';
import type { VaultEntry } from '../vault.ts';
import { filesId, originId } from './entries.ts';
import { goesBack } from './layout.ts';
import { isTokenObject } from './token-object.ts';

/** A file below the store: its path, the folder that it lies in, and when it was written in milliseconds. */
export type StoreFile = { path: string; folder: string; name: string; content: Secret; writtenAt: number };

export type StoreImport = {
  entries: VaultEntry[];
  /** Where they were, with all other copies: one for each entry. */
  origins: VaultEntry[];
  /** Paths of all files of these prefixes: tokens and registrations of all copies, locks, logs, leftovers. */
  remove: string[];
  /**
   * Prefixes with files of which none could be read as tokens or as a registration; nothing of them is
   * removed.
   */
  unreadable: string[];
};

type Copy = { folder: string; files: Map<string, StoreFile>; newest: number };

const namePattern = /^([0-9a-f]{32})_(.+)$/;
const tokensName = 'tokens.json';
const clientName = 'client_info.json';

/** Whether a file can be what it is called. */
const isWhole = ({ content }: StoreFile): boolean => isTokenObject(Secret.open(content));

/** When the tokens of a copy end, which tells better than a file's time which came last; null without. */
function endOf(copy: Copy): number | null {
  const tokens = copy.files.get(tokensName);
  if (tokens === undefined) return null;
  const { expires_at: end } = JSON.parse(Secret.open(tokens.content)) as { expires_at?: unknown };
  return typeof end === 'number' ? end : null;
}

/** When the tokens of a copy were written, or what else there is of it. */
const writtenAt = ({ files, newest }: Copy): number => files.get(tokensName)?.writtenAt ?? newest;

/** The copies of one prefix by folder, of whole files alone. */
function copiesOf(files: StoreFile[]): Copy[] {
  const copies = new Map<string, Copy>();
  for (const file of files) {
    const rest = namePattern.exec(file.name)![2]!;
    if ((rest !== tokensName && rest !== clientName) || !isWhole(file)) continue;
    const copy = copies.get(file.folder) ?? { folder: file.folder, files: new Map(), newest: 0 };
    copy.files.set(rest, file);
    copy.newest = Math.max(copy.newest, file.writtenAt);
    copies.set(file.folder, copy);
  }
  return [...copies.values()];
}

/**
 * The copy that counts: one with tokens before one without, then the one whose tokens end last, then the
 * newest of them. Tokens go with the registration beside them, which they were given to.
 */
function newestOf(copies: Copy[]): Copy | undefined {
  return copies.toSorted((one, other) => {
    const tokens = Number(other.files.has(tokensName)) - Number(one.files.has(tokensName));
    const [end, otherEnd] = [endOf(one), endOf(other)];
    const later = end !== null && otherEnd !== null ? otherEnd - end : 0;
    return tokens || later || writtenAt(other) - writtenAt(one);
  })[0];
}

/** All copies of a prefix as they lie there, without locks, logs and parts of files. */
function originOf(store: string, next: string, counts: Copy, files: StoreFile[]): VaultEntry {
  const values = files.flatMap((file) => {
    const rest = namePattern.exec(file.name)![2]!;
    const isThere = goesBack(rest) && (rest.endsWith('.txt') || isWhole(file));
    return isThere ? [[`${path.basename(file.folder)}/${rest}`, file.content] as const] : [];
  });
  return {
    id: originId(next),
    kind: 'files',
    binding: { config: store, pointer: path.basename(counts.folder), command: null },
    values: Object.fromEntries(values),
    createdAt: new Date(counts.newest).toISOString(),
  };
}

/**
 * What becomes of the files of some prefixes. `wanted` maps each to the one that it is to have from now on:
 * the same, or another when the command's arguments change with the migration. `store` is the folder of them
 * all.
 */
export function importStore(
  store: string,
  files: StoreFile[],
  wanted: ReadonlyMap<string, string>,
): StoreImport {
  const result: StoreImport = { entries: [], origins: [], remove: [], unreadable: [] };
  for (const [prefix, next] of wanted) {
    const own = files.filter(({ name }) => namePattern.exec(name)?.[1] === prefix);
    const copy = newestOf(copiesOf(own));
    if (own.length === 0) continue;
    if (copy === undefined) {
      result.unreadable.push(prefix);
      continue;
    }
    const values = [...copy.files].map(([rest, { content }]) => [rest, content] as const);
    result.entries.push({
      id: filesId(next),
      kind: 'files',
      binding: { config: store, pointer: prefix, command: null },
      values: Object.fromEntries(values),
      createdAt: new Date(copy.newest).toISOString(),
    });
    result.origins.push(originOf(store, next, copy, own));
    result.remove.push(...own.map(({ path }) => path));
  }
  result.remove = result.remove.toSorted();
  return result;
}
