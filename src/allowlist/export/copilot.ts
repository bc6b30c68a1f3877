/**
 * GitHub Copilot, in its command line, VS Code, JetBrains and the app: the same two lists in managed
 * settings, as a file, a preference domain or values of the registry that hold JSON.
 */
import { destination, formWarnings, judgeByLists, listsOf } from './entry-lists.ts';
import { profile, registryFile } from './profile.ts';
import type { Given, Made, OutFile, Target } from './target.ts';

const places = {
  linux: '/etc/github-copilot/managed-settings.json',
  macos: '/Library/Application Support/GitHubCopilot/managed-settings.json',
  windows: 'C:\\Program Files\\GitHubCopilot\\managed-settings.json',
} as const;

function make(given: Given): Made {
  const { plan, stamp, uuid } = given;
  const lists = listsOf(plan, given);
  const allowed = lists.allowed.map(({ entry }) => entry);
  const denied = lists.denied.map(({ entry }) => entry);
  const whole = { shadowscan: stamp, allowedMcpServers: allowed, deniedMcpServers: denied };
  const texts = {
    shadowscan: stamp,
    allowedMcpServers: JSON.stringify(allowed),
    deniedMcpServers: JSON.stringify(denied),
  };
  const files: OutFile[] = [
    {
      path: 'managed-settings.json',
      bytes: `${JSON.stringify(whole, null, 2)}\n`,
      goesTo: `${places[plan.os]}, or copilot/managed-settings.json of the enterprise's .github-private`,
    },
  ];
  if (plan.os === 'macos')
    files.push({
      path: 'github-copilot.mobileconfig',
      bytes: profile({ domain: 'com.github.copilot', title: 'GitHub Copilot', stamp, settings: texts, uuid }),
      goesTo: 'MDM, as a configuration profile for devices (instead of the file)',
    });
  if (plan.os === 'windows')
    files.push({
      path: 'github-copilot.reg',
      bytes: registryFile('HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\GitHubCopilot', texts, stamp),
      goesTo: 'reg import, as an administrator (instead of the file)',
    });
  return {
    files,
    judge: (server) => judgeByLists(lists, server, { read: destination, anyCase: false }),
    warnings: [
      ...lists.warnings,
      ...formWarnings('Copilot'),
      {
        entry: null,
        about: 'client',
        text: 'its built-in GitHub server is always allowed; its cloud agent reads none of this',
      },
      {
        entry: null,
        about: 'client',
        text: 'what is said here of each server follows its documentation: its own code was not asked',
      },
    ],
    install: [
      'On Linux the file must belong to root, be writable by root alone and be no link, or it is not read.',
      'Allow lists of several sources intersect: a server must be in all of them.',
      'Keys that your managed settings have already go into the same file: merge by hand.',
    ],
  };
}

export const copilot: Target = {
  id: 'copilot',
  title: 'GitHub Copilot',
  tools: ['copilot-cli', 'github-copilot'],
  source: 'docs.github.com (configure-enterprise-allowlist, enterprise-managed-settings), 2026-11',
  make,
};
