/** The top of the page: how bad it is, what to do first, the score, and the run. */
import type { Finding, Report } from '../../model/report.ts';
import { partial, runRows, scoreText, verdict } from '../run-text.ts';
import { counts, groups, standing } from '../severity.ts';
import { moment, plural } from '../words.ts';
import type { View } from '../view.ts';
import { type Markup, mark, sentence } from './markup.ts';
import { severityTag } from './tags.ts';

/** Things to do that are told at the top. */
const shownFirst = 6;

/** The place of a check's group on the page: a number, so that no id of a rule is an address. */
export type Anchors = Map<string, string>;

/** Anchors of the groups that stand, in the order they are told. */
export function anchorsOf(report: Report): Anchors {
  return new Map(
    groups(standing(report.findings)).map((list, index) => [list[0]!.check, `check-${index + 1}`]),
  );
}

/** Title, verdict, counts, and whether something is missing. */
export function header({ report }: View): Markup {
  const { device, run } = report;
  const lacking = partial(report);
  const found = standing(report.findings);
  const chips = counts(found).map(
    ({ severity, count }) => mark`<li><span class="tag ${severity}">${count} ${severity}</span></li>`,
  );
  return mark`<header>
<a class="skip" href="#findings">To the findings</a>
<div class="soft small">shadowscan report on ${device.hostname}, ${moment(run.startedAt)}</div>
<h1>${found.length === 0 ? verdict(report) : plural(found.length, 'finding')}</h1>
<ul class="chips">${chips}</ul>
${
  lacking === null
    ? null
    : mark`<p class="notice"><strong>${lacking}</strong> What lies there is not in this report:
<a href="#coverage">see Coverage</a>.</p>`
}
<nav class="small screen" aria-label="Sections"><a href="#agents">Agents</a> <a href="#findings">Findings</a>
<a href="#servers">MCP servers</a> <a href="#coverage">Coverage</a></nav>
</header>
`;
}

function step(list: Finding[], anchors: Anchors, { text }: View): Markup {
  const { severity, title, check, remedy } = list[0]!;
  const same = list.every((one) => one.remedy === remedy);
  const count = list.length > 1 ? ` (${list.length})` : '';
  const todo = [same ? mark`` : mark`For the first: `, ...sentence(text(remedy))];
  return mark`<li><div class="name">${severityTag(severity)}
<a href="#${anchors.get(check)!}">${title}${count}</a></div>
<span class="small">${todo}</span></li>
`;
}

function meter({ summary: { score } }: Report): Markup {
  const share = score.evaluated === 0 ? 0 : Math.round((1000 * score.achieved) / score.evaluated);
  return mark`<svg class="meter" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
<rect class="all" width="1000" height="12" rx="6"/>
<rect class="got" width="${share}" height="12" rx="6"/></svg>`;
}

/** What to do first, and beside it the score and the run. */
export function overview(view: View, anchors: Anchors): Markup {
  const { report } = view;
  const found = groups(standing(report.findings));
  const rest = found.length - shownFirst;
  const { achieved, evaluated } = report.summary.score;
  const idle = scoreText(report).split('; ').slice(1).join('; ');
  const rows = runRows(report).filter(([name]) => name !== 'Checks');
  return mark`<div class="columns">
<section class="card" aria-labelledby="first"><h2 id="first">What to do first</h2>
${
  found.length === 0
    ? mark`<p>Nothing. ${verdict(report)}.</p>`
    : mark`<ol class="first">
${found.slice(0, shownFirst).map((list) => step(list, anchors, view))}</ol>`
}
${rest > 0 ? mark`<p class="small soft">and ${rest} more below, in the same order.</p>` : null}
</section>
<section class="card" aria-labelledby="score"><h2 id="score">Score</h2>
${
  evaluated === 0
    ? mark`<p>No check had anything to look at.</p>`
    : mark`<p><strong>${achieved} of ${evaluated}</strong> checks found nothing wrong</p>
${meter(report)}`
}
${idle === '' ? null : mark`<p class="small soft">${idle}.</p>`}
<dl class="run">${rows.map(([name, said]) => mark`<dt>${name}</dt><dd>${view.text(said)}</dd>`)}</dl>
</section>
</div>
`;
}
