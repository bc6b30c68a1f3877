/** What an answer means for all events of a batch alike. */
import type { Judged, Reply, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';

export const allSent = (batch: Waiting[]): Judged => ({ sent: batch, refused: [], again: null });

export const allAgain = (again: string, wait?: number): Judged => ({
  sent: [],
  refused: [],
  again,
  ...(wait !== undefined && { wait }),
});

export const allRefused = (batch: Waiting[], why: string): Judged => ({
  sent: [],
  refused: batch.map((event) => ({ event, why })),
  again: null,
});

/** Too much at once: half of it may pass; one event that does not is refused. */
export const tooLarge = (batch: Waiting[], why: string): Judged =>
  batch.length === 1 ? allRefused(batch, why) : { ...allAgain(why), tooLarge: true };

/** Milliseconds that `Retry-After` asks for, in seconds or as a date (RFC 9110, 10.2.3); bounded. */
export function retryAfter({ headers }: Reply, now: number): number | undefined {
  const given = headers['retry-after'];
  if (given === undefined) return undefined;
  const wait = /^\d+$/.test(given.trim()) ? Number(given) * 1000 : Date.parse(given) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), limits.retryAfterMilliseconds);
}

/** Answers that say "later" whoever gives them: overload and everything that went wrong on the other side. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}

/**
 * What a status means where nothing else tells. A wrong credential or address refuses nothing: somebody will
 * mend it, and what waits must not be lost by then.
 */
export function byStatus(reply: Reply, batch: Waiting[], now: number): Judged {
  const { status } = reply;
  if (status >= 200 && status < 300) return allSent(batch);
  const said = `status ${status}`;
  if (isPassing(status)) return allAgain(said, retryAfter(reply, now));
  if (status === 413) return tooLarge(batch, said);
  if ([301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 421].includes(status)) return allAgain(said);
  return allRefused(batch, said);
}

/** A JSON object of an answer; empty for anything else. */
export function jsonOf({ body }: Reply): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
