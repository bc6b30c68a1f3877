/**
 * OCSF 1.8.0, one event a line: a sign of life, each agent with its parts, each finding, and last the
 * scan with what could not be seen. The events are in `src/model/ocsf.ts`; who ships them one by one
 * makes them with the same functions.
 */
import type { OcsfEvent } from '../model/ocsf.ts';
import type { Report } from '../model/report.ts';
import { factFinder } from './event.ts';
import { findingEvent } from './ocsf/finding.ts';
import { softwareEvents } from './ocsf/inventory.ts';
import { heartbeatEvent, scanEvent } from './ocsf/run.ts';
import { jsonLine } from './write-json.ts';

/** All events of a report, in an order that is always the same. */
export function* ocsfEvents(report: Report): Generator<OcsfEvent> {
  yield heartbeatEvent(report);
  yield* softwareEvents(report);
  const factOf = factFinder(report.facts);
  for (const finding of report.findings) yield findingEvent(finding, factOf(finding), report);
  yield scanEvent(report);
}

/** One chunk a line, newline included. */
export function* ocsf(report: Report): Generator<string> {
  for (const event of ocsfEvents(report)) yield jsonLine(event);
}
