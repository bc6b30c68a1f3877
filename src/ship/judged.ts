/**
 * What an answer means for all events of a batch alike. Success is not judged here: each kind knows its
 * documented answer, since whoever stands in between (a portal, a proxy) says 200 as well.
 */
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

/** Too much at once, or one of it is wrong: half of it may pass; one event that does not is refused. */
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

/** Whether an answer is a page for people, which no receiver sends. */
export function isPage({ headers, body }: Reply): boolean {
  const isNamed = /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type']?.trim() ?? '');
  return /^\s*<(?:!doctype|html|head|body)\b/i.test(body) || (isNamed && /<[a-z!]/i.test(body));
}

/**
 * What a status means where nothing else tells. One of success without the documented answer is nobody's
 * that has taken anything. An event is refused only when a receiver says of it alone that it is wrong (400,
 * 422) or too large (413). Anything else, such as a wrong credential or address, refuses nothing: somebody
 * will mend it, and what waits must not be lost by then.
 */
export function byStatus(reply: Reply, batch: Waiting[], now: number): Judged {
  const { status } = reply;
  const said = `status ${status}`;
  if (status >= 200 && status < 300)
    return allAgain(`${said} without the answer of a receiver; is a portal or proxy in between?`);
  if (isPassing(status)) return allAgain(said, retryAfter(reply, now));
  if (status === 413) return tooLarge(batch, said);
  // A page for people is a proxy's, that complains of a certificate or a header.
  return (status === 400 || status === 422) && !isPage(reply) ? tooLarge(batch, said) : allAgain(said);
}

/** The JSON object that an answer is, or null. */
export function objectOf({ body }: Reply): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A JSON object of an answer; empty for anything else. */
export const jsonOf = (reply: Reply): Record<string, unknown> => objectOf(reply) ?? {};
