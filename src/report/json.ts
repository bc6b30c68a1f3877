/** The report as one JSON document: the contract of `schema/report-1.json`. */
import type { Report } from '../model/report.ts';
import { writeJson } from './write-json.ts';

/** Pretty JSON, two blanks, keys as the report has them, a newline at the end. */
export function* json(report: Report): Generator<string> {
  const parts = Object.entries(report).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.values() : value,
  ]);
  yield* writeJson(Object.fromEntries(parts));
  yield '\n';
}
