/** Where reports go: standard output, or a file that is whole or not there. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { usageError } from '../model/usage-error.ts';

const batchChars = 65_536;

/** Writes to a descriptor until all is out, also when it is a pipe that is full for the moment. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  let at = 0;
  while (at < bytes.length) {
    try {
      at += fs.writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Small chunks put together, so that a large report is not thousands of writes. */
function* batched(chunks: Iterable<string>): Generator<string> {
  let batch = '';
  for (const chunk of chunks) {
    batch += chunk;
    if (batch.length < batchChars) continue;
    yield batch;
    batch = '';
  }
  if (batch !== '') yield batch;
}

/** Writes chunks to standard output. False when the reader has gone away, which is no error. */
export function writeOut(chunks: Iterable<string>): boolean {
  try {
    for (const chunk of batched(chunks)) writeAll(1, chunk);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false;
    throw error;
  }
}

/** Writes a file by way of a private temporary one beside it, so that nobody ever reads half a report. */
export function writeWhole(file: string, chunks: Iterable<string>): void {
  const temporary = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${randomBytes(6).toString('hex')}`,
  );
  try {
    const fd = fs.openSync(temporary, 'wx', 0o600);
    try {
      for (const chunk of batched(chunks)) writeAll(fd, chunk);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw usageError(
      `--output ${file}: cannot be written (${code}); name a file in a folder that you may write to`,
    );
  }
}
