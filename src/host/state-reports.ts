/** The last full report of each set of places, packed, and the runs with what changed in each. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { limits } from '../limits.ts';
import type { Report } from '../model/report.ts';
import type { PastRun } from '../model/known.ts';
import type { Connection } from './state-database.ts';

/** Saves a report over the last one of the same places; one that is too large is not saved. */
export function keepReport(connection: Connection, run: number, targets: string[], report: Report): void {
  const text = JSON.stringify(report);
  const key = JSON.stringify(targets);
  connection.prepare('DELETE FROM reports WHERE targets = ?').run(key);
  if (text.length > limits.savedReportBytes / 4) return;
  connection
    .prepare('INSERT INTO reports (targets, run, report) VALUES (?, ?, ?)')
    .run(key, run, gzipSync(text, { level: 1 }));
  connection
    .prepare(
      `DELETE FROM reports WHERE targets IN (SELECT targets FROM reports
        ORDER BY run DESC LIMIT -1 OFFSET ?)`,
    )
    .run(limits.stateReports);
}

/** The newest report as JSON; null when none is saved. */
export function savedReport(connection: Connection): string | null {
  const row = connection
    .prepare<[], { report: Buffer }>('SELECT report FROM reports ORDER BY run DESC LIMIT 1')
    .get();
  if (row === undefined) return null;
  return gunzipSync(row.report, { maxOutputLength: limits.savedReportBytes }).toString('utf8');
}

const runColumns = `number, id, hostname, started_at AS startedAt, ended_at AS endedAt, status, version,
  targets, ways, allowlist, gaps, critical, high, medium, low, info, waived, new, changed, resolved, unseen,
  exit_code AS exitCode`;

type RunRow = Omit<PastRun, 'targets' | 'ways' | 'changes' | 'items'> & { targets: string; ways: string };

/** The newest runs, newest first, with what changed in each. */
export function pastRuns(connection: Connection, count: number): PastRun[] {
  const runs = connection
    .prepare<[number], RunRow>(`SELECT ${runColumns} FROM runs ORDER BY number DESC LIMIT ?`)
    .all(count);
  const changes = connection.prepare<[number], Omit<PastRun['changes'][number], 'what'> & { what: string }>(
    `SELECT c.change, c.what, f.check_id AS "check", f.severity, f.title, f.message,
      f.file_path AS file, f.user,
      f.fingerprint FROM changes c JOIN findings f ON f.number = c.finding
      WHERE c.run = ? ORDER BY c.finding`,
  );
  const items = connection.prepare<[number, number, number], PastRun['items'][number]>(
    `SELECT CASE WHEN first_run = ? THEN 'new' ELSE 'gone' END AS change, kind, name, version, user,
      file_path AS file FROM inventory WHERE first_run = ? OR gone_run = ? ORDER BY number`,
  );
  return runs.map((run) => ({
    ...run,
    targets: JSON.parse(run.targets) as string[],
    ways: JSON.parse(run.ways) as PastRun['ways'],
    changes: changes.all(run.number).map((one) => ({ ...one, what: JSON.parse(one.what) as string[] })),
    items: items.all(run.number, run.number, run.number),
  }));
}
