/** Events as they wait in an outbox, for tests of delivery. */
import type { Reply, Waiting } from '../../src/model/delivery.ts';

/** So many events, numbered from 1. */
export function waiting(count: number): Waiting[] {
  return Array.from({ length: count }, (_, nth) => ({
    number: nth + 1,
    id: String(nth + 1).padStart(32, '0'),
    time: '2026-11-20T08:00:00.123Z',
    kind: 'finding',
    severity: 'high',
    body: JSON.stringify({ event: nth + 1, text: 'é\n"' }),
  }));
}

/** An answer. */
export function reply(status: number, body: unknown = '', headers: Record<string, string> = {}): Reply {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}
