/** Agents with their servers and secrets as pictures, worst first; and all servers as a table. */
import type { ServerFact } from '../../model/fact.ts';
import type { Finding } from '../../model/report.ts';
import { type Owner, owners } from '../owned.ts';
import { readable } from '../readable.ts';
import { rank, standing } from '../severity.ts';
import type { View } from '../view.ts';
import { plural } from '../words.ts';
import { svg } from './draw.ts';
import type { Filters } from './filters.ts';
import { type Markup, mark } from './markup.ts';
import { pictureOf } from './picture.ts';
import { nameTag, tableHead, verdictTag } from './tags.ts';

/**
 * Agents that are drawn, those of them that are open from the start, names that are listed, and rows of
 * the table; the rest is a number.
 */
const shown = { pictures: 100, open: 6, names: 200, servers: 1_000 };

const drawn = ['server', 'credential', 'permission'] as const;

/**
 * The worst rank among the findings that stand on an owner's facts; one more than all where there is
 * none.
 */
function ranker(findings: Finding[]): (owner: Owner) => number {
  const worst = new Map<string, number>();
  for (const { fact, severity } of standing(findings))
    worst.set(fact, Math.min(worst.get(fact) ?? 9, rank(severity)));
  return ({ agent, facts }) =>
    Math.min(9, ...[...(agent === null ? [] : [agent]), ...facts].map(({ id }) => worst.get(id) ?? 9));
}

function nameOf({ agent, tools }: Owner, view: View): string {
  return agent?.name ?? tools.map(view.tool).join(', ');
}

/** Where a screen is too narrow for the third column. */
const aside = mark`<p class="small soft narrow">Secrets are at the right: move the picture.</p>`;

function card(owner: Owner, view: View, filters: Filters): Markup {
  const { facts, user, tools } = owner;
  const name = nameOf(owner, view);
  const count = (kind: string): number => facts.filter((one) => one.kind === kind).length;
  const whose = user === null ? '' : ` of ${user}`;
  const sum = `${plural(count('server'), 'MCP server')}, ${plural(count('credential'), 'secret')}`;
  const number = tools.map((id) => filters.tools.get(id)).find((one) => one !== undefined);
  return mark`<section class="card"><h3>${name}${view.users ? whose : ''}</h3>
<p class="small soft">${sum}, ${plural(count('permission'), 'permission setting')} ${
    number === undefined
      ? null
      : mark`<button type="button" class="small screen" hidden data-tool="${number}">Findings</button>`
  }</p>
${count('credential') > 0 ? aside : null}
${svg(pictureOf(owner, name), `${name}${whose}: ${sum}. The servers are in the table below.`)}
</section>
`;
}

function legend(): Markup {
  return mark`<ul class="legend small soft">
<li>Agent with what it may do, then its servers, then secrets.</li>
<li><span class="tag good">approved, or in a keychain</span></li>
<li><span class="tag medium">unapproved or unverifiable</span></li>
<li><span class="tag high">high, or acts unasked (!)</span></li>
<li><span class="tag critical">critical, or denied</span></li><li>Pale: not active, or stale.</li></ul>
`;
}

function row(server: ServerFact, view: View): Markup {
  const { name, tools, identity, verdict, load, origin, user, threats } = server;
  const bad = [...new Set(threats.map((one) => one.class))];
  return mark`<tr><td>${name}</td><td>${tools.map(view.tool).join(', ')}</td><td>${
    identity === null ? mark`cannot be told` : mark`<code>${readable(identity)}</code>`
  }</td><td>${verdictTag(verdict)} ${bad.map((one) => mark`<span class="tag critical">${one}</span> `)}</td>
<td>${load}</td><td>${view.path(origin.path)}</td>${view.users ? mark`<td>${user ?? ''}</td>` : null}</tr>
`;
}

/** All servers as a table. */
export function* servers(view: View): Generator<string> {
  const all = view.report.facts.filter((fact) => fact.kind === 'server');
  yield mark`<h2 id="servers">MCP servers (${all.length})</h2>\n`.markup;
  if (all.length === 0) {
    yield mark`<p>None found.</p>\n`.markup;
    return;
  }
  const head = ['server', 'of', 'runs', 'verdict', 'state', 'where', ...(view.users ? ['user'] : [])];
  yield tableHead(head).markup;
  for (const server of all.slice(0, shown.servers)) yield row(server, view).markup;
  yield '</tbody></table></div>\n';
  if (all.length > shown.servers)
    yield mark`<p>and ${all.length - shown.servers} more, which the JSON report has.</p>\n`.markup;
}

function* cards(all: Owner[], view: View, filters: Filters): Generator<string> {
  for (const owner of all.slice(0, shown.open)) yield card(owner, view, filters).markup;
  const rest = all.slice(shown.open);
  if (rest.length === 0) return;
  yield mark`<details class="more"><summary>and ${rest.length} more agents</summary>\n`.markup;
  for (const owner of rest) yield card(owner, view, filters).markup;
  yield '</details>\n';
}

/** The section. */
export function* agents(view: View, filters: Filters): Generator<string> {
  const { facts, findings } = view.report;
  const rankOf = ranker(findings);
  const all = owners(facts, drawn)
    .map((owner) => ({ owner, rank: rankOf(owner) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ owner }) => owner);
  const has = ({ facts: own }: Owner): boolean => own.some(({ kind }) => drawn.some((one) => one === kind));
  const pictured = all.filter(has);
  yield mark`<h2 id="agents">Agents (${all.length})</h2>\n`.markup;
  if (all.length === 0) yield mark`<p>None found.</p>\n`.markup;
  if (pictured.length > 0) yield legend().markup;
  yield* cards(pictured.slice(0, shown.pictures), view, filters);
  const rest = [...pictured.slice(shown.pictures), ...all.filter((owner) => !has(owner))];
  if (rest.length > 0) {
    const names = rest.slice(0, shown.names).map((owner) => mark`${nameTag(nameOf(owner, view))} `);
    const left = rest.length - shown.names;
    const end = left > 0 ? ` and ${left} more` : '';
    yield mark`<p>${pictured.length > 0 ? 'Besides' : 'Seen'}: ${names}${end}</p>\n`.markup;
  }
}
