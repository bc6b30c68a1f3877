/** Delivery to several receivers: a few side by side, so that those that hang do not add up. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { deliverAll } from '../../src/cli/ship.ts';
import type { Receiver } from '../../src/cli/sinks.ts';
import { putIn, sinkStates } from '../../src/host/outbox.ts';
import { type Connection, isTrouble, openStateDatabase } from '../../src/host/state-database.ts';
import { limits } from '../../src/limits.ts';
import { allRefused, allSent } from '../../src/ship/judged.ts';
import { testHost } from '../fixture.ts';
import { folderWith } from '../state/kept.ts';

/** A state in which one event waits for each of so many receivers. */
function waiting(count: number): { connection: Connection; names: string[] } {
  const connection = openStateDatabase(folderWith());
  if (isTrouble(connection)) throw new Error(connection.trouble);
  const names = Array.from({ length: count }, (_, nth) => `sink-${nth}`);
  const event = { time: '2026-11-20T00:00:00Z', kind: 'asset', severity: 'info', body: '{}' } as const;
  const at = { now: new Date('2026-11-20T00:00:00Z'), losses: {} };
  for (const name of names) putIn(connection, name, [{ ...event, id: randomUUID() }], at);
  return { connection, names };
}

/** Receivers that answer only when so many of them are being asked, or all that are left. */
function meeting(names: string[], size: number) {
  let [open, most, left] = [0, 0, names.length];
  let waits: (() => void)[] = [];
  const go = (): void => {
    if (waits.length < Math.min(size, left)) return;
    left -= waits.length;
    for (const one of waits) one();
    waits = [];
  };
  const receivers = names.map((name): Receiver => {
    return {
      sink: { name, kind: 'file', path: '/x' },
      open: () => {
        open += 1;
        most = Math.max(most, open);
        return {
          most: { events: 10, bytes: 1_000 },
          send: async (batch) => {
            await new Promise<void>((resolve) => {
              waits.push(resolve);
              go();
            });
            return name === 'sink-1' || name === 'sink-8' ? allRefused(batch, 'no') : allSent(batch);
          },
          close: () => {
            open -= 1;
          },
        };
      },
    };
  });
  return { receivers, most: () => most, open: () => open };
}

test('four at once and no more, each with what is its own, and lines in the order of receivers', async () => {
  const { connection, names } = waiting(9);
  const { receivers, most, open } = meeting(names, limits.shipAtOnce);
  const lines = await deliverAll(connection, receivers, testHost());
  expect([most(), open()]).toEqual([4, 0]);
  expect(lines).toEqual(
    ['sink-1', 'sink-8'].map((name) => `${name} refused 1 events; see shadowscan ship --status`),
  );
  expect(sinkStates(connection).map(({ delivered, refused }) => delivered + refused)).toEqual(
    names.map(() => 1),
  );
  connection.close();
});

test('one that fails for a fault of the program ends it, when the others are done', async () => {
  const { connection, names } = waiting(3);
  const { receivers, open } = meeting(names.slice(1), 2);
  const broken: Receiver = {
    ...receivers[0]!,
    sink: { ...receivers[0]!.sink, name: names[0]! },
    open: () => expect.fail('fault'),
  };
  await expect(deliverAll(connection, [broken, ...receivers], testHost())).rejects.toThrow('fault');
  expect(open()).toBe(0);
  expect(sinkStates(connection).map(({ waiting: left }) => left)).toEqual([1, 0, 0]);
  connection.close();
});
