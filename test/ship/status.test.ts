/** `ship --status` and `ship`: how receivers stand, why they refused what they refused, and the exit codes. */
import { beforeEach, expect, test } from 'vitest';
import { refusals } from '../../src/host/outbox-losses.ts';
import { putIn, settle, takeNext } from '../../src/host/outbox.ts';
import { isTrouble, openStateDatabase } from '../../src/host/state-database.ts';
import { limits } from '../../src/limits.ts';
import { folderWith } from '../state/kept.ts';
import { run } from '../trust/program.ts';

let state: string;
const queued = '2026-11-20T00:00:00.000Z';

/** Puts so many events in for a sink; `refused` says why the first ones are refused, the others are sent. */
function fill(sink: string, count: number, refused: string[] | null) {
  const connection = openStateDatabase(state);
  if (isTrouble(connection)) throw new Error(connection.trouble);
  const events = Array.from({ length: count }, (_, nth) => {
    return { id: `${sink}${nth}`, time: queued, kind: 'asset', severity: 'info', body: '{}' } as const;
  });
  const now = new Date(queued);
  putIn(connection, sink, events, { now, losses: {} });
  if (refused !== null) {
    const all = takeNext(connection, sink, count, 1_000);
    const aside = refused.map((why, nth) => ({ event: all[nth]!, why }));
    settle(connection, sink, { sent: all.slice(refused.length), refused: aside, again: null }, now);
  }
  const reasons = refusals(connection, sink);
  connection.close();
  return reasons;
}
const ship = (...more: string[]) => run(['ship', '--state', state, ...more]);
const json = (text: string) => (JSON.parse(text) as { sinks: unknown[] }).sinks;
beforeEach(() => {
  state = folderWith();
});

test('nothing waits: 0, and no reasons', () => {
  fill('siem', 3, []);
  const { status, stdout, stderr } = ship('--status', '--format', 'json');
  expect([status, stderr]).toEqual([0, '']);
  expect(json(stdout)).toMatchObject([{ sink: 'siem', waiting: 0, delivered: 3, refused: 0, reasons: [] }]);
});

test('something waits: 2', () => {
  fill('siem', 3, null);
  expect(ship('--status').status).toBe(2);
});

test('something was refused: 2, with the last reasons and their counts, harmless and bounded', () => {
  const hostile = `\u{1b}]0;x\u{7}\n${'y'.repeat(1_000)}`;
  fill('siem', 4, ['status 400', hostile, 'status 400']);
  const { status, stdout } = ship('--status', '--format', 'json');
  expect(status).toBe(2);
  const [told] = json(stdout) as { reasons: { why: string; events: number; last: string }[] }[];
  expect(told!.reasons.map(({ events, last }) => [events, last])).toEqual([
    [2, queued],
    [1, queued],
  ]);
  expect(told!.reasons[0]!.why).toBe('status 400');
  const { stdout: human } = ship('--status', '--format', 'human');
  expect(human).toContain(`  refused 2 (last of ${queued}): status 400\n`);
  expect(human.split('\n')).toHaveLength(4);
  for (const text of [human, told!.reasons[1]!.why]) {
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).toContain('yyy');
    expect(text).not.toContain('y'.repeat(limits.refusalChars));
  }
});

test('no more reasons than the bound', () => {
  const all = Array.from({ length: 10 }, (_, nth) => `code ${nth}`);
  const reasons = fill('siem', 10, all);
  expect(reasons.map(({ why }) => why)).toEqual(all.toReversed().slice(0, limits.refusals));
});

test('what waits for a receiver that is not named counts, too; what was refused long ago does not', () => {
  const file = `${folderWith({ 'sinks.json': { sinks: [{ name: 'siem', kind: 'file', path: `${state}/x` }] } })}/sinks.json`;
  fill('siem', 2, ['status 400']);
  expect(ship(file).status).toBe(0);
  fill('other', 1, null);
  expect(ship(file).status).toBe(2);
});
