import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { cyclonedx } from '../../src/report/cyclonedx.ts';
import { acts, empty, hostile, many } from './hostile.ts';
import { sample } from './sample.ts';
import { agent, credential, gap, server } from './sample-build.ts';
import { cyclonedxFlaws } from './validators.ts';

type Property = { name: string; value: string };
type Part = { 'bom-ref': string; name: string; version?: string; purl?: string; properties: Property[] };
type Service = Part & { endpoints?: string[]; authenticated?: boolean };
type Bom = {
  serialNumber: string;
  metadata: { component: Part; properties: Property[] };
  components: (Part & { type: string; evidence: { occurrences: { location: string }[] } })[];
  services: Service[];
  dependencies: { ref: string; dependsOn: string[] }[];
  compositions: { aggregate: string }[];
  vulnerabilities: { id: string; affects: { ref: string }[] }[];
  annotations: { subjects: string[]; text: string }[];
};

const printed = (report: Report): string => [...cyclonedx(report)].join('');
const bomOf = (report: Report): Bom => JSON.parse(printed(report)) as Bom;
const values = ({ properties }: { properties: Property[] }, name: string): string[] =>
  properties.filter((one) => one.name === `shadowscan:${name}`).map(({ value }) => value);

describe('cyclonedx is valid', () => {
  it.each([
    ['the sample', sample],
    ['nothing found', empty],
    ['hostile names', hostile],
    ['two thousand findings', () => many(2_000)],
  ])('%s', async (_what, report) => {
    expect(await cyclonedxFlaws(printed(report()))).toBeNull();
  });

  it('the validator would tell', async () => {
    const wrong = { ...bomOf(sample()), bogus: 1 };
    expect(await cyclonedxFlaws(JSON.stringify(wrong))).not.toBeNull();
  });

  it('names everything once, and refers to nothing that is not there', () => {
    for (const report of [sample(), hostile(), empty()]) {
      const bom = bomOf(report);
      const refs = [bom.metadata.component, ...bom.components, ...bom.services].map((one) => one['bom-ref']);
      expect(new Set(refs).size).toBe(refs.length);
      const used = [
        ...bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]),
        ...bom.vulnerabilities.flatMap(({ affects }) => affects.map(({ ref }) => ref)),
        ...bom.annotations.flatMap(({ subjects }) => subjects),
      ];
      expect(used.filter((ref) => !refs.includes(ref))).toEqual([]);
      const reached = new Set(['device', ...bom.dependencies.flatMap(({ dependsOn }) => dependsOn)]);
      expect(refs.filter((ref) => !reached.has(ref))).toEqual([]);
    }
  });
});

