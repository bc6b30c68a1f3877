/** The formats by name. A format is a function from a report to text in pieces; adding one is a line here. */
import type { Report } from '../model/report.ts';
import { cyclonedx } from './cyclonedx.ts';
import { ecs } from './ecs.ts';
import { html } from './html.ts';
import { human } from './human.ts';
import { json } from './json.ts';
import { markdown } from './markdown.ts';
import { ndjson } from './ndjson.ts';
import { ocsf } from './ocsf.ts';
import type { ReportOptions } from './options.ts';
import { sarif } from './sarif.ts';

export type Format = (report: Report, options: ReportOptions) => Iterable<string>;

export const formats = { human, json, ndjson, sarif, cyclonedx, ocsf, ecs, markdown, html } satisfies Record<
  string,
  Format
>;
export type FormatName = keyof typeof formats;
