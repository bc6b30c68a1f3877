/** Findings by check, worst first, and after them what does not count: waived and resolved. */
import type { Finding } from '../../model/report.ts';
import { groups, standing } from '../severity.ts';
import type { View } from './view.ts';
import { code, link, prose } from './text.ts';

/** Places told of one check; the rest is a number. */
const shownPlaces = 100;

function where({ origin }: Finding, view: View): string {
  const { path, line, pointer } = origin;
  if (line !== undefined) return code(`${view.path(path)}:${line}`);
  return pointer ? `${code(view.path(path))} ${code(pointer)}` : code(view.path(path));
}

function* item(finding: Finding, view: View, worst: string): Generator<string> {
  const { tools, user, severity, confidence, state, expiredWaiver } = finding;
  const tags = [
    ...(severity === worst ? [] : [`**${severity}**`]),
    ...tools.map((id) => prose(view.tool(id))),
    ...(view.users && user !== null ? [`user ${code(user)}`] : []),
    ...(state === 'new' ? ['new'] : []),
    ...(confidence === 'low' ? ['low confidence'] : []),
    ...(expiredWaiver === undefined ? [] : [`a waiver ended on ${code(expiredWaiver.expires)}`]),
  ];
  yield `- ${where(finding, view)}${tags.length > 0 ? ` (${tags.join(', ')})` : ''}<br>\n`;
  yield `  ${prose(view.text(finding.message))}\n`;
}

function* group(list: Finding[], view: View): Generator<string> {
  const first = list[0]!;
  const { severity, title, check, why, references } = first;
  const count = list.length > 1 ? ` (${list.length})` : '';
  yield `\n### ${severity[0]!.toUpperCase()}${severity.slice(1)}: ${prose(title)}${count}\n\n`;
  if (why !== undefined) yield `${prose(why.replace(/\s+/g, ' '))}\n\n`;
  const remedies = new Set(list.map(({ remedy }) => remedy));
  yield `**What to do:** ${remedies.size === 1 ? prose(view.text(first.remedy)) : 'see each place.'}\n\n`;
  for (const one of list.slice(0, shownPlaces)) {
    yield* item(one, view, severity);
    if (remedies.size > 1) yield `  <br>What to do: ${prose(view.text(one.remedy))}\n`;
  }
  if (list.length > shownPlaces) yield `- and ${list.length - shownPlaces} more, which the JSON report has\n`;
  yield `\n<sub>Check ${code(check)}${references.map((one) => `, ${link(one)}`).join('')}</sub>\n`;
}

function* settled(title: string, list: Finding[], view: View): Generator<string> {
  if (list.length === 0) return;
  yield `\n## ${title} (${list.length})\n\n`;
  for (const one of list.slice(0, shownPlaces)) {
    const { check, severity, waiver } = one;
    const by =
      waiver === undefined
        ? ''
        : ` Waived by ${code(waiver.owner)} until ${code(waiver.expires)}: ${prose(waiver.reason)}`;
    const said = prose(view.text(one.message));
    yield `- ${where(one, view)} (${severity}, ${code(check)})<br>\n  ${said}${by}\n`;
  }
  if (list.length > shownPlaces) yield `- and ${list.length - shownPlaces} more, which the JSON report has\n`;
}

/** All findings. */
export function* findings(view: View): Generator<string> {
  const { findings: all } = view.report;
  const found = groups(standing(all));
  if (found.length > 0) yield '\n## What to do first\n';
  for (const list of found) yield* group(list, view);
  const waived = all.filter((one) => one.waiver !== undefined && one.state !== 'resolved');
  yield* settled('Waived', waived, view);
  const resolved = all.filter((one) => one.state === 'resolved');
  yield* settled('Resolved since the last scan', resolved, view);
}
