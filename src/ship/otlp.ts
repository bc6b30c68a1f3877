/**
 * OTLP over HTTP, logs as JSON (OpenTelemetry protocol 1.x, read in November 2026): one record an event.
 * What a receiver rejects in part is not named by it, and is not sent again. Errors that the protocol would
 * have us drop (500 and the like) are sent again all the same: nothing is lost for a fault of the other side.
 */
import { gzipSync } from 'node:zlib';
import type { Severity } from '../model/common.ts';
import type { Judged, OutEvent, Reply, Send, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, allRefused, allSent, byStatus, jsonOf, objectOf } from './judged.ts';

export type Resource = { version: string; hostname: string; deviceId: string; platform: string };

/** Numbers of severity: INFO 9, INFO2 10, WARN 13, ERROR 17, FATAL 21. */
const severityNumbers: Record<Severity, number> = { critical: 21, high: 17, medium: 13, low: 10, info: 9 };

const nanoseconds = (time: string): string => `${Date.parse(time)}000000`;
const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

/** A request for some events. */
export function otlpRequest(events: OutEvent[], resource: Resource, profile: string): object {
  const { version, hostname, deviceId, platform } = resource;
  return {
    resourceLogs: [
      {
        resource: {
          attributes: [
            attribute('service.name', 'shadowscan'),
            attribute('service.version', version),
            attribute('host.name', hostname),
            attribute('host.id', deviceId),
            attribute('os.type', platform === 'macos' ? 'darwin' : platform),
          ],
        },
        scopeLogs: [
          {
            scope: { name: 'shadowscan', version },
            logRecords: events.map(({ id, time, kind, severity, body }) => ({
              timeUnixNano: nanoseconds(time),
              observedTimeUnixNano: nanoseconds(time),
              severityNumber: severityNumbers[severity],
              severityText: severity,
              eventName: `shadowscan.${kind}`,
              body: { stringValue: body },
              attributes: [attribute('shadowscan.id', id), attribute('shadowscan.profile', profile)],
            })),
          },
        ],
      },
    ],
  };
}

/** Whether an answer is the one of success: JSON, of which one in part may be said, or nothing at all. */
function isTaken(reply: Reply): boolean {
  const { status, headers, body } = reply;
  if (status === 204) return body === '';
  if (status !== 200 || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return false;
  const said = body.trim() === '' ? {} : objectOf(reply);
  return said !== null && Object.keys(said).every((key) => key === 'partialSuccess');
}

/** What an answer to a batch means. The protocol has 200 alone; Loki says 204 (its issue 15761, 2025). */
export function judgeOtlp(reply: Reply, batch: Waiting[], now: number): Judged {
  if (isTaken(reply)) {
    const said = jsonOf(reply) as { partialSuccess?: { rejectedLogRecords?: string | number } | null };
    const { partialSuccess } = said;
    const rejected = Math.min(Number(partialSuccess?.rejectedLogRecords ?? 0) || 0, batch.length);
    const why = `rejected with ${rejected - 1} others of ${batch.length}; the receiver does not say which`;
    return { ...allSent(batch.slice(rejected)), refused: allRefused(batch.slice(0, rejected), why).refused };
  }
  return byStatus(reply, batch, now);
}

/** The collector at an address; a bare host gets the usual path. */
export function otlp(
  given: URL,
  credential: { header: string; value: string } | null,
  settings: { resource: Resource; profile: string },
  world: { send: Send; now: () => number },
): Sender {
  const url = new URL(given);
  if (url.pathname === '/') url.pathname = '/v1/logs';
  const headers = {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    ...(credential !== null && { [credential.header]: credential.value }),
  };
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const request = otlpRequest(batch, settings.resource, settings.profile);
      const body = gzipSync(Buffer.from(JSON.stringify(request)));
      const reply = await world.send({ method: 'POST', url, headers, body });
      return 'failed' in reply ? allAgain(reply.failed) : judgeOtlp(reply, batch, world.now());
    },
    close() {},
  };
}
