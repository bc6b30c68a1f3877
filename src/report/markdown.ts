/**
 * The report as GitHub-flavoured Markdown, for tickets, pull requests and wikis: how bad it is, what to
 * do first, what is there, what was not seen. Names are somebody else's: none becomes a link, a mention
 * or a cell.
 */
import type { Report } from '../model/report.ts';
import { coverage } from './markdown/coverage.ts';
import { findings } from './markdown/findings.ts';
import { head } from './markdown/head.ts';
import { inventory } from './markdown/inventory.ts';
import { viewOf } from './view.ts';

/** The document in pieces. */
export function* markdown(report: Report): Generator<string> {
  const view = viewOf(report);
  yield* head(view);
  yield* findings(view);
  yield* inventory(view);
  yield* coverage(view);
}
