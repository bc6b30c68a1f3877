/** A file that a command is given by name, or standard input for `-`; bounded, and told of in one line. */
import * as path from 'node:path';
import { usageError } from '../model/usage-error.ts';
import { readInput } from './input.ts';
import { readFile } from './open-file.ts';

/** The bytes of a file by the name that the caller gave it, or of standard input for `-`. */
export function readGivenFile(given: string, maxBytes: number): Buffer {
  if (given === '-') {
    const { bytes, cut } = readInput(maxBytes);
    if (cut) throw usageError('-: larger than can be read; name a smaller file');
    return bytes;
  }
  const file = path.resolve(given);
  const read = readFile(file, path.parse(file).root, maxBytes);
  if (read === null) throw usageError(`${given}: no such file`);
  if ('refused' in read) throw usageError(`${given}: cannot be read (${read.refused})`);
  return read.bytes;
}
