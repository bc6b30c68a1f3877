/**
 * A server's definition as it stands in its file: where each of its parts is, and which of them are secrets.
 * What `migrate` works from. It never leaves the program: texts are closed, pointers as they are in the file.
 */
import type { Secret } from '../secrets/secret.ts';
import type { Scope } from './common.ts';
import type { Storage } from './fact-parts.ts';
import type { Format } from './format.ts';
import type { Source } from './place.ts';

/** A scalar of the file by its JSON pointer. */
export type Piece = { pointer: string; value: Secret | null };

/** One secret of a definition. */
export type LaidSecret = {
  /** Id of its credential fact. */
  credential: string;
  pointer: string;
  /** The secret itself, which may be a part of the scalar. */
  secret: Secret;
  /** What it is found under, such as a variable or an option, as it may be shown. */
  field: string;
  storage: Storage;
  /** Place in the argument list, where it is part of one. */
  index: number | null;
};

export type Layout = {
  /** Id of the server fact, and of the tools that read it from this file. */
  server: string;
  name: string;
  tools: string[];
  source: Source;
  format: Format;
  scope: Scope;
  /** Of the definition as a whole. */
  pointer: string;
  /** Words that the client puts before the command. */
  launcher: number;
  command: Piece[];
  args: Piece[];
  /** The list that the arguments are in, also when it is empty; null where there is none. */
  argList: string | null;
  env: (Piece & { name: string })[];
  headers: (Piece & { name: string })[];
  url: Piece | null;
  identity: string | null;
  doubts: string[];
  /** Packages that it would fetch or run, as `npm:name`. */
  packages: string[];
  /** Wrappers around what runs, outermost first. */
  via: string[];
  secrets: LaidSecret[];
  /** Names under which a bridge keeps what it was given for this server. */
  storeKeys: string[];
};
