/**
 * Events that wait for their receivers, in the database that `--state` keeps. They are put there in the same
 * transaction as the findings that they tell of, so that none is lost between a scan and its delivery, and
 * taken out when a receiver has them. What it will never have is the matter of `outbox-losses.ts`.
 */
import type { Judged, LossesBySink, OutEvent, SinkState, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { noteRefused, noteTold } from './outbox-losses.ts';
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

/**
 * Puts events in, and gives the number of the first. One that waits already, by its id, is the same. The
 * first is the heartbeat, which tells of `losses`. Belongs into a transaction.
 */
export function putIn(
  connection: Connection,
  sink: string,
  events: OutEvent[],
  { now, losses }: { now: Date; losses: LossesBySink },
): number {
  const put = connection.prepare(
    `INSERT INTO outbox (sink, id, queued_at, time, kind, severity, body, bytes, tells)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sink, id) DO NOTHING`,
  );
  const numbers = events.map(({ id, time, kind, severity, body }, nth) => {
    const tells = nth === 0 ? JSON.stringify(losses) : null;
    const row = [sink, id, now.toISOString(), time, kind, severity, body, Buffer.byteLength(body), tells];
    return Number(put.run(...row).lastInsertRowid);
  });
  return numbers[0] ?? 0;
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
    noteTold(connection, sink, sent);
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
    noteRefused(connection, sink, judged);
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
         coalesce(dropped, 0) AS dropped, coalesce(dropped_old, 0) AS droppedOld,
         last_delivered AS lastDelivered, last_trouble AS lastTrouble
       FROM (SELECT sink AS name FROM outbox UNION SELECT sink FROM deliveries)
       LEFT JOIN deliveries ON deliveries.sink = name ORDER BY name`,
    )
    .all() as SinkState[];
}
