/**
 * What earlier runs knew, what a run sees of it, and what is told of past runs. How it is kept is in
 * `state.ts`.
 */
import type { BulkHit } from '../secrets/bulk.ts';
import type { Severity } from './common.ts';
import type { Mark } from './host.ts';

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

/** What a receiver was told to be there: an agent or a server, or an agent with all that belongs to it. */
export type ToldAsset = KnownPlace &
  Pick<Item, 'fact' | 'kind' | 'name' | 'ways' | 'located' | 'placed'> & {
    /** The same in every run. */
    event: string;
    /** Of what was told, but for times and lines. */
    digest: string;
    lastRun: number;
  };

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

/** A run as `history` tells it. */
export type PastRun = {
  number: number;
  id: string;
  hostname: string;
  startedAt: string;
  endedAt: string;
  status: string;
  version: string;
  targets: string[];
  ways: Way[];
  allowlist: string | null;
  gaps: number;
  critical: number;
  high: number;
  medium: number;
  low: number;
  info: number;
  waived: number;
  new: number;
  changed: number;
  resolved: number;
  unseen: number;
  /** Null when the run did not come to its end. */
  exitCode: number | null;
  changes: {
    change: FindingChange;
    what: string[];
    check: string;
    severity: Severity;
    title: string;
    message: string;
    file: string;
    user: string;
    fingerprint: string;
  }[];
  /** Agents and servers that came or went. */
  items: {
    change: 'new' | 'gone';
    kind: string;
    name: string;
    version: string | null;
    user: string;
    file: string;
  }[];
};
