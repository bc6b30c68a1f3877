/** `history` and `report --state`: what was kept, told again. */
import * as fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Report } from '../../src/model/report.ts';
import type { PastRun } from '../../src/model/known.ts';
import { history } from '../../src/report/history.ts';
import { run } from '../trust/program.ts';
import { folderWith, rows, scanKept, write } from './kept.ts';

const only = ['package-unpinned'];
const server = (...names: string[]): object => ({
  mcpServers: Object.fromEntries(names.map((name) => [name, { command: 'npx', args: [`${name}-mcp`] }])),
});

async function scans(): Promise<{ home: string; state: string; last: Report }> {
  const [home, state] = [folderWith({ '.cursor/mcp.json': server('one') }), folderWith()];
  await scanKept(state, { home, only });
  write(home, { '.cursor/mcp.json': server('two') });
  const last = await scanKept(state, { home, only });
  return { home, state, last };
}

describe('history', () => {
  test('tells each run and what changed in it, newest first', async () => {
    const { home, state, last } = await scans();
    const { stdout, status } = run(['history', '--state', state]);
    const { schema, runs } = JSON.parse(stdout) as { schema: string; runs: PastRun[] };
    expect([schema, status, runs.length]).toEqual(['shadowscan.history/1', 0, 2]);
    expect(runs[0]).toMatchObject({
      id: last.run.id,
      targets: [`linux ${home}`],
      medium: 1,
      new: 1,
      resolved: 1,
      unseen: 0,
      exitCode: 0,
      changes: [
        {
          change: 'resolved',
          check: 'package-unpinned',
          severity: 'medium',
          file: `${home}/.cursor/mcp.json`,
        },
        { change: 'new', check: 'package-unpinned' },
      ],
      items: [
        { change: 'gone', kind: 'server', name: 'one' },
        { change: 'new', kind: 'server', name: 'two' },
      ],
    });
    const human = run(['history', '--state', state, '--format', 'human', '--limit', '1']).stdout;
    expect(human.split('\n').map((line) => line.trim().replace(home, '~'))).toEqual([
      expect.stringMatching(/^2026-11-\d\d \d\d:\d\d UTC {2}complete {2}1 medium {2}exit 0$/),
      '1 new, 0 changed, 1 resolved  linux ~',
      expect.stringMatching(/^- medium {3}package-unpinned: Server "one" of Cursor runs whatever/),
      expect.stringMatching(/^\+ medium {3}package-unpinned: Server "two" of Cursor runs whatever/),
      '- server one  ~/.cursor/mcp.json',
      '+ server two  ~/.cursor/mcp.json',
      '',
    ]);
  });

  test('cuts long lists, and names cannot speak to the terminal', async () => {
    const names = Array.from({ length: 20 }, (_, nth) => `s${nth}`);
    const home = folderWith({ '.cursor/mcp.json': server(...names, '\u001b[2Jevil\u202e') });
    const state = folderWith();
    await scanKept(state, { home, only });
    const { stdout } = run(['history', '--state', state, '--format', 'human']);
    expect(stdout).toMatch(/and 32 more \(--verbose shows all\)/);
    const all = run(['history', '--state', state, '--format', 'human', '-v']).stdout;
    for (const text of [stdout, all, run(['history', '--state', state]).stdout])
      expect(text).not.toMatch(/[\u001b\u202e]/);
    expect(all).toContain(String.raw`\u001b[2Jevil`);
  });

  test('says when nothing is kept, or a run did not end', async () => {
    expect([...history([], false)].join('')).toBe('No runs are kept yet.\n');
    const { state } = await scans();
    const [past] = JSON.parse(run(['history', '--state', state]).stdout).runs as PastRun[];
    expect([...history([{ ...past!, exitCode: null }], false)][0]).toMatch(/not ended\n$/);
  });

  test.each([
    [['--state', '/nonexistent/x'], /--state \/nonexistent\/x: cannot be used \(ENOENT\); nothing was kept/],
    [[], /required option '--state <dir>' not specified/],
    [['--state', 'x', '--limit', '0'], /--limit 0: expected a number of runs/],
  ])('%j is exit 2 and one line', (args, message) => {
    const { status, stdout, stderr } = run(['history', ...args]);
    expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(message);
  });

  test('an empty folder is left empty', () => {
    const state = folderWith();
    const { status, stderr } = run(['history', '--state', state]);
    expect([status, stderr]).toEqual([
      2,
      `shadowscan: --state: ${state}/state.db is not there; scan with --state first\n`,
    ]);
    expect(fs.readdirSync(state)).toEqual([]);
  });
});

describe('report --state', () => {
  test('prints the last report again, in any format', async () => {
    const { state, last } = await scans();
    const { stdout } = run(['report', '--state', state, '--format', 'json']);
    expect(Report.parse(JSON.parse(stdout))).toEqual(last);
    expect(run(['report', '--state', state, '--format', 'human']).stdout).toMatch(/^1 finding.*: 1 medium/);
    const facts = run(['report', '--state', state, '--format', 'facts', '--stale-hours', '999999']);
    expect(facts.status).toBe(0);
    expect(facts.stdout).toMatch(/medium/);
  });

  test('of the whole, though only what is new was asked for', async () => {
    const { home, state, last } = await scans();
    const again = ['scan', '--home', home, '--platform', 'linux', '--only', only[0]!];
    expect(JSON.parse(run([...again, '--state', state, '--new']).stdout).findings).toEqual([]);
    const saved = Report.parse(JSON.parse(run(['report', '--state', state, '-f', 'json']).stdout));
    expect(saved.findings.map(({ state: is }) => is)).toEqual(['open']);
    expect(saved.run.id).not.toBe(last.run.id);
    expect(rows(state, 'SELECT count(*) AS reports FROM reports')).toEqual([{ reports: 1 }]);
  });

  test.each([
    [['--format', 'json'], /name the file of a report, or the folder/],
    [['--format', 'json', '--state', 'x', 'file.json'], /name the file of a report, or the folder/],
  ])('%j is exit 2', (args, message) => {
    const { status, stderr } = run(['report', ...args]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
