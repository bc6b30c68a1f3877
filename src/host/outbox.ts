/**
 * Events that wait for their receivers, in the database that `--state` keeps. They are put there in the same
 * transaction as the findings that they tell of, so that none is lost between a scan and its delivery, and
 * taken out when a receiver has them. What is over a bound of bytes or age goes, the oldest first, and
 * counts.
 */
import type { Judged, OutEvent, SinkState, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { type Connection, transaction } from './state-database.ts';

type Row = { number: number; id: string; time: string; kind: string; severity: string; body: string };

const count = (connection: Connection, sink: string, column: string, by: number): void => {
  if (by === 0) return;
  connection
    .prepare(
      `INSERT INTO deliveries (sink, ${column}) VALUES (?, ?)
       ON CONFLICT (sink) DO UPDATE SET ${column} = ${column} + excluded.${column}`,
    )
    .run(sink, by);
};

/** Puts events in. One that waits already, by its id, is the same. Belongs into a transaction. */
export function putIn(connection: Connection, sink: string, events: Iterable<OutEvent>, now: Date): void {
  const put = connection.prepare(
    `INSERT INTO outbox (sink, id, queued_at, time, kind, severity, body, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sink, id) DO NOTHING`,
  );
  for (const { id, time, kind, severity, body } of events)
    put.run(sink, id, now.toISOString(), time, kind, severity, body, Buffer.byteLength(body));
  dropOld(connection, sink, now);
}

/** Drops what is too old, and the oldest of what is too much. */
function dropOld(connection: Connection, sink: string, now: Date): void {
  const since = new Date(now.getTime() - limits.outboxDays * 86_400_000).toISOString();
  const old = connection.prepare('DELETE FROM outbox WHERE sink = ? AND queued_at < ?').run(sink, since);
  const over = connection
    .prepare(
      `DELETE FROM outbox WHERE number IN (
         SELECT number FROM (
           SELECT number, sum(bytes) OVER (ORDER BY number DESC) AS total FROM outbox WHERE sink = ?
         ) WHERE total > ?)`,
    )
    .run(sink, limits.outboxBytes);
  count(connection, sink, 'dropped', old.changes + over.changes);
}

/** The oldest events that wait for a sink, as many as one delivery takes; at least one. */
export function takeNext(connection: Connection, sink: string, events: number, bytes: number): Waiting[] {
  const rows = connection
    .prepare(
      `SELECT number, id, time, kind, severity, body FROM outbox
       WHERE sink = ? AND refused IS NULL ORDER BY number LIMIT ?`,
    )
    .all(sink, events) as Row[];
  let total = 0;
  return rows.filter(({ body }, nth) => {
    total += Buffer.byteLength(body);
    return nth === 0 || total <= bytes;
  }) as Waiting[];
}

/** Notes what became of a batch, at once and for good. */
export function settle(connection: Connection, sink: string, judged: Judged, now: Date): void {
  const { sent, refused, again } = judged;
  transaction(connection, () => {
    const done = connection.prepare('DELETE FROM outbox WHERE number = ?');
    for (const { number } of sent) done.run(number);
    const aside = connection.prepare('UPDATE outbox SET refused = ? WHERE number = ?');
    for (const { event, why } of refused) aside.run(why, event.number);
    connection
      .prepare(
        `DELETE FROM outbox WHERE number IN (
           SELECT number FROM outbox WHERE sink = ? AND refused IS NOT NULL
           ORDER BY number DESC LIMIT -1 OFFSET ?)`,
      )
      .run(sink, limits.outboxRefused);
    count(connection, sink, 'delivered', sent.length);
    count(connection, sink, 'refused', refused.length);
    connection
      .prepare(
        `INSERT INTO deliveries (sink, last_delivered, last_trouble) VALUES (?, ?, ?)
         ON CONFLICT (sink) DO UPDATE SET
           last_delivered = coalesce(excluded.last_delivered, last_delivered),
           last_trouble = excluded.last_trouble`,
      )
      .run(sink, sent.length > 0 ? now.toISOString() : null, again);
  });
}

/** How all sinks stand that ever had something. */
export function sinkStates(connection: Connection): SinkState[] {
  return connection
    .prepare(
      `SELECT name AS sink,
         (SELECT count(*) FROM outbox WHERE sink = name AND refused IS NULL) AS waiting,
         (SELECT coalesce(sum(bytes), 0) FROM outbox WHERE sink = name AND refused IS NULL) AS waitingBytes,
         (SELECT min(queued_at) FROM outbox WHERE sink = name AND refused IS NULL) AS oldest,
         coalesce(refused, 0) AS refused, coalesce(delivered, 0) AS delivered,
         coalesce(dropped, 0) AS dropped,
         last_delivered AS lastDelivered, last_trouble AS lastTrouble
       FROM (SELECT sink AS name FROM outbox UNION SELECT sink FROM deliveries)
       LEFT JOIN deliveries ON deliveries.sink = name ORDER BY name`,
    )
    .all() as SinkState[];
}
