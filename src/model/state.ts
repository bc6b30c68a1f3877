/**
 * What `--state DIR` keeps, as SQL: one step for each version of the layout, never changed once released,
 * only followed by another. Times are ISO texts in UTC, lists are JSON, a user that is none is an empty text,
 * and no column is called `path`, which osquery keeps for itself. No secret is in any of it: findings are
 * kept as a report shows them.
 *
 * `target` is what a row belongs to: one home, one workspace, one machine, or the files that were named. What
 * a run did not look at is not touched by it.
 */

import type { BulkHit } from '../secrets/bulk.ts';
import type { Mark } from './host.ts';

/** Marks a file as ours, so that no other program's database is taken for one. `SHSC` in ASCII. */
export const stateApplicationId = 0x53485343;

const runsAndFindings = `
CREATE TABLE runs (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  device TEXT NOT NULL, hostname TEXT NOT NULL, platform TEXT NOT NULL,
  started_at TEXT NOT NULL, ended_at TEXT NOT NULL,
  status TEXT NOT NULL,
  version TEXT NOT NULL, rules_version TEXT NOT NULL, rules_sha256 TEXT NOT NULL,
  allowlist TEXT, allowlist_version TEXT,
  -- What was looked at, and which options widened it.
  targets TEXT NOT NULL, ways TEXT NOT NULL,
  gaps INTEGER NOT NULL,
  critical INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER NOT NULL,
  low INTEGER NOT NULL, info INTEGER NOT NULL, waived INTEGER NOT NULL,
  new INTEGER NOT NULL, changed INTEGER NOT NULL, resolved INTEGER NOT NULL,
  -- Known findings of these targets that it did not look at.
  unseen INTEGER NOT NULL,
  -- Null until the report was written.
  exit_code INTEGER
) STRICT;
CREATE TABLE findings (
  number INTEGER PRIMARY KEY,
  target TEXT NOT NULL, user TEXT NOT NULL, fingerprint TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
  check_id TEXT NOT NULL, severity TEXT NOT NULL, confidence TEXT NOT NULL,
  title TEXT NOT NULL, message TEXT NOT NULL,
  tools TEXT NOT NULL, fact TEXT NOT NULL, file_path TEXT NOT NULL,
  waived INTEGER NOT NULL,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, resolved_at TEXT,
  -- Number of the run that saw it last.
  last_run INTEGER NOT NULL,
  -- Options without which no run has seen it.
  ways TEXT NOT NULL,
  -- Whether the file was there under the path that is shown.
  located INTEGER NOT NULL,
  -- The finding as the report had it.
  record TEXT NOT NULL,
  UNIQUE (target, user, fingerprint)
) STRICT;
CREATE INDEX findings_by_state ON findings (state, last_seen);
CREATE TABLE changes (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  finding INTEGER NOT NULL REFERENCES findings (number) ON DELETE CASCADE,
  change TEXT NOT NULL CHECK (change IN ('new', 'back', 'changed', 'resolved')),
  -- Of a change, what of it.
  what TEXT NOT NULL,
  PRIMARY KEY (run, finding)
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_by_finding ON changes (finding);
`;

const texts = `
-- Texts that only grow: how far each was read, and what was found up to there.
CREATE TABLE texts (
  file TEXT PRIMARY KEY,
  -- Rules, version and key that it was read with; under others it is read again.
  basis TEXT NOT NULL,
  size INTEGER NOT NULL, modified_at REAL NOT NULL,
  -- Where the reading ended, and the SHA-256 of the bytes before.
  read_to INTEGER NOT NULL, before TEXT NOT NULL,
  -- When it was last read from its start.
  whole_at TEXT NOT NULL,
  last_run INTEGER NOT NULL,
  hits TEXT NOT NULL
) STRICT;
CREATE INDEX texts_by_run ON texts (last_run);
`;

