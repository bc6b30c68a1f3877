/**
 * Datadog's intake of logs, version 2: entries as a JSON array, compressed; at most 1,000 entries and 5 MB
 * before compression a request, and 1 MB an entry (Datadog's API reference, "Send logs", November 2026). The
 * event lies below one attribute, so that none of its fields is taken for the time or status of the log: a
 * time of more than 18 hours ago would be refused, and what has waited may be older.
 */
import { gzipSync } from 'node:zlib';
import type { Severity } from '../model/common.ts';
import type { Judged, OutEvent, Reply, Send, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, allSent, byStatus, objectOf } from './judged.ts';

export type DatadogSettings = { profile: string; hostname: string };

/** Words of Datadog for how bad something is. */
const statuses: Record<Severity, string> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'notice',
  info: 'info',
};

/** One entry. */
export function datadogEntry(event: OutEvent, { profile, hostname }: DatadogSettings): string {
  const { id, time, kind, severity, body } = event;
  const head = {
    ddsource: 'shadowscan',
    service: 'shadowscan',
    ddtags: `kind:${kind},severity:${severity},profile:${profile}`,
    hostname,
    status: statuses[severity],
    message: `shadowscan ${kind} ${id} of ${time}`,
  };
  return `${JSON.stringify(head).slice(0, -1)},"shadowscan":${body}}`;
}

/**
 * What an answer to a batch means: 202 with an object that names no errors is success. Which entry
 * of a request is wrong, it does not say.
 */
export function judgeDatadog(reply: Reply, batch: Waiting[], now: number): Judged {
  const said = objectOf(reply);
  if (reply.status === 202 && said !== null && said['errors'] === undefined) return allSent(batch);
  return byStatus(reply, batch, now);
}

/** The intake at an address; a bare host gets the usual path. */
export function datadog(
  given: URL,
  key: string,
  settings: DatadogSettings,
  { send, now }: { send: Send; now: () => number },
): Sender {
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/api/v2/logs';
  const headers = { 'dd-api-key': key, 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const entries = batch.map((event) => datadogEntry(event, settings));
      const body = gzipSync(Buffer.from(`[${entries.join(',')}]`));
      const reply = await send({ method: 'POST', url, headers, body });
      return 'failed' in reply ? allAgain(reply.failed) : judgeDatadog(reply, batch, now());
    },
    close() {},
  };
}
