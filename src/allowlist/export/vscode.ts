/**
 * VS Code: device policies that allow and deny MCP servers (1.130 and newer), the access and registry
 * policies, and the extensions that may be installed. How it compares URLs was read in its source.
 */
import { destination, formWarnings, judgeByLists, listsOf } from './entry-lists.ts';
import { profile, registryFile } from './profile.ts';
import type { Given, Made, OutFile, Plan, Target, Warning } from './target.ts';

function extensionPolicy({ extensions }: Plan): Record<string, string> {
  return extensions === null ? {} : { AllowedExtensions: JSON.stringify(Object.fromEntries(extensions)) };
}

function extensionWarnings({ extensions }: Plan): Warning[] {
  return extensions === null
    ? []
    : [
        {
          entry: null,
          about: 'kind',
          text:
            'of extensions whole ids and exact versions are carried over; ranges are left out, ' +
            'a denial is whole',
        },
      ];
}

function filesOf(given: Given, policies: Record<string, string | boolean>): OutFile[] {
  const { plan, stamp, uuid } = given;
  switch (plan.os) {
    case 'linux':
      return [
        {
          path: 'policy.json',
          bytes: `${JSON.stringify({ shadowscan: stamp, ...policies }, null, 2)}\n`,
          goesTo: '/etc/vscode/policy.json',
        },
      ];
    case 'macos':
      return [
        {
          path: 'vscode.mobileconfig',
          bytes: profile({
            domain: 'com.microsoft.VSCode',
            title: 'Visual Studio Code',
            stamp,
            settings: { shadowscan: stamp, ...policies },
            uuid,
          }),
          goesTo: 'MDM, as a configuration profile for devices',
        },
      ];
    case 'windows': {
      const values = Object.entries(policies).map(([name, value]): [string, string | number] => [
        name,
        typeof value === 'boolean' ? Number(value) : value,
      ]);
      return [
        {
          path: 'vscode.reg',
          bytes: registryFile(
            'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\VSCode',
            { shadowscan: stamp, ...Object.fromEntries(values) },
            stamp,
          ),
          goesTo: 'reg import, as an administrator, or the same values by Group Policy or Intune',
        },
      ];
    }
  }
}

function make(given: Given): Made {
  const { plan, registryUrl } = given;
  const lists = listsOf(plan, given);
  const policies = {
    ChatMCP: registryUrl === null ? 'all' : 'registry',
    ...(registryUrl !== null && { McpGalleryServiceUrl: registryUrl }),
    ChatAllowedMcpServers: JSON.stringify(lists.allowed.map(({ entry }) => entry)),
    ChatDeniedMcpServers: JSON.stringify(lists.denied.map(({ entry }) => entry)),
    ChatAllowManagedMcpServersOnly: true,
    ...extensionPolicy(plan),
  };
  return {
    files: filesOf(given, policies),
    judge: (server) => judgeByLists(lists, server, { read: destination, anyCase: true }),
    warnings: [
      ...lists.warnings,
      ...extensionWarnings(plan),
      ...formWarnings('VS Code'),
      {
        entry: null,
        about: 'client',
        text:
          'versions before 1.130 do not know these lists and let everything through' +
          (registryUrl === null ? ' (name a registry with --registry-url to close that)' : ''),
      },
      {
        entry: null,
        about: 'client',
        text: 'takes the case of a path for none: https://h/MCP is let through where https://h/mcp is',
      },
      {
        entry: null,
        about: 'client',
        text: 'agents that VS Code hosts may read MCP servers of their own: export for those clients too',
      },
    ],
    install: [
      'VSCodium, Cursor, Windsurf and other relatives do not read these policies.',
      'Merge with a policy.json that is there. Insiders read the same values under VSCodeInsiders.',
    ],
  };
}

export const vscode: Target = {
  id: 'vscode',
  title: 'Visual Studio Code',
  tools: ['vscode'],
  source: 'code.visualstudio.com/docs/enterprise/policies; source of microsoft/vscode, 2026-11',
  make,
};
