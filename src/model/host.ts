/**
 * The outside world as an interface, and the only thing that a test replaces. Everything is read-only
 * and bounded; nothing here throws for what an attacker can put on a disk: refusals are values.
 */
import type { Secret } from '../secrets/secret.ts';
import type { Platform } from './common.ts';
import type { GapReason } from './fact.ts';

export type FileInfo = {
  type: 'file' | 'directory' | 'other';
  size: number;
  /** Permission bits on POSIX, null on Windows. */
  mode: number | null;
  uid: number | null;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  /** Path with every link resolved. */
  realPath: string;
  /** Set for a file whose content lies with a cloud service: reading it would fetch it. */
  away?: true;
};

/**
 * What a scan leaves alone: folders that are not touched at all, those in `but` excepted, and folders of
 * cloud services (`*` at the end for any rest of the name), of whose files only those are read that are here.
 */
export type Spared = { protected: string[]; but: string[]; cloud: string[] };

export type Refusal = {
  refused: GapReason;
  /** The path itself could be looked at: it is a link, and its target could not. */
  link?: true;
};

/** What a glob found, and what could not be looked at on the way. */
export type Matched = { paths: string[]; refusals: { path: string; reason: GapReason }[] };

/** The names in one folder; `cut` when there were more. */
export type Listing = {
  entries: { name: string; type: 'file' | 'directory' | 'link' | 'other' }[];
  /** Number of the file system that it lies on. */
  device: number;
  cut: boolean;
};

/** Something found in a large text, by its first byte. */
export type LargeHit = { at: number };

/**
 * Where the reading of a text ended that only grows, and the SHA-256 of the bytes before that place (at most
 * `limits.markBytes` of them): while it holds, what lies before need not be read again.
 */
export type Mark = { offset: number; before: string };

/** A text too large to be read whole; `from` is where an earlier reading of it ended. */
export type LargeFile = {
  path: string;
  boundary: string;
  size: number;
  from?: Mark;
  /** Read as it is, though it is binary: what is found has no line. */
  isBinary?: boolean;
  /** Whether what was opened is what may be read: a file may have been swapped since it was looked at. */
  mayRead?(info: FileInfo): boolean;
};

/**
 * What is looked for in large texts, here and in another thread, which gets `data` to make its own search.
 */
export type LargeWork<H extends LargeHit> = {
  scan(chunk: Buffer, owned: { start: number; end: number }): H[];
  data: unknown;
  late(): boolean;
};

/** What was found in one; `reasons` tell why not all of it was seen. */
export type LargeRead<H extends LargeHit> = {
  info: FileInfo | null;
  bytes: number;
  hits: (H & { line?: number })[];
  reasons: GapReason[];
  /** Where the reading began: 0, or a little before the mark that was given and still holds. */
  start: number;
  /** Null where not all was read to its end. */
  end: Mark | null;
};

/** A program that runs. What it was called with may hold tokens and is closed. */
export type Process = {
  pid: number;
  /** Its uid, on Windows the name of its user; null when the OS does not say. */
  owner: number | string | null;
  /** Path of the executable, or the name that is all the OS tells. */
  program: string;
  /** As it was called, its own name first. */
  args: Secret[];
  /** Whether the OS tells where one argument ends; otherwise they were parted at blanks. */
  exact: boolean;
};

/** An address on which a process waits for connections. */
export type Socket = { pid: number; host: string; port: number };

export type Unseen = { path: string; reason: GapReason };

export type ProcessList = {
  processes: Process[];
  refusals: Unseen[];
  /** Where these processes listen. Asked for few of them, since it costs. */
  listening(pids: number[]): { sockets: Socket[]; refusals: Unseen[] };
};

export type Host = {
  platform: Platform;
  arch: string;
  hostname: string;
  osVersion: string;
  /** A stable id of this machine: a digest, which is of the host name where there is nothing better. */
  deviceId: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Name and home of the user who runs the scan. */
  user: { name: string; home: string };
  /** Null on Windows. */
  effectiveUid: number | null;
  workingFolder(): string;
  now(): Date;
  /** Milliseconds of a clock that never goes back. */
  elapsed(): number;
  randomId(): string;
  /** What was done so far beyond reading. */
  sideEffects(): string[];
  /** Sets what is left alone from now on; it takes the place of what was set before. */
  spare(spared: Spared): void;
  /**
   * Looks at a path without opening it. Links are followed only while they stay within `boundary`.
   * Null when nothing is there.
   */
  look(path: string, boundary: string): FileInfo | Refusal | null;
  /** Reads a regular file of at most `maxBytes`, within `boundary`, never blocking. Null when absent. */
  read(path: string, boundary: string, maxBytes: number): { bytes: Buffer; info: FileInfo } | Refusal | null;
  /**
   * Reads regular files in chunks, in two threads where that pays, and gives what `work` finds in each.
   * Memory does not grow with their size.
   */
  readLarge<H extends LargeHit>(files: LargeFile[], work: LargeWork<H>): LargeRead<H>[];
  /** Paths that match a glob of bounded depth below `folder`, sorted; links to folders are not followed. */
  match(folder: string, glob: string, boundary: string, most?: number): Matched;
  /**
   * Names in a folder, sorted. Null when it is absent, refused when it lies on another file system than
   * `device`, so that nothing remote is touched.
   */
  list(folder: string, boundary: string, device: number | null): Listing | Refusal | null;
  /**
   * What runs now: everybody's for root, the user's own otherwise. Never part of a default scan, since it
   * starts a program of the OS on macOS and Windows.
   */
  processes(): ProcessList;
};
