import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NdjsonRecord } from '../../src/model/record.ts';
import { Report } from '../../src/model/report.ts';
import { json } from '../../src/report/json.ts';
import { ndjson } from '../../src/report/ndjson.ts';
import { sample } from './sample.ts';
import { hostileName } from './sample-facts.ts';

const validator = (name: string) => {
  const schema: unknown = JSON.parse(
    readFileSync(new URL(`../../schema/${name}.json`, import.meta.url), 'utf8'),
  );
  return new Ajv2020({ strictTypes: false }).compile(schema as object);
};
const acts = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/u;

describe('json', () => {
  const text = [...json(sample())].join('');

  it('is the report, whole', () => {
    expect(Report.parse(JSON.parse(text))).toEqual(sample());
  });

  it('agrees with the published schema, which tells a wrong report from a right one', () => {
    const valid = validator('report-1');
    expect(valid(JSON.parse(text)), JSON.stringify(valid.errors)).toBe(true);
    expect(valid({ ...sample(), findings: [{ ...sample().findings[0], severity: 'fatal' }] })).toBe(false);
    expect(valid({ ...sample(), facts: [{ ...sample().facts[0], kind: 'nothing' }] })).toBe(false);
    expect(valid({ ...sample(), addedLater: true })).toBe(true);
  });

  it('is pretty, as JSON.stringify would make it, with a newline at the end', () => {
    expect(text).toBe(
      `${JSON.stringify(JSON.parse(text), null, 2)}\n`
        .replaceAll('\u202E', '\\u202e')
        .replaceAll('\u200B', '\\u200b'),
    );
    const empty = sample({ coverage: [], facts: [], findings: [], allowlist: null });
    expect([...json(empty)].join('')).toBe(
      `${JSON.stringify(JSON.parse([...json(empty)].join('')), null, 2)}\n`,
    );
  });

  it('keeps hostile names, as escapes', () => {
    expect(text).not.toMatch(acts);
    expect(text).toContain('git\\u202ebuh\\u200b\\u001b[2A\\u0007\\nApproved by IT');
    expect(
      (JSON.parse(text) as Report).facts.some((fact) => fact.kind === 'server' && fact.name === hostileName),
    ).toBe(true);
  });

  it('keeps keys that are special to JavaScript', () => {
    const [first, ...others] = sample().findings;
    if (first === undefined) throw new Error('the sample has findings');
    const evidence = JSON.parse('{"__proto__": "a", "constructor": "b", "7": 1}') as typeof first.evidence;
    const printed = [...json({ ...sample(), findings: [{ ...first, evidence }, ...others] })].join('');
    const back = JSON.parse(printed) as Report;
    expect(Object.entries(back.findings[0]?.evidence ?? {})).toEqual([
      ['7', 1],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it('comes in pieces', () => {
    expect([...json(sample())].length).toBeGreaterThan(sample().facts.length + sample().findings.length);
  });
});

describe('ndjson', () => {
  const chunks = [...ndjson(sample())];
  const records = chunks.map((chunk) => JSON.parse(chunk) as { type: string });

  const bare = (type: string) =>
    records.filter((one) => one.type === type).map(({ type: _type, ...rest }) => rest);

  it('is one record a line, each by the schemas', () => {
    const valid = validator('ndjson-1');
    for (const [index, record] of records.entries()) {
      expect(chunks[index]).toMatch(/^\{"type":"[a-z]+",[^\n]*\}\n$/);
      expect(valid(record), JSON.stringify(valid.errors)).toBe(true);
      NdjsonRecord.parse(record);
    }
    expect(valid({ type: 'nothing' })).toBe(false);
  });

  it('begins with the run and ends in one summary with its status', () => {
    const { coverage, facts, findings, run, summary } = sample();
    expect(records.map((one) => one.type)).toEqual([
      'run',
      ...coverage.map(() => 'coverage'),
      ...facts.map(() => 'fact'),
      ...findings.map(() => 'finding'),
      'summary',
    ]);
    expect(records.at(-1)).toEqual({ type: 'summary', run: run.id, status: 'partial', ...summary });
  });

  it('holds every record of the report unchanged', () => {
    expect(bare('fact')).toEqual(sample().facts);
    expect(bare('finding')).toEqual(sample().findings);
    expect(bare('coverage')).toEqual(sample().coverage);
  });

  it('is inert', () => {
    expect(chunks.join('')).not.toMatch(acts);
  });
});
