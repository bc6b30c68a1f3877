/**
 * The secrets kit for one source, as long as there is time: what is observed of a file goes through it again
 * and again, so that a file made to take minutes is left when the time of the scan is up. What was found in
 * it by then is left with it; the gap says so. Parsing is bounded by the size of what is read, not by this.
 */
import type { Secrets } from './engine.ts';

/** What is thrown when the time is up. */
export const timeUp = new Error('the time is up');

/** Calls between two looks at the clock. */
const calls = 32;

/** The same kit, whose most used functions throw `timeUp` once `late` says so. */
export function untilLate(secrets: Secrets, late: () => boolean): Secrets {
  let count = 0;
  const inTime = <A extends unknown[], T>(work: (...args: A) => T) => {
    return (...args: A): T => {
      count = (count + 1) % calls;
      if (count === 0 && late()) throw timeUp;
      return work(...args);
    };
  };
  const { show, judge, certain, scan, known, argv, url, plain } = secrets;
  return {
    ...secrets,
    show: inTime(show),
    judge: inTime(judge),
    certain: inTime(certain),
    scan: inTime(scan),
    known: inTime(known),
    argv: inTime(argv),
    url: inTime(url),
    plain: inTime(plain),
  };
}
