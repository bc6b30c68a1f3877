/** Reports of real scans in all formats: what the sample does not have, a home with a dozen tools has. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadRules } from '../../src/cli/load.ts';
import { Allowlist } from '../../src/model/allowlist.ts';
import { EcsDocument } from '../../src/model/ecs.ts';
import { OcsfEvent } from '../../src/model/ocsf.ts';
import { formats } from '../../src/report/formats.ts';
import { scan } from '../../src/scan.ts';
import { buildMachine, testHost } from '../fixture.ts';
import { acts } from './hostile.ts';
import { compiledSchema, flawsOf } from './ocsf-schema.ts';
import { cyclonedxFlaws, ecsFlaws, sarifFlaws } from './validators.ts';

const tools = [
  'claude-code',
  'codex',
  'continue',
  'cursor',
  'docker-mcp',
  'env-files',
  'gemini-cli',
  'github-copilot',
  'goose',
  'ollama',
  'unknown-agent',
  'vscode',
  'zed',
];
const catalogue = path.join(import.meta.dirname, '..', 'tools');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-real-'));
const home = path.join(folder, 'home');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** One home with what the fixtures of several tools have in theirs. */
function build(): string[] {
  const used = tools.filter((tool) => fs.existsSync(path.join(catalogue, tool, 'linux', 'fixture.yaml')));
  for (const tool of used) {
    const machine = buildMachine(path.join(catalogue, tool, 'linux'), 'linux');
    fs.cpSync(machine.home, home, { recursive: true, force: true });
    fs.rmSync(machine.folder, { recursive: true, force: true });
  }
  return used;
}

const used = build();
const rules = await loadRules();
const list = {
  list: Allowlist.parse({ name: 'Test', version: '1' }),
  info: {
    source: 'list.yaml',
    name: 'Test',
    version: '1',
    sha256: '0'.repeat(64),
    fetchedAt: '2026-11-20T08:00:00Z',
    expiresAt: null,
    signature: 'none' as const,
  },
};
const host = testHost({ platform: 'linux', user: { name: 'dev', home } });
const report = scan(host, rules, { home, platform: 'linux', allowlist: list });
const options = { columns: 80, colour: 0 as const, unicode: true, verbose: false, failOn: 'high' as const };
const printed = (name: keyof typeof formats): string => [...formats[name](report, options)].join('');
const linesOf = (name: keyof typeof formats): object[] =>
  printed(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);

describe('a real report', () => {
  it('has something of most kinds', () => {
    expect(used.length).toBeGreaterThan(8);
    expect(report.findings.length).toBeGreaterThan(60);
    const kinds = ['agent', 'server', 'credential', 'extension', 'permission', 'endpoint', 'account'];
    expect(Object.keys(report.summary.facts)).toEqual(expect.arrayContaining(kinds));
    expect(report.findings.some(({ byList }) => byList)).toBe(true);
    expect(report.findings.some(({ byList }) => !byList)).toBe(true);
  });

  it('is valid SARIF', () => {
    expect(sarifFlaws(folder)(printed('sarif'))).toEqual([]);
  });

  it('is valid CycloneDX', async () => {
    expect(await cyclonedxFlaws(printed('cyclonedx'))).toBeNull();
  });

  it('is valid OCSF, and no record has the id of another', () => {
    const events = linesOf('ocsf') as OcsfEvent[];
    for (const event of events) {
      expect(OcsfEvent.safeParse(event).error).toBeUndefined();
      if (compiledSchema !== null) expect(flawsOf(event)).toEqual([]);
    }
    expect(new Set(events.map(({ metadata }) => metadata.uid)).size).toBe(events.length);
    const uids = events.flatMap((event) => ('finding_info' in event ? [event.finding_info.uid] : []));
    expect(uids).toHaveLength(report.findings.length);
    expect(new Set(uids).size).toBe(uids.length);
  });

  it('is valid ECS', () => {
    for (const document of linesOf('ecs')) {
      expect(ecsFlaws(document)).toEqual([]);
      expect(EcsDocument.safeParse(document).error).toBeUndefined();
    }
  });

  it.each(Object.keys(formats) as (keyof typeof formats)[])('%s: inert, and the same each time', (name) => {
    const text = printed(name);
    expect(text.match(acts)).toBeNull();
    expect(printed(name)).toBe(text);
    const again = scan(testHost({ platform: 'linux', user: { name: 'dev', home } }), rules, {
      home,
      platform: 'linux',
      allowlist: list,
    });
    expect([...formats[name](again, options)].join('') === text).toBe(true);
  });
});
