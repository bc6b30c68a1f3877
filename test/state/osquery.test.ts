/**
 * What osquery and Fleet are given, under the rules by which osquery builds tables from a database: it runs the
 * query read-only, takes the columns that are named, makes text of every value, and adds a column `path`.
 */
import * as path from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { fleetConfig, queryPack, tablesConfig } from '../../src/report/osquery.ts';
import { run } from '../trust/program.ts';
import { folderWith, scanKept, write } from './kept.ts';

type Table = { query: string; path: string; columns: string[]; platform: string };
type Tables = { auto_table_construction: Record<string, Table> };

/** Names of osquery's own tables that are near ours. */
const core = ['users', 'processes', 'file', 'hash', 'findings', 'inventory', 'vscode_extensions'];

/** A database that answers as osquery does on the machine with this state; empty without one. */
function osquery(state: string | null): Database.Database {
  const shown = new Database(':memory:');
  const { auto_table_construction: tables } = tablesConfig('linux') as Tables;
  for (const [name, { query, columns }] of Object.entries(tables)) {
    shown.exec(`CREATE TABLE ${name} (${[...columns, 'path'].map((one) => `${one} TEXT`).join(', ')})`);
    if (state === null) continue;
    const kept = new Database(path.join(state, 'state.db'), { readonly: true });
    const insert = shown.prepare(
      `INSERT INTO ${name} VALUES (${[...columns, 'path'].map(() => '?').join(', ')})`,
    );
    for (const row of kept.prepare<[], Record<string, unknown>>(query).all()) {
      expect(Object.keys(row)).toEqual(columns);
      insert.run(...columns.map((column) => String(row[column] ?? '')), state);
    }
    kept.close();
  }
  return shown;
}

/** Names of the policies that a machine passes. */
function passed(state: string | null): string[] {
  const machine = osquery(state);
  const { policies } = fleetConfig(['linux']) as { policies: { name: string; query: string }[] };
  return policies.filter(({ query }) => machine.prepare(query).all().length > 0).map(({ name }) => name);
}

const bad = { command: 'npx', args: ['-y', 'postmark-mcp@1.0.16'] };
const names = (fleetConfig(['linux']) as { policies: { name: string }[] }).policies.map(({ name }) => name);
const [isFresh, isQuiet, isApproved, isClean] = names as [string, string, string, string];
/** A scan that ends now, since policies look at the clock of the machine. */
const now = { host: { now: () => new Date() } };

describe('tables', () => {
  test.each(['linux', 'macos', 'windows'] as const)('on %s keep to the rules of osquery', (platform) => {
    const { auto_table_construction: tables } = tablesConfig(platform) as Tables;
    expect(Object.keys(tables)).toEqual(['shadowscan_findings', 'shadowscan_inventory', 'shadowscan_runs']);
    for (const [name, { query, path: file, columns }] of Object.entries(tables)) {
      expect(core).not.toContain(name);
      expect(columns.map((column) => column.toLowerCase())).not.toContain('path');
      expect(new Set(columns).size).toBe(columns.length);
      expect(query).toMatch(/^SELECT [^;]+$/);
      expect(file).not.toMatch(/[%*]/);
    }
  });

  test('show findings, inventory and runs as text', async () => {
    const [home, state] = [folderWith({ '.cursor/mcp.json': { mcpServers: { bad } } }), folderWith()];
    await scanKept(state, { home, ...now });
    const machine = osquery(state);
    const { queries } = queryPack() as { queries: Record<string, { query: string; interval: number }> };
    const asked = (name: string): Record<string, string>[] =>
      machine.prepare<[], Record<string, string>>(queries[name]!.query).all();
    expect(asked('shadowscan_open_findings')[0]).toMatchObject({
      check_id: 'server-malicious',
      severity: 'critical',
      tools: 'cursor',
      file_path: path.join(home, '.cursor/mcp.json'),
      first_seen: expect.stringMatching(/^\d{10}$/),
    });
    expect(asked('shadowscan_ai_inventory')).toMatchObject([
      { kind: 'agent', name: 'Cursor', client: 'cursor', verdict: 'unjudged' },
      { kind: 'server', name: 'bad', version: '1.0.16', package: 'pkg:npm/postmark-mcp@1.0.16' },
    ]);
    expect(asked('shadowscan_last_run')).toMatchObject([
      { status: 'complete', exit_code: '0', critical: '1', new_findings: expect.stringMatching(/^[1-9]/) },
    ]);
    for (const { interval } of Object.values(queries)) expect(interval).toBe(3600);
  });
});

describe('policies', () => {
  test('fail where nobody has scanned', async () => {
    expect(passed(null)).toEqual([]);
    const [home, state] = [folderWith(), folderWith()];
    const old = new Date(Date.now() - 3 * 86_400_000);
    await scanKept(state, { home, host: { now: () => old } });
    expect(passed(state)).toEqual([]);
  });

  test('tell good from bad', async () => {
    const [home, state] = [folderWith(), folderWith()];
    await scanKept(state, { home, ...now });
    expect(passed(state)).toEqual(names);
    write(home, { '.cursor/mcp.json': { mcpServers: { bad } } });
    await scanKept(state, { home, ...now });
    expect(passed(state)).toEqual([isFresh, isClean]);
    write(home, { '.cursor/mcp.json': '{}', '.npmrc': '//r.example/:_authToken=q8Zr4Lw1Tn6Vb3Ys9Kd2\n' });
    await scanKept(state, { home, ...now });
    expect(passed(state)).not.toContain(isClean);
    expect(passed(state)).toContain(isApproved);
    write(home, { '.npmrc': '' });
    await scanKept(state, { home, ...now });
    expect(passed(state)).toEqual(names);
    expect(isQuiet).toMatch(/critical or high/);
  });
});

describe('the command', () => {
  const printed = (...args: string[]) => run(['osquery', ...args]);

  test('prints each part for a system and its folder', () => {
    const atc = JSON.parse(
      printed('atc', '--platform', 'windows', '--state', String.raw`D:\kept`).stdout,
    ) as Tables;
    expect(atc.auto_table_construction['shadowscan_runs']).toMatchObject({
      path: String.raw`D:\kept\state.db`,
      platform: 'windows',
    });
    expect(JSON.parse(printed('pack').stdout)).toEqual(queryPack());
    const fleet = parse(printed('fleet').stdout) as unknown;
    expect(fleet).toEqual(fleetConfig(['linux', 'macos', 'windows']));
    expect(fleet).toMatchObject({
      agent_options: {
        overrides: {
          platforms: {
            darwin: { auto_table_construction: { shadowscan_runs: { platform: 'darwin' } } },
            windows: {},
            linux: {},
          },
        },
      },
      policies: expect.arrayContaining([expect.objectContaining({ platform: 'linux,darwin,windows' })]),
    });
  });

  test.each([
    [['atc', '--state', 'here'], /expected the absolute path/],
    [['atc', '--platform', 'macos', '--state', '/Users/%/x'], /takes % and \* for wildcards/],
    [['fleet', '--state', '/x'], /goes with --platform/],
    [['tables'], /Allowed choices are atc, pack, fleet/],
  ])('%j is exit 2 and one line', (args, message) => {
    const { status, stdout, stderr } = printed(...args);
    expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(message);
  });
});
