/** Public keys as the command line and the policy name them: the key itself, or the file that holds it. */
import path from 'node:path';
import { demandTrusted } from '../host/rule-files.ts';
import { readFile } from '../host/open-file.ts';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { type PublicKey, parsePublicKey } from '../parse/minisign.ts';
import { readText } from '../parse/encoding.ts';

const expected = 'expected a minisign public key (minisign -G makes one)';

function keyIn(file: string, given: string, by: string): PublicKey {
  const read = readFile(file, path.parse(file).root, limits.smallFileBytes);
  if (read === null) throw usageError(`${by} ${given}: no such file, and no minisign public key`);
  if ('refused' in read) throw usageError(`${by} ${given}: cannot be read (${read.refused})`);
  demandTrusted(file);
  const key = parsePublicKey(readText(read.bytes));
  if (key === null) throw usageError(`${by} ${given}: ${expected}`);
  return key;
}

/** A key written out: 42 bytes in base64. */
function keyOf(given: string, by: string): PublicKey {
  if (!/^RW[A-Za-z0-9+/]{54}$/.test(given)) return keyIn(path.resolve(given), given, by);
  const key = parsePublicKey(given);
  if (key === null) throw usageError(`${by} ${given}: ${expected}`);
  return key;
}

/** The keys that are named; `by` is who names them, for errors. */
export function publicKeys(given: string[], by: string): PublicKey[] {
  return given.map((one) => keyOf(one, by));
}
