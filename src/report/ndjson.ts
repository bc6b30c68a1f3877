/**
 * The report as NDJSON: one record a line, each with a `type`, as in `schema/ndjson-1.json`. The summary
 * comes last and says that the run ended: a reader that misses it has part of a run.
 */
import type { $ZodType } from 'zod/v4/core';
import { CoverageRecord, FactRecord, FindingRecord, RunRecord, SummaryRecord } from '../model/record.ts';
import type { Report } from '../model/report.ts';
import { neutralJson } from './neutral.ts';
import { ordered } from './order.ts';

/** One chunk a line, newline included. */
export function* ndjson(report: Report): Generator<string> {
  const { schema, tool, run, device, allowlist } = report;
  yield line({ type: 'run', schema, tool, run, device, allowlist }, RunRecord);
  for (const coverage of report.coverage) yield line({ type: 'coverage', ...coverage }, CoverageRecord);
  for (const fact of report.facts) yield line({ type: 'fact', ...fact }, FactRecord);
  for (const finding of report.findings) yield line({ type: 'finding', ...finding }, FindingRecord);
  yield line({ type: 'summary', run: run.id, status: run.status, ...report.summary }, SummaryRecord);
}

function line(record: object, schema: $ZodType): string {
  return `${neutralJson(JSON.stringify(ordered(record, schema)))}\n`;
}
