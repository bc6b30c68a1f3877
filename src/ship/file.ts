/** A file that a forwarder reads: one event a line, appended whole or not at all, and rotated by size. */
import type { Sender } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, allSent } from './judged.ts';

/** Appends a text to a file, whole or not at all. Null, or what went wrong. */
export type Append = (text: string) => string | null;

/** The file behind `append`. */
export function file(append: Append): Sender {
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const failed = append(batch.map(({ body }) => `${body}\n`).join(''));
      return failed === null ? allSent(batch) : allAgain(failed);
    },
    close() {},
  };
}
