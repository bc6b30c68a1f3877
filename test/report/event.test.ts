/** Ids of a fleet: the same from run to run and after rule updates, never the same for two things. */
import { expect, test } from 'vitest';
import { assetId, eventId, recordId } from '../../src/report/event.ts';
import { tellerOf } from '../../src/report/tell.ts';
import { telling } from './telling.ts';
import { sample } from './sample.ts';

const report = sample();
const device = (nth: number) => ({ ...report.device, id: nth.toString(16).padStart(32, '0') });
const agent = report.facts.find((fact) => fact.kind === 'agent')!;

test('50,000 laptops with the same findings: no id twice', () => {
  const seen = new Set<string>();
  let made = 0;
  for (let laptop = 0; laptop < 50_000; laptop++) {
    const own = device(laptop);
    for (const finding of report.findings.slice(0, 6)) {
      seen.add(eventId(finding, own));
      seen.add(recordId(eventId(finding, own), report.run));
      made += 2;
    }
    seen.add(assetId(agent, own));
    made += 1;
  }
  expect(made).toBeGreaterThan(300_000);
  expect(seen.size).toBe(made);
});

test('an event keeps its id in another run, under other rules, with another text; its telling does not', () => {
  const [finding] = report.findings;
  const later = { ...report.run, id: 'another' };
  const reworded = {
    ...finding!,
    id: 'x',
    message: 'said otherwise',
    severity: 'low' as const,
    origin: { path: '/x' },
  };
  expect(eventId(reworded, device(1))).toBe(eventId(finding!, device(1)));
  expect(eventId({ ...finding!, user: 'somebody else' }, device(1))).not.toBe(eventId(finding!, device(1)));
  expect(recordId('e', later)).not.toBe(recordId('e', report.run));
  expect(recordId('e', report.run)).toBe(recordId('e', { ...report.run, startedAt: '2030-01-01T00:00:00Z' }));
});

test.each(['native', 'ocsf', 'ecs'] as const)('%s: what is sent of a run', (profile) => {
  const findings = report.findings.map((finding, nth) => ({
    ...finding,
    state: (['new', 'open', 'resolved', 'open'] as const)[nth % 4]!,
    firstSeen: '2026-11-01T00:00:00Z',
    ...(nth % 4 === 3 && { changed: ['severity'] }),
  }));
  const teller = tellerOf({ ...report, findings }, profile);
  const assets = teller.assets().map(({ sent }) => sent('new'));
  const events = [teller.heartbeat(telling), ...assets, ...teller.findings(false), teller.run(telling)];
  expect(teller.findings(true)).toHaveLength(findings.length);
  const known = findings.filter(({ state, changed }) => state === 'open' && changed === undefined).length;
  expect(known).toBeGreaterThan(0);
  const kinds = Map.groupBy(events, ({ kind }) => kind);
  expect(kinds.get('finding')).toHaveLength(findings.length - known);
  expect([events[0]!.kind, events.at(-1)!.kind]).toEqual(['heartbeat', 'run']);
  expect(kinds.get('asset')!.length).toBeGreaterThan(0);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  for (const { body, id } of events) {
    expect(body).not.toContain('\n');
    expect(body).toContain(id);
    JSON.parse(body);
  }
  const resolved = findings.filter(({ state }) => state === 'resolved').length;
  expect(kinds.get('finding')!.filter(({ severity }) => severity === 'info').length).toBeGreaterThanOrEqual(
    resolved,
  );
});
