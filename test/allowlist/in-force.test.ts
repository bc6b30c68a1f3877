/**
 * Clients' own managed settings against the list in use: missing, outdated, weaker, and not the
 * administrator's alone. What is right must stay silent.
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { addressesOf } from '../../src/allowlist/in-force.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { loadRules } from '../../src/cli/load.ts';
import type { Platform } from '../../src/model/common.ts';
import { Report } from '../../src/model/report.ts';
import { scan } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';
import { folderWith, reportOf, run } from '../trust/program.ts';

const rules = await loadRules();
const sha256 = 'ab'.repeat(32);
const own = { source: '/list.yaml', name: 'Corporate', version: '4', sha256, fetchedAt: '', expiresAt: null };
const text = `version: 4
name: Corporate
approve:
  - { package: "npm:@playwright/mcp", version: 0.0.83 }
  - { url: "https://api.githubcopilot.com/*" }
  - { url: "https://{tenant}.mcp.example.com/mcp" }
  - { command: codex-mcp, args: [mcp] }
deny:
  - { package: "npm:postmark-mcp" }
`;

/** What a scan of a machine with these files says of enforcement. */
function scanned(
  files: Record<string, string>,
  platform: Platform = 'linux',
  given: string | null = text,
  option: 'root' | 'home' = 'root',
) {
  const top = folderWith({ 'home/dev/.keep': '', ...files });
  const report = scan(testHost({ platform }), rules, {
    [option]: top,
    platform,
    ...(given !== null && {
      allowlist: {
        list: parseAllowlist(Buffer.from(given), 'list.yaml'),
        info: { ...own, signature: 'none' },
      },
    }),
  });
  expect(Report.safeParse(report).error).toBeUndefined();
  const found = report.findings.filter(({ check }) => check.startsWith('policy-'));
  return Object.fromEntries(
    found.map(({ check, tools, evidence, severity, origin }) => [
      `${check} ${tools.join()}`,
      { ...evidence, top, severity, 'origin.path': origin.path },
    ]),
  ) as Record<string, Record<string, unknown>>;
}

const claude = 'etc/claude-code/managed-settings.json';
// What the agent writes itself, so that it is here.
const used = { 'home/dev/.claude.json': '{"numStartups": 3}', 'home/dev/.claude/.credentials.json': '{}' };
const allowed = [
  { serverUrl: 'https://api.githubcopilot.com/*' },
  { serverCommand: ['npx', '-y', '@playwright/mcp@0.0.83'] },
];
const settings = (more: object): Record<string, string> => ({
  ...used,
  [claude]: JSON.stringify({ allowManagedMcpServersOnly: true, allowedMcpServers: allowed, ...more }),
});

describe('managed settings that', () => {
  test('enforce the list are no finding, and neither is anything without a list', () => {
    expect(scanned(settings({}))).toEqual({});
    expect(scanned(settings({ '//': `shadowscan: Corporate version 4 sha256 ${sha256}` }))).toEqual({});
    expect(scanned(settings({ allowedMcpServers: [] }))).toEqual({});
    expect(scanned(settings({ allowedMcpServers: [{ serverName: 'x' }] }), 'linux', null)).toEqual({});
    expect(scanned(used, 'linux', null)).toEqual({});
  });

  test('are missing where the agent is here, and nowhere else', () => {
    const missing = 'policy-missing claude-code';
    expect(scanned(used)[missing]).toMatchObject({ 'enforcement.missing': 'it has no managed settings' });
    const silent = { ...used, [claude]: '{"permissions":{}}' };
    expect(scanned(silent)[missing]).toMatchObject({
      'enforcement.missing': 'its managed settings name no servers',
    });
    // Present, but nobody can tell what it says.
    expect(scanned({ ...used, [claude]: '{"allowedMcpServers": [' })).not.toHaveProperty([missing]);
    // On Windows they may be in the registry.
    const windows = Object.fromEntries(
      Object.entries(used).map(([at, one]) => [`Users/${at.slice(5)}`, one]),
    );
    expect(scanned(windows, 'windows')).not.toHaveProperty([missing]);
    // A home by itself says nothing of the machine.
    const home = { '.claude.json': '{"numStartups": 3}', '.claude/.credentials.json': '{}' };
    expect(scanned(home, 'linux', text, 'home')).not.toHaveProperty([missing]);
    const fixed = { ...used, 'etc/claude-code/managed-mcp.json': '{"mcpServers":{}}' };
    expect(scanned(fixed)).not.toHaveProperty([missing]);
  });

  test('say that they were made from another list are outdated', () => {
    const stamped = (line: string) => scanned(settings({ '//': line }))['policy-outdated claude-code'];
    const other = 'cd'.repeat(32);
    expect(stamped(`shadowscan: Corporate version 3 sha256 ${other}`)).toMatchObject({
      'compared.outdated': 'version 3 of this list',
    });
    expect(stamped(`shadowscan: Other list version 9 sha256 ${other}`)).toMatchObject({
      'compared.outdated': 'list "Other list", version 9',
    });
    expect(stamped(`shadowscan: Corporate version 4 sha256 ${other}`)).toMatchObject({
      'compared.outdated': 'another list of the same version 4',
    });
    expect(stamped(`shadowscan: Corporate version 3 sha256 ${other}00`)).toBeUndefined();
  });
});

