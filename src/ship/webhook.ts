/**
 * A webhook, signed as Standard Webhooks 1.0.0 says: id, time and HMAC-SHA256 over the exact bytes. The id is
 * made of the events, so that a batch which is sent again has the same; the time is that of each attempt.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Judged, Reply, Send, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, allSent, byStatus, isPage } from './judged.ts';

/**
 * The key behind `whsec_`: base64 of 24 to 64 bytes (Standard Webhooks 1.0.0, "Signature scheme", November
 * 2026). Null for a text of another form, which a receiver would make another key of, or none.
 */
export function webhookKey(credential: string): Buffer | null {
  const [, text = ''] = /^whsec_(.*)$/s.exec(credential) ?? [];
  const key = Buffer.from(text, 'base64');
  return key.toString('base64') === text && key.length >= 24 && key.length <= 64 ? key : null;
}

/** The three headers. `now` is in milliseconds. */
export function signed(id: string, now: number, body: string, key: Buffer): Record<string, string> {
  const time = String(Math.floor(now / 1000));
  const digest = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${digest}` };
}

const idOf = (batch: Waiting[]): string =>
  `msg_${createHash('sha256')
    .update(batch.map(({ id }) => id).join())
    .digest('hex')
    .slice(0, 32)}`;

/** What an answer to a batch means: any 2xx is success, as the standard has it, but for a page for people. */
export function judgeWebhook(reply: Reply, batch: Waiting[], now: number): Judged {
  const isTaken = reply.status >= 200 && reply.status < 300 && !isPage(reply);
  return isTaken ? allSent(batch) : byStatus(reply, batch, now);
}

/** The receiver at an address. */
export function webhook(url: URL, key: Buffer, send: Send, now: () => number): Sender {
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const events = batch.map(({ body }) => body).join(',');
      const timestamp = batch[0]!.time;
      const body = `{"type":"shadowscan.events","timestamp":${JSON.stringify(timestamp)},"data":[${events}]}`;
      const headers = {
        'content-type': 'application/json',
        ...signed(idOf(batch), now(), body, key),
      };
      const reply = await send({ method: 'POST', url, headers, body: Buffer.from(body) });
      return 'failed' in reply ? allAgain(reply.failed) : judgeWebhook(reply, batch, now());
    },
    close() {},
  };
}
