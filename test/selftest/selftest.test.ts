/** `selftest` finds its sample on each platform, says what is wrong when something is, and leaves nothing. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadRules } from '../../src/cli/load.ts';
import { selftest } from '../../src/cli/selftest.ts';
import { platforms } from '../../src/model/words.ts';
import { selftestSource } from '../../src/selftest-source.ts';

const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-selftest-test-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const rules = await loadRules();

test.each(platforms)('the sample of %s', async (platform) => {
  expect(await selftest(rules, platform)).toEqual({ wrong: [], things: 7 });
});

test('what is missing and what is too much', async () => {
  const sample = selftestSource();
  const [first, ...others] = sample.expect;
  const changed = { ...sample, expect: [...others, 'server other of cursor'] };
  expect((await selftest(rules, 'linux', changed)).wrong).toEqual([
    'missing: server other of cursor',
    `too much: ${first}`,
  ]);
});

test('rules that find less', async () => {
  const fewer = { ...rules, checks: rules.checks.filter(({ id }) => id !== 'secret-in-config') };
  expect((await selftest(fewer, 'linux')).wrong).toEqual(['missing: secret-in-config ~/.cursor/mcp.json']);
});

test('the command ends with 0, or with 2 and one line, and leaves nothing', () => {
  const call = (temporary: string) =>
    spawnSync(process.execPath, [program, 'selftest'], {
      encoding: 'utf8',
      env: { TMPDIR: temporary, HOME: folder },
    });
  const good = call(folder);
  expect([good.status, good.stderr]).toEqual([0, '']);
  expect(good.stdout).toMatch(/^selftest: ok, all 7 things found and nothing else; shadowscan \S+, rules /);
  expect(fs.readdirSync(folder)).toEqual([]);
  // Root does not let the environment choose.
  if (process.geteuid?.() === 0) return;
  const bad = call(path.join(folder, 'none'));
  expect([bad.status, bad.stdout]).toEqual([2, '']);
  expect(bad.stderr).toMatch(/^shadowscan: selftest: .*: takes no folder \(ENOENT\); set TMPDIR/);
});
