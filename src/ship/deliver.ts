/**
 * Hands over what waits for one receiver, batch by batch, within a budget of tries and time. Waits between
 * tries have full jitter, so that a fleet whose receiver was away does not come back at once.
 */
import type { Judged, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain } from './judged.ts';

/** The outbox as one sink sees it. */
export type Box = {
  /** The oldest events that wait, behind `after`. */
  next(events: number, bytes: number): Waiting[];
  settle(judged: Judged): void;
};

export type World = {
  /** Milliseconds of a clock that never goes back. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1, without 1. */
  random(): number;
};

/** How it ended: all delivered, or why not. */
export type Delivery = { sent: number; refused: number; trouble: string | null };

/** Milliseconds before the next try: anything up to a bound that doubles with each failure. */
export function backoff(failures: number, random: number): number {
  return Math.floor(
    random * Math.min(limits.backoffMilliseconds * 2 ** failures, limits.mostBackoffMilliseconds),
  );
}

/** Delivers until nothing waits, or the budget is used up. `until` is a time of `elapsed`. */
export async function deliverTo(sender: Sender, box: Box, world: World, until: number): Promise<Delivery> {
  const done: Delivery = { sent: 0, refused: 0, trouble: null };
  let failures = 0;
  let alone = 0;
  let isHalved = false;
  let most = sender.most.events;
  for (;;) {
    const batch = box.next(most, sender.most.bytes);
    if (batch.length === 0) return { ...done, trouble: null };
    if (alone >= limits.shipAlone) {
      const trouble = `it refused ${alone}, one by one, and took none`;
      box.settle(allAgain(trouble));
      return { ...done, trouble };
    }
    if (world.elapsed() >= until) return { ...done, trouble: done.trouble ?? 'the time was up' };
    const judged = await sender.send(batch);
    box.settle(judged);
    done.sent += judged.sent.length;
    done.refused += judged.refused.length;
    done.trouble = judged.again;
    const moved = judged.sent.length + judged.refused.length > 0;
    const isAlone = batch.length === 1 && judged.refused.length === 1;
    // So many wrong ones in a row are none: the settings are, and the rest must not be lost for them.
    alone = judged.sent.length > 0 ? 0 : alone + Number(isAlone);
    if (judged.again === null) {
      failures = 0;
      // The one at fault is found: batches grow again. Until then it is in one of the next.
      if (isAlone) isHalved = false;
      else if (!isHalved) most = Math.min(most * 2, sender.most.events);
      continue;
    }
    if (judged.tooLarge) {
      isHalved = true;
      most = Math.max(1, Math.floor(batch.length / 2));
      continue;
    }
    failures = moved ? 0 : failures + 1;
    if (failures >= limits.shipTries) return done;
    const wait = Math.max(judged.wait ?? 0, backoff(failures, world.random()));
    if (world.elapsed() + wait >= until) return done;
    await world.sleep(wait);
  }
}