describe('cyclonedx says what the report says', () => {
  const report = sample();
  const bom = bomOf(report);
  const find = (name: string): Part => [...bom.components, ...bom.services].find((one) => one.name === name)!;

  it('has agents and local servers as components, remote servers as services', () => {
    const count = (test: (fact: Report['facts'][number]) => boolean): number =>
      report.facts.filter(test).length;
    expect(bom.components).toHaveLength(
      count((one) => one.kind === 'agent' || (one.kind === 'server' && !one.url)),
    );
    expect(bom.services).toHaveLength(count((one) => one.kind === 'server' && one.url !== null));
    expect(find('postmark')).toMatchObject({ version: '1.0.16', purl: 'pkg:npm/postmark-mcp@1.0.16' });
    expect((find('figma') as Service).endpoints).toEqual(['https://mcp.figma.com/mcp']);
    expect(find('Goose').version).toBeUndefined();
    expect(values(find('Goose'), 'version')).toEqual(['unknown']);
  });

  it('leads from the device to agents to their servers, each of its own user', () => {
    const refOf = (name: string, user: string): string =>
      [...bom.components, ...bom.services].find(
        (one) => one.name === name && values(one, 'user')[0] === user,
      )!['bom-ref'];
    const leads = (ref: string): string[] => bom.dependencies.find((one) => one.ref === ref)?.dependsOn ?? [];
    expect(leads('device')).toContain(refOf('Cursor', 'alice'));
    expect(leads(refOf('Cursor', 'alice'))).toContain(refOf('figma', 'alice'));
    expect(leads(refOf('Cursor', 'alice'))).not.toContain(refOf('linear', 'bob'));
    expect(leads(refOf('Cursor', 'bob'))).toContain(refOf('linear', 'bob'));
  });

  it('tells unknown agents apart by their files', () => {
    const unknown = (place: string) =>
      agent('unknown-agent', `Unknown agent (${place})`, 'unknown', `alice:${place}/mcp.json`, {
        category: 'unknown',
      });
    const facts = [
      unknown('.a'),
      unknown('.b'),
      server(['unknown-agent'], 'alice:.a/mcp.json#3', 'one', null, 'unjudged'),
      server(['unknown-agent'], 'alice:.b/mcp.json#3', 'two', null, 'unjudged'),
      server(['unknown-agent'], 'alice:work/mcp.json#3', 'three', null, 'unjudged'),
    ];
    const own = bomOf(sample({ facts, findings: [] }));
    const [a, b, one, two, three] = own.components.map((part) => part['bom-ref']);
    expect(own.dependencies).toEqual([
      { ref: 'device', dependsOn: [a, b, three] },
      { ref: a, dependsOn: [one] },
      { ref: b, dependsOn: [two] },
    ]);
  });

  it('says of a server which credentials it has, and whether it needs any only where that is seen', () => {
    const remote = server(['cursor'], 'alice:.cursor/mcp.json#1', 'r', 'https://r.example/', 'unjudged');
    const token = { type: 'github-pat', provider: 'GitHub', length: 40, masked: 'ghp_ab…' };
    const held = credential(['cursor'], 'alice:.cursor/mcp.json#2', 'T', token, { server: remote.id });
    const services = (facts: Report['facts']): Service[] => bomOf(sample({ facts, findings: [] })).services;
    const [bare] = services([remote]);
    expect([bare!.authenticated, values(bare!, 'authenticated')]).toEqual([undefined, ['unknown']]);
    const [with_] = services([remote, held]);
    expect([with_!.authenticated, values(with_!, 'credential')]).toEqual([
      true,
      ['github-pat, plaintext, literal'],
    ]);
  });

  it('marks findings on what they are about, the waived ones with who and why', () => {
    const [first] = report.findings;
    expect(values(find('postmark'), 'finding')).toEqual(['malicious-server: critical']);
    const waiver = { reason: 'a test', owner: 'sec', expires: '2027-01-01' };
    const waived = bomOf(sample({ findings: [{ ...first!, waiver }] }));
    const postmark = waived.components.find(({ name }) => name === 'postmark')!;
    expect(values(postmark, 'finding')).toEqual([
      'malicious-server: critical, waived by sec until 2027-01-01: a test',
    ]);
  });

  it('has known threats as vulnerabilities of what they affect', () => {
    const bad = bom.vulnerabilities.find(({ id }) => id === 'MAL-2025-46974')!;
    expect(bad.affects).toEqual([{ ref: find('postmark')['bom-ref'] }]);
  });

  it('is incomplete where something was not seen, and never complete', () => {
    const complete = { ...report.run, status: 'complete' as const };
    expect(bom.compositions[0]!.aggregate).toBe('incomplete');
    expect(bomOf(sample({ run: complete })).compositions[0]!.aggregate).toBe('unknown');
    expect(bom.annotations).toHaveLength(report.facts.filter(({ kind }) => kind === 'gap').length);
    expect(bom.annotations[0]!.text).toBe(
      'Could not be seen: /Users/bob/.config/goose/config.yaml (it is broken, parse).',
    );
    const lost = gap('nothing-installed', 'alice:x', 'unreadable', 'read');
    expect(bomOf(sample({ facts: [lost], findings: [] })).annotations[0]!.subjects).toEqual(['device']);
  });

  it('says of each cluster of the minimum elements what is known and what is not', () => {
    const said = bom.metadata.properties.filter(({ name }) => name.startsWith('shadowscan:ai-sbom:'));
    expect(said).toHaveLength(7);
    expect(said.find(({ name }) => name.endsWith(':models'))!.value).toMatch(/^unknown/);
    expect(values(bom.metadata, 'status')).toEqual(['partial']);
    expect(values(bom.metadata, 'coverage')).toContain('ollama: found');
  });
});

describe('cyclonedx is the same for the same report', () => {
  it('byte for byte, and has the serial number of the run', () => {
    expect(printed(sample())).toBe(printed(sample()));
    expect(bomOf(sample()).serialNumber).toBe('urn:uuid:0199f3a2-7c1e-7b0a-9d53-5b8f6a0c2e11');
    const other = (id: string): string => bomOf(sample({ run: { ...sample().run, id } })).serialNumber;
    expect(other('run-1')).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(other('run-1')).toBe(other('run-1'));
    expect(other('run-1')).not.toBe(other('run-2'));
  });

  it('is inert', () => {
    expect(printed(hostile())).not.toMatch(acts);
  });
});
