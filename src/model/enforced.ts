/** What a client's managed settings allow of MCP servers, on its way to be compared with the allowlist. */
import type { Claim } from './place.ts';

/** One row of such a list, as it may be shown. A part that it does not speak of is null. */
export type AllowedRow = {
  name: string | null;
  url: string | null;
  /** The program and its arguments; a text that stands for any is `anyText`. */
  argv: string[] | null;
};

/** What stands where a row lets anything stand: no list has a name for it. */
export const anyText = 'shadowscan-any';

/** Which allowlist a file says it was made from. */
export type Stamp = { name: string; version: string; sha256: string };

export type Enforced = {
  claim: Claim;
  path: string;
  /** Whether anything is kept out at all. */
  listed: boolean;
  rows: AllowedRow[];
  /** Settings that let others have their way, and all of which it was asked. */
  open: string[];
  asked: string[];
  /** Those of which it says anything itself. */
  said: string[];
  /** Whether what a later file of the same folder says counts in the place of what this one does. */
  lastCounts: boolean;
  stamp: Stamp | null;
};
