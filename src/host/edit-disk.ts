/**
 * Configs that are edited in place. The file is never opened for writing: a whole new one takes its place,
 * and only while nobody else wrote it. Links are not followed, since what they mean is another's to say.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { EditDisk, EditRefusal, Stamp } from '../model/migrate-host.ts';
import { usageError } from '../model/usage-error.ts';
import { writeFlaw } from './error-code.ts';
import { runningUid } from './managed-file.ts';
import { readFile } from './open-file.ts';
import { replaceFile, syncFolder } from './replace-file.ts';

const posix = process.platform !== 'win32';

function stampOf(stat: fs.BigIntStats): Stamp {
  return {
    file: `${stat.dev}:${stat.ino}`,
    size: stat.size,
    modifiedAt: stat.mtimeNs,
    changedAt: stat.ctimeNs,
    mode: Number(stat.mode & 0o7777n),
    uid: Number(stat.uid),
    gid: Number(stat.gid),
  };
}

const same = (one: Stamp, other: Stamp): boolean =>
  (['file', 'size', 'modifiedAt', 'changedAt', 'mode', 'uid', 'gid'] as const).every(
    (part) => one[part] === other[part],
  );

/** Whether a path has a link in it below its boundary. */
function behindLink(file: string, boundary: string): boolean {
  const below = path.relative(boundary, file);
  const real = path.join(fs.realpathSync.native(boundary), below);
  return below.startsWith('..') || path.isAbsolute(below) || fs.realpathSync.native(file) !== real;
}

function look(file: string, boundary: string): { stamp: Stamp } | { refused: EditRefusal } {
  const stat = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return { refused: 'absent' };
  if (!stat.isFile() || behindLink(file, boundary)) return { refused: 'link' };
  if (stat.nlink > 1n) return { refused: 'several-names' };
  if (posix && Number(stat.uid) !== runningUid()) return { refused: 'foreign' };
  return { stamp: stampOf(stat) };
}

/** A file, and its stamp, which must be the same before and after it is read. */
function read(file: string, boundary: string): ReturnType<EditDisk['read']> {
  try {
    const before = look(file, boundary);
    if ('refused' in before) return before;
    const got = readFile(file, boundary, limits.sourceBytes);
    if (got === null) return { refused: 'absent' };
    if ('refused' in got) return { refused: got.refused === 'too-large' ? 'too-large' : 'unreadable' };
    const after = look(file, boundary);
    const isWhole = 'stamp' in after && same(before.stamp, after.stamp);
    return isWhole ? { bytes: got.bytes, stamp: after.stamp } : { refused: 'unreadable' };
  } catch {
    return { refused: 'unreadable' };
  }
}

/** Runs one effect; what the OS refuses is told in one line, so that a run can go on without it. */
function told<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw usageError(`${what} (${writeFlaw(error)})`);
  }
}

const folderOf = (file: string): string => `the folder ${path.dirname(file)} cannot be written`;

/** The effects on this machine's disk, as they are. */
const bare: EditDisk = {
  read,
  prepare(temporary, bytes, like) {
    const fd = fs.openSync(temporary, 'wx', 0o600);
    try {
      fs.writeFileSync(fd, bytes);
      if (posix) {
        const made = fs.fstatSync(fd);
        if (made.uid !== like.uid || made.gid !== like.gid) fs.fchownSync(fd, like.uid, like.gid);
        fs.fchmodSync(fd, like.mode);
      }
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  swap(temporary, file, stamp) {
    const stat = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined || !same(stampOf(stat), stamp)) return false;
    fs.renameSync(temporary, file);
    syncFolder(path.dirname(file));
    return true;
  },
  names(folder, boundary) {
    try {
      if (!fs.lstatSync(folder).isDirectory() || behindLink(folder, boundary)) return [];
      return fs.readdirSync(folder);
    } catch {
      return [];
    }
  },
  create(file, bytes) {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    replaceFile(file, (fd) => fs.writeFileSync(fd, bytes));
    syncFolder(path.dirname(file));
  },
  discard(file) {
    if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) return;
    fs.rmSync(file);
    syncFolder(path.dirname(file));
  },
};

/** The same. What the OS refuses throws a usage error of one line. */
export const editDisk: EditDisk = {
  ...bare,
  prepare: (temporary, bytes, like) => told(folderOf(temporary), () => bare.prepare(temporary, bytes, like)),
  swap: (temporary, file, stamp) => told(folderOf(file), () => bare.swap(temporary, file, stamp)),
  create: (file, bytes) => told(`${file}: cannot be written`, () => bare.create(file, bytes)),
  discard: (file) => told(`${file}: cannot be removed`, () => bare.discard(file)),
};
