/** Places, claims and sources: where we look, and what lies there to be read. */
import type { Platform } from './common.ts';
import type { Secret } from '../secrets/secret.ts';
import type { FileInfo, Process } from './host.ts';
import type { Row, Tool } from './tool.ts';

/** System-wide places, one user's home, or one workspace that a source named. */
export type Place = {
  kind: 'machine' | 'home' | 'workspace';
  /** Folder on this machine; for a machine, what its `/` (or `C:/`) is. */
  path: string;
  /** No read may leave this folder, links included. */
  boundary: string;
  platform: Platform;
  user: string | null;
  /** Variables that relocate tools there; empty for a home that is not the running user's. */
  env: Readonly<Record<string, string | undefined>>;
  /**
   * Owner that files outside the home must have too, when the scan has more rights than that user; or null.
   */
  owner: number | null;
  /** The home that a workspace belongs to; the place itself for a home. */
  home: Place | null;
};

/** Names bound by captures in a path or selector: `{profile}` -> the folder's name. */
export type Bindings = Readonly<Record<string, string>>;

/** A place that a source names: binds a base such as `workspace`, or a relocation variable `$NAME`. */
export type Lead = {
  base: string;
  /** As written in the source. */
  path: string;
  tool: string;
  /** What was captured on the way to it; known to rows below the base. */
  bindings: Bindings;
  home: Place;
  from: { path: string; pointer: string; line?: number; column?: number };
};

/** One tool's row that matched a file, and what its captures were. */
export type Claim = { tool: Tool; row: Row; bindings: Bindings; place: Place };

/** One existing file with everybody who claims it; read once. */
export type Source = {
  path: string;
  boundary: string;
  info: FileInfo;
  claims: Claim[];
  /** Whether users other than the owner can get at it, folders included; null where modes mean nothing. */
  othersCanRead: boolean | null;
};

/** A process that is a tool's. */
export type Runner = {
  tool: Tool;
  place: Place;
  process: Process;
  /** The program, or the script that an interpreter runs, as it may be shown. */
  path: string;
  /** What stands behind it on the command line. */
  args: Secret[];
};
