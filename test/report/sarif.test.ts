import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { sarif } from '../../src/report/sarif.ts';
import { fileUri, relativeUri } from '../../src/report/uri.ts';
import { acts, empty, hostile, many } from './hostile.ts';
import { sample } from './sample.ts';
import { sarifFlaws } from './validators.ts';

type Located = {
  physicalLocation: { artifactLocation: { uri: string; uriBaseId?: string }; region?: object };
};
type Result = {
  ruleId: string;
  ruleIndex: number;
  level: string;
  baselineState?: string;
  message: { text: string };
  locations: Located[];
  partialFingerprints: Record<string, string>;
  suppressions?: { kind: string; status: string; justification: string }[];
  properties: Record<string, unknown>;
};
type Run = {
  tool: {
    driver: {
      rules: { id: string; helpUri?: string; relationships: object[] }[];
      notifications: { id: string }[];
    };
  };
  taxonomies: { name: string; taxa: { id: string }[] }[];
  invocations: {
    executionSuccessful: boolean;
    toolExecutionNotifications: (object & { locations: Located[] })[];
  }[];
  originalUriBaseIds: Record<string, object>;
  results: Result[];
  properties: Record<string, unknown>;
};

const printed = (report: Report): string => [...sarif(report)].join('');
const runOf = (report: Report): Run => (JSON.parse(printed(report)) as { runs: [Run] }).runs[0];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-sarif-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

let flaws: (text: string) => string[] = () => [];
beforeAll(() => {
  flaws = sarifFlaws(folder);
});

describe('sarif is valid', () => {
  it.each([
    ['the sample', sample],
    ['nothing found', empty],
    ['hostile names', hostile],
    ['two thousand findings', () => many(2_000)],
  ])('%s', (_what, report) => {
    expect(flaws(printed(report()))).toEqual([]);
  });

  it('the validator would tell', () => {
    const wrong = JSON.parse(printed(sample())) as { runs: [Run] };
    (wrong.runs[0].results[0] as object as { bogus: number }).bogus = 1;
    wrong.runs[0].results[1]!.ruleIndex = 99;
    expect(flaws(JSON.stringify(wrong)).map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['JSON1005', 'SARIF1009']),
    );
  });
});

