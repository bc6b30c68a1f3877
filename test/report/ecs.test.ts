import { EcsVersion } from '@elastic/ecs';
import { describe, expect, it } from 'vitest';
import { EcsAgent, EcsDocument, EcsFinding, EcsHeartbeat, EcsScan, ecsVersion } from '../../src/model/ecs.ts';
import type { Report } from '../../src/model/report.ts';
import { ecs } from '../../src/report/ecs.ts';
import { eventId } from '../../src/report/event.ts';
import { acts, empty, hostile, many } from './hostile.ts';
import { sample } from './sample.ts';
import { server } from './sample-build.ts';
import { ecsFields, ecsFlaws, leaves } from './validators.ts';

const lines = (report: Report): string[] => [...ecs(report)];
const documentsOf = (report: Report): EcsDocument[] =>
  lines(report).map((line) => JSON.parse(line) as EcsDocument);
const findingsOf = (report: Report): EcsFinding[] =>
  documentsOf(report).filter((one): one is EcsFinding => 'rule' in one);
const one = (more: Partial<Report['findings'][number]>, facts?: Report['facts']): EcsFinding =>
  findingsOf(sample({ findings: [{ ...sample().findings[0]!, ...more }], ...(facts && { facts }) }))[0]!;

const reports: [string, () => Report][] = [
  ['the sample', sample],
  ['nothing found', empty],
  ['hostile names', hostile],
  ['two thousand findings', () => many(2_000)],
];

describe('ecs is valid', () => {
  it.each(reports)('by the fields of ECS: %s', (_what, report) => {
    for (const document of documentsOf(report())) expect(ecsFlaws(document)).toEqual([]);
  });

  it.each(reports)('by our own strict schemas: %s', (_what, report) => {
    for (const document of documentsOf(report()))
      expect(EcsDocument.safeParse(document).error).toBeUndefined();
  });

  it('both tell a wrong document from a right one', () => {
    const [first] = documentsOf(sample());
    expect(ecsFlaws({ ...first, bogus: 1 })).toEqual(['bogus: no such field']);
    expect(ecsFlaws({ ...first, tags: 'one' })).toEqual(['tags: no list']);
    expect(ecsFlaws({ ...first, event: { ...first!.event, kind: 'nothing' } })).toEqual([
      'event.kind: nothing is not allowed',
    ]);
    expect(ecsFlaws({ ...first, '@timestamp': 'now' })).toEqual(['@timestamp: no date']);
    expect(EcsDocument.safeParse({ ...first, bogus: 1 }).success).toBe(false);
  });

  it('is of the version that it is checked against', () => {
    expect(ecsVersion).toBe(EcsVersion);
  });

  it('gives each category only types that ECS expects of it', () => {
    for (const { event } of documentsOf(sample()))
      for (const category of event.category) {
        const word = ecsFields['event.category']!.allowed_values!.find(({ name }) => name === category)!;
        expect(word.expected_event_types).toEqual(expect.arrayContaining(event.type));
      }
  });

  it('gives every name one type, in all documents together', () => {
    const types = new Map<string, Set<string>>();
    for (const report of [sample(), hostile(), empty()])
      for (const document of documentsOf(report))
        for (const [name, value] of leaves(document))
          for (const item of [value].flat())
            types.set(name, (types.get(name) ?? new Set()).add(item === null ? 'null' : typeof item));
    expect([...types].filter(([, kinds]) => kinds.size > 1 || kinds.has('null'))).toEqual([]);
  });
});

describe('ecs says what the report says', () => {
  it('begins with a sign of life and ends with the scan', () => {
    const all = documentsOf(sample());
    expect(EcsHeartbeat.safeParse(all[0]).success).toBe(true);
    expect(EcsScan.safeParse(all.at(-1)).success).toBe(true);
    expect(all.filter((each) => EcsAgent.safeParse(each).success)).toHaveLength(7);
    expect(findingsOf(sample())).toHaveLength(sample().findings.length);
  });

  it('has the id of the event, which is the same in every run, and one of the record, which is not', () => {
    const { findings, device, run } = sample();
    expect(findingsOf(sample()).map(({ event }) => event.id)).toEqual(
      findings.map((each) => eventId(each, device)),
    );
    const later = findingsOf(sample({ run: { ...run, id: 'later' } }));
    expect(later.map(({ event }) => event.id)).toEqual(findingsOf(sample()).map(({ event }) => event.id));
    expect(later[0]!.shadowscan.record).not.toBe(findingsOf(sample())[0]!.shadowscan.record);
  });

  it('is an alert only while the finding stands', () => {
    const waiver = { reason: 'a test', owner: 'sec', expires: '2027-01-01' };
    const told = (more: object) => {
      const { event, shadowscan } = one(more);
      return [event.kind, event.action, shadowscan.finding.waived];
    };
    expect(told({})).toEqual(['alert', 'finding-open', false]);
    expect(told({ state: 'new' })).toEqual(['alert', 'finding-new', false]);
    expect(told({ waiver })).toEqual(['event', 'finding-waived', true]);
    expect(told({ state: 'resolved' })).toEqual(['event', 'finding-resolved', false]);
    expect(one({ waiver }).shadowscan.finding.waiver).toEqual(waiver);
  });

  it('names file, package, address, vulnerability and techniques in their own fields', () => {
    expect(one({})).toMatchObject({
      file: { path: '/Users/alice/.cursor/mcp.json', name: 'mcp.json' },
      package: { name: 'postmark-mcp', version: '1.0.16', type: 'npm' },
      vulnerability: { id: 'MAL-2025-46974', severity: 'critical' },
      event: { category: ['vulnerability', 'configuration'], severity: 99 },
    });
    const remote = server(
      ['cursor'],
      'alice:.cursor/mcp.json#1',
      'r',
      'https://r.example:8443/x',
      'unapproved',
    );
    const frameworks = { 'mitre-atlas': ['AML.T0055'], 'mitre-attack': ['T1552.001', 'T1528'] };
    expect(one({ fact: remote.id, frameworks }, [remote])).toMatchObject({
      url: { full: 'https://r.example:8443/x', domain: 'r.example' },
      threat: {
        framework: 'MITRE ATT&CK',
        technique: { id: ['T1552', 'T1528'], subtechnique: { id: ['T1552.001'] } },
      },
      tags: ['AML.T0055', 'T1552.001', 'T1528'],
    });
  });

  it('says in the last document what was not seen', () => {
    expect(documentsOf(sample()).at(-1)).toMatchObject({
      event: { outcome: 'unknown', reason: '3 places could not be seen' },
      shadowscan: {
        run: { status: 'partial', gaps: 3, gap_reasons: ['hot-journal', 'link-out-of-place', 'malformed'] },
        coverage_absent: 30,
        homes: [{ status: 'read' }, { status: 'read' }, { user: 'carol', status: 'unreadable' }],
      },
    });
    const last = documentsOf(empty()).at(-1)!;
    expect([last.event.outcome, last.event.reason]).toEqual(['success', undefined]);
  });

  it('is inert, one document a line, the same for the same report', () => {
    const all = lines(hostile());
    expect(all.join('')).not.toMatch(acts);
    for (const line of all) expect(line).toMatch(/^\{[^\n]*\}\n$/);
    expect(lines(sample())).toEqual(lines(sample()));
  });
});
