/** What each receiver was told to be there, and when it was told all of it, in the state database. */
import { limits } from '../limits.ts';
import type { ToldAsset, Way } from '../model/known.ts';
import type { Connection } from './state-database.ts';

type Row = Record<'tools' | 'ways', string> &
  Record<'located' | 'placed', number> &
  Omit<ToldAsset, 'tools' | 'ways' | 'located' | 'placed'>;

/** All that a receiver was told of some targets, and that was not removed since. */
export function toldAssets(connection: Connection, sink: string, targets: Iterable<string>): ToldAsset[] {
  const of = connection.prepare<[string, string], Row>(
    `SELECT target, event, digest, kind, name, user, tools, fact, file_path AS file, ways, located, placed,
       last_run AS lastRun FROM assets WHERE sink = ? AND target = ?`,
  );
  return [...targets].flatMap((target) =>
    of.all(sink, target).map((row) => ({
      ...row,
      tools: JSON.parse(row.tools) as string[],
      ways: JSON.parse(row.ways) as Way[],
      located: row.located === 1,
      placed: row.placed === 1,
    })),
  );
}

/** Writes down what a receiver is told by a run. */
export function keepTold(
  connection: Connection,
  sink: string,
  { current, removed }: { current: ToldAsset[]; removed: ToldAsset[] },
): void {
  const keep = connection.prepare(
    `INSERT OR REPLACE INTO assets (sink, target, event, digest, kind, name, user, tools, fact, file_path,
       ways, located, placed, last_run)
     VALUES (@sink, @target, @event, @digest, @kind, @name, @user, @tools, @fact, @file, @ways, @located,
       @placed, @lastRun)`,
  );
  // What is left out beyond the bound is told as new the next time: once too often rather than never.
  for (const { tools, ways, located, placed, ...one } of current.slice(0, limits.stateItems))
    keep.run({
      ...one,
      sink,
      tools: JSON.stringify(tools),
      ways: JSON.stringify(ways),
      located: located ? 1 : 0,
      placed: placed ? 1 : 0,
    });
  const forget = connection.prepare('DELETE FROM assets WHERE sink = ? AND target = ? AND event = ?');
  for (const { target, event } of removed) forget.run(sink, target, event);
}

/** The last run that told a receiver all: its start, its places, and whether some of it was lost since. */
export type Whole = { at: string; targets: string[]; isLost: boolean };

/** What became of it: whether some was refused, by one that takes others; when it was told anew for that. */
export type WholeNow = Whole & {
  refused: 'nothing' | 'some' | 'some, and others taken';
  again: string | null;
};

/** The last run that told a receiver all; null before the first. */
export function lastWhole(connection: Connection, sink: string): WholeNow | null {
  type Row = { at: string | null; targets: string; lost: number; refused: number; again: string | null };
  const row = connection
    .prepare<[string], Row>(
      `SELECT whole_at AS at, whole_targets AS targets, whole_lost AS lost, whole_refused AS refused,
         again_at AS again FROM deliveries WHERE sink = ?`,
    )
    .get(sink);
  if (row === undefined || row.at === null) return null;
  const { at, again, lost } = row;
  const refused = (['nothing', 'some', 'some, and others taken'] as const)[row.refused] ?? 'nothing';
  return { at, targets: JSON.parse(row.targets) as string[], isLost: lost === 1, refused, again };
}

/** Notes that a run tells all, with what was refused before, beginning with the event of this number. */
export function keepWhole(connection: Connection, sink: string, whole: Whole, from: number): void {
  connection
    .prepare(
      `INSERT INTO deliveries (sink, whole_at, whole_targets, whole_from, whole_lost)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (sink) DO UPDATE SET whole_at = excluded.whole_at, whole_lost = excluded.whole_lost,
         whole_targets = excluded.whole_targets, whole_from = excluded.whole_from,
         again_at = CASE whole_refused WHEN 0 THEN again_at ELSE excluded.whole_at END, whole_refused = 0`,
    )
    .run(sink, whole.at, JSON.stringify(whole.targets), from, whole.isLost ? 1 : 0);
}

/** How much a receiver should know of: assets that it was told of, and findings that are open. */
export function known(connection: Connection, sink: string): { assets: number; findings: number } {
  return connection
    .prepare<[string], { assets: number; findings: number }>(
      `SELECT (SELECT count(*) FROM assets WHERE sink = ?) AS assets,
         (SELECT count(*) FROM findings WHERE state = 'open') AS findings`,
    )
    .get(sink)!;
}

/** Forgets what was told to receivers that no run has told anything for long. */
export function forgetTold(connection: Connection, run: number): void {
  connection.prepare('DELETE FROM assets WHERE last_run <= ?').run(run - limits.stateRuns);
}
