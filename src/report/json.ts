/** The report as one JSON document: the contract of `schema/report-1.json`. */
import type { $ZodType } from 'zod/v4/core';
import { Report } from '../model/report.ts';
import { neutralJson } from './neutral.ts';
import { ordered } from './order.ts';

/**
 * Pretty JSON, two blanks, keys in the order of the schema, a newline at the end. It comes in pieces, one an
 * item of each list, so that a large report is never held twice.
 */
export function* json(report: Report): Generator<string> {
  const shape: Record<string, $ZodType> = Report.shape;
  let before = '{\n';
  for (const [key, schema] of Object.entries(shape)) {
    yield `${before}  ${JSON.stringify(key)}: `;
    const value: unknown = Reflect.get(report, key);
    if (Array.isArray(value) && value.length > 0) yield* list(value, schema);
    else yield pretty(ordered(value, schema), '  ');
    before = ',\n';
  }
  yield '\n}\n';
}

function* list(items: unknown[], schema: $ZodType): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    // The list's schema orders a list, so each item is put in one of its own.
    const [one] = ordered([item], schema) as unknown[];
    yield `${before}    ${pretty(one, '    ')}`;
    before = ',\n';
  }
  yield '\n  ]';
}

function pretty(value: unknown, indent: string): string {
  return neutralJson(JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`));
}
