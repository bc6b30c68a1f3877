/**
 * Gemini CLI: system settings. Its list of allowed servers goes by name alone, so every name in it is
 * defined in the same file, and what a user defines under that name does not count. A list without names
 * would restrict nothing (0.61.0, 2026-11), so one with nothing to allow turns MCP off.
 */
import type { ServerFact } from '../../model/fact.ts';
import { type FixedServer, fixedServers } from './fixed-servers.ts';
import type { Given, Judged, Made, Row, Target } from './target.ts';

const places = {
  linux: '/etc/gemini-cli/settings.json',
  macos: '/Library/Application Support/GeminiCli/settings.json',
  windows: 'C:\\ProgramData\\gemini-cli\\settings.json',
} as const;

/** A name that nobody uses: the list of names must not be empty. */
const nobody = 'shadowscan-allows-none';

/** Its own words for a definition; MCP tools can be limited here. */
function spelled({ type, url, ...rest }: FixedServer, tools: Row['tools']): Record<string, unknown> {
  const address = url === undefined ? {} : type === 'sse' ? { url } : { httpUrl: url };
  return {
    ...address,
    ...rest,
    ...(tools?.allow && { includeTools: tools.allow }),
    ...(tools?.deny && { excludeTools: tools.deny }),
  };
}

function same(server: ServerFact, fixed: FixedServer): boolean {
  if (fixed.url !== undefined) return server.command === null && server.url === fixed.url;
  const args = fixed.args ?? [];
  return (
    server.command === fixed.command &&
    server.args.length === args.length &&
    args.every((one, index) => one === server.args[index])
  );
}

function judge(
  server: ServerFact,
  servers: Record<string, FixedServer>,
  entries: Map<string, string>,
): Judged {
  const fixed = servers[server.name];
  if (fixed === undefined)
    return { verdict: 'blocked', row: null, why: `"${server.name}" is not in mcp.allowed` };
  const row = `mcpServers.${server.name}`;
  const by = entries.get(server.name) ?? '';
  return same(server, fixed)
    ? { verdict: 'allowed', row, why: `by ${by}` }
    : { verdict: 'replaced', row, why: `what is defined for that name (${by}) runs instead` };
}

function make({ plan, stamp }: Given): Made {
  const { servers, entries, warnings } = fixedServers(plan.approve.filter(({ here }) => here));
  const toolsOf = new Map(plan.approve.map(({ entry, tools }) => [entry, tools]));
  const names = Object.keys(servers).toSorted();
  const settings = {
    shadowscan: stamp,
    mcp: { allowed: names.length === 0 ? [nobody] : names, excluded: [] },
    mcpServers: Object.fromEntries(
      names.map((name) => [name, spelled(servers[name]!, toolsOf.get(entries.get(name) ?? '') ?? null)]),
    ),
  };
  const unseen = new Set(plan.approve.map(({ entry }) => entry));
  for (const { entry, here } of plan.approve) if (here) unseen.delete(entry);
  return {
    files: [
      {
        path: 'settings.json',
        bytes: `${JSON.stringify(settings, null, 2)}\n`,
        goesTo: places[plan.os],
      },
    ],
    judge: (server) => judge(server, servers, entries),
    warnings: [
      ...warnings,
      ...[...unseen].map((entry) => ({
        entry,
        about: 'not-seen' as const,
        text: 'was not seen in Gemini CLI; left out, since what is defined here starts for everybody',
      })),
      {
        entry: null,
        about: 'name',
        text:
          'goes by name: what is let through is defined here in full, for everybody, and a ' +
          'name means one definition',
      },
      {
        entry: null,
        about: 'client',
        text:
          'GEMINI_CLI_SYSTEM_SETTINGS_PATH in the environment turns all of it off; scans ' +
          'report where it is set',
      },
    ],
    install: [
      'Every server in it starts for every user of Gemini CLI on that machine: take out what they ' +
        'do not need.',
      'The file and its folder must belong to root or an administrator and be writable by nobody ' +
        'else, or it is passed over.',
      'Values of variables and headers are references such as ${TOKEN}: each user needs the variable.',
    ],
  };
}

export const geminiCli: Target = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  tools: ['gemini-cli'],
  source: 'geminicli.com/docs/cli/enterprise; package @google/gemini-cli 0.61.0, 2026-11',
  make,
};
