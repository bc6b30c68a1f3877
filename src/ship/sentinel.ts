/**
 * Microsoft Sentinel by the Logs Ingestion API: rows as a JSON array to the stream of a data collection rule,
 * compressed, at most 1 MB a call before it is (version 2023-01-01 of the API, documentation and Microsoft's
 * own client, read in November 2026). The columns are those of `scripts/siem/sentinel`.
 */
import { gzipSync } from 'node:zlib';
import type { Judged, OutEvent, Reply, Send, Sender, Waiting } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import type { TokenSource } from './entra-token.ts';
import { allAgain, allSent, byStatus, isPage, jsonOf, tooLarge } from './judged.ts';

export type SentinelSettings = {
  /** Immutable id of the data collection rule. */
  rule: string;
  stream: string;
  profile: string;
};

/** One row of the stream. The event itself is one column. */
export function sentinelRow({ id, time, kind, severity, body }: OutEvent, profile: string): string {
  const head = { TimeGenerated: time, EventId: id, Kind: kind, Severity: severity, Profile: profile };
  return `${JSON.stringify(head).slice(0, -1)},"Body":${body}}`;
}

/** Codes by which the rule or its stream is at fault, and no row. */
const aboutSettings = /stream|rule|dcr|dce|endpoint|version|auth|tenant|subscription/i;

/** What an answer to a batch means: 204 alone is success. */
export function judgeSentinel(reply: Reply, batch: Waiting[], now: number): Judged {
  if (reply.status === 204) return allSent(batch);
  if (reply.status !== 400 || isPage(reply)) return byStatus(reply, batch, now);
  const { error } = jsonOf(reply) as { error?: { code?: unknown } };
  const code = typeof error?.code === 'string' && /^\w{1,64}$/.test(error.code) ? error.code : null;
  const why = `status 400${code === null ? '' : ` (${code})`}`;
  // Which row it means, it does not say: halves are tried until one is left.
  return code !== null && aboutSettings.test(code) ? allAgain(why) : tooLarge(batch, why);
}

/** The stream behind an endpoint. */
export function sentinel(
  endpoint: URL,
  { rule, stream, profile }: SentinelSettings,
  tokens: TokenSource,
  { send, now }: { send: Send; now: () => number },
): Sender {
  const url = new URL(`/dataCollectionRules/${rule}/streams/${stream}?api-version=2023-01-01`, endpoint);
  const post = async (batch: Waiting[], token: string): Promise<Reply | { failed: string }> => {
    const body = gzipSync(Buffer.from(`[${batch.map((event) => sentinelRow(event, profile)).join(',')}]`));
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    };
    return send({ method: 'POST', url, headers, body });
  };
  return {
    most: { events: limits.shipEvents, bytes: limits.shipBytes },
    async send(batch) {
      const first = await tokens.get();
      if ('failed' in first) return allAgain(first.failed, first.wait);
      const reply = await post(batch, first.token);
      if ('failed' in reply) return allAgain(reply.failed);
      // A token that was taken back in the middle of its time is asked for again when this is tried again.
      if (reply.status === 401) tokens.forget();
      return judgeSentinel(reply, batch, now());
    },
    close() {},
  };
}
