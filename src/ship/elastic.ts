/**
 * Elasticsearch and OpenSearch, `_bulk` into a data stream: `create` with the event's id, so that what is
 * sent twice is there once (409 is success), and a result for each event (Elasticsearch 9 reference, November
 * 2026).
 */
import { gzipSync } from 'node:zlib';
import type { Judged, OutEvent, Reply, Send, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, byStatus, isPassing, jsonOf, retryAfter } from './judged.ts';

/** Without `index` the address names the data stream. */
export type ElasticSettings = { index?: string | undefined; profile: string };

/**
 * Action and document, each on its line. A data stream demands `@timestamp`, which the profile ecs has of
 * itself; in the others the event's own time is put in front.
 */
export function bulkLines({ id, time, body }: OutEvent, profile: string): string {
  const document =
    profile === 'ecs' ? body : `${JSON.stringify({ '@timestamp': time }).slice(0, -1)},${body.slice(1)}`;
  return `${JSON.stringify({ create: { _id: id } })}\n${document}\n`;
}

type Item = { create?: { status?: number; error?: { type?: string } } };

/** What an answer means for each event of a batch. */
export function judgeBulk(reply: Reply, batch: Waiting[], now: number): Judged {
  const { items } = jsonOf(reply);
  // Events are judged one by one in the items: a request that is wrong is so by its address or settings.
  if (reply.status === 400 || reply.status === 422) return allAgain(`status ${reply.status}`);
  if (reply.status !== 200 || !Array.isArray(items)) return byStatus(reply, batch, now);
  if (items.length !== batch.length) return allAgain(`${items.length} results for ${batch.length} events`);
  const judged: Judged = { sent: [], refused: [], again: null };
  for (const [nth, event] of batch.entries()) {
    const { status = 0, error } = (items[nth] as Item | undefined)?.create ?? {};
    const type = /^[a-z_]{1,64}$/.test(error?.type ?? '') ? ` (${error?.type})` : '';
    if ((status >= 200 && status < 300) || status === 409) judged.sent.push(event);
    else if (status === 400 || status === 413 || status === 422)
      judged.refused.push({ event, why: `status ${status}${type}` });
    else {
      judged.again = `status ${status || 'missing'}${type}`;
      const wait = isPassing(status) ? retryAfter(reply, now) : undefined;
      if (wait !== undefined) judged.wait = wait;
    }
  }
  return judged;
}

/**
 * The data stream at an address, such as `https://es.example/logs-shadowscan-default`, or the one called
 * `index` of a bare address.
 */
export function elastic(
  given: URL,
  { index, profile }: ElasticSettings,
  credential: { header: string; value: string } | null,
  send: Send,
  now: () => number,
): Sender {
  const url = new URL(given);
  const path = url.pathname.replace(/\/(?:_bulk\/?)?$/, '').replace(/\/_bulk$/, '');
  url.pathname = `${path}${index === undefined ? '' : `/${index}`}/_bulk`;
  const headers = {
    'content-type': 'application/x-ndjson',
    'content-encoding': 'gzip',
    ...(credential !== null && { [credential.header]: credential.value }),
  };
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const body = gzipSync(Buffer.from(batch.map((event) => bulkLines(event, profile)).join('')));
      const reply = await send({ method: 'POST', url, headers, body });
      return 'failed' in reply ? allAgain(reply.failed) : judgeBulk(reply, batch, now());
    },
    close() {},
  };
}
