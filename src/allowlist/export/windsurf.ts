/**
 * Windsurf: rows of the team's allowlist, to be entered on its settings page: there is no file of policy. A
 * row is the server's name and a configuration whose texts are regular expressions over the whole value.
 */
import type { ServerFact } from '../../model/fact.ts';
import { sayable, templates } from './entry-lists.ts';
import type { Given, Judged, Made, Row, Target, Warning } from './target.ts';

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

type Config = { command: string; args: string[] } | { serverUrl: string };
type Rule = { serverId: string; config: Config; from: string };

function configOf({ way }: Row): Config {
  if ('argv' in way)
    return { command: literal(way.argv[0] ?? ''), args: way.argv.slice(1).map((one) => literal(one)) };
  if (way.wild === 'host') return { serverUrl: `${literal(way.url.slice(0, -1))}.*` };
  // With and without a slash at its end it is one address; a query is another matter.
  const slash = /[?#]/.test(way.url) ? '' : '/?';
  return { serverUrl: `${literal(way.url.replace(/\/$/, ''))}${slash}` };
}

const fits = (pattern: string, text: string): boolean => new RegExp(`^(?:${pattern})$`).test(text);

function means({ config }: Rule, { command, args, url }: ServerFact): boolean {
  if ('serverUrl' in config) return command === null && url !== null && fits(config.serverUrl, url);
  return (
    command !== null &&
    fits(config.command, command) &&
    config.args.length === args.length &&
    config.args.every((one, index) => fits(one, args[index]!))
  );
}

function judge(rules: Rule[], server: ServerFact): Judged {
  const named = rules.filter(({ serverId }) => serverId === server.name);
  if (named.length === 0)
    return { verdict: 'blocked', row: null, why: `no row is for the name "${server.name}"` };
  const found = named.find((one) => means(one, server));
  return found === undefined
    ? { verdict: 'blocked', row: server.name, why: 'the rows of that name are for another command or URL' }
    : { verdict: 'allowed', row: server.name, why: `by ${found.from}` };
}

/** One row a name. What was seen comes before what has a name of ours. */
function rulesOf(rows: Row[]): { rules: Rule[]; warnings: Warning[] } {
  const byName = new Map<string, Rule>();
  const warnings: Warning[] = [];
  const written = new Set<string>();
  for (const row of rows.toSorted((a, b) => Number(b.seen) - Number(a.seen))) {
    const config = configOf(row);
    const text = JSON.stringify(config);
    if (!row.seen && written.has(text)) continue;
    written.add(text);
    for (const serverId of row.names) {
      const known = byName.get(serverId);
      if (known === undefined) byName.set(serverId, { serverId, config, from: row.entry });
      else if (row.seen && JSON.stringify(known.config) !== text)
        warnings.push({
          entry: row.entry,
          about: 'name',
          text:
            `two approved definitions are called "${serverId}", and one name has one row: ` +
            `rename one of them`,
        });
    }
  }
  return { rules: [...byName.values()], warnings };
}

function make({ plan, stamp, wider }: Given): Made {
  const limited = sayable(plan.approve, wider);
  const exact = templates(limited.rows, null, 'its wildcards are not written into patterns');
  const { rules: all, warnings: twice } = rulesOf(exact.rows);
  const rules = all.toSorted((a, b) => (a.serverId < b.serverId ? -1 : Number(a.serverId > b.serverId)));
  const rows = rules.map(({ serverId, config, from }) => ({ serverId, serverConfig: config, entry: from }));
  return {
    files: [
      {
        path: 'team-allowlist.json',
        bytes: `${JSON.stringify({ shadowscan: stamp, rows }, null, 2)}\n`,
        goesTo: "Windsurf's team settings, MCP servers: one row each, server id and server config",
      },
    ],
    judge: (server) => judge(rules, server),
    warnings: [
      ...limited.warnings,
      ...exact.warnings,
      ...twice,
      {
        entry: null,
        about: 'name',
        text:
          'rows go by name too: a server must be called as in its row, and is blocked under ' +
          'any other name',
      },
      {
        entry: null,
        about: 'not-compared',
        text: 'variables, headers and the folder it starts in are not compared. Scans still report those',
      },
      {
        entry: null,
        about: 'client',
        text: 'what is said here of each server follows its documentation: its own code was not asked',
      },
    ],
    install: [
      'Enter at least one row: without rows everything is allowed. With nothing to enter turn MCP ' +
        'off instead.',
      'Never enter a row without its configuration: it would go by name alone.',
    ],
  };
}

export const windsurf: Target = {
  id: 'windsurf',
  title: 'Windsurf',
  tools: ['windsurf'],
  source: 'docs.windsurf.com/windsurf/cascade/mcp (admin controls), 2026-11',
  make,
};
