/**
 * What to do first: findings by check, worst first. A group says once what is wrong, why it matters and what
 * to do; below are the places, each with what tells them apart.
 */
import type { Finding, Report } from '../../model/report.ts';
import type { Severity } from '../../model/common.ts';
import type { Style } from '../colour.ts';
import { between, blanks, indented, say, solid, spanWidth, wrap } from '../layout.ts';
import type { Line, Span } from '../layout.ts';
import { groups, standing } from '../severity.ts';
import { evidence, evidenceSpans, takeShared } from './evidence.ts';
import { more } from './page.ts';
import type { Page } from './page.ts';

/** Findings shown of one group, so that one noisy check does not hide the others. */
const shownOfGroup: Record<Severity, number> = { critical: 20, high: 10, medium: 5, low: 3, info: 3 };

/** The groups, then what is waived or resolved. Empty where nothing was found. */
export function findings(report: Report, page: Page): Line[] {
  const mixed = report.findings.some((one) => one.state !== 'new');
  const lines = groups(standing(report.findings)).flatMap((group) => [[], ...groupLines(group, mixed, page)]);
  return lines.length === 0 ? [] : [[say('What to do first', 'heading')], ...lines];
}

/** What a group says of itself, so that its findings need not. */
type Head = { severity: Severity; mixed: boolean; sameMessage: boolean; sameRemedy: boolean };

function groupLines(group: Finding[], mixed: boolean, page: Page): Line[] {
  const [first] = group;
  if (first === undefined) return [];
  const { severity, why, remedy, message } = first;
  const sameMessage = group.length > 1 && group.every((one) => one.message === message);
  const sameRemedy = group.every((one) => one.remedy === remedy);
  const head = { severity, mixed, sameMessage, sameRemedy };
  const each = group.map((one) => evidence(one, page.verbose));
  const shared = takeShared(each);
  const shown = page.verbose ? group.length : shownOfGroup[severity];
  const places = group.slice(0, shown).flatMap((one, index) => findingLines(one, each[index], head, page));
  return [
    ...titleLines(first, group.length, page),
    ...(why === undefined ? [] : wrap(prose(why), page.prose, 4)),
    ...(sameMessage ? wrap([say(page.text(message.trim()))], page.prose, 4) : []),
    ...(sameRemedy ? remedyLines(remedy, page, 4) : []),
    ...(shared.size === 0
      ? []
      : wrap([say('Each has ', 'quiet'), ...evidenceSpans(shared, page.dot)], page.prose, 4, 6)),
    ...(page.verbose ? first.references.flatMap((one) => wrap([solid(one, 'quiet')], page.columns, 4)) : []),
    [],
    ...places,
    ...more(group.length - shown, 4, page),
  ];
}

/** Severity and title on the left, the check's id on the right, or below where there is no room. */
function titleLines(finding: Finding, count: number, page: Page): Line[] {
  const { severity, title, check } = finding;
  const left = [
    solid(severity.toUpperCase(), severity),
    say('  '),
    ...prose(title, 'strong'),
    ...(count > 1 ? [solid(` (${count})`, 'strong')] : []),
  ];
  const right = say(check, 'quiet');
  const room = page.prose - 2 - spanWidth([...left, right]);
  if (room >= 2) return [indented([...left, blanks(room), right], 2)];
  return [...wrap(left, page.prose, 2, 4), ...wrap([right], page.prose, 4)];
}

function findingLines(
  finding: Finding,
  shown: Map<string, string> | undefined,
  head: Head,
  page: Page,
): Line[] {
  const tags = tagsOf(finding, head, page).map((tag) => [tag]);
  const where = [
    ...page.place(finding.origin),
    ...(tags.length > 0 ? [say('  ')] : []),
    ...between(tags, ', ', 'quiet'),
  ];
  return [
    ...wrap(where, page.columns, 4, 6),
    ...(head.sameMessage ? [] : wrap([say(page.text(finding.message.trim()))], page.prose, 6)),
    ...(shown === undefined ? [] : wrap(evidenceSpans(shown, page.dot), page.prose, 6, 8)),
    ...(head.sameRemedy ? [] : remedyLines(finding.remedy, page, 6)),
  ];
}

function remedyLines(remedy: string, page: Page, indent: number): Line[] {
  const spans = [solid(page.arrow, 'good'), say(' '), ...prose(page.text(remedy), 'good')];
  return wrap(spans, page.prose, indent, indent + 1 + page.arrow.length);
}

function tagsOf(finding: Finding, head: Head, page: Page): Span[] {
  const { severity, tools, state, confidence, user, origin, changed = [] } = finding;
  const foreign = page.users && user !== null && !page.path(origin.path).startsWith('~');
  return [
    ...(severity === head.severity ? [] : [solid(severity, severity)]),
    ...tools.map((id) => solid(page.tool(id), 'quiet')),
    ...(head.mixed && state === 'new' ? [solid('new', 'warn')] : []),
    ...(changed.length > 0 ? [say(`changed: ${changed.join(', ')}`, 'warn')] : []),
    ...(confidence === 'low' ? [solid('low confidence', 'quiet')] : []),
    ...(foreign ? [solid(`user ${user}`, 'quiet')] : []),
  ];
}

/** Text of a rule file as running text; what is between backticks is a command or a setting. */
function prose(text: string, style: Style = 'plain'): Span[] {
  const parts = text
    .trim()
    .replace(/\s+/g, ' ')
    .split(/(`[^`]*`)/);
  return parts.map((part) => say(part, part.startsWith('`') ? 'command' : style));
}
