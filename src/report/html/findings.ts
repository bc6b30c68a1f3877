/** All findings by check, worst first; and after those that stand the waived and resolved ones, marked. */
import type { Finding } from '../../model/report.ts';
import { groups, standing } from '../severity.ts';
import type { View } from '../view.ts';
import { day, label } from '../words.ts';
import { type Filters, filtersOf, stateOf, toolbar } from './filters.ts';
import type { Anchors } from './head.ts';
import { type Markup, mark, sentence } from './markup.ts';
import { nameTag, severityTag } from './tags.ts';

/** Findings that a page can hold and stay usable; the rest is a number. */
const shownFindings = 10_000;
/** Findings of a group that is open from the start. */
const openUpTo = 50;

type Scene = { view: View; filters: Filters };
/** Findings of one check, its place on the page, and how many of them there is room for. */
type Group = { list: Finding[]; id: string; stands: boolean; room: number };

function place({ origin }: Finding, { path }: View): Markup {
  if (origin.line !== undefined) return mark`${path(origin.path)}:${origin.line}`;
  const within = origin.pointer ? mark` <span class="soft">${origin.pointer}</span>` : null;
  return mark`${path(origin.path)}${within}`;
}

function shownValue(value: Finding['evidence'][string]): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : String(value);
}

function proof(finding: Finding): Markup | null {
  const rows = Object.entries(finding.evidence).flatMap(([name, value]): Markup[] => {
    const text = shownValue(value);
    return text === '' ? [] : [mark`<div><dt>${label(name)}</dt><dd>${text}</dd></div>`];
  });
  return rows.length === 0 ? null : mark`<dl class="proof">${rows}</dl>`;
}

function notes(finding: Finding): Markup[] {
  const { waiver, expiredWaiver, state, firstSeen, lastSeen, changed } = finding;
  return [
    ...(waiver === undefined
      ? []
      : [mark`<p class="small">Waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}</p>`]),
    ...(expiredWaiver === undefined
      ? []
      : [mark`<p class="small">A waiver by ${expiredWaiver.owner} ended on ${expiredWaiver.expires}.</p>`]),
    ...(state === 'resolved' ? [mark`<p class="small">Resolved: it was not there any more.</p>`] : []),
    ...(firstSeen === undefined
      ? []
      : [mark`<p class="small soft">First seen ${day(firstSeen)}, last ${day(lastSeen ?? firstSeen)}.</p>`]),
    ...(changed === undefined ? [] : [mark`<p class="small">Changed: ${changed.join(', ')}.</p>`]),
  ];
}

function tagsOf(finding: Finding, { tool, users }: View): Markup[] {
  const { severity, tools, user, confidence } = finding;
  const state = stateOf(finding);
  const tags = [
    severityTag(severity),
    ...(state === 'open' ? [] : [mark`<span class="tag info">${state}</span>`]),
    ...tools.map((id) => nameTag(tool(id))),
    ...(user !== null && users ? [nameTag(`user ${user}`)] : []),
    ...(confidence === 'high' ? [] : [nameTag(`${confidence} confidence`)]),
  ];
  return tags.map((one) => mark`${one} `);
}

function article(finding: Finding, same: boolean, { view, filters }: Scene): Markup {
  const { severity, tools, user, message, remedy } = finding;
  const state = stateOf(finding);
  const gone = state === 'waived' || state === 'resolved';
  const numbers = tools.map((id) => filters.tools.get(id)).join(' ');
  const by = user === null ? '' : filters.users.get(user)!;
  return mark`<article class="${gone ? 'gone' : 'stands'}" tabindex="-1" data-severity="${severity}"
 data-tools="${numbers}" data-user="${by}" data-state="${state}">
<div class="where">${place(finding, view)}</div>
<div>${tagsOf(finding, view)}</div>
<p>${sentence(view.text(message))}</p>
${same ? null : mark`<p class="todo">${sentence(view.text(remedy))}</p>`}${notes(finding)}${proof(finding)}
</article>
`;
}

function reference(url: string): Markup {
  const plain = /^https:\/\/[\x21-\x7e]+$/.test(url) && URL.canParse(url);
  return plain ? mark`<a href="${url}" rel="noreferrer">${url}</a> ` : mark`${url} `;
}

function frameworksOf({ frameworks }: Finding): Markup[] {
  return Object.values(frameworks)
    .flat()
    .map((id) => mark`<span class="tag info">${id}</span> `);
}

function* group({ list, id, stands, room }: Group, scene: Scene): Generator<string> {
  const { view } = scene;
  const first = list[0]!;
  const { check, severity, title, why, remedy, references } = first;
  const same = list.every((one) => one.remedy === remedy);
  const bad = severity === 'critical' || severity === 'high';
  const open = stands && bad && list.length <= openUpTo ? mark` open` : null;
  yield mark`<details class="group" id="${id}"${open}>
<summary>${severityTag(severity)} <h3>${title}</h3><span class="count">${list.length}</span></summary>
<div class="about">
${why === undefined ? null : mark`<p>${sentence(why)}</p>`}
${same ? mark`<p class="todo"><strong>What to do:</strong> ${sentence(view.text(remedy))}</p>` : null}
<p class="small soft">Check <code>${check}</code> ${frameworksOf(first)} ${references.map(reference)}</p>
</div>
`.markup;
  for (const one of list.slice(0, room)) yield article(one, same, scene).markup;
  if (list.length > room) yield leftOut(list.length - room).markup;
  yield '</details>\n';
}

function leftOut(count: number): Markup {
  return mark`<p class="about">and ${count} more, which the JSON report has.</p>\n`;
}

/** Groups in the order of the page. They share what a page can hold, the worst first. */
function* ordered(
  all: Finding[],
  idOf: (check: string, index: number) => string,
  taken: number,
  stands: boolean,
): Generator<Group> {
  let room = Math.max(0, shownFindings - taken);
  for (const [index, list] of groups(all).entries()) {
    yield { list, id: idOf(list[0]!.check, index), stands, room };
    room = Math.max(0, room - list.length);
  }
}

/** The section. */
export function* findings(view: View, anchors: Anchors): Generator<string> {
  const all = view.report.findings;
  const scene = { view, filters: filtersOf(view.report) };
  const found = standing(all);
  const more = all.length - found.length;
  const rest = more === 0 ? '' : `, and ${more} waived or resolved`;
  yield mark`<h2 id="findings">Findings (${found.length}${rest})</h2>\n`.markup;
  if (all.length === 0) {
    yield mark`<p>None.</p>\n`.markup;
    return;
  }
  yield toolbar(view, scene.filters).markup;
  const counted = new Set(found);
  const settled = all.filter((one) => !counted.has(one));
  for (const one of ordered(found, (check) => anchors.get(check)!, 0, true)) yield* group(one, scene);
  if (settled.length === 0) return;
  yield mark`<h3 class="apart">Waived or resolved (${settled.length})</h3>\n`.markup;
  const idOf = (_check: string, index: number): string => `settled-${index + 1}`;
  for (const one of ordered(settled, idOf, found.length, false)) yield* group(one, scene);
}
