/**
 * The report as NDJSON: one record a line, each with a `type`, as in `schema/ndjson-1.json`. The summary
 * comes last and says that the run ended: a reader that misses it has part of a run.
 */
import type { Report } from '../model/report.ts';
import { jsonLine } from './write-json.ts';

/** One chunk a line, newline included. */
export function* ndjson(report: Report): Generator<string> {
  const { schema, tool, run, device, allowlist, policy } = report;
  yield jsonLine({ type: 'run', schema, tool, run, device, allowlist, policy });
  for (const coverage of report.coverage) yield jsonLine({ type: 'coverage', ...coverage });
  for (const fact of report.facts) yield jsonLine({ type: 'fact', ...fact });
  for (const finding of report.findings) yield jsonLine({ type: 'finding', ...finding });
  yield jsonLine({ type: 'summary', run: run.id, status: run.status, ...report.summary });
}
