/** A source is left when the time is up, however long it would go on; and wide maps are asked for each key. */
import { expect, test } from 'vitest';
import { entryOf } from '../../src/parse/nodes.ts';
import type { Secrets } from '../../src/secrets/engine.ts';
import { timeUp, untilLate } from '../../src/secrets/until-late.ts';
import { loadRules } from '../../src/cli/load.ts';
import { createSecrets } from '../../src/secrets/engine.ts';
import { systemHost } from '../../src/host/system.ts';
import { scanSeen } from '../../src/scan.ts';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

async function kit(): Promise<Secrets> {
  return createSecrets(await loadRules(), null, Buffer.from('run'));
}

test('what a kit says in time is what it says', async () => {
  const secrets = await kit();
  const watched = untilLate(secrets, () => false);
  for (let i = 0; i < 100; i++) expect(watched.show('plain')).toBe('plain');
});

test('and when the time is up it throws, whichever way it is asked', async () => {
  let late = false;
  const watched = untilLate(await kit(), () => late);
  for (let i = 0; i < 100; i++) watched.show('plain');
  late = true;
  expect(() => {
    for (let i = 0; i < 100; i++) watched.show('plain');
  }).toThrow(timeUp);
});

test('a file that would take longer than there is time for is a gap that says so', async () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-late-'));
  const servers = Array.from({ length: 2000 }, (_, at) => [`s${at}`, { command: 'npx', args: [`p${at}`] }]);
  fs.mkdirSync(path.join(home, '.cursor'));
  const file = path.join(home, '.cursor', 'mcp.json');
  fs.writeFileSync(file, JSON.stringify({ mcpServers: Object.fromEntries(servers) }));
  const scan = (limit: number) => {
    // A clock that only goes on while this file is looked at.
    let ticks = 0;
    let isRead = false;
    const real = systemHost();
    const read: typeof real.read = (name, ...rest) => {
      isRead ||= name === file;
      return real.read(name, ...rest);
    };
    const host = { ...real, read, elapsed: () => (isRead ? (ticks += 1) : 0) };
    const given = { home, platform: 'linux' as const, timeLimit: limit, only: [], skip: [] };
    return { host, given };
  };
  const rules = await loadRules();
  const told = (limit: number): unknown[] => {
    const { host, given } = scan(limit);
    const { report } = scanSeen(host, rules, {
      ...given,
      deep: false,
      transcripts: false,
      processes: false,
      addedRules: false,
    });
    const gaps = report.facts.flatMap((fact) =>
      fact.kind === 'gap' && fact.origin.path === file ? [`${fact.stage}: ${fact.reason}`] : [],
    );
    return [gaps, report.facts.filter((fact) => fact.kind === 'server').length, report.run.status];
  };
  expect(told(0.02)).toEqual([['inventory: time-limit'], 0, 'partial']);
  expect(told(1000)).toEqual([[], 2000, 'complete']);
  fs.rmSync(home, { recursive: true });
});

test('the last of equal keys counts, in small maps and in large ones', () => {
  for (const size of [3, 3000]) {
    const entries = Array.from({ length: size }, (_, at) => ({
      key: `k${at % (size - 1)}`,
      keyAt: null,
      value: { type: 'scalar' as const, value: at, at: null },
    }));
    expect(entryOf(entries, 'k0')?.value).toMatchObject({ value: size - 1 });
    expect(entryOf(entries, 'k1')?.value).toMatchObject({ value: 1 });
    expect(entryOf(entries, 'other')).toBeUndefined();
    expect(entryOf(entries, '__proto__')).toBeUndefined();
  }
});