describe('a row is weaker than the list', () => {
  const weaker = (rows: object[], more: object = {}) =>
    scanned(settings({ allowedMcpServers: rows, ...more }))['policy-weaker claude-code'];
  test.each([
    [{ serverCommand: ['npx', '-y', '@playwright/mcp'] }, 'unpinned'],
    [{ serverCommand: ['npx', '-y', 'other-mcp@1.0.0'] }, 'no entry for npm:other-mcp'],
    [
      { serverCommand: ['npx', '--registry=https://evil.example/', '@playwright/mcp@0.0.83'] },
      'another package registry',
    ],
    [{ serverCommand: ['codex-mcp', 'other'] }, 'codex-mcp other: '],
    [{ serverUrl: 'https://*.githubcopilot.com/*' }, 'no entry for'],
    [{ serverUrl: 'https://api.githubcopilot.com*' }, 'https://api.githubcopilot.com*: '],
    [{ serverUrl: '*://api.githubcopilot.com/*' }, 'http://'],
    [{ serverUrl: 'https://*.mcp.example.com/*' }, 'https://*.mcp.example.com/*: '],
    [{ serverUrl: 'https://${HOST}/mcp' }, '${HOST}'],
    [{ serverName: 'github' }, 'whoever writes a configuration chooses its names'],
    [{ serverNames: 'typing error' }, 'a row'],
  ])('%j', (row, why) => {
    const found = weaker([row]);
    expect(found?.['compared.beyond']).toHaveLength(1);
    expect(String(found?.['compared.beyond'])).toContain(why);
  });

  test('and no other one is', () => {
    expect(weaker([{ serverUrl: 'https://*.mcp.example.com/mcp' }])).toBeUndefined();
    expect(weaker([{ serverCommand: ['/usr/bin/npx', '@playwright/mcp@0.0.83'] }])).toBeUndefined();
    expect(weaker([{ serverCommand: ['codex-mcp', 'mcp'] }])).toBeUndefined();
    // Names count for nothing once there are rows of both other kinds.
    expect(weaker([...allowed, { serverName: 'github' }])).toBeUndefined();
  });

  test('when it lets in what is denied, or users add to it', () => {
    const denied = weaker([{ serverCommand: ['npx', 'postmark-mcp'] }]);
    expect(denied?.['compared.denied']).toHaveLength(1);
    expect(weaker(allowed, { allowManagedMcpServersOnly: false })).toMatchObject({
      'compared.beyond': [],
      'compared.open': [expect.stringContaining('allowManagedMcpServersOnly')],
    });
    const inParts = {
      ...used,
      [claude]: JSON.stringify({ allowedMcpServers: allowed }),
      'etc/claude-code/managed-settings.d/only.json': '{"allowManagedMcpServersOnly": true}',
    };
    expect(scanned(inParts)).toEqual({});
  });

  test('when another file of the same folder takes back what one says, and not the other way round', () => {
    const drop = (name: string, only: unknown) => ({
      [`etc/claude-code/managed-settings.d/${name}.json`]: JSON.stringify({
        allowManagedMcpServersOnly: only,
      }),
    });
    const open = (more: Record<string, string>) =>
      scanned({ ...settings({}), ...more })['policy-weaker claude-code'];
    expect(open(drop('90-x', false))).toMatchObject({
      'compared.open': [expect.stringContaining('allowManagedMcpServersOnly')],
      'origin.path': expect.stringContaining('90-x.json'),
    });
    expect(open({ ...drop('90-x', false), ...drop('50-a', true) })).toBeDefined();
    expect(open({ ...drop('40-x', false), ...drop('50-a', true) })).toBeUndefined();
    expect(open(drop('50-a', true))).toBeUndefined();
  });
});

