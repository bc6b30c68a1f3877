/** What can be done next with this program, and what its exit code says. */
import type { Report } from '../../model/report.ts';
import { say, solid, wrap } from '../layout.ts';
import type { Line, Span } from '../layout.ts';
import type { ReportOptions } from '../options.ts';
import { failing, standing } from '../severity.ts';
import { plural } from '../words.ts';
import type { Page } from './page.ts';

/** Hints that fit this report, and the exit code in words. */
export function next(report: Report, options: ReportOptions, page: Page): Line[] {
  return [
    [say('Next', 'heading')],
    ...hints(report, options).flatMap((hint) =>
      wrap([solid(page.arrow, 'good'), say(' '), ...hint], page.prose, 2, 3 + page.arrow.length),
    ),
    [],
    ...wrap(exit(report, options), page.prose, 0),
  ];
}

function hints(report: Report, options: ReportOptions): Span[][] {
  const found = standing(report.findings);
  const [first] = found;
  const all: Span[][] = [];
  if (report.allowlist === null)
    all.push([
      say('No allowlist was given, so nothing is approved. Start one with '),
      solid('shadowscan allowlist init > allowlist.yaml', 'command'),
      say(' and scan with '),
      solid('--allowlist allowlist.yaml', 'command'),
    ]);
  if (first !== undefined)
    all.push([
      say('Read what a check looks for and why: '),
      solid(`shadowscan explain ${first.check}`, 'command'),
    ]);
  if (report.run.status === 'partial' && options.strict !== true)
    all.push([say('Let an incomplete scan fail: '), solid('--strict', 'command')]);
  all.push([
    say('Hand it to other programs: '),
    solid('--format json', 'command'),
    say(' or '),
    solid('--format ndjson', 'command'),
  ]);
  return all;
}

function exit(report: Report, options: ReportOptions): Span[] {
  if (options.strict && report.run.status === 'partial')
    return [
      solid('Exit code 2', 'strong'),
      say(': the scan is incomplete, and --strict asks for a complete one.'),
    ];
  const { failOn } = options;
  if (failOn === 'none') return [solid('Exit code 0', 'strong'), say(' whatever is found.')];
  const count = failing(report.findings, failOn).length;
  const line = failOn === 'critical' ? 'critical' : `${failOn} or worse`;
  const text = `: ${plural(count, 'finding')} ${count === 1 ? 'is' : 'are'} ${line} (--fail-on ${failOn}).`;
  return [
    solid(`Exit code ${count > 0 ? 1 : 0}`, 'strong'),
    say(text),
    say(' 2 would mean that the scan could not be done.', 'quiet'),
  ];
}
