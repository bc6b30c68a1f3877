/** `scan --new`: only what is new is reported and fails, and what is resolved is listed. */
import { expect, test } from 'vitest';
import { Report } from '../../src/model/report.ts';
import { run } from '../trust/program.ts';
import { folderWith, rows, states, write } from './kept.ts';

const bad = { command: 'npx', args: ['-y', 'postmark-mcp@1.0.16'] };

test('known findings neither show nor fail; new ones do; resolved ones show', () => {
  const home = folderWith({ '.cursor/mcp.json': { mcpServers: { bad } } });
  const state = folderWith();
  const scan = (...more: string[]) => {
    const args = ['scan', '--home', home, '--platform', 'linux', '--only', 'server-malicious'];
    const { status, stdout } = run([...args, '--state', state, ...more]);
    return { status, stdout };
  };
  expect(scan('--new').status).toBe(1);
  const again = scan('--new');
  expect([again.status, states(Report.parse(JSON.parse(again.stdout)))]).toEqual([0, []]);
  expect(scan('--new', '-f', 'human').stdout).toMatch(/^No new findings\n/);
  expect(scan().status).toBe(1);
  write(home, { '.cursor/mcp.json': { mcpServers: { other: bad } } });
  const { status, stdout } = scan('--new');
  const report = Report.parse(JSON.parse(stdout));
  expect([status, states(report)]).toEqual([
    1,
    ['server-malicious mcp.json: new', 'server-malicious mcp.json: resolved'],
  ]);
  expect([report.run.onlyNew, report.summary.byCheck]).toEqual([true, { 'server-malicious': 1 }]);
  expect(rows(state, 'SELECT new, resolved, exit_code FROM runs ORDER BY number')).toEqual([
    { new: 1, resolved: 0, exit_code: 1 },
    { new: 0, resolved: 0, exit_code: 0 },
    { new: 0, resolved: 0, exit_code: 0 },
    { new: 0, resolved: 0, exit_code: 1 },
    { new: 1, resolved: 1, exit_code: 1 },
  ]);
}, 60_000);

test.each([
  [['scan', '--new'], /--new: goes with --state DIR/],
  [['scan', '-', '--state', 'x'], /--state keeps what lies on a disk/],
])('%j is exit 2', (args, message) => {
  const ended = run(args);
  expect([ended.status, ended.stdout]).toEqual([2, '']);
  expect(ended.stderr).toMatch(message);
});
