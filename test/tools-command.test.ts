/** `shadowscan tools`: the catalogue as users and programs get it. */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { catalogue } from '../src/discover/catalogue.ts';

const program = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const run = (...args: string[]) =>
  spawnSync(process.execPath, [program, 'tools', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });

describe('the catalogue', async () => {
  const rules = await loadRules();
  const all = catalogue(rules);
  const tool = (id: string) => all.find((one) => one.id === id)!;
  const paths = (id: string, os: 'linux' | 'macos' | 'windows'): string[] =>
    tool(id).files.flatMap((file) => file.paths[os] ?? []);

  test('has every tool with source and month, and something to look for', () => {
    expect(all.map(({ id }) => id)).toEqual(rules.tools.map(({ id }) => id));
    for (const { id, source, checked, files, installed, installPaths } of all) {
      expect([id, source.length > 10, /^\d{4}-\d\d$/.test(checked)]).toEqual([id, true, true]);
      expect(files.length + Object.keys(installed).length + Object.keys(installPaths).length).toBeGreaterThan(
        0,
      );
    }
  });

  test('paths are those of each OS, bases and relocations spelled out', () => {
    expect(paths('cursor', 'macos')).toContain('~/Library/Application Support/Cursor/User/settings.json');
    expect(paths('cursor', 'windows')).toContain('$APPDATA/Cursor/User/settings.json');
    expect(paths('cursor', 'linux')).toContain('<workspace>/.cursor/mcp.json');
    expect(paths('codex', 'linux')).toContain('$CODEX_HOME/config.toml');
    expect(paths('codex', 'linux').some((one) => one.startsWith('C:'))).toBe(false);
    expect(paths('mcp-remote', 'linux')).toContain('~/.mcp-auth/{hash}_tokens.json');
  });

  test('a product of one OS is not promised on others', () => {
    expect(tool('chatgpt-atlas').platforms).toEqual(['macos']);
  });
});

test('JSON on a pipe, a list and pages for people', () => {
  const json = JSON.parse(run('codex').stdout) as { schema: string; tools: { id: string }[] };
  expect([json.schema, json.tools.map(({ id }) => id)]).toEqual(['shadowscan.tools/1', ['codex']]);
  const list = run('--format', 'human', '--platform', 'macos');
  expect(list.stdout).toMatch(/^codex +OpenAI Codex +cli-agent +/m);
  expect(list.stdout).toMatch(/^\d+ tools\./m);
  const page = run('codex', '--format', 'human', '--platform', 'windows').stdout;
  expect(page).toContain('~/.codex/config.toml');
  expect(page).not.toContain('/Library/');
});

test('an unknown tool is exit 2 and one line with the nearest', () => {
  const { status, stdout, stderr } = run('curso');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe('shadowscan: tools curso: no such tool; did you mean "cursor"?\n');
});
