/**
 * Every fixture of the catalogue: what is found in it is exactly what `facts.json` says, and as much as was
 * counted by hand; nothing that was planted is in any output. A new tool needs no code here.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import type { Platform } from '../src/model/common.ts';
import type { Report } from '../src/model/report.ts';
import { Report as ReportSchema } from '../src/model/report.ts';
import { formats } from '../src/report/formats.ts';
import { scan } from '../src/scan.ts';
import { buildMachine, readFixture, testHost } from './fixture.ts';

const rules = await loadRules();
const catalogue = path.join(import.meta.dirname, 'tools');
const cases = fs
  .globSync('*/*/fixture.yaml', { cwd: catalogue })
  .toSorted()
  .map((file) => path.dirname(file));
const built: string[] = [];

afterAll(() => {
  for (const folder of built) fs.rmSync(folder, { recursive: true, force: true });
});

/** The facts as they are kept: places by name, nothing that differs from run to run. */
function kept(report: Report, home: string, root: string): unknown {
  const text = JSON.stringify(report.facts).replaceAll(home, '~').replaceAll(root, '');
  return (JSON.parse(text) as Record<string, unknown>[]).map(({ id: _, lastUsed: __, ...fact }) => fact);
}

describe.each(cases)('%s', (name) => {
  const folder = path.join(catalogue, name);
  const platform = path.basename(name) as Platform;
  const fixture = readFixture(folder);
  const machine = buildMachine(folder, platform);
  built.push(machine.folder);
  const host = testHost({ platform, env: machine.env, user: { name: 'dev', home: machine.home } });
  const { transcripts = false } = fixture;
  const options = { home: machine.home, root: machine.root, platform, env: machine.env, transcripts };
  const report = scan(host, rules, options);

  test('facts', async () => {
    expect(ReportSchema.safeParse(report).error).toBeUndefined();
    const facts = `${JSON.stringify(kept(report, machine.home, machine.root), null, 2)}\n`;
    await expect(facts).toMatchFileSnapshot(path.join(folder, 'facts.json'));
  });

  test('counts', () => {
    const { gap = 0, ...counted } = report.summary.facts;
    expect({ gap, ...counted }).toEqual({ gap: 0, ...fixture.expect });
    if (fixture.servers === undefined) return;
    const servers = report.facts.flatMap((fact) => (fact.kind === 'server' ? [[fact.name, fact.load]] : []));
    expect(Object.fromEntries(servers)).toEqual(fixture.servers);
  });

  test('no secret in any output', () => {
    for (const [format, print] of Object.entries(formats)) {
      const text = [
        ...print(report, { columns: 100, colour: 0, unicode: true, verbose: true, failOn: 'high' }),
      ].join('');
      for (const secret of machine.planted) {
        // What comes first is the provider's public prefix, which may be shown.
        for (let at = 14; at + 8 <= secret.length; at += 1) {
          const piece = secret.slice(at, at + 8);
          expect(text.includes(piece), `${format} shows a piece of ${secret.slice(0, 4)}… at ${at}`).toBe(
            false,
          );
        }
      }
    }
  });
});

test('every tool has a fixture', () => {
  const covered = new Set(cases.map((name) => name.split('/')[0]));
  expect(rules.tools.map((tool) => tool.id).filter((id) => !covered.has(id))).toEqual([]);
});
