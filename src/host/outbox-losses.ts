/**
 * What receivers will never have: events beyond a bound of bytes or age, and those they refuse. They are
 * counted, told in every heartbeat, and count as untold until one that tells of them has arrived.
 */
import type { Judged, LossesBySink, OutEvent, Refusal, SinkState, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import type { DeliveryTold } from '../model/telling.ts';
import type { Connection } from './state-database.ts';

/** An event that was given up; one that had been refused before counts no more. */
type Gone = { sink: string; number: number; refused: string | null };

function noteDropped(connection: Connection, gone: Gone[], isOld: boolean): void {
  const count = connection.prepare(
    `INSERT INTO deliveries (sink, dropped, dropped_old) VALUES (?, ?, ?)
     ON CONFLICT (sink) DO UPDATE SET dropped = dropped + excluded.dropped,
       dropped_old = dropped_old + excluded.dropped_old`,
  );
  // What a later telling of all has told again is no loss to what the receiver knows.
  const again = connection.prepare('UPDATE deliveries SET whole_lost = 1 WHERE sink = ? AND whole_from <= ?');
  const lost = Map.groupBy(
    gone.filter(({ refused }) => refused === null),
    ({ sink }) => sink,
  );
  for (const [sink, all] of lost) {
    count.run(sink, all.length, isOld ? all.length : 0);
    again.run(sink, Math.max(...all.map(({ number }) => number)));
  }
}

/**
 * Notes of the last telling of all whether the receiver has refused a part of it or of what came after, and
 * whether it takes events: who takes none would refuse all of it again. Belongs into a transaction.
 */
export function noteRefused(connection: Connection, sink: string, { sent, refused }: Judged): void {
  const news = refused.filter(({ event: { kind } }) => kind === 'asset' || kind === 'finding');
  if (news.length > 0)
    connection
      .prepare(
        'UPDATE deliveries SET whole_refused = max(whole_refused, 1) WHERE sink = ? AND whole_from <= ?',
      )
      .run(sink, Math.max(...news.map(({ event }) => event.number)));
  if (sent.length > 0)
    connection
      .prepare('UPDATE deliveries SET whole_refused = 2 WHERE sink = ? AND whole_refused = 1')
      .run(sink);
}

/** The last reasons why a receiver refused what is still kept of it, newest first, each cut at a bound. */
export function refusals(connection: Connection, sink: string): Refusal[] {
  return connection
    .prepare<[number, string, number], Refusal>(
      `SELECT substr(refused, 1, ?) AS why, count(*) AS events, max(queued_at) AS last FROM outbox
       WHERE sink = ? AND refused IS NOT NULL GROUP BY why ORDER BY max(number) DESC LIMIT ?`,
    )
    .all(limits.refusalChars, sink, limits.refusals);
}

/** Drops what is too old, whoever it waits for. */
function dropOld(connection: Connection, now: Date): void {
  const since = new Date(now.getTime() - limits.outboxDays * 86_400_000).toISOString();
  const old = connection
    .prepare<[string], Gone>('DELETE FROM outbox WHERE queued_at < ? RETURNING sink, number, refused')
    .all(since);
  noteDropped(connection, old, true);
}

/** Leaves a sink no more than so many bytes: what was refused goes first, then the oldest. */
function dropOver(connection: Connection, sink: string, bytes: number): void {
  const over = connection
    .prepare<[string, number], Gone>(
      `DELETE FROM outbox WHERE number IN (
         SELECT number FROM (
           SELECT number, sum(bytes) OVER (ORDER BY refused IS NOT NULL, number DESC) AS total
           FROM outbox WHERE sink = ?
         ) WHERE total > ?) RETURNING sink, number, refused`,
    )
    .all(sink, bytes);
  noteDropped(connection, over, false);
}

/**
 * Makes room for events that come between a heartbeat and a summary. Gives those that there is room for at
 * all, the last ones; the others count as dropped. Belongs into a transaction.
 */
export function makeRoom(connection: Connection, sink: string, events: OutEvent[], now: Date): OutEvent[] {
  dropOld(connection, now);
  // Heartbeat and summary have theirs in any case.
  let room = limits.outboxBytes - 2 * limits.eventBytes;
  let from = events.length;
  while (from > 0) {
    const bytes = Buffer.byteLength(events[from - 1]!.body);
    if (bytes > room) break;
    room -= bytes;
    from -= 1;
  }
  dropOver(connection, sink, room);
  const cut = events
    .slice(0, from)
    .map((): Gone => ({ sink, number: Number.MAX_SAFE_INTEGER, refused: null }));
  noteDropped(connection, cut, false);
  return events.slice(from);
}

type Told = { told: string };

const toldBy = (connection: Connection, sink: string): LossesBySink => {
  const row = connection.prepare<[string], Told>('SELECT told FROM deliveries WHERE sink = ?').get(sink);
  return row === undefined ? {} : (JSON.parse(row.told) as LossesBySink);
};

/** Losses of all sinks so far. */
export function lossesOf(states: SinkState[]): LossesBySink {
  return Object.fromEntries(
    states.map(({ sink, refused, dropped, droppedOld }) => [
      sink,
      { refused, full: dropped - droppedOld, old: droppedOld },
    ]),
  );
}

/** Notes which losses a receiver was told of by heartbeats that it has taken. Before they are removed. */
export function noteTold(connection: Connection, sink: string, sent: Waiting[]): void {
  const tellsOf = connection.prepare<[number], { tells: string }>(
    'SELECT tells FROM outbox WHERE number = ? AND tells IS NOT NULL',
  );
  const heartbeats = sent.filter(({ kind }) => kind === 'heartbeat');
  const news = heartbeats.flatMap(({ number }) => {
    const row = tellsOf.get(number);
    return row === undefined ? [] : [JSON.parse(row.tells) as LossesBySink];
  });
  if (news.length === 0) return;
  const told = toldBy(connection, sink);
  for (const [name, { refused, full, old }] of news.flatMap((one) => Object.entries(one))) {
    const before = told[name] ?? { refused: 0, full: 0, old: 0 };
    told[name] = {
      refused: Math.max(before.refused, refused),
      full: Math.max(before.full, full),
      old: Math.max(before.old, old),
    };
  }
  connection
    .prepare(
      `INSERT INTO deliveries (sink, told) VALUES (?, ?)
       ON CONFLICT (sink) DO UPDATE SET told = excluded.told`,
    )
    .run(sink, JSON.stringify(told));
}

/** What the heartbeat for `receiver` tells of all sinks. */
export function deliveryTold(
  connection: Connection,
  receiver: string,
  states: SinkState[],
  now: Date,
): DeliveryTold {
  const told = toldBy(connection, receiver);
  const losses = lossesOf(states);
  // The receiver's own, then those of which there is something to tell.
  const rank = ({ sink, waiting, refused, dropped }: SinkState): number =>
    sink === receiver ? 0 : waiting + refused + dropped > 0 ? 1 : 2;
  const first = states.toSorted((a, b) => rank(a) - rank(b)).slice(0, limits.toldSinks);
  const sinks = first.map((state) => {
    const { refused, full, old } = losses[state.sink]!;
    const before = told[state.sink] ?? { refused: 0, full: 0, old: 0 };
    const age = state.oldest === null ? 0 : now.getTime() - Date.parse(state.oldest);
    return {
      name: state.sink,
      waiting: {
        events: state.waiting,
        bytes: state.waitingBytes,
        seconds: Math.max(0, Math.round(age / 1000)),
      },
      delivered: { events: state.delivered, last: state.lastDelivered },
      refused: { events: refused, untold: Math.max(0, refused - before.refused) },
      dropped: { full, old, untold: Math.max(0, full + old - before.full - before.old) },
      trouble: state.lastTrouble,
    };
  });
  const lost = sinks.reduce((sum, one) => sum + one.refused.untold + one.dropped.untold, 0);
  return { lost, sinks };
}