describe('other clients', () => {
  const codex = (toml: string) =>
    scanned({ 'etc/codex/requirements.toml': toml })['policy-weaker codex']?.['compared.beyond'];
  test('Codex: name and identity, with matchers of arguments', () => {
    expect(
      codex('[mcp_servers.a]\nidentity = { url = "https://api.githubcopilot.com/mcp/" }\n'),
    ).toBeUndefined();
    expect(codex('[mcp_servers.a]\nidentity = { command = "npx" }\n')).toHaveLength(1);
    const args = 'args = [{ match = "exact", value = "mcp" }]';
    const exact = `[mcp_servers.a]\nidentity = { command = { executable = "codex-mcp", ${args} } }\n`;
    expect(codex(exact)).toBeUndefined();
    // Beside a plain command Codex passes over the arguments.
    expect(codex(`[mcp_servers.a]\nidentity = { command = "codex-mcp", ${args} }\n`)).toHaveLength(1);
    const url = (text: string) => codex(`[mcp_servers.a]\nidentity = { url = { ${text} } }\n`);
    expect(url(`match = "exact", value = "https://api.githubcopilot.com/mcp"`)).toBeUndefined();
    expect(url(`match = "prefix", value = "https://api.githubcopilot.com"`)).toHaveLength(1);
    expect(url(`match = "regex", expression = 'https://api\\.githubcopilot\\.com/mcp/?'`)).toBeUndefined();
    expect(url(`match = "regex", expression = 'https://api.githubcopilot\\.com/mcp'`)).toHaveLength(1);
    expect(url(`match = "regex", expression = 'https://api\\.githubcopilot\\.com/a|.*'`)).toHaveLength(1);
    expect(codex(exact.replace('exact', 'prefix'))).toHaveLength(1);
    expect(codex('[mcp_servers.a]\n')).toHaveLength(1);
  });

  test('Gemini CLI: a name that is not defined in the same file', () => {
    const gemini = (more: object) =>
      scanned({
        'etc/gemini-cli/settings.json': JSON.stringify({ mcp: { allowed: ['docs'] }, ...more }),
      })['policy-weaker gemini-cli']?.['compared.beyond'];
    expect(gemini({})).toHaveLength(1);
    expect(
      gemini({ mcpServers: { docs: { httpUrl: 'https://api.githubcopilot.com/mcp' } } }),
    ).toBeUndefined();
  });

  test('VS Code: lists as JSON text, and registries by name', () => {
    // The file is read by every editor of the family, none of which is here.
    const code = (more: object) =>
      Object.entries(scanned({ 'etc/vscode/policy.json': JSON.stringify(more) })).find(([name]) =>
        /^policy-weaker .*vscode/.test(name),
      )?.[1];
    expect(code({ ChatAllowedMcpServers: JSON.stringify(allowed) })).toBeUndefined();
    expect(code({ ChatAllowedMcpServers: JSON.stringify([{ serverName: 'x' }]) })).toBeDefined();
    expect(code({ ChatMCP: 'registry' })?.['compared.open']).toHaveLength(1);
    expect(code({ ChatMCP: 'none' })).toBeUndefined();
  });

  test('Amp: what no row rejects', () => {
    const amp = (rows: object[]) =>
      scanned({ 'etc/ampcode/managed-settings.json': JSON.stringify({ 'amp.mcpPermissions': rows }) })[
        'policy-weaker amp'
      ];
    const last = ['command', 'url'].map((part) => ({ matches: { [part]: '*' }, action: 'reject' }));
    const url = { matches: { url: 'https://api.githubcopilot.com/*' }, action: 'allow' };
    expect(amp([url, ...last])).toBeUndefined();
    expect(amp([url])?.['compared.open']).toHaveLength(2);
    const glob = { matches: { command: 'npx @playwright/*' }, action: 'allow' };
    expect(amp([glob, ...last])?.['compared.beyond']).toHaveLength(1);
  });
});

