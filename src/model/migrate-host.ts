/**
 * The part of the outside world that a migration changes: configs, a journal, and waiting. No behaviour. What
 * it writes is on the disk before a call returns.
 */
import type { Secret } from '../secrets/secret.ts';
import type { PrivateFolder } from './vault-host.ts';

/** A file as it was when it was read: any difference means that somebody wrote it since. */
export type Stamp = {
  /** Device and inode. */
  file: string;
  size: bigint;
  /** Nanoseconds since 1970. */
  modifiedAt: bigint;
  changedAt: bigint;
  mode: number;
  uid: number;
  gid: number;
};

/** `absent`, or why a file is not edited. */
export type EditRefusal = 'absent' | 'link' | 'several-names' | 'foreign' | 'unreadable' | 'too-large';

/** What the OS does not let be written, or has no room for, throws a usage error of one line. */
export type EditDisk = {
  /** Reads a regular file of the running user's, with one name, not behind a link within `boundary`. */
  read(path: string, boundary: string): { bytes: Buffer; stamp: Stamp } | { refused: EditRefusal };
  /** Writes a new file with mode and owner of another one; until it is whole nobody else can read it. */
  prepare(temporary: string, bytes: Buffer, like: Stamp): void;
  /** Puts it in the place of a file that is still as it was stamped; false when it is not. */
  swap(temporary: string, path: string, stamp: Stamp): boolean;
  /** Removes a file; fine when there is none. */
  discard(path: string): void;
  /** Names of files in a folder that is no link, within `boundary`; none when it cannot be looked into. */
  names(folder: string, boundary: string): string[];
  /** Writes a file that is the user's alone, in a folder that is made where it is missing. */
  create(path: string, bytes: Buffer): void;
};

export type MigrateHost = {
  disk: EditDisk;
  journal: PrivateFolder;
  /** Command line that starts this program from anywhere: absolute paths. */
  program: string[];
  /** The running user's home. */
  home: string;
  /** Command lines of what runs now. */
  commands(): Secret[][];
  random(bytes: number): Buffer;
  now(): Date;
  wait(milliseconds: number): Promise<void>;
  /** Runs `work` unless another migration of this user runs; then it names that process where it can. */
  alone<T>(work: () => Promise<T>): Promise<{ done: T } | { holder: number | null }>;
};