const inventory = `
CREATE TABLE inventory (
  number INTEGER PRIMARY KEY,
  target TEXT NOT NULL, user TEXT NOT NULL, fact TEXT NOT NULL,
  kind TEXT NOT NULL, name TEXT NOT NULL, version TEXT, tools TEXT NOT NULL,
  transport TEXT, package TEXT, identity TEXT, load TEXT, verdict TEXT NOT NULL,
  file_path TEXT NOT NULL,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, gone_at TEXT,
  first_run INTEGER NOT NULL, last_run INTEGER NOT NULL, gone_run INTEGER,
  ways TEXT NOT NULL, located INTEGER NOT NULL, placed INTEGER NOT NULL,
  UNIQUE (target, user, fact)
) STRICT;
CREATE INDEX inventory_by_run ON inventory (last_run);
-- Approved servers as they were when a run first found them approved by this entry.
CREATE TABLE approvals (
  target TEXT NOT NULL, user TEXT NOT NULL, fact TEXT NOT NULL,
  -- SHA-256 of the entry.
  entry TEXT NOT NULL,
  since TEXT NOT NULL,
  shape TEXT NOT NULL,
  last_run INTEGER NOT NULL,
  PRIMARY KEY (target, user, fact)
) STRICT;
`;

/** Steps from an empty file to the layout of this version; the file's `user_version` is how many it has. */
export const stateSteps: readonly string[] = [runsAndFindings, texts, inventory];

/** Options that make a run see more than a scan without them does. */
export const ways = [
  'deep',
  'transcripts',
  'processes',
  'allowlist',
  'rules',
  'machine',
  'environment',
] as const;
export type Way = (typeof ways)[number];

/** Where something was that earlier runs knew. */
export type KnownPlace = { target: string; user: string; file: string; tools: string[] };

/** What tells such places apart. */
export function placeKey({ target, file, tools }: KnownPlace): string {
  return [target, file, ...tools].join('\0');
}

/**
 * What is there now: nothing; what could not be looked at; a file that was read for all of these tools, or
 * was not; a folder whose names could be read, or could not.
 */
export const thereWords = ['gone', 'hidden', 'read', 'unread', 'listed', 'folder'] as const;
export type There = (typeof thereWords)[number];

/** What a run says of what was known, and which of the paths that it shows are there. */
export type Seen = { machine: string | null; there: Map<string, There>; located: Set<string> };

/** A finding that earlier runs knew. */
export type KnownFinding = {
  number: number;
  target: string;
  user: string;
  fingerprint: string;
  state: 'open' | 'resolved';
  check: string;
  tools: string[];
  fact: string;
  file: string;
  firstSeen: string;
  lastSeen: string;
  /** Number of the run that saw it last. */
  lastRun: number;
  ways: Way[];
  located: boolean;
  /** The finding as the report of that run had it, as JSON. */
  record: string;
};

/** What is known of a text that only grows. Secrets in it are told by keyed digests and masked forms. */
export type KnownText = {
  file: string;
  basis: string;
  size: number;
  modifiedAt: number;
  mark: Mark;
  wholeAt: string;
  hits: (BulkHit & { line?: number })[];
};

/** What earlier runs have read of texts, and where this run notes what it has. */
export type TextMemory = {
  /** A key by which equal secrets are known from run to run. */
  salt: string;
  basis: string;
  find(file: string): KnownText | null;
  keep(text: KnownText): void;
};

/** What a run says of a finding that is kept from now on. */
export type FindingChange = 'new' | 'back' | 'changed' | 'resolved';

/** An agent, a server, or an extension that is one, as the inventory has it. */
export type Item = KnownPlace & {
  fact: string;
  kind: string;
  name: string;
  version: string | null;
  transport: string | null;
  /** Package URL of what is fetched first. */
  package: string | null;
  identity: string | null;
  load: string | null;
  verdict: string;
  ways: Way[];
  located: boolean;
  /** Whether it has a place in its file. */
  placed: boolean;
};

/** One that earlier runs knew. */
export type KnownItem = KnownPlace &
  Pick<Item, 'fact' | 'ways' | 'located' | 'placed'> & { number: number; lastRun: number; isGone: boolean };

/** An approved server as it was when a run first found it approved by this entry. */
export type Approved = {
  target: string;
  user: string;
  fact: string;
  /** SHA-256 of the entry. */
  entry: string;
  since: string;
  shape: Record<'command' | 'args' | 'url' | 'package' | 'registry' | 'digest' | 'version', string>;
};
