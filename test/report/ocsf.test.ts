import { describe, expect, it } from 'vitest';
import { OcsfEvent } from '../../src/model/ocsf.ts';
import type { Report } from '../../src/model/report.ts';
import { eventId } from '../../src/report/event.ts';
import { ocsf, ocsfEvents } from '../../src/report/ocsf.ts';
import { acts, empty, hostile, many } from './hostile.ts';
import { compiledSchema, flawsOf } from './ocsf-schema.ts';
import { sample } from './sample.ts';
import { agent, server } from './sample-build.ts';

const lines = (report: Report): string[] => [...ocsf(report)];
const eventsOf = (report: Report): OcsfEvent[] => lines(report).map((line) => JSON.parse(line) as OcsfEvent);
const findingsOf = (report: Report) =>
  eventsOf(report).filter((one) => one.class_uid === 2004 || one.class_uid === 2003);
const one = (more: Partial<Report['findings'][number]>, facts?: Report['facts']) =>
  findingsOf(sample({ findings: [{ ...sample().findings[0]!, ...more }], ...(facts && { facts }) }))[0]!;

const reports: [string, () => Report][] = [
  ['the sample', sample],
  ['nothing found', empty],
  ['hostile names', hostile],
  ['two thousand findings', () => many(2_000)],
];

describe('ocsf is valid', () => {
  it.each(reports)('by our own strict schemas: %s', (_what, report) => {
    for (const event of eventsOf(report())) expect(OcsfEvent.safeParse(event).error).toBeUndefined();
  });

  it('our own schemas tell a wrong event from a right one', () => {
    const [event] = eventsOf(sample());
    expect(OcsfEvent.safeParse({ ...event, bogus: 1 }).success).toBe(false);
    expect(OcsfEvent.safeParse({ ...event, severity_id: 7 }).success).toBe(false);
    expect(OcsfEvent.safeParse({ ...event, device: undefined }).success).toBe(false);
  });

  it.skipIf(compiledSchema === null).each(reports)('by the compiled schema 1.8.0: %s', (_what, report) => {
    for (const event of eventsOf(report())) expect(flawsOf(event)).toEqual([]);
  });

  it.skipIf(compiledSchema === null)('the compiled schema tells a wrong event from a right one', () => {
    const [event] = eventsOf(sample());
    expect(flawsOf({ ...event, bogus: 1 })).toEqual(['.bogus: unknown']);
    expect(flawsOf({ ...event, severity_id: 7 })).toEqual(['.severity_id: 7 is not in the list']);
    expect(flawsOf({ ...event, type_uid: 500101 })).toEqual(['.type_uid: not class and activity']);
    expect(flawsOf({ ...event, device: { hostname: 'x' } })).toEqual(['.device.type_id: missing']);
    expect(flawsOf({ ...event, time: 'now' })).toEqual(['.time: string is no timestamp_t']);
  });
});

