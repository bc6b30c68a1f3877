/**
 * Splunk's HTTP Event Collector: events one behind the other, compressed, with the codes of its answers
 * (Splunk Enterprise documentation, "Troubleshoot HTTP Event Collector", and the source of a second
 * implementation, read in November 2026). With `acknowledge` a batch counts when the indexer says so.
 */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Judged, OutEvent, Reply, Send, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, allSent, byStatus, jsonOf, retryAfter, tooLarge } from './judged.ts';

export type HecSettings = {
  index?: string | undefined;
  acknowledge: boolean;
  profile: string;
  hostname: string;
};

/** One event as the collector takes it: time in seconds. */
export function hecEvent(event: OutEvent, { index, profile, hostname }: HecSettings): string {
  const { time, kind, id, severity, body } = event;
  const head = {
    time: Date.parse(time) / 1000,
    host: hostname,
    source: 'shadowscan',
    sourcetype: `shadowscan:${profile}`,
    ...(index !== undefined && { index }),
    fields: { shadowscan_id: id, shadowscan_kind: kind, shadowscan_severity: severity },
  };
  return `${JSON.stringify(head).slice(0, -1)},"event":${body}}`;
}

/** Codes by which the event is at fault that `invalid-event-number` names. */
const badEvent = new Set([5, 6, 12, 13, 15]);
/** Codes by which the settings are: nothing is lost while somebody mends them. */
const badSettings = new Set([1, 2, 3, 4, 7, 10, 11, 14, 16]);
/** Codes by which the collector cannot take any for now. */
const busy = new Set([8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27]);

const words: Record<number, string> = {
  1: 'the token is disabled',
  2: 'a token is required',
  3: 'the authorization is not valid',
  4: 'the token is not valid',
  5: 'no data',
  6: 'the format is not valid',
  7: 'the index is not one that the token may write',
  8: 'internal error',
  9: 'the server is busy',
  10: 'a channel is missing',
  11: 'the channel is not valid',
  12: 'an event is missing',
  13: 'an event is blank',
  14: 'the token has no acknowledgment; leave out "acknowledge"',
  15: 'the indexed fields are not valid',
  16: 'tokens in the query are off',
  18: 'its queues are full',
};

/** What an answer to a batch means. */
export function judgeHec(reply: Reply, batch: Waiting[], now: number): Judged {
  const { code, 'invalid-event-number': nth } = jsonOf(reply);
  if (typeof code !== 'number') return byStatus(reply, batch, now);
  const why = `code ${code}${words[code] === undefined ? '' : `: ${words[code]}`}`;
  if (code === 0 && reply.status === 200) return allSent(batch);
  if (busy.has(code)) return allAgain(why, retryAfter(reply, now));
  if (badSettings.has(code)) return allAgain(why);
  if (badEvent.has(code) && typeof nth === 'number' && batch[nth] !== undefined) {
    // None of the batch was taken: those beside the bad one are sent again.
    return { sent: [], refused: [{ event: batch[nth], why }], again: batch.length > 1 ? why : null };
  }
  if (reply.status === 413) return tooLarge(batch, why);
  return badEvent.has(code) ? tooLarge(batch, why) : byStatus(reply, batch, now);
}

/** Waits until the indexer has it. */
async function acknowledged(
  url: URL,
  channel: string,
  headers: Record<string, string>,
  reply: Reply,
  { send, sleep }: { send: Send; sleep: (milliseconds: number) => Promise<void> },
): Promise<boolean> {
  const { ackId } = jsonOf(reply);
  if (typeof ackId !== 'number') return false;
  const at = new URL(url);
  at.pathname = at.pathname.replace(/(?:\/event)?\/?$/, '/ack');
  at.search = `channel=${channel}`;
  for (let tries = 0; tries < limits.ackTries; tries++) {
    const body = Buffer.from(JSON.stringify({ acks: [ackId] }));
    const answer = await send({ method: 'POST', url: at, headers, body });
    if ('failed' in answer) return false;
    const { acks } = jsonOf(answer);
    if ((acks as Record<string, unknown> | undefined)?.[String(ackId)] === true) return true;
    await sleep(limits.ackMilliseconds);
  }
  return false;
}

/** The collector at an address; a bare host gets the usual path. */
export function splunkHec(
  given: URL,
  token: string,
  settings: HecSettings,
  world: { send: Send; now: () => number; sleep: (milliseconds: number) => Promise<void> },
): Sender {
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/services/collector/event';
  const channel = randomUUID();
  const headers = {
    authorization: `Splunk ${token}`,
    'content-type': 'application/json',
    ...(settings.acknowledge && { 'x-splunk-request-channel': channel }),
  };
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const body = gzipSync(Buffer.from(batch.map((event) => hecEvent(event, settings)).join('\n')));
      const reply = await world.send({
        method: 'POST',
        url,
        headers: { ...headers, 'content-encoding': 'gzip' },
        body,
      });
      if ('failed' in reply) return allAgain(reply.failed);
      const judged = judgeHec(reply, batch, world.now());
      if (!settings.acknowledge || judged.sent.length === 0) return judged;
      const isKept = await acknowledged(url, channel, headers, reply, world);
      return isKept ? judged : allAgain('the indexer has not acknowledged it');
    },
    close() {},
  };
}
