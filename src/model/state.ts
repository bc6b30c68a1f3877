/**
 * What `--state DIR` keeps, as SQL: one step for each version of the layout, never changed once released,
 * only followed by another. Times are ISO texts in UTC, lists are JSON, a user that is none is an empty text,
 * and no column is called `path`, which osquery keeps for itself. No secret is in any of it: findings are
 * kept as a report shows them.
 *
 * `target` is what a row belongs to: one home, one workspace, one machine, or the files that were named. What
 * a run did not look at is not touched by it.
 *
 * What is to be delivered to others gets a table in a step of its own, filled in the transaction of a run.
 */

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
  -- Digest of its path under the key, since a path can hold a secret.
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

const outbox = `
-- Events that wait for a receiver; one that it will never take stays with its reason for a while.
CREATE TABLE outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sink TEXT NOT NULL, id TEXT NOT NULL,
  queued_at TEXT NOT NULL, time TEXT NOT NULL,
  kind TEXT NOT NULL, severity TEXT NOT NULL,
  body TEXT NOT NULL, bytes INTEGER NOT NULL,
  refused TEXT,
  UNIQUE (sink, id)
) STRICT;
CREATE INDEX outbox_by_sink ON outbox (sink, refused, number);
CREATE TABLE deliveries (
  sink TEXT PRIMARY KEY,
  delivered INTEGER NOT NULL DEFAULT 0, refused INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  last_delivered TEXT, last_trouble TEXT
) STRICT;
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

const reports = `
-- The last full report of each set of places, as JSON in gzip.
CREATE TABLE reports (
  targets TEXT PRIMARY KEY,
  run INTEGER NOT NULL,
  report BLOB NOT NULL
) STRICT;
`;

const tellings = `
-- What receivers were told: how many events each of them will never have, as JSON by receiver, in the last
-- heartbeat that it took; when all there is was last told to it, of which places, with which event that
-- began, and whether some of it was lost since.
ALTER TABLE deliveries ADD COLUMN dropped_old INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN told TEXT NOT NULL DEFAULT '{}';
ALTER TABLE deliveries ADD COLUMN whole_at TEXT;
ALTER TABLE deliveries ADD COLUMN whole_targets TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deliveries ADD COLUMN whole_from INTEGER;
ALTER TABLE deliveries ADD COLUMN whole_lost INTEGER NOT NULL DEFAULT 0;
-- Of a heartbeat, what of this it tells.
ALTER TABLE outbox ADD COLUMN tells TEXT;
-- What each receiver was told to be there. What is removed is forgotten.
CREATE TABLE assets (
  sink TEXT NOT NULL, target TEXT NOT NULL,
  -- Id of the event, and a digest of what was told.
  event TEXT NOT NULL, digest TEXT NOT NULL,
  kind TEXT NOT NULL, name TEXT NOT NULL, user TEXT NOT NULL, tools TEXT NOT NULL,
  -- The fact that stands for it.
  fact TEXT NOT NULL, file_path TEXT NOT NULL,
  ways TEXT NOT NULL, located INTEGER NOT NULL, placed INTEGER NOT NULL,
  last_run INTEGER NOT NULL,
  PRIMARY KEY (sink, target, event)
) STRICT, WITHOUT ROWID;
`;

const bound = `
-- What the name of a receiver stood for when it was told something: the profile, a digest of the address, and
-- the device. Of the device of a version before, the last run knows.
ALTER TABLE deliveries ADD COLUMN profile TEXT;
ALTER TABLE deliveries ADD COLUMN address TEXT;
ALTER TABLE deliveries ADD COLUMN device TEXT;
UPDATE deliveries SET device = (SELECT device FROM runs ORDER BY number DESC LIMIT 1);
`;

const refusals = `
-- Whether a part of the last telling of all was refused (1), and something was taken then or since (2); and
-- when all was told anew for that reason.
ALTER TABLE deliveries ADD COLUMN whole_refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN again_at TEXT;
`;

/** Steps from an empty file to the layout of this version; the file's `user_version` is how many it has. */
export const stateSteps: readonly string[] = [
  runsAndFindings,
  texts,
  inventory,
  reports,
  outbox,
  tellings,
  bound,
  refusals,
];
