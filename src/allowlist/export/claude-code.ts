/**
 * Claude Code: managed settings that allow and deny by command and URL, with nobody else's list counting;
 * and, as an alternative, the exclusive set of servers. Its own answers to such lists are recorded in
 * test/allowlist/export/proof (2.1.328, 2026-11).
 */
import { destination, formWarnings, judgeByLists, listsOf } from './entry-lists.ts';
import { fixedServers } from './fixed-servers.ts';
import { profile, registryFile } from './profile.ts';
import type { Given, Made, OutFile, Target } from './target.ts';

const folders = {
  linux: '/etc/claude-code',
  macos: '/Library/Application Support/ClaudeCode',
  windows: 'C:\\Program Files\\ClaudeCode',
} as const;

function filesOf(given: Given, settings: Record<string, unknown>, fixed: object): OutFile[] {
  const { plan, stamp, uuid } = given;
  const folder = folders[plan.os];
  const slash = plan.os === 'windows' ? '\\' : '/';
  const files: OutFile[] = [
    {
      path: 'managed-settings.d/50-shadowscan.json',
      bytes: `${JSON.stringify({ shadowscan: stamp, ...settings }, null, 2)}\n`,
      goesTo: [folder, 'managed-settings.d', '50-shadowscan.json'].join(slash),
    },
    {
      path: 'alternative/managed-mcp.json',
      bytes: `${JSON.stringify({ shadowscan: stamp, mcpServers: fixed }, null, 2)}\n`,
      goesTo: `${folder}${slash}managed-mcp.json (an alternative: these servers and no others)`,
    },
  ];
  if (plan.os === 'macos')
    files.push({
      path: 'claude-code.mobileconfig',
      bytes: profile({
        domain: 'com.anthropic.claudecode',
        title: 'Claude Code',
        stamp,
        settings: { shadowscan: stamp, ...(settings as Record<string, never>) },
        uuid,
      }),
      goesTo: 'MDM, as a configuration profile for devices (instead of the file)',
    });
  if (plan.os === 'windows')
    files.push({
      path: 'claude-code.reg',
      bytes: registryFile(
        'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\ClaudeCode',
        { Settings: JSON.stringify({ shadowscan: stamp, ...settings }) },
        stamp,
      ),
      goesTo: 'reg import, as an administrator (instead of the file)',
    });
  return files;
}

function make(given: Given): Made {
  const { plan } = given;
  const lists = listsOf(plan, given);
  const settings = {
    allowManagedMcpServersOnly: true,
    allowedMcpServers: lists.allowed.map(({ entry }) => entry),
    deniedMcpServers: lists.denied.map(({ entry }) => entry),
  };
  const fixed = fixedServers(plan.approve.filter(({ tools }) => tools === null));
  return {
    files: filesOf(given, settings, fixed.servers),
    judge: (server) => judgeByLists(lists, server, { read: destination, anyCase: false }),
    warnings: [
      ...lists.warnings,
      ...formWarnings('Claude Code'),
      {
        entry: null,
        about: 'client',
        text: 'versions before 2.1.328 (2026-11) were not tried; older ones read "*" in URLs differently',
      },
      {
        entry: null,
        about: 'client',
        text: 'the list does not speak of plugin marketplaces: strictKnownMarketplaces is left to you',
      },
    ],
    install: [
      'Files must belong to root or an administrator. Other drop-ins beside it are merged: keep ' +
        'none that allow servers.',
      'A profile or registry value takes the place of files: use one of them.',
      'managed-mcp.json goes further: users get these servers and can add none. Do not install ' +
        'both by habit.',
    ],
  };
}

export const claudeCode: Target = {
  id: 'claude-code',
  title: 'Claude Code',
  tools: ['claude-code'],
  source: 'code.claude.com/docs/en/managed-mcp, settings; package @anthropic-ai/claude-code 2.1.328, 2026-11',
  make,
};
