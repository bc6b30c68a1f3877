/**
 * Cline: remote configuration of an organisation. Remote servers are pushed with their exact addresses;
 * local ones it knows by name alone, so they are off unless that is accepted with `--wider`.
 */
import type { ServerFact } from '../../model/fact.ts';
import { sayable } from './entry-lists.ts';
import type { Given, Judged, Made, Row, Target } from './target.ts';

type Remote = { name: string; url: string; alwaysEnabled: boolean };

function remotesOf(rows: Row[]): (Remote & { from: string })[] {
  const exact = rows.filter(({ way }) => 'url' in way && way.wild === 'none');
  const seen = new Set(exact.filter((row) => row.seen).map(({ entry }) => entry));
  const wanted = exact.filter((row) => row.seen || (!seen.has(row.entry) && !urlOf(row).endsWith('/')));
  return [...Map.groupBy(wanted, urlOf).entries()].map(([url, [first]]) => ({
    name: first!.names[0]!,
    url,
    alwaysEnabled: false,
    from: first!.entry,
  }));
}

const urlOf = ({ way }: Row): string => ('url' in way ? way.url : '');

function judge(server: ServerFact, remotes: ReturnType<typeof remotesOf>, locals: Row[] | null): Judged {
  if (server.command === null) {
    const found = remotes.find(({ url }) => url === server.url);
    return found === undefined
      ? { verdict: 'blocked', row: null, why: 'its URL is none of remoteMCPServers' }
      : { verdict: 'allowed', row: `remoteMCPServers (${found.name})`, why: `by ${found.from}` };
  }
  if (locals === null)
    return { verdict: 'blocked', row: 'mcpMarketplaceEnabled', why: 'local servers are off' };
  const named = locals.find(({ names }) => names.includes(server.name));
  return named === undefined
    ? { verdict: 'blocked', row: null, why: `"${server.name}" is none of allowedMCPServers` }
    : {
        verdict: 'allowed',
        row: `allowedMCPServers (${server.name})`,
        why: `by its name alone, for ${named.entry}`,
      };
}

function make({ plan, stamp, wider }: Given): Made {
  const { rows, warnings } = sayable(plan.approve, wider);
  const remotes = remotesOf(rows);
  const local = rows.filter(({ way }) => 'argv' in way);
  const names = [...new Set(local.flatMap((row) => row.names))].toSorted();
  const config = {
    version: 'v1',
    shadowscan: stamp,
    mcpMarketplaceEnabled: wider && names.length > 0,
    ...(wider && names.length > 0 && { allowedMCPServers: names.map((id) => ({ id })) }),
    remoteMCPServers: remotes.map(({ from: _, ...one }) => one),
    blockPersonalRemoteMCPServers: true,
  };
  const left = [...new Set(local.map(({ entry }) => entry))];
  const wild = rows.filter(({ way }) => 'url' in way && way.wild !== 'none').map(({ entry }) => entry);
  return {
    files: [
      {
        path: 'remote-config.json',
        bytes: `${JSON.stringify(config, null, 2)}\n`,
        goesTo: "the remote configuration of your organisation, on Cline's dashboard or by its API",
      },
    ],
    judge: (server) => judge(server, remotes, wider && names.length > 0 ? local : null),
    warnings: [
      ...warnings,
      ...left.map((entry) => ({
        entry,
        about: 'name' as const,
        text: wider
          ? 'a local server, which Cline knows by name alone: any command under that name is let through'
          : 'a local server, which Cline knows by name alone; left out (--wider lets names through)',
      })),
      ...[...new Set(wild)].map((entry) => ({
        entry,
        about: 'template' as const,
        text: 'Cline knows whole addresses only; those that were seen are let through',
      })),
      {
        entry: null,
        about: 'client',
        text: 'holds for members who are signed in to the organisation; nothing is installed on the machine',
      },
    ],
    install: [
      'Add its keys to the configuration that your organisation has; remoteMCPServers are offered ' +
        'to everybody.',
    ],
  };
}

export const cline: Target = {
  id: 'cline',
  title: 'Cline',
  tools: ['cline'],
  source: 'docs.cline.bot (MCP server controls); schema of package @cline/shared 0.0.86, 2026-11',
  make,
};
