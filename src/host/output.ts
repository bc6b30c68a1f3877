/** Where reports go: standard output, or a file that is whole or not there. */
import * as fs from 'node:fs';
import { codeOf } from './error-code.ts';
import { usageError } from '../model/usage-error.ts';
import { replaceFile } from './replace-file.ts';

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

/** Writes chunks to standard output. False when the reader has gone away before the end. */
export function writeOut(chunks: Iterable<string>): boolean {
  try {
    writeChunks(1, chunks);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EPIPE') return false;
    if (error instanceof Error && 'code' in error) {
      throw usageError(`standard output cannot be written (${codeOf(error)})`);
    }
    throw error;
  }
}

/** All chunks to a descriptor. */
function writeChunks(fd: number, chunks: Iterable<string>): void {
  for (const chunk of batched(chunks)) writeAll(fd, chunk);
}

/** Into what is there and is no file: a device or a pipe must never be replaced by one. */
function writeInto(file: string, chunks: Iterable<string>): void {
  const fd = fs.openSync(file, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  try {
    writeChunks(fd, chunks);
  } finally {
    fs.closeSync(fd);
  }
}

/** Writes a report to a file, whole or not at all; a device or pipe gets it as it comes. */
export function writeWhole(file: string, chunks: Iterable<string>): void {
  try {
    const there = fs.statSync(file, { throwIfNoEntry: false });
    const write = (fd: number): void => writeChunks(fd, chunks);
    if (there === undefined) replaceFile(file, write);
    else if (there.isFile()) replaceFile(fs.realpathSync(file), write);
    else writeInto(file, chunks);
  } catch (error) {
    const code = codeOf(error);
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    const way = full
      ? 'make room, or name a file elsewhere'
      : 'name a file in a folder that you may write to';
    throw usageError(`--output ${file}: cannot be written (${code}); ${way}`);
  }
}
