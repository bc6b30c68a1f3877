/**
 * What the name of a receiver stands for: a profile, an address, and the device that it was told of. When one
 * of them is another, so is the receiver: it knows nothing, and nothing can be removed from what it knows.
 */
import { createHash } from 'node:crypto';
import type { Sink } from '../model/sink.ts';
import type { Connection } from './state-database.ts';

type Row = Record<'profile' | 'address' | 'device', string | null>;

/** A digest: addresses are nobody's business who reads the state. Credentials may change. */
function addressOf({ kind, path, url, site, index, rule, stream }: Sink): string {
  const at = url === undefined ? (path ?? site) : new URL(url).href;
  const parts = [kind, at, index, rule, stream].map((part) => part ?? '');
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32);
}

function boundTo(connection: Connection, name: string): Row {
  const row = connection
    .prepare<[string], Row>('SELECT profile, address, device FROM deliveries WHERE sink = ?')
    .get(name);
  return row ?? { profile: null, address: null, device: null };
}

/** What is null was not noted by the version before, and is taken to be the same. */
const differs = (was: string | null, is: string): boolean => was !== null && was !== is;

function isAnother(was: Row, sink: Sink): boolean {
  return differs(was.profile, sink.profile ?? 'native') || differs(was.address, addressOf(sink));
}

/** Whether what waits under the name of a sink was made for another profile or address. */
export function isForAnother(connection: Connection, sink: Sink): boolean {
  return isAnother(boundTo(connection, sink.name), sink);
}

/**
 * Notes what a sink stands for. Where that is something else than before, what it was told is forgotten, so
 * that it is told all anew; and what waits for another profile or address goes, since that tells it as well.
 * Belongs into a transaction.
 */
export function bind(connection: Connection, sink: Sink, device: string): void {
  const { name, profile = 'native' } = sink;
  const was = boundTo(connection, name);
  if (isAnother(was, sink)) connection.prepare('DELETE FROM outbox WHERE sink = ?').run(name);
  if (isAnother(was, sink) || differs(was.device, device)) {
    connection.prepare('DELETE FROM assets WHERE sink = ?').run(name);
    connection
      .prepare(
        `UPDATE deliveries SET whole_at = NULL, whole_targets = '[]', whole_from = NULL, whole_lost = 0,
           whole_refused = 0, again_at = NULL
         WHERE sink = ?`,
      )
      .run(name);
  }
  connection
    .prepare(
      `INSERT INTO deliveries (sink, profile, address, device) VALUES (?, ?, ?, ?)
       ON CONFLICT (sink) DO UPDATE SET profile = excluded.profile, address = excluded.address,
         device = excluded.device`,
    )
    .run(name, profile, addressOf(sink), device);
}