describe('ocsf says what the report says', () => {
  it('begins with a sign of life and ends with the scan; all else is in between', () => {
    const events = eventsOf(sample());
    const agents = sample().facts.filter(({ kind }) => kind === 'agent').length;
    expect(events.map(({ class_uid }) => class_uid)).toEqual([
      5001,
      ...Array.from({ length: agents }, () => 5020),
      ...findingsOf(sample()).map(({ class_uid }) => class_uid),
      6007,
    ]);
    expect(findingsOf(sample())).toHaveLength(sample().findings.length);
  });

  it('tells danger from what a list does not allow, and from what was not seen', () => {
    expect(one({}).class_uid).toBe(2004);
    expect(one({ byList: true })).toMatchObject({
      class_uid: 2003,
      type_uid: 200301,
      compliance: { status_id: 3, requirements: ['MCP01:2025'], assessments: [{ meets_criteria: false }] },
    });
    const gap = sample().facts.find(({ kind }) => kind === 'gap')!;
    const unseen = one({ fact: gap.id, user: gap.user });
    expect(unseen).toMatchObject({ class_uid: 2003, compliance: { status_id: 2, status: 'Warning' } });
    expect((unseen as { compliance: object }).compliance).not.toHaveProperty('assessments');
  });

  it('closes what is resolved and suppresses what is waived, under the same id', () => {
    const waiver = { reason: 'a test', owner: 'sec', expires: '2027-01-01' };
    const open = one({});
    const told = [
      [open, 1, 1, true],
      [one({ state: 'new' }), 1, 1, true],
      [one({ firstSeen: '2026-11-01T00:00:00Z' }), 2, 1, true],
      [one({ state: 'resolved', lastSeen: '2026-11-19T00:00:00Z' }), 3, 4, false],
      [one({ waiver }), 1, 3, false],
    ] as const;
    for (const [event, activity, status, alert] of told) {
      expect([event.activity_id, event.status_id]).toEqual([activity, status]);
      expect(event).toMatchObject({ is_alert: alert, finding_info: { uid: open.finding_info.uid } });
    }
    expect(one({ waiver }).comment).toBe('Waived by sec until 2027-01-01: a test');
    expect(one({ expiredWaiver: waiver }).comment).toBe('A waiver by sec ended on 2027-01-01: a test');
    expect(one({ state: 'resolved', lastSeen: '2026-11-19T00:00:00Z' }).finding_info.last_seen_time).toBe(
      Date.parse('2026-11-19T00:00:00Z'),
    );
  });

  it('says in the last event what was not seen', () => {
    expect(eventsOf(sample()).at(-1)).toMatchObject({
      status_id: 99,
      status: 'Partial',
      status_detail: '3 places and 1 home could not be seen',
      num_skipped_items: 3,
      unmapped: { gaps: { 'hot-journal': 1, 'link-out-of-place': 1, malformed: 1 }, coverage_absent: 30 },
    });
    const last = eventsOf(empty()).at(-1);
    expect(last).toMatchObject({ status_id: 1, status: 'Success', num_detections: 0 });
    expect(last).not.toHaveProperty('status_detail');
    const facts = sample().facts.map((fact) =>
      fact.kind === 'gap' ? { ...fact, reason: 'internal' as const } : fact,
    );
    expect(eventsOf(sample({ facts })).at(-1)).toMatchObject({
      activity_id: 6,
      type_uid: 600706,
      status_id: 2,
    });
  });

  it('cites techniques of ATT&CK and ATLAS, and no tactic or mitigation as one', () => {
    const frameworks = {
      'mitre-attack': ['T1552.001', 'T1528', 'TA0006'],
      'mitre-atlas': ['AML.T0010.005', 'AML.M0028'],
    };
    expect(one({ frameworks }).finding_info.attacks).toEqual([
      { technique: { uid: 'T1552' }, sub_technique: { uid: 'T1552.001' } },
      { technique: { uid: 'T1528' } },
      { technique: { uid: 'AML.T0010' }, sub_technique: { uid: 'AML.T0010.005' } },
    ]);
  });

  it('lists the parts of agents, also where the agent itself was not seen or is there for all', () => {
    const facts = [
      agent('cursor', 'Cursor', 'Anysphere', '/Applications/Cursor.app', { version: '3.0' }),
      server(['cursor'], 'alice:.cursor/mcp.json', 'a', 'pkg:npm/a@1.0.0', 'unjudged'),
      server(['goose'], 'bob:.config/goose/config.yaml', 'b', null, 'unjudged'),
    ];
    const software = eventsOf(sample({ facts, findings: [] })).filter((event) => event.class_uid === 5020);
    expect(
      software.map(({ product, sbom, unmapped }) => [
        product.name,
        product.version,
        unmapped['user'],
        unmapped['seen'],
        sbom.software_components.map(({ name, version }) => `${name}@${version}`),
      ]),
    ).toEqual([
      ['Cursor', '3.0', null, true, []],
      ['Cursor', '3.0', 'alice', true, ['a@1.0.0']],
      ['goose', undefined, 'bob', false, ['b@unknown']],
    ]);
    const ids = software.map(({ sbom }) => sbom.uid);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('ids of events', () => {
  const [first] = sample().findings;
  const { device, run } = sample();

  it('differ by finding, device and user, and by nothing else', () => {
    const id = eventId(first!, device);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const alike = {
      ...first!,
      id: 'x',
      message: 'y',
      severity: 'low' as const,
      origin: { path: '/z', line: 9 },
    };
    expect(eventId(alike, { ...device, hostname: 'other', osVersion: '9' })).toBe(id);
    expect(eventId({ ...first!, fingerprint: 'x' }, device)).not.toBe(id);
    expect(eventId({ ...first!, user: 'bob' }, device)).not.toBe(id);
    expect(eventId({ ...first!, user: null }, device)).not.toBe(id);
    expect(eventId(first!, { ...device, id: 'x' })).not.toBe(id);
  });

  it('are the same in every run, those of records in none', () => {
    const later = sample({ run: { ...run, id: 'later', endedAt: '2026-11-21T00:00:00.000Z' } });
    const uids = (report: Report): string[] => findingsOf(report).map((event) => event.finding_info.uid);
    const records = (report: Report): string[] => eventsOf(report).map(({ metadata }) => metadata.uid);
    expect(uids(later)).toEqual(uids(sample()));
    expect(new Set(uids(sample())).size).toBe(sample().findings.length);
    const all = [...records(sample()), ...records(later)];
    expect(new Set(all).size).toBe(all.length);
    expect(records(sample())).toEqual(records(sample()));
  });
});

describe('ocsf is inert and the same for the same report', () => {
  it('has one event a line, whatever the names are', () => {
    const all = lines(hostile());
    expect(all.join('')).not.toMatch(acts);
    for (const line of all) expect(line).toMatch(/^\{[^\n]*\}\n$/);
    expect(lines(sample())).toEqual(lines(sample()));
  });

  it('keeps names that are special to JavaScript', () => {
    const [event] = findingsOf(hostile());
    expect(Object.keys(event!.evidences[0]!.data['evidence'] as object)).toEqual(
      expect.arrayContaining(['__proto__', 'constructor', 'toString']),
    );
  });

  it('comes one event at a time', () => {
    const events = ocsfEvents(many(2_000));
    expect(events.next().value?.class_uid).toBe(5001);
  });
});
