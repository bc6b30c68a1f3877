/** The report as one JSON document: the contract of `schema/report-1.json`. */
import type { Report } from '../model/report.ts';
import { neutralJson } from './neutral.ts';

/**
 * Pretty JSON, two blanks, keys as the report has them, a newline at the end. It comes in pieces, one an
 * item of each list, so that a large report is never held twice.
 */
export function* json(report: Report): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(report)) {
    yield `${before}  ${JSON.stringify(key)}: `;
    if (Array.isArray(value) && value.length > 0) yield* list(value);
    else yield pretty(value, '  ');
    before = ',\n';
  }
  yield '\n}\n';
}

function* list(items: unknown[]): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    yield `${before}    ${pretty(item, '    ')}`;
    before = ',\n';
  }
  yield '\n  ]';
}

function pretty(value: unknown, indent: string): string {
  return neutralJson(JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`));
}