test('a pattern stands for addresses that only a wildcard means', () => {
  expect(addressesOf('https://a.example/mcp')).toEqual(['https://a.example/mcp']);
  expect(addressesOf('https://a.example')).toHaveLength(2);
  expect(addressesOf('*://a.example/*')).toHaveLength(4);
});

const namespaces = process.geteuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

describe.skipIf(!namespaces)('on the machine itself', () => {
  /** Runs a scan where `/etc` has one client's settings, made ready by some commands. */
  function live(prepare: string, env: Record<string, string> = {}, more: Record<string, string> = {}) {
    const file = JSON.stringify({ mcp: { allowed: [] } });
    const home = folderWith({ '.gemini/oauth_creds.json': '{}', 'own.json': file, ...more });
    const list = path.join(folderWith({ 'list.yaml': text }), 'list.yaml');
    const script = `mount -t tmpfs -o mode=755 none /etc && mkdir -m 755 -p /etc/gemini-cli && cd /etc/gemini-cli &&
      echo '${file}' > settings.json && chmod 644 settings.json && ${prepare} && exec "$@"`;
    const args = ['scan', '--allowlist', list, '--format', 'json', '--exit-zero', '--only'];
    const checks = 'policy-alterable,policy-moved,policy-missing';
    const ended = run([...args, checks], { HOME: home, ...env }, ['unshare', '-m', 'sh', '-c', script, 'sh']);
    const of = reportOf(ended).findings.filter(({ tools }) => tools.includes('gemini-cli'));
    return { home, found: of.map(({ check, message }) => `${check}: ${message}`) };
  }

  test("what is the administrator's alone is no finding", () => {
    expect(live('true').found).toEqual([]);
  });

  test.each([
    ['chmod 666 settings.json', 'others can write'],
    ['chown 12345 settings.json', 'belongs to user 12345'],
    ['chmod 777 /etc/gemini-cli', 'others can write'],
    ['chown 12345 /etc/gemini-cli', 'belongs to user 12345'],
    ['rm settings.json && ln -s "$HOME/own.json" settings.json', 'link into the home'],
  ])('after `%s` it is', (prepare, why) => {
    const { found } = live(prepare);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^policy-alterable: /);
    expect(found[0]).toContain(why);
  });

  test('a variable that leads to a file of the user is one, wherever it is set', () => {
    const variable = 'GEMINI_CLI_SYSTEM_SETTINGS_PATH';
    const moved = live('true', { [variable]: '/tmp/nothing.json' }).found;
    expect(moved).toEqual([
      expect.stringMatching(/^policy-moved: .*GEMINI_CLI_SYSTEM_SETTINGS_PATH, which the/),
    ]);
    const profile = { '.bashrc': `export ${variable}=/tmp/nothing.json\n` };
    expect(live('true', {}, profile).found).toEqual([
      expect.stringMatching(/^policy-moved: .*GEMINI_CLI_SYSTEM_SETTINGS_PATH, which .*\.bashrc sets/),
    ]);
    expect(live('true', { [variable]: '/etc/gemini-cli/settings.json' }).found).toEqual([]);
    // Root's own, and no policy at all.
    const empty = live('echo "{}" > other.json', { [variable]: '/etc/gemini-cli/other.json' }).found;
    expect(empty).toEqual([expect.stringMatching(/^policy-moved: /)]);
  });
});
