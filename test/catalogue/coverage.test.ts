/** The comparison of known places with the catalogue: how paths meet, and that the hand-kept lists are in order. */
import { describe, expect, test } from 'vitest';
import { coverage, known, notUsed } from '../../scripts/catalogue/coverage.ts';
import { catalogued, documented, meets, textsMeet } from '../../scripts/catalogue/patterns.ts';
import { loadRules } from '../../src/cli/load.ts';

const rules = await loadRules();
const met = (path: string, ours: string): string | null =>
  catalogued(ours)
    .map((one) => meets(documented(path), one))
    .find((one) => one !== null) ?? null;

describe('paths meet', () => {
  test.each([
    ['~/.tool/mcp.json', '~/.tool/mcp.json', 'path'],
    ['~/.Tool/mcp.json', '~/.tool/{file}.json', 'path'],
    ['%APPDATA%\\Tool\\a.json', '~/AppData/Roaming/Tool/a.json', 'path'],
    ['%LOCALAPPDATA%\\Programs\\Tool', '~/AppData/Local/Programs/Tool/Tool.exe', 'folder'],
    ['C:\\Program Files\\Tool\\a.json', '/Program Files/Tool/a.json', 'path'],
    ['$XDG_CONFIG_HOME/tool', '~/.config/tool/a.yaml', 'folder'],
    ['<repo root>/.tool/mcp.json', '<workspace>/.tool/mcp.json', 'path'],
    ['<data dir>/a/settings.json', '~/.tool/a/settings.json', 'path'],
    ['settings.json', '~/.tool/settings.json', 'path'],
    ['~/.tool/<server>/*.json', '~/.tool/{server}/tokens.json', 'path'],
    ['~/.tool/credentials/**', '~/.tool/credentials/a/b.json', 'path'],
    ['~/.tool/a.yaml', '~/.tool/a.{json,yaml}', 'path'],
    ['~/.tool/{hash}_tokens.json', '~/.tool/{hash:[0-9a-f]*}_tokens.json', 'path'],
    ['~/.tool', '~/.tool', 'path'],
  ])('%s and %s', (path, ours, how) => {
    expect(met(path, ours)).toBe(how);
  });

  test.each([
    ['~/.tool/mcp.json', '<workspace>/.tool/mcp.json'],
    ['~/.tool/mcp.json', '~/.tool/mcp.json/more'],
    ['~/.tool/mcp.json', '~/.tool'],
    ['~/.tool/a.json', '~/.tools/a.json'],
    ['/etc/tool/a.json', '~/etc/tool/a.json'],
    ['defaults.yaml', '~/.tool/recipes/*.yaml'],
    ['<profile>/Cookies', '~/.tool/{profile}/{id}/manifest.json'],
    ['~/.tool/cache', '~/.tool/{name}/a.json'],
    ['settings.json', '~/.tool/other-settings.json'],
    ['<data>/User/prompts', '<workspace>/.tool/rules/**/*.md'],
  ])('but not %s and %s', (path, ours) => {
    expect(met(path, ours)).toBe(null);
  });

  test('as texts with wildcards on both sides', () => {
    expect(textsMeet('a*', '*b')).toBe(true);
    expect(textsMeet('a*c', 'ab?')).toBe(true);
    expect(textsMeet('a*', 'b*')).toBe(false);
    expect(textsMeet('', '*')).toBe(true);
  });
});

describe('known places', () => {
  const rows = coverage(rules);

  test('are each written once', () => {
    const keys = rows.map(({ tool, section, path }) => `${tool} ${section} ${path}`);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  test('other names stand for entries that exist', () => {
    expect(Object.keys(known.files).filter((id) => !(id in known.rows))).toEqual([]);
  });

  test('are all looked at, or left out for a reason', () => {
    const missing = rows.filter((row) => row.verdict === 'missing');
    expect(missing.map(({ tool, section, path }) => `${tool} ${section} ${path}`)).toEqual([]);
  });

  test('every reason is the reason of a row that nothing looks at', () => {
    const given = new Set(rows.filter((row) => row.verdict === 'not used').map((row) => row.by));
    expect(notUsed.filter((entry) => !given.has(entry.reason))).toEqual([]);
  });

  test('a row that is looked at says by which words', () => {
    const used = rows.find(
      (row) => row.tool === 'mcp-remote' && row.path.endsWith('/{hash}_client_info.json'),
    );
    expect(used).toMatchObject({ verdict: 'used', by: 'mcp-remote `<auth>/{hash}_client_info.json`' });
  });
});
