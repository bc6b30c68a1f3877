/**
 * Documents with the field names of the Elastic Common Schema, one a line: a sign of life, each agent, each
 * finding, and last the scan with what could not be seen. The documents are in `src/model/ecs.ts`; who ships
 * them one by one makes them with the same functions.
 */
import type { EcsDocument } from '../model/ecs.ts';
import type { Report } from '../model/report.ts';
import { agentDocuments } from './ecs/agent.ts';
import { findingDocument } from './ecs/finding.ts';
import { heartbeatDocument, scanDocument } from './ecs/run.ts';
import { factFinder } from './event.ts';
import { jsonLine } from './write-json.ts';

/** All documents of a report, in an order that is always the same. */
export function* ecsDocuments(report: Report): Generator<EcsDocument> {
  yield heartbeatDocument(report);
  yield* agentDocuments(report);
  const factOf = factFinder(report.facts);
  for (const finding of report.findings) yield findingDocument(finding, factOf(finding), report);
  yield scanDocument(report);
}

/** One chunk a line, newline included. */
export function* ecs(report: Report): Generator<string> {
  for (const document of ecsDocuments(report)) yield jsonLine(document);
}
