/**
 * Appends to a file that a forwarder reads: whole texts or nothing, and set aside when it has grown large.
 * The file is no link, has one name, belongs to us or to root and cannot be written by others, nor can its
 * folder; it is made for its owner and group alone.
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

/**
 * What is wrong with a file that is there: it may be somebody else's, made to read or to change what we
 * write. Owners and modes are those that the system has; Windows tells none.
 */
function fileFlaw(info: fs.Stats, isInSticky: boolean): string | null {
  if (!info.isFile()) return 'it is no plain file';
  if (info.nlink !== 1) return 'it has another name as well; remove one of them, or name another file';
  if (process.platform === 'win32') return null;
  const { uid, mode } = info;
  const own = runningUid();
  if (uid !== own && (uid !== 0 || isInSticky)) return `it must belong to ${own === 0 ? 'root' : 'you'}`;
  return (mode & 0o022) === 0 ? null : 'others can write it; chmod go-w';
}

/** Whether somebody else can put files beside it, though none in its place. */
const isSticky = (file: string): boolean => (fs.statSync(path.dirname(file)).mode & 0o022) !== 0;

/** Whether the last line has no end, as after a loss of power: the next one would be glued to it. */
function isTorn(fd: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size > 0 && fs.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

function append(fd: number, text: string): string | null {
  const { size } = fs.fstatSync(fd);
  const bytes = Buffer.from(isTorn(fd, size) ? `\n${text}` : text);
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
  const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  try {
    const flaw = process.platform === 'win32' ? null : folderFlaw(file, runningUid());
    if (flaw !== null) return `it ${flaw}`;
    const sticky = isSticky(file);
    const info = fs.lstatSync(file, { throwIfNoEntry: false });
    const refused = info === undefined ? null : fileFlaw(info, sticky);
    if (refused !== null) return refused;
    const isFull = info !== undefined && info.size + text.length > limits.dropBytes;
    if (isFull) rotate(file);
    // A new one is made by us or not at all; what is there by now, by whoever, was not looked at.
    const making = info === undefined || isFull ? O_CREAT | O_EXCL : 0;
    const fd = fs.openSync(file, O_APPEND | making | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o640);
    try {
      const now = fileFlaw(fs.fstatSync(fd), sticky);
      if (now !== null) return now;
      noteSideEffect(`wrote events to ${path.basename(file)}`);
      return append(fd, text);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    return `it cannot be written (${codeOf(error)})`;
  }
}
