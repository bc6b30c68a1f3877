/** Delivery to one receiver: order, budget, waits, halves, and that nothing is lost or sent for nothing. */
import { expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Judged, Sender, Waiting } from '../../src/model/delivery.ts';
import { type Box, backoff, deliverTo } from '../../src/ship/deliver.ts';
import { allAgain, allRefused, allSent, tooLarge } from '../../src/ship/judged.ts';
import { waiting } from './waiting.ts';

/** A world whose clock moves only by waits, an outbox in memory, and a receiver with scripted answers. */
function set(count: number, answers: ((batch: Waiting[]) => Judged)[]) {
  let clock = 0;
  let left = waiting(count);
  const waits: number[] = [];
  const batches: number[][] = [];
  const box: Box = {
    next: (events) => left.slice(0, events),
    settle: ({ sent, refused }) => {
      const done = new Set([...sent, ...refused.map(({ event }) => event)]);
      left = left.filter((one) => !done.has(one));
    },
  };
  const sender: Sender = {
    most: { events: 4, bytes: 1_000 },
    async send(batch) {
      batches.push(batch.map(({ number }) => number));
      clock += 10;
      return (answers.length > 1 ? answers.shift()! : answers[0]!)(batch);
    },
    close() {},
  };
  const world = {
    elapsed: () => clock,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
      clock += milliseconds;
    },
    random: () => 0.5,
  };
  return { box, sender, world, waits, batches, rest: () => left.map(({ number }) => number) };
}

test('all of it, in order, in batches', async () => {
  const { box, sender, world, waits, batches } = set(9, [allSent]);
  expect(await deliverTo(sender, box, world, 30_000)).toEqual({ sent: 9, refused: 0, trouble: null });
  expect(batches).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]]);
  expect(waits).toEqual([]);
});

test('a receiver that is away is left alone after a few tries, with growing waits', async () => {
  const { box, sender, world, waits, rest } = set(5, [() => allAgain('nobody answers there')]);
  const done = await deliverTo(sender, box, world, 300_000);
  expect(done).toEqual({ sent: 0, refused: 0, trouble: 'nobody answers there' });
  expect(waits).toEqual([1_000, 2_000]);
  expect(rest()).toEqual([1, 2, 3, 4, 5]);
});

test('one that was away for a moment gets everything', async () => {
  const away = () => allAgain('status 503');
  const { box, sender, world, batches, rest } = set(5, [away, allSent, away, away, allSent]);
  expect(await deliverTo(sender, box, world, 300_000)).toEqual({ sent: 5, refused: 0, trouble: null });
  expect(batches).toHaveLength(5);
  expect(rest()).toEqual([]);
});

test('waits as long as the receiver asks, or ends when that is too long', async () => {
  const later = () => allAgain('status 429', 20_000);
  const enough = set(2, [later, allSent]);
  await deliverTo(enough.sender, enough.box, enough.world, 30_000);
  expect(enough.waits).toEqual([20_000]);
  const short = set(2, [later, allSent]);
  expect(await deliverTo(short.sender, short.box, short.world, 15_000)).toMatchObject({
    sent: 0,
    trouble: 'status 429',
  });
  expect(short.waits).toEqual([]);
});

test('what is refused is set aside, and the rest goes on', async () => {
  const bad = (batch: Waiting[]): Judged => ({
    sent: [],
    refused: batch.filter(({ number }) => number === 2).map((event) => ({ event, why: 'code 6' })),
    again: batch.some(({ number }) => number === 2) ? 'code 6' : null,
  });
  const { box, sender, world, rest } = set(4, [bad, allSent]);
  expect(await deliverTo(sender, box, world, 30_000)).toEqual({ sent: 3, refused: 1, trouble: null });
  expect(rest()).toEqual([]);
});

test('a batch that is too large is halved, and one event that is too large alone is refused', async () => {
  const most = (batch: Waiting[]): Judged =>
    batch.some(({ number }) => number === 3) ? tooLarge(batch, 'status 413') : allSent(batch);
  const { box, sender, world, batches, waits } = set(4, [most]);
  expect(await deliverTo(sender, box, world, 30_000)).toEqual({ sent: 3, refused: 1, trouble: null });
  expect(batches).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
  expect(waits).toEqual([]);
});

/** A receiver that takes so many at once, and none of some. */
const picky =
  (bad: (number: number) => boolean, most = 1_000) =>
  (batch: Waiting[]): Judged =>
    batch.length > most || batch.some(({ number }) => bad(number))
      ? tooLarge(batch, 'status 400')
      : allSent(batch);

test('one that is wrong among many costs few requests, and batches grow again behind it', async () => {
  const { box, sender, world, batches } = set(1_000, [picky((number) => number === 300)]);
  const done = await deliverTo({ ...sender, most: { events: 500, bytes: 1_000 } }, box, world, 30_000);
  expect(done).toEqual({ sent: 999, refused: 1, trouble: null });
  expect(batches.length).toBeLessThan(32);
  expect(Math.max(...batches.slice(-2).map(({ length }) => length))).toBeGreaterThan(100);
});

test('a size that passes is kept', async () => {
  const { box, sender, world, batches } = set(40, [picky(() => false, 3)]);
  expect(await deliverTo(sender, box, world, 30_000)).toMatchObject({ sent: 40, refused: 0 });
  expect(batches.map(({ length }) => length)).toEqual([4, ...Array<number>(20).fill(2)]);
});

test('who refuses everything is left alone, and the rest is not lost', async () => {
  const { box: own, sender, world, batches, rest } = set(1_000, [picky(() => true)]);
  let last: string | null = null;
  const settle = (judged: Judged): void => {
    last = judged.again;
    own.settle(judged);
  };
  const box = { ...own, settle };
  const done = await deliverTo({ ...sender, most: { events: 500, bytes: 1_000 } }, box, world, 300_000);
  expect(done).toEqual({
    sent: 0,
    refused: limits.shipAlone,
    trouble: `it refused ${limits.shipAlone}, one by one, and took none`,
  });
  // What the outbox keeps for `ship --status`.
  expect(last).toBe(done.trouble);
  expect(rest()).toHaveLength(1_000 - limits.shipAlone);
  expect(batches.length).toBeLessThan(limits.shipAlone + 10);
});

test('wrong ones between good ones are set aside, however many', async () => {
  const { box, sender, world, rest } = set(200, [picky((number) => number % 2 === 0)]);
  expect(await deliverTo(sender, box, world, 300_000)).toEqual({ sent: 100, refused: 100, trouble: null });
  expect(rest()).toEqual([]);
});

test('ends when its time is up', async () => {
  const { box, sender, world, rest } = set(100, [allSent]);
  expect(await deliverTo(sender, box, world, 35)).toMatchObject({ sent: 16, trouble: 'the time was up' });
  expect(rest()).toHaveLength(84);
});

test('everything refused ends, too', async () => {
  const { box, sender, world } = set(9, [(batch) => allRefused(batch, 'status 400')]);
  expect(await deliverTo(sender, box, world, 30_000)).toEqual({ sent: 0, refused: 9, trouble: null });
});

test('waits are spread from nothing to a bound that grows and ends', () => {
  expect(backoff(1, 0)).toBe(0);
  expect([1, 2, 3].map((failures) => backoff(failures, 0.999_999))).toEqual([1_999, 3_999, 7_999]);
  expect(backoff(50, 0.999_999)).toBeLessThanOrEqual(limits.mostBackoffMilliseconds);
});
