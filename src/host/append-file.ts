/**
 * Appends to a file that a forwarder reads: whole texts or nothing, and set aside when it has grown large.
 * The file is no link, its folder cannot be written by others, and it is made for its owner and group alone.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { codeOf } from './error-code.ts';
import { limits } from '../limits.ts';
import { folderFlaw, runningUid } from './managed-file.ts';
import { noteSideEffect } from './side-effects.ts';

/** `events.ndjson` -> `events.ndjson.1` -> ... -> gone. */
function rotate(file: string): void {
  for (let nth: number = limits.dropFiles; nth >= 1; nth--) {
    const from = nth === 1 ? file : `${file}.${nth - 1}`;
    if (fs.existsSync(from)) fs.renameSync(from, `${file}.${nth}`);
  }
}

function append(fd: number, text: string): string | null {
  const { size } = fs.fstatSync(fd);
  const bytes = Buffer.from(text);
  try {
    for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at);
    fs.fsyncSync(fd);
    return null;
  } catch (error) {
    // Half a line would be taken for one.
    fs.ftruncateSync(fd, size);
    return `it cannot be written (${codeOf(error)})`;
  }
}

/** Appends a text to a file. Null, or what went wrong. */
export function appendWhole(file: string, text: string): string | null {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  try {
    const flaw = process.platform === 'win32' ? null : folderFlaw(file, runningUid());
    if (flaw !== null) return flaw;
    const info = fs.lstatSync(file, { throwIfNoEntry: false });
    if (info !== undefined && !info.isFile()) return 'it is no plain file';
    if (info !== undefined && info.size + text.length > limits.dropBytes) rotate(file);
    const fd = fs.openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o640);
    noteSideEffect(`wrote events to ${path.basename(file)}`);
    try {
      return append(fd, text);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    return `it cannot be written (${codeOf(error)})`;
  }
}
