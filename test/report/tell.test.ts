/** Events are short enough for every receiver, and say what was left out of them. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { EcsDocument } from '../../src/model/ecs.ts';
import { NativeEvent } from '../../src/model/event.ts';
import { OcsfEvent } from '../../src/model/ocsf.ts';
import type { Report } from '../../src/model/report.ts';
import { type Profile, tellerOf } from '../../src/report/tell.ts';
import { acts, empty, hostile } from './hostile.ts';
import { compiledSchema, flawsOf } from './ocsf-schema.ts';
import { sample } from './sample.ts';
import { agent, server } from './sample-build.ts';
import { telling } from './telling.ts';

type Parts = { field: string; kept: number; of: number }[];
/** Where each profile says what was cut. */
type Event = {
  cut?: { parts: Parts };
  shadowscan?: { cut?: { parts: Parts } };
  unmapped?: { cut?: Parts };
  metadata: { is_truncated?: boolean; untruncated_size?: number };
};
const profiles = [
  ['native', NativeEvent, ['fact.args', 'finding.evidence.places', 'details.homes']],
  ['ocsf', OcsfEvent, ['sbom.software_components', 'evidences.data.evidence.places']],
  ['ecs', EcsDocument, ['shadowscan.agent.servers', 'shadowscan.finding.evidence']],
] as const;

/** The sample whose first agent has so many servers, and whose run has so many homes. */
function crowded(count: number): Report {
  const clean = sample();
  const first = clean.facts.find(({ kind }) => kind === 'agent')!;
  const args = Array.from({ length: count }, (_, nth) => `--option-${nth}=${'x'.repeat(90)}`);
  const servers = Array.from({ length: count }, (_, nth) => ({
    ...clean.facts.find(({ kind }) => kind === 'server')!,
    id: `server:${nth}`,
    name: `server number ${nth}`,
    tools: first.tools,
    user: first.user,
    ...(nth === 0 && { args }),
  }));
  const homes = Array.from({ length: count }, (_, nth) => ({
    user: `u${nth}`,
    path: `/h/${nth}`,
    status: 'read',
  }));
  const [finding, ...rest] = clean.findings;
  const evidence = { ...finding!.evidence, places: args };
  return {
    ...clean,
    run: { ...clean.run, homes },
    facts: [...clean.facts, ...(servers as Report['facts'])],
    findings: [{ ...finding!, evidence }, ...rest],
  };
}

function eventsOf(report: Report, profile: Profile): string[] {
  const teller = tellerOf(report, profile);
  const assets = teller.assets().map(({ sent }) => sent('same'));
  const all = [teller.heartbeat(telling), ...assets, ...teller.findings(true), teller.run(telling)];
  return all.map(({ body }) => body);
}

const cutOf = (event: Event): { field: string; kept: number; of: number }[] | undefined =>
  event['cut']?.parts ?? event['shadowscan']?.cut?.parts ?? event['unmapped']?.cut;

describe.each(profiles)('%s', (profile, schema, longFields) => {
  const check = (bodies: string[]): Event[] =>
    bodies.map((body) => {
      const event = JSON.parse(body) as Event;
      expect(schema.safeParse(event).error).toBeUndefined();
      if (profile === 'ocsf' && compiledSchema !== null) expect(flawsOf(event)).toEqual([]);
      expect(body).not.toMatch(acts);
      return event;
    });

  test.each([
    ['the sample', sample],
    ['nothing', empty],
  ])('is valid, and whole where it is short: %s', (_what, report) => {
    for (const event of check(eventsOf(report(), profile))) expect(cutOf(event)).toBeUndefined();
  });

  test('is valid with hostile names, a path of a million characters among them', () => {
    const bodies = eventsOf(hostile(), profile);
    for (const body of bodies) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.eventBytes);
    const cut = check(bodies).flatMap((event) => cutOf(event) ?? []);
    expect(cut.some(({ of }) => of >= 1_000_000)).toBe(true);
    for (const { of } of cut) expect(of).toBeGreaterThan(256);
  });

  test('is cut where it is long, and says so', () => {
    const bodies = eventsOf(crowded(1_500), profile);
    for (const body of bodies) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limits.eventBytes);
    const events = check(bodies);
    const long = events.filter((event) => cutOf(event) !== undefined);
    expect(long.length).toBeGreaterThanOrEqual(2);
    expect(long.length).toBeLessThan(events.length);
    for (const { field, kept, of } of long.flatMap((event) => cutOf(event)!)) {
      expect([field, of >= 1_500]).toEqual([field, true]);
      expect(kept).toBeLessThan(of);
      expect(kept).toBeGreaterThan(50);
    }
    const fields = long.flatMap((event) => cutOf(event)!.map(({ field }) => field));
    expect(new Set(fields)).toEqual(new Set(longFields));
    if (profile !== 'ocsf') return;
    for (const { metadata } of long) {
      expect(metadata.is_truncated).toBe(true);
      expect(metadata.untruncated_size).toBeGreaterThan(limits.eventBytes);
    }
  });

  test('ids are those of the whole event', () => {
    const { assets } = tellerOf(crowded(1_500), profile);
    const [first] = assets();
    expect(JSON.parse(first!.sent('same').body)).toMatchObject(
      {
        native: { event: first!.event },
        ocsf: { sbom: { uid: first!.event } },
        ecs: { event: { id: first!.event } },
      }[profile],
    );
  });
});

describe('what makes an asset another one', () => {
  const digest = (facts: Report['facts'], profile: Profile = 'ocsf'): string =>
    tellerOf(sample({ facts }), profile).assets()[0]!.digest;
  const tool = agent('cursor', 'Cursor', 'Cursor', 'alice:.cursor');
  const one = server(['cursor'], 'alice:.cursor/mcp.json', 'one', 'pkg:npm/one', 'unapproved');

  test.each(['native', 'ocsf', 'ecs'] as const)('%s: not its times and lines', (profile) => {
    const moved = { ...one, origin: { ...one.origin, line: 77, column: 3 } };
    const used = { ...tool, lastUsed: '2026-11-21T00:00:00Z' };
    expect(digest([used, moved], profile)).toBe(digest([tool, one], profile));
    expect(digest([{ ...tool, version: '9.9.9' }, one], profile)).not.toBe(digest([tool, one], profile));
  });

  test('its servers, where they are part of it', () => {
    expect(digest([tool])).not.toBe(digest([tool, one]));
    expect(digest([tool], 'native')).toBe(digest([tool, one], 'native'));
  });
});
