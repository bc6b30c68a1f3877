/** Findings that do not count: waived by somebody, or gone since the last scan. None is hidden. */
import type { Finding, Report } from '../../model/report.ts';
import { say, wrap } from '../layout.ts';
import type { Line } from '../layout.ts';
import { more } from './page.ts';
import type { Page } from './page.ts';

const shownFindings = 5;

/** Waived findings with reason, owner and end; resolved ones by message. */
export function settled(report: Report, page: Page): Line[] {
  const resolved = report.findings.filter((one) => one.state === 'resolved');
  const waived = report.findings.filter((one) => one.waiver !== undefined && one.state !== 'resolved');
  const both = [list('Waived', waived, page), list('Resolved since the last scan', resolved, page)].filter(
    (lines) => lines.length > 0,
  );
  return both.flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]));
}

function list(title: string, all: Finding[], page: Page): Line[] {
  if (all.length === 0) return [];
  const shown = page.verbose ? all.length : shownFindings;
  return [
    [say(`${title} (${all.length})`, 'heading')],
    ...all
      .slice(0, shown)
      .flatMap((one) => [
        ...wrap(page.place(one.origin), page.columns, 2, 4),
        ...wrap([say(`${one.message.trim()}${because(one)}`)], page.prose, 4),
      ]),
    ...more(all.length - shown, 2, page),
  ];
}

function because({ waiver }: Finding): string {
  return waiver === undefined ? '' : ` Waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
}
