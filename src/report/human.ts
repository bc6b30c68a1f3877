/**
 * The report for people: how bad it is, what to do first, what is there, what was not seen, what to do next.
 * With and without colour the text is the same.
 */
import type { Report } from '../model/report.ts';
import { painter } from './colour.ts';
import { brief } from './human/brief.ts';
import { coverage } from './human/coverage.ts';
import { findings } from './human/findings.ts';
import { headline } from './human/headline.ts';
import { inventory } from './human/inventory.ts';
import { next } from './human/next.ts';
import { pageFor } from './human/page.ts';
import { settled } from './human/settled.ts';
import type { ReportOptions } from './options.ts';

/** One chunk a line, newline included. */
export function* human(report: Report, options: ReportOptions): Generator<string> {
  const page = pageFor(report, options);
  const paint = painter(options.colour);
  if (options.short) {
    for (const line of brief(report, page))
      yield `${line.map((span) => paint(span.style, span.text)).join('')}\n`;
    return;
  }
  const sections = [
    headline(report, page),
    findings(report, page),
    settled(report, page),
    inventory(report, page),
    coverage(report, page),
    next(report, options, page),
  ].filter((section) => section.length > 0);
  for (const [index, section] of sections.entries()) {
    if (index > 0) yield '\n';
    for (const line of section) yield `${line.map((span) => paint(span.style, span.text)).join('')}\n`;
  }
}
