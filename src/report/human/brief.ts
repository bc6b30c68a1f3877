/**
 * The report on a few files that were named, as compilers and hooks tell it: a line for each finding with its
 * place, what it is and the masked form, then what was not read, then how many.
 */
import type { Finding, Report } from '../../model/report.ts';
import { gapReasons } from '../../model/words.ts';
import { say, solid } from '../layout.ts';
import type { Line } from '../layout.ts';
import { standing } from '../severity.ts';
import { plural } from '../words.ts';
import type { Page } from './page.ts';

const placeOrder = ({ origin }: Finding): string =>
  `${origin.path}\0${String(origin.line ?? 0).padStart(9, '0')}`;

/** What a finding is about: the secret by type and mask, anything else by title. */
function what(finding: Finding, report: Report): Line {
  const fact = report.facts.find(({ id }) => id === finding.fact);
  if (fact?.kind !== 'credential') return [say(finding.title)];
  const { secret, field, count } = fact;
  const named = field === '' || field === 'text' ? '' : ` in ${field}`;
  return [
    say(secret.type),
    say(named),
    say(' '),
    solid(secret.masked),
    say(count > 1 ? ` (${count} times)` : ''),
  ];
}

const sum = (count: number, files: number): string =>
  `${count === 0 ? 'No findings' : plural(count, 'finding')} in ${plural(files, 'file')}`;

/** One line a finding, and the sum. */
export function brief(report: Report, page: Page): Line[] {
  const found = standing(report.findings);
  const about = found.filter((one) => report.facts.some(({ id, kind }) => id === one.fact && kind !== 'gap'));
  const unseen = report.facts.filter((fact) => fact.kind === 'gap');
  const lines = about
    .toSorted((a, b) => (placeOrder(a) < placeOrder(b) ? -1 : 1))
    .map((one): Line => [
      ...page.place(one.origin),
      say(': '),
      solid(one.severity, one.severity),
      say('  '),
      ...what(one, report),
    ]);
  return [
    ...lines,
    ...unseen.map((gap): Line => [
      ...page.place(gap.origin),
      say(': '),
      say(`not read: ${gapReasons[gap.reason]}`, 'warn'),
    ]),
    [say(sum(about.length, report.run.sourcesRead))],
  ];
}
