/** All findings by check, worst first; waived and resolved ones among them, marked. */
import type { Finding, Report } from '../../model/report.ts';
import { groups } from '../severity.ts';
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

type Scene = { view: View; filters: Filters; anchors: Anchors };

function place({ origin }: Finding, { path }: View): Markup {
  if (origin.line !== undefined) return mark`${path(origin.path)}:${origin.line}`;
  const within = origin.pointer ? mark` <span class="soft">${origin.pointer}</span>` : null;
  return mark`${path(origin.path)}${within}`;
}

function proof(finding: Finding): Markup | null {
  const rows = Object.entries(finding.evidence).flatMap(([name, value]): Markup[] => {
    const text = Array.isArray(value) ? value.join(', ') : value === null ? '' : String(value);
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

function open(list: Finding[]): Markup {
  const worst = list[0]!.severity;
  return (worst === 'critical' || worst === 'high') && list.length <= openUpTo ? mark` open` : mark``;
}

function* group(list: Finding[], shown: number, scene: Scene): Generator<string> {
  const { view, anchors } = scene;
  const first = list[0]!;
  const { check, severity, title, why, remedy, references } = first;
  const same = list.every((one) => one.remedy === remedy);
  yield mark`<details class="group" id="${anchors.get(check)!}"${open(list)}>
<summary>${severityTag(severity)} <h3>${title}</h3><span class="count">${list.length}</span></summary>
<div class="about">
${why === undefined ? null : mark`<p>${sentence(why)}</p>`}
${same ? mark`<p class="todo"><strong>What to do:</strong> ${sentence(view.text(remedy))}</p>` : null}
<p class="small soft">Check <code>${check}</code> ${frameworksOf(first)} ${references.map(reference)}</p>
</div>
`.markup;
  for (const one of list.slice(0, shown)) yield article(one, same, scene).markup;
  if (list.length > shown) yield more(list.length - shown).markup;
  yield '</details>\n';
}

function more(count: number): Markup {
  return mark`<p class="about">and ${count} more, which the JSON report has.</p>\n`;
}

/** The section. Groups share what a page can hold, the worst first. */
export function* findings(view: View, anchors: Anchors): Generator<string> {
  const { report }: { report: Report } = view;
  const filters = filtersOf(report);
  yield mark`<h2 id="findings">Findings (${report.findings.length})</h2>\n`.markup;
  if (report.findings.length === 0) {
    yield mark`<p>None.</p>\n`.markup;
    return;
  }
  yield toolbar(view, filters).markup;
  let room = shownFindings;
  for (const list of groups(report.findings)) {
    yield* group(list, room, { view, filters, anchors });
    room = Math.max(0, room - list.length);
  }
}
