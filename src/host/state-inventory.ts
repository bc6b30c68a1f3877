/** The inventory in the state database, and what approved servers were when they were first found so. */
import { limits } from '../limits.ts';
import type { Approved, Item, KnownItem, Way } from '../model/known.ts';
import type { Connection } from './state-database.ts';

type Row = Record<'tools' | 'ways', string> &
  Record<'located' | 'placed' | 'isGone', number> &
  Omit<KnownItem, 'tools' | 'ways' | 'located' | 'placed' | 'isGone'>;

const columns = `number, target, user, fact, tools, file_path AS file, ways, located, placed,
  last_run AS lastRun, gone_at IS NOT NULL AS isGone`;

/** All that is known of some targets, what is gone included. */
export function knownItems(connection: Connection, targets: Iterable<string>): KnownItem[] {
  const of = connection.prepare<[string], Row>(`SELECT ${columns} FROM inventory WHERE target = ?`);
  return [...targets].flatMap((target) =>
    of.all(target).map((row) => ({
      ...row,
      tools: JSON.parse(row.tools) as string[],
      ways: JSON.parse(row.ways) as Way[],
      located: row.located === 1,
      placed: row.placed === 1,
      isGone: row.isGone === 1,
    })),
  );
}

const insert = `INSERT INTO inventory (target, user, fact, kind, name, version, tools, transport, package,
  identity, load, verdict, file_path, first_seen, last_seen, first_run, last_run, ways, located, placed)
  VALUES (@target, @user, @fact, @kind, @name, @version, @tools, @transport, @package, @identity, @load,
  @verdict, @file, @now, @now, @run, @run, @ways, @located, @placed)`;

const update = `UPDATE inventory SET name = @name, version = @version, tools = @tools, transport = @transport,
  package = @package, identity = @identity, load = @load, verdict = @verdict, file_path = @file,
  last_seen = max(last_seen, @now), last_run = @run, gone_at = NULL, gone_run = NULL, ways = @ways,
  located = @located, placed = @placed WHERE number = @number`;

/** Writes down what is there, and what is gone. */
export function keepItems(
  connection: Connection,
  run: number,
  now: string,
  { current, gone }: { current: (Item & { number: number | null })[]; gone: number[] },
): void {
  const [add, renew] = [connection.prepare(insert), connection.prepare(update)];
  const leave = connection.prepare('UPDATE inventory SET gone_at = ?, gone_run = ? WHERE number = ?');
  for (const { number, kind, target, user, fact, ...item } of current.slice(0, limits.stateItems)) {
    const values = {
      ...item,
      tools: JSON.stringify(item.tools),
      ways: JSON.stringify(item.ways),
      located: item.located ? 1 : 0,
      placed: item.placed ? 1 : 0,
      now,
      run,
    };
    if (number === null) add.run({ ...values, kind, target, user, fact });
    else renew.run({ ...values, number });
  }
  for (const number of gone) leave.run(now, run, number);
  connection
    .prepare(
      `DELETE FROM inventory WHERE number IN (SELECT number FROM inventory
        ORDER BY gone_at IS NOT NULL, last_run DESC, number LIMIT -1 OFFSET ?)`,
    )
    .run(limits.stateItems);
}

/** All approvals that are known. */
export function knownApprovals(connection: Connection): Approved[] {
  return connection
    .prepare<[], Omit<Approved, 'shape'> & { shape: string }>(
      'SELECT target, user, fact, entry, since, shape FROM approvals',
    )
    .all()
    .map((row) => ({ ...row, shape: JSON.parse(row.shape) as Approved['shape'] }));
}

/** Writes down which servers are approved, and as what. */
export function keepApprovals(connection: Connection, run: number, all: Approved[]): void {
  const keep = connection.prepare(`INSERT OR REPLACE INTO approvals (target, user, fact, entry, since, shape,
    last_run) VALUES (@target, @user, @fact, @entry, @since, @shape, @run)`);
  for (const one of all.slice(0, limits.stateItems))
    keep.run({ ...one, shape: JSON.stringify(one.shape), run });
  connection
    .prepare(
      `DELETE FROM approvals WHERE rowid IN (SELECT rowid FROM approvals
        ORDER BY last_run DESC LIMIT -1 OFFSET ?)`,
    )
    .run(limits.stateItems);
}
