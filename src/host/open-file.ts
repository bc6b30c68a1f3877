/**
 * The safe opener. Whoever owns a home may be an attacker: files turn into FIFOs, devices and links, and
 * folders into links to elsewhere, also while we look. So a path is resolved first, refused when it leaves
 * its boundary, opened without following a link or blocking, and compared with what was looked at.
 * It never writes, never opens by name twice, and says no with a reason instead of throwing.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FileInfo, Refusal } from '../model/host.ts';
import type { GapReason } from '../model/fact.ts';
import { isAway, keptOut } from './kept-out.ts';
import { refusalOf } from './refusal.ts';
import { isOddName } from './windows-names.ts';

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_NOCTTY = 0 } = fs.constants;

/** Whether `inner` is `outer` or lies below it; both must be resolved paths. */
export function isWithin(inner: string, outer: string): boolean {
  if (inner === outer || outer === path.sep) return true;
  return inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep);
}

const resolvedBoundaries = new Map<string, string | null>();

/** The boundary with its own links resolved, remembered for the run; null when it is not there. */
export function resolveBoundary(boundary: string): string | null {
  const known = resolvedBoundaries.get(boundary);
  if (known !== undefined) return known;
  let resolved: string | null = null;
  try {
    resolved = fs.realpathSync.native(boundary);
  } catch {
    // An absent boundary has nothing within it.
  }
  resolvedBoundaries.set(boundary, resolved);
  return resolved;
}

function describe(stat: fs.Stats, realPath: string): FileInfo {
  const posix = process.platform !== 'win32';
  return {
    type: stat.isFile() ? 'file' : stat.isDirectory() ? 'directory' : 'other',
    size: stat.size,
    mode: posix ? stat.mode & 0o7777 : null,
    uid: posix ? stat.uid : null,
    modifiedAt: stat.mtimeMs,
    realPath,
    ...(isAway(stat, realPath) && { away: true as const }),
  };
}

/** Resolves a path within a boundary without opening it. Null when nothing is there. */
export function look(file: string, boundary: string): FileInfo | Refusal | null {
  if (process.platform === 'win32' && isOddName(file)) return { refused: 'not-a-file' };
  const kept = keptOut(file);
  if (kept !== null) return { refused: kept };
  let link = false;
  try {
    // Most of what the catalogue names is not there, and an error costs more than a look.
    const own = fs.lstatSync(file, { throwIfNoEntry: false });
    if (own === undefined) return null;
    link = own.isSymbolicLink();
    const real = fs.realpathSync.native(file);
    const root = resolveBoundary(boundary);
    if (root === null || !isWithin(real, root)) return { refused: 'link-out-of-place' };
    return describe(fs.lstatSync(real), real);
  } catch (error) {
    const refused = refusalOf(error);
    return refused === null ? null : { refused, ...(link && { link }) };
  }
}

/**
 * Where an open descriptor really points, where the OS can tell: a folder may have been swapped for a link.
 */
function descriptorPath(fd: number): string | null {
  if (process.platform !== 'linux') return null;
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

/**
 * Whether what was opened is what lies at a path. Where the OS does not say what a descriptor is of, the path
 * must lead there still, and to the very file.
 */
function isStillAt(fd: number, stat: fs.Stats, file: string, real: string): boolean {
  const opened = descriptorPath(fd);
  if (opened !== null) return opened === real;
  if (fs.realpathSync.native(file) !== real) return false;
  const now = fs.lstatSync(real);
  return now.ino === stat.ino && now.dev === stat.dev;
}

function readWhole(fd: number, size: number, maxBytes: number): Buffer | null {
  // A file may grow while it is read, and those of /proc say 0: read to the end, up to one byte too many.
  const chunks: Buffer[] = [];
  let total = 0;
  let next = Math.min(size + 1, maxBytes + 1);
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(next, 4096));
    const got = fs.readSync(fd, chunk, 0, chunk.length, null);
    if (got === 0) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    total += got;
    if (total > maxBytes) return null;
    chunks.push(chunk.subarray(0, got));
    next = Math.min(65_536, maxBytes + 1 - total);
  }
}

/**
 * Opens a regular file within `boundary` and gives its descriptor to `use`, which must not keep it. Null when
 * absent.
 */
export function withFile<T>(
  file: string,
  boundary: string,
  maxBytes: number,
  use: (fd: number, info: FileInfo) => T,
): T | Refusal | null {
  const opened = openFile(file, boundary, maxBytes);
  if (opened === null || 'refused' in opened) return opened;
  try {
    return use(opened.fd, opened.info);
  } catch (error) {
    return { refused: refusalOf(error) ?? 'vanished' };
  } finally {
    fs.closeSync(opened.fd);
  }
}

/** Opens a regular file of at most `maxBytes` within `boundary`; who calls it closes the descriptor. */
export function openFile(
  file: string,
  boundary: string,
  maxBytes: number,
): { fd: number; info: FileInfo } | Refusal | null {
  const before = look(file, boundary);
  if (before === null || 'refused' in before) return before;
  if (before.type !== 'file') return { refused: 'not-a-file' };
  if (before.size > maxBytes) return { refused: 'too-large' };
  if (before.away) return { refused: 'not-local' };
  let fd: number;
  try {
    fd = fs.openSync(before.realPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    const reason = refusalOf(error);
    return { refused: reason === null ? 'vanished' : reason };
  }
  let refused: GapReason | null = null;
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) refused = 'not-a-file';
    else if (!isStillAt(fd, stat, file, before.realPath)) refused = 'changed-while-read';
    else return { fd, info: describe(stat, before.realPath) };
  } catch (error) {
    refused = refusalOf(error) ?? 'vanished';
  }
  fs.closeSync(fd);
  return { refused };
}

/** Reads a regular file of at most `maxBytes` within `boundary`. Null when absent. */
export function readFile(
  file: string,
  boundary: string,
  maxBytes: number,
): { bytes: Buffer; info: FileInfo } | Refusal | null {
  return withFile(file, boundary, maxBytes, (fd, info) => {
    const bytes = readWhole(fd, info.size, maxBytes);
    return bytes === null ? { refused: 'too-large' as const } : { bytes, info };
  });
}
