/**
 * How the entries of the vault fit together that `exec` uses. `migrate` writes them:
 *
 * - `exec --entry ID -- ARGV`: an entry ID of kind `values`, sealed to `commandDigest(ARGV, open)`. Its
 *   values become variables of the command's environment. Its config must go on naming the ID, else nothing
 *   is given.
 * - `exec --mcp-auth -- ARGV`: an entry `permitId(ARGV)` of kind `values` without values, sealed to the same
 *   digest, whose `stores` are the prefixes of token files that this command uses (the keys of all releases
 *   that `identity/` tells). Its config must go on naming `--mcp-auth`. Only for an ARGV without open
 *   arguments.
 * - Both options together: one entry of the first kind, with `stores`.
 * - An entry `filesId(PREFIX)` of kind `files` for each prefix that there are tokens of; several commands may
 *   share one. The launcher writes it whenever the bridge has written its files, and makes one after a first
 *   sign-in. When the arguments of a bridge change, and with them the prefix, the same values go under the
 *   new one. Of several copies of one prefix the newest counts, and `createdAt` is when it was written.
 * - An entry `originId(PREFIX)` beside it holds all copies as they lay in the open, by folder and name, and
 *   in `binding.pointer` the folder of the one that counts. Undo alone reads it; no command is given any.
 */
import { commandDigest } from '../vault.ts';

const permit = 'mcp-auth-run-';

/** Whether an entry only lets a command use token files. */
export const isPermit = (id: string): boolean => id.startsWith(permit);

/** The id of the entry that lets exactly this command use token files. */
export function permitId(argv: string[]): string {
  return `${permit}${commandDigest(argv).slice(0, 40)}`;
}

const prefixPattern = /^[0-9a-f]{32}$/;
const idPattern = /^mcp-auth-([0-9a-f]{32})$/;

/** Whether a text can be the prefix of token files: the MD5 that the bridge makes of its arguments. */
export const isPrefix = (text: string): boolean => prefixPattern.test(text);

/** The id of the entry that holds the token files of a prefix. */
export function filesId(prefix: string): string {
  return `mcp-auth-${prefix}`;
}

/** The id of the entry that tells where the files of a prefix were before they were moved. */
export function originId(prefix: string): string {
  return `${filesId(prefix)}-origin`;
}

/** The entry of files that an id tells the origin of; null when it is none. */
export function filesOfOrigin(id: string): string | null {
  const files = id.replace(/-origin$/, '');
  return files !== id && idPattern.test(files) ? files : null;
}

/** The prefix that an entry is for; null when it is no entry of token files. */
export function prefixOf(id: string): string | null {
  return idPattern.exec(id)?.[1] ?? null;
}
