/** Files that a command is given by name, or standard input for `-`; bounded, and told of in one line. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { usageError } from '../model/usage-error.ts';
import { readFile } from './open-file.ts';

function readStandardInput(maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.alloc(65_536);
    let count: number;
    try {
      count = fs.readSync(0, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') break;
      if (code !== 'EAGAIN') throw usageError('standard input cannot be read; name a file instead');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      continue;
    }
    if (count === 0) break;
    size += count;
    if (size > maxBytes) throw usageError('-: larger than can be read; name a smaller file');
    chunks.push(chunk.subarray(0, count));
  }
  return Buffer.concat(chunks);
}

/** The bytes of a file by the name that the caller gave it, or of standard input for `-`. */
export function readInput(given: string, maxBytes: number): Buffer {
  if (given === '-') return readStandardInput(maxBytes);
  const file = path.resolve(given);
  const read = readFile(file, path.parse(file).root, maxBytes);
  if (read === null) throw usageError(`${given}: no such file`);
  if ('refused' in read) throw usageError(`${given}: cannot be read (${read.refused})`);
  return read.bytes;
}
