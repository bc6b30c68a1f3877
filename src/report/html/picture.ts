/**
 * The picture of one agent: what it may do, the servers that it starts, and the secrets that lie with
 * each. Rows from top to bottom, three columns; every box is a row high but the agent's own. Sizes are
 * units of the drawing.
 */
import type { FactOf, ServerFact } from '../../model/fact.ts';
import type { Owner } from '../owned.ts';
import { readable } from '../readable.ts';
import { verdictClass } from './tags.ts';

/** Servers, secrets of one server, and secrets of the agent itself that are drawn; the rest is a number. */
const shown = { servers: 24, ofServer: 6, ofAgent: 12, permissions: 6 };

/** `lines` are the first line, in bold, and those below it. */
export type Box = {
  x: number;
  y: number;
  width: number;
  height: number;
  lines: string[];
  /** The whole text, for who points at it. */
  title: string;
  tint: string;
  off: boolean;
};
export type Edge = { from: Box; to: Box };
export type Picture = { width: number; height: number; boxes: Box[]; edges: Edge[] };

export const rowHeight = 46;
const boxHeight = 38;
const lineHeight = 15;
const columns = { agent: [0, 220], server: [270, 350], secret: [670, 230] } as const;
const width = 900;

type Column = keyof typeof columns;

function box(column: Column, row: number, lines: string[], tint: string, title = lines.join(', ')): Box {
  const [x, wide] = columns[column];
  return { x, y: row * rowHeight, width: wide, height: boxHeight, lines, title, tint, off: false };
}

function secretBox(credential: FactOf<'credential'>, row: number): Box {
  const { field, secret, protection, severity, stale, count } = credential;
  const lines = [field || secret.type, `${secret.type}${stale ? ', stale' : ''}`];
  const title = `${lines.join(', ')}, ${secret.masked}, ${protection}, ${count} times`;
  return { ...box('secret', row, lines, protection === 'keychain' ? 'good' : severity, title), off: stale };
}

function serverBox(server: ServerFact, row: number): Box {
  const { name, identity, verdict, load, threats } = server;
  const bad = threats.some((one) => one.class === 'malicious' || one.class === 'compromised');
  const state = load === 'active' ? '' : `, ${load}`;
  const said = verdict === 'unjudged' ? '' : `${verdict}: `;
  const lines = [`${name}${state}`, `${said}${identity === null ? 'cannot be told' : readable(identity)}`];
  const tint = bad ? 'critical' : verdictClass[verdict];
  return { ...box('server', row, lines, tint), off: load !== 'active' && load !== 'unknown' };
}

function restBox(column: Column, row: number, count: number, what: string): Box {
  return box(column, row, [`and ${count} more ${what}`], 'info');
}

function permissionLines(facts: Owner['facts']): string[] {
  const all = facts.filter((fact) => fact.kind === 'permission');
  const risky = all.filter(({ level }) => level === 'bypass');
  const rest = all.filter(({ level }) => level !== 'bypass');
  const lines = [...risky, ...rest].map(
    ({ setting, level }) => `${level === 'bypass' ? '! ' : ''}${setting}: ${level}`,
  );
  const unique = [...new Set(lines)];
  const left = unique.length - shown.permissions;
  return [...unique.slice(0, shown.permissions), ...(left > 0 ? [`and ${left} more settings`] : [])];
}

/** Two words a line: four would not fit. */
function tierLines(tiers: string[]): string[] {
  const lines = [tiers.slice(0, 2), tiers.slice(2)].map((words) => words.join(', '));
  return lines.filter((line) => line !== '');
}

function agentBox(owner: Owner, name: string): Box {
  const { agent, facts } = owner;
  const lines = [
    `${name}${agent?.version ? ` ${agent.version}` : ''}`,
    ...(agent === null ? ['not seen itself'] : tierLines(agent.tiers)),
    ...(agent === null || agent.verdict === 'unjudged' ? [] : [agent.verdict]),
    ...permissionLines(facts),
  ];
  const risky = facts.some((fact) => fact.kind === 'permission' && fact.level === 'bypass');
  const tint = risky ? 'high' : agent === null ? 'info' : verdictClass[agent.verdict];
  const own = box('agent', 0, lines, tint);
  return { ...own, height: Math.max(boxHeight, 12 + lines.length * lineHeight) };
}

/** Secrets by the server that has them, and those that only the agent has. */
function secretsOf({ facts }: Owner) {
  const all = facts.filter((fact) => fact.kind === 'credential');
  const servers = new Set(facts.filter(({ kind }) => kind === 'server').map(({ id }) => id));
  const serversOf = ({ server, usedBy }: FactOf<'credential'>): string[] =>
    [...new Set([server, ...(usedBy ?? []).map(({ id }) => id)])].filter(
      (id): id is string => id !== null && servers.has(id),
    );
  return {
    of: (server: ServerFact) => all.filter((one) => serversOf(one).includes(server.id)),
    own: all.filter((one) => serversOf(one).length === 0),
  };
}

/** The picture of an owner; `name` is how it is called. */
export function pictureOf(owner: Owner, name: string): Picture {
  const agent = agentBox(owner, name);
  const [boxes, edges]: [Box[], Edge[]] = [[agent], []];
  let row = 0;
  const add = (from: Box, to: Box): Box => {
    boxes.push(to);
    edges.push({ from, to });
    return to;
  };
  const addSecrets = (from: Box, all: FactOf<'credential'>[], most: number): number => {
    all.slice(0, most).forEach((one, index) => add(from, secretBox(one, row + index)));
    if (all.length > most) add(from, restBox('secret', row + most, all.length - most, 'secrets'));
    return Math.min(all.length, most + 1);
  };
  const secrets = secretsOf(owner);
  const servers = owner.facts.filter((fact) => fact.kind === 'server');
  for (const server of servers.slice(0, shown.servers)) {
    const drawn = add(agent, serverBox(server, row));
    row += Math.max(1, addSecrets(drawn, secrets.of(server), shown.ofServer));
  }
  const left = servers.length - shown.servers;
  if (left > 0) add(agent, restBox('server', row++, left, 'servers'));
  row += addSecrets(agent, secrets.own, shown.ofAgent);
  const height = Math.max(row * rowHeight, agent.height) + 4;
  return { width, height, boxes, edges };
}
