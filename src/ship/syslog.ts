/**
 * Syslog, RFC 5424 with octet counting (RFC 6587, RFC 5425). A receiver confirms nothing: a batch counts as
 * sent when it was written whole and the receiver has closed the connection in order. What was on the way
 * when it broke is sent again, and may be there twice.
 */
import type { Severity } from '../model/common.ts';
import type { OutEvent, Sender } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { allAgain, allSent } from './judged.ts';

/** Facility 13, log audit; severities of RFC 5424. */
const facility = 13;
const severityNumbers: Record<Severity, number> = { critical: 2, high: 3, medium: 4, low: 5, info: 6 };

/** Printable ASCII without blanks, as names in the header must be. */
const name = (text: string, most: number): string => text.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';

/**
 * One message behind its length in bytes. The event is the message, as one line of JSON without byte order
 * mark, which some receivers keep; its id is in front as MSGID is too short for it.
 */
export function syslogFrame(event: OutEvent, hostname: string, processId: number): Buffer {
  const priority = facility * 8 + severityNumbers[event.severity];
  const head = `<${priority}>1 ${event.time} ${name(hostname, 255)} shadowscan ${processId} ${event.kind} -`;
  const message = Buffer.from(`${head} ${event.body}`, 'utf8');
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

/** Writes frames to a receiver, ends the connection and waits for its end. Null, or what went wrong. */
export type Stream = (frames: Buffer[]) => Promise<string | null>;

/** The receiver behind a stream. */
export function syslog(stream: Stream, hostname: string, processId: number): Sender {
  return {
    most: { events: limits.syslogEvents, bytes: limits.shipBytes },
    async send(batch) {
      const failed = await stream(batch.map((event) => syslogFrame(event, hostname, processId)));
      return failed === null ? allSent(batch) : allAgain(failed);
    },
    close() {},
  };
}
