/** Agents with what they may do, and their servers, as tables. */
import type { FactOf } from '../../model/fact.ts';
import { type Owner, owners } from '../owned.ts';
import { readable } from '../readable.ts';
import { day } from '../words.ts';
import { cell, proseCell, table } from './text.ts';
import type { View } from '../view.ts';

/** Rows of one table; the rest is a number. */
const shownRows = 500;

function* cut(rows: string[][]): Generator<string[]> {
  yield* rows.slice(0, shownRows);
}

function* more(rows: string[][]): Generator<string> {
  if (rows.length > shownRows) yield `\nand ${rows.length - shownRows} more, which the JSON report has\n`;
}

function agentRow({ agent, tools, user, facts }: Owner, view: View): string[] {
  const count = (kind: string): string => String(facts.filter((one) => one.kind === kind).length);
  const risky = facts.filter((one): one is FactOf<'permission'> => one.kind === 'permission');
  const unasked = risky.filter(({ level }) => level === 'bypass').map(({ setting }) => setting);
  return [
    proseCell(agent?.name ?? tools.map(view.tool).join(', ')),
    cell(agent?.version ?? ''),
    agent === null ? 'not seen itself' : agent.tiers.join(', '),
    proseCell(day(agent?.lastUsed ?? '')),
    agent?.verdict ?? '',
    count('server'),
    count('credential'),
    cell([...new Set(unasked)].join(', ')),
    ...(view.users ? [cell(user ?? '')] : []),
  ];
}

function serverRow(server: FactOf<'server'>, view: View): string[] {
  const threats = [...new Set(server.threats.map((one) => one.class))];
  return [
    cell(server.name),
    proseCell(server.tools.map(view.tool).join(', ')),
    server.identity === null ? 'cannot be told' : cell(readable(server.identity)),
    [server.verdict, ...threats].join(', '),
    server.load,
    cell(view.path(server.origin.path)),
    ...(view.users ? [cell(server.user ?? '')] : []),
  ];
}

/** Two tables. */
export function* inventory(view: View): Generator<string> {
  const { facts } = view.report;
  const user = view.users ? ['user'] : [];
  const agents = owners(facts, ['server', 'credential', 'permission']).map((one) => agentRow(one, view));
  yield `\n## Agents (${agents.length})\n`;
  if (agents.length === 0) yield '\nnone found\n';
  const head = ['agent', 'version', 'evidence', 'last used', 'verdict', 'servers', 'credentials', 'unasked'];
  if (agents.length > 0) yield* table([...head, ...user], cut(agents));
  yield* more(agents);
  const servers = facts.filter((fact) => fact.kind === 'server').map((one) => serverRow(one, view));
  yield `\n## MCP servers (${servers.length})\n`;
  if (servers.length === 0) yield '\nnone found\n';
  const columns = ['server', 'of', 'runs', 'verdict', 'state', 'where', ...user];
  if (servers.length > 0) yield* table(columns, cut(servers));
  yield* more(servers);
}