describe('sarif says what the report says', () => {
  const run = runOf(sample());

  it('has a result for each finding, in order, with its rule', () => {
    const { findings } = sample();
    expect(run.results.map(({ ruleId }) => ruleId)).toEqual(findings.map(({ check }) => check));
    for (const one of run.results) expect(run.tool.driver.rules[one.ruleIndex]!.id).toBe(one.ruleId);
    expect(run.results.map(({ level }) => level)).toEqual(
      findings.map(
        ({ severity }) =>
          ({ critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' })[severity],
      ),
    );
    expect(run.results[0]!.message.text).toBe(`${findings[0]!.message}\n\n${findings[0]!.remedy}`);
  });

  it('suppresses what is waived, with the reason, and nothing else', () => {
    const waived = sample().findings.filter(({ waiver }) => waiver !== undefined);
    expect(waived.length).toBeGreaterThan(0);
    const suppressed = run.results.filter(({ suppressions }) => suppressions !== undefined);
    expect(suppressed.map((one) => one.partialFingerprints['shadowscanFinding/v1'])).toEqual(
      waived.map(({ fingerprint }) => fingerprint),
    );
    const { owner, expires, reason } = waived[0]!.waiver!;
    expect(suppressed[0]!.suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: `Waived by ${owner} until ${expires}: ${reason}`,
      },
    ]);
  });

  it('tells what changed only where runs were compared', () => {
    const [first] = sample().findings;
    const states = (more: object) =>
      runOf(sample({ findings: [{ ...first!, ...more }] })).results[0]!.baselineState;
    expect(states({ state: 'open' })).toBeUndefined();
    expect(states({ state: 'new' })).toBe('new');
    expect(states({ state: 'resolved' })).toBe('absent');
    expect(states({ state: 'open', firstSeen: '2026-11-01T00:00:00Z' })).toBe('unchanged');
    expect(states({ state: 'open', firstSeen: '2026-11-01T00:00:00Z', changed: ['mode'] })).toBe('updated');
  });

  it('names places below homes that it does not locate, and others as they are', () => {
    const [first] = run.results;
    expect(first!.locations[0]!.physicalLocation).toEqual({
      artifactLocation: { uri: '.cursor/mcp.json', uriBaseId: 'HOME1' },
      region: { startLine: 14 },
    });
    expect(Object.keys(run.originalUriBaseIds)).toEqual(['HOME1', 'HOME2', 'HOME3']);
    expect(JSON.stringify(run.originalUriBaseIds)).not.toContain('/Users');
    const other = run.results.find(({ ruleId }) => ruleId === 'local-model-runtime')!;
    expect(other.locations[0]!.physicalLocation.artifactLocation.uri).toBe('file:///usr/local/bin/ollama');
  });

  it('tells every gap, the coverage and that the run was partial', () => {
    const gaps = sample().facts.filter(({ kind }) => kind === 'gap');
    expect(run.invocations[0]!.toolExecutionNotifications).toHaveLength(gaps.length);
    expect(run.tool.driver.notifications.map(({ id }) => id)).toEqual([
      'gap/hot-journal',
      'gap/link-out-of-place',
      'gap/malformed',
    ]);
    expect(run.invocations[0]!.executionSuccessful).toBe(true);
    expect(run.properties).toMatchObject({ status: 'partial', coverage: sample().coverage });
    const broken = sample().facts.map((fact) =>
      fact.kind === 'gap' ? { ...fact, reason: 'internal' as const } : fact,
    );
    expect(runOf(sample({ facts: broken })).invocations[0]!.executionSuccessful).toBe(false);
  });

  it('has the same bytes for the same report', () => {
    expect(printed(sample())).toBe(printed(sample()));
  });
});

describe('sarif is inert', () => {
  const text = printed(hostile());
  const run = runOf(hostile());

  it('has no character that acts, no link in a message, and no sign in an address that is not ours', () => {
    expect(text).not.toMatch(acts);
    const places = run.results.flatMap(({ locations }) => locations);
    for (const { message } of run.results) expect(message.text).not.toContain('](');
    for (const { physicalLocation } of places)
      expect(physicalLocation.artifactLocation.uri).toMatch(/^(?:file:\/\/\/)?[\w.~!*'()%/-]+$/);
    expect(
      places.some(({ physicalLocation }) => /%3Cscript%3E/.test(physicalLocation.artifactLocation.uri)),
    ).toBe(true);
    for (const { helpUri } of run.tool.driver.rules)
      expect(helpUri === undefined || helpUri.startsWith('https://')).toBe(true);
  });

  it('shows long texts in part', () => {
    const longest = Math.max(...run.results.map(({ message }) => message.text.length));
    expect(longest).toBeLessThan(6_000);
  });
});

describe('paths as URIs', () => {
  it.each([
    ['/home/a/b c', 'file:///home/a/b%20c'],
    ['C:\\Users\\a\\b#c?d', 'file:///C:/Users/a/b%23c%3Fd'],
    ['\\\\server\\share\\x', 'file://server/share/x'],
    ['//server/x', 'file:///server/x'],
    ['HKLM\\Software\\X', 'HKLM/Software/X'],
    ['/a\u202E\u0000\uD83D', 'file:///a%E2%80%AE%00%EF%BF%BD'],
    ['-', '-'],
  ])('%j', (given, uri) => {
    expect(fileUri(given)).toBe(uri);
  });

  it('is relative below a base', () => {
    expect(relativeUri('/.cursor/mcp.json')).toBe('.cursor/mcp.json');
    expect(relativeUri('\\AppData\\x y')).toBe('AppData/x%20y');
  });
});
