/** Findings and runs in the state database: read, written, and forgotten when there are too many. */
import { limits } from '../limits.ts';
import type { Finding, Report } from '../model/report.ts';
import type { FindingChange, KnownFinding, KnownPlace, Way } from '../model/known.ts';
import type { Connection } from './state-database.ts';

type Row = Omit<KnownFinding, 'tools' | 'ways' | 'located'> & {
  tools: string;
  ways: string;
  located: number;
};

const columns = `number, target, user, fingerprint, state, check_id AS "check", tools, fact,
  file_path AS file,
  first_seen AS firstSeen, last_seen AS lastSeen, last_run AS lastRun, ways, located, record`;

/** All findings that are known of some targets, resolved ones included. */
export function knownFindings(connection: Connection, targets: Iterable<string>): KnownFinding[] {
  const of = connection.prepare<[string], Row>(`SELECT ${columns} FROM findings WHERE target = ?`);
  return [...targets].flatMap((target) =>
    of.all(target).map((row) => ({
      ...row,
      tools: JSON.parse(row.tools) as string[],
      ways: JSON.parse(row.ways) as Way[],
      located: row.located === 1,
    })),
  );
}

/** Where open findings, the inventory and what receivers were told of were, for a scan to look at again. */
export function knownPlaces(connection: Connection): KnownPlace[] {
  return connection
    .prepare<[], Omit<KnownPlace, 'tools'> & { tools: string }>(
      `SELECT target, user, file_path AS file, tools FROM findings WHERE state = 'open'
        UNION SELECT target, user, file_path, tools FROM inventory WHERE gone_at IS NULL
        UNION SELECT target, user, file_path, tools FROM assets`,
    )
    .all()
    .map((row) => ({ ...row, tools: JSON.parse(row.tools) as string[] }));
}

/** Names of all targets of which something is known, or was told. */
export function knownTargets(connection: Connection): string[] {
  const rows = connection
    .prepare<[], { target: string }>(
      `SELECT target FROM findings WHERE state = 'open'
        UNION SELECT target FROM inventory WHERE gone_at IS NULL
        UNION SELECT target FROM assets
        UNION SELECT value FROM deliveries, json_each(whole_targets)`,
    )
    .all();
  return rows.map(({ target }) => target);
}

/** A run as it is kept. */
export type RunRow = {
  report: Report;
  targets: string[];
  ways: readonly Way[];
  counts: { new: number; changed: number; resolved: number; unseen: number };
};

/** Writes down a run, and gives its number. It has ended when its exit code is known. */
export function keepRun(connection: Connection, { report, targets, ways, counts }: RunRow): number {
  const { run, device, tool, allowlist, summary, facts, findings } = report;
  const row = {
    id: run.id,
    device: device.id,
    hostname: device.hostname,
    platform: device.platform,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    status: run.status,
    version: tool.version,
    rules_version: tool.rules.version,
    rules_sha256: tool.rules.sha256,
    allowlist: allowlist?.name ?? null,
    allowlist_version: allowlist?.version ?? null,
    targets: JSON.stringify(targets),
    ways: JSON.stringify(ways),
    gaps: facts.filter(({ kind }) => kind === 'gap').length,
    ...summary.bySeverity,
    waived: findings.filter(({ waiver }) => waiver !== undefined).length,
    ...counts,
  };
  const names = Object.keys(row);
  const values = names.map((name) => `@${name}`);
  const { lastInsertRowid } = connection
    .prepare(`INSERT INTO runs (${names.join(', ')}) VALUES (${values.join(', ')})`)
    .run(row);
  return Number(lastInsertRowid);
}

/** What a run says of one finding; `number` when it was known. */
export type FindingRow = {
  number: number | null;
  target: string;
  finding: Finding;
  ways: Way[];
  located: boolean;
  change: FindingChange | null;
  what: string[];
};

const insert = `INSERT INTO findings (target, user, fingerprint, state, check_id, severity, confidence, title,
  message, tools, fact, file_path, waived, first_seen, last_seen, last_run, ways, located, record)
  VALUES (@target, @user, @fingerprint, 'open', @check, @severity, @confidence, @title,
  @message, @tools, @fact, @file, @waived, @now, @now, @run, @ways, @located, @record)`;

const update = `UPDATE findings SET state = 'open', severity = @severity, confidence = @confidence,
  title = @title, message = @message, tools = @tools, fact = @fact, file_path = @file, waived = @waived,
  last_seen = max(last_seen, @now), last_run = @run, resolved_at = NULL, ways = @ways, located = @located,
  record = @record
  WHERE number = @number`;

/** Writes down the findings of a run, and what became of those that are resolved by it. */
export function keepFindings(
  connection: Connection,
  run: number,
  now: string,
  { current, resolved }: { current: FindingRow[]; resolved: number[] },
): void {
  const [add, renew] = [connection.prepare(insert), connection.prepare(update)];
  const resolve = connection.prepare(
    `UPDATE findings SET state = 'resolved', resolved_at = ? WHERE number = ?`,
  );
  const note = connection.prepare('INSERT INTO changes (run, finding, change, what) VALUES (?, ?, ?, ?)');
  // What is left out beyond the bound is new again the next time: told once too often rather than lost.
  for (const row of current.slice(0, limits.stateFindings)) {
    const { finding, number } = row;
    const values = {
      severity: finding.severity,
      confidence: finding.confidence,
      title: finding.title,
      message: finding.message,
      tools: JSON.stringify(finding.tools),
      fact: finding.fact,
      file: finding.origin.path,
      waived: finding.waiver === undefined ? 0 : 1,
      now,
      run,
      ways: JSON.stringify(row.ways),
      located: row.located ? 1 : 0,
      record: JSON.stringify(finding),
    };
    const own = { target: row.target, user: finding.user ?? '', fingerprint: finding.fingerprint };
    const at = number ?? Number(add.run({ ...values, ...own, check: finding.check }).lastInsertRowid);
    if (number !== null) renew.run({ ...values, number });
    if (row.change !== null) note.run(run, at, row.change, JSON.stringify(row.what));
  }
  for (const number of resolved) {
    resolve.run(now, number);
    note.run(run, number, 'resolved', '[]');
  }
}

/** Notes with what exit code a run ended. */
export function endRun(connection: Connection, run: number, exitCode: number): void {
  connection.prepare('UPDATE runs SET exit_code = ? WHERE number = ?').run(exitCode, run);
}

/**
 * Forgets the oldest runs, findings that were resolved long ago, and where there are still too many, those
 * that were resolved or seen first of all.
 */
export function forgetOld(connection: Connection, now: Date): void {
  const since = new Date(now.getTime() - limits.stateResolvedDays * 86_400_000).toISOString();
  connection
    .prepare('DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ?')
    .run(limits.stateRuns);
  connection.prepare(`DELETE FROM findings WHERE state = 'resolved' AND resolved_at < ?`).run(since);
  connection
    .prepare(
      `DELETE FROM findings WHERE number IN (SELECT number FROM findings
        ORDER BY state = 'resolved', last_seen DESC, number LIMIT -1 OFFSET ?)`,
    )
    .run(limits.stateFindings);
  connection.pragma('incremental_vacuum');
}

/** Number of the newest run; 0 before the first. */
export function newestRun(connection: Connection): number {
  return connection
    .prepare<[], { newest: number }>('SELECT ifnull(max(number), 0) AS newest FROM runs')
    .get()!.newest;
}
