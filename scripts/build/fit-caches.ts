/**
 * What V8 has compiled, the same bytes in every build. With the seed of its hashes fixed and nothing that
 * depends on time (`steady`), equal scripts give equal caches. V8 notes in a cache which flags it ran with and
 * takes none of other flags, so that word is set to what it is without them: the seed is no part of what is
 * compiled, and V8 hashes names anew with the seed of the run that loads them.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';

/** Flags of V8 for the run that makes caches. */
export const steady = ['--hash-seed=1', '--random-seed=1', '--single-threaded', '--no-flush-bytecode'];

/** Where the flags are noted. Source: `SerializedCodeData` of V8 14, `src/snapshot/code-serializer.h`, 2026-11. */
const flagsAt = 12;

/** Makes the caches of a folder fit a Node without flags. Throws when this Node does not take one. */
export function fitCaches(folder: string): void {
  const flags = new Script('0').createCachedData().subarray(flagsAt, flagsAt + 4);
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.cache'))) {
    const pack = name.replace(/cache$/, 'js');
    const cachedData = readFileSync(path.join(folder, name));
    flags.copy(cachedData, flagsAt);
    const source = readFileSync(path.join(folder, pack), 'latin1');
    if (new Script(source, { filename: pack, cachedData }).cachedDataRejected !== false)
      throw new Error(`${name}: this Node does not take what it has compiled itself`);
    writeFileSync(path.join(folder, name), cachedData);
  }
}
