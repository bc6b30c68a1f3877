/**
 * The report as NDJSON: one record a line, each with a `type`, as in `schema/ndjson-1.json`. The summary
 * comes last and says that the run ended: a reader that misses it has part of a run.
 */
import type { Report } from '../model/report.ts';
import { neutralJson } from './neutral.ts';

/** One chunk a line, newline included. */
export function* ndjson(report: Report): Generator<string> {
  const { schema, tool, run, device, allowlist, policy } = report;
  yield line({ type: 'run', schema, tool, run, device, allowlist, policy });
  for (const coverage of report.coverage) yield line({ type: 'coverage', ...coverage });
  for (const fact of report.facts) yield line({ type: 'fact', ...fact });
  for (const finding of report.findings) yield line({ type: 'finding', ...finding });
  yield line({ type: 'summary', run: run.id, status: run.status, ...report.summary });
}

function line(record: object): string {
  return `${neutralJson(JSON.stringify(record))}\n`;
}
