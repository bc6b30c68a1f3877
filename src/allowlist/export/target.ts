/**
 * What an export is made of: ways to start or reach a server, as clients compare them; what a client becomes
 * of them; and what is said where it cannot express the list. Types alone.
 */
import type { Allowlist, Decision, ToolLists } from '../../model/allowlist.ts';
import type { Platform } from '../../model/common.ts';
import type { HookInput } from '../hook.ts';
import type { Package, ServerFact } from '../../model/fact.ts';

/**
 * `argv` is a command with all of its arguments. An `url` is exact, or with `wild` a pattern: `host` stands
 * for all of a host, `template` is one of the list's own with wildcards elsewhere.
 */
export type Way = { argv: string[] } | { url: string; wild: 'none' | 'host' | 'template' };

/** One way that the list approves or denies, and the entry that says so. */
export type Row = {
  /** Id of the entry, or its position such as `approve[3]`. */
  entry: string;
  way: Way;
  /** Names that it was seen under; where it was not seen, one that is made from what it runs. */
  names: string[];
  seen: boolean;
  /** Whether it was seen in this very client. */
  here: boolean;
  /** MCP tools that the entry speaks of. */
  tools: ToolLists | null;
  /** Variables and headers of definitions that were seen. */
  envNames: string[];
  headerNames: string[];
  transport: ServerFact['transport'];
  /** The package or image that it runs, null for others. */
  runs: Package | null;
};

/** What a warning is about. */
export type About =
  | 'version-range'
  | 'digest'
  | 'template'
  | 'arguments'
  | 'not-seen'
  | 'secret'
  | 'variable'
  | 'tools'
  | 'scope'
  | 'expiry'
  | 'denial'
  | 'waivers'
  | 'kind'
  | 'name'
  | 'not-compared'
  | 'client';

/** What a target does not say as the list does; `entry` is null for the target as a whole. */
export type Warning = { entry: string | null; about: About; text: string };

/** All that is to be expressed for one client on one OS. */
export type Plan = {
  os: Platform;
  approve: Row[];
  deny: Row[];
  /** Extensions that are approved, by id, with exact versions or true for any; null when none is judged. */
  extensions: Map<string, string[] | true | false> | null;
  warnings: Warning[];
};

/** A file to be written below the output folder, and where an administrator puts it. */
export type OutFile = { path: string; bytes: string | Buffer; goesTo: string };

/** What the client would do with a definition, by which of its own rows, and why. */
export type Judged = { verdict: 'allowed' | 'blocked' | 'replaced'; row: string | null; why: string };

export type Made = {
  files: OutFile[];
  judge: (server: ServerFact) => Judged;
  warnings: Warning[];
  /** What an administrator has to know to install it, a sentence each. */
  install: string[];
};

/** What a target is given besides the plan. */
export type Given = {
  plan: Plan;
  /** The line that says which list the files were made from. */
  stamp: string;
  /** The list itself, and what it says of what a hook is told, for a client whose hook asks this program. */
  list: Allowlist;
  hook: (told: HookInput) => Decision;
  /** Day of the export, `2026-11-20`. */
  today: string;
  /** Whether rows are written that let through more than the list does. */
  wider: boolean;
  /** Address of a private MCP registry, for clients that take one. */
  registryUrl: string | null;
  /** Name space of servers in a registry, such as `com.example`. */
  namespace: string;
  /** A UUID that is the same for the same list and seed. */
  uuid: (seed: string) => string;
};

export type Target = {
  id: string;
  title: string;
  /** Ids of the catalogue that entries for certain clients have to name, all of them. */
  tools: string[];
  /** Where the format is described, and the month it was checked. */
  source: string;
  make: (given: Given) => Made;
};

/** A server that a scan has seen, with the machine that it was seen on. */
export type SeenServer = { fact: ServerFact; host: string; platform: Platform | null };
