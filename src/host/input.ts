/** Standard input, up to a bound. What is behind it is not read. */
import * as fs from 'node:fs';
import { usageError } from '../model/usage-error.ts';

/** The bytes of standard input; `cut` when there were more than `maxBytes`. */
export function readInput(maxBytes: number): { bytes: Buffer; cut: boolean } {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total <= maxBytes) {
    const chunk = Buffer.alloc(Math.min(65_536, maxBytes + 1 - total));
    let got = 0;
    try {
      got = fs.readSync(0, chunk, 0, chunk.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') break;
      // A pipe that was made not to block has nothing for the moment.
      if (code === 'EAGAIN') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        continue;
      }
      throw usageError(`standard input cannot be read (${code ?? 'error'})`);
    }
    if (got === 0) break;
    chunks.push(chunk.subarray(0, got));
    total += got;
  }
  const bytes = Buffer.concat(chunks);
  return { bytes: bytes.subarray(0, maxBytes), cut: bytes.length > maxBytes };
}
