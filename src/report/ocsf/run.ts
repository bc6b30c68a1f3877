/**
 * The run itself: the device as it was met, which is the sign of life that a receiver waits for, and the scan
 * with its counts, its gaps and its coverage, which is the sign that the run was told to its end.
 */
import type { FactOf } from '../../model/fact.ts';
import type { OcsfDevice, OcsfScan } from '../../model/ocsf.ts';
import type { Report } from '../../model/report.ts';
import type { Telling } from '../../model/telling.ts';
import { standing } from '../severity.ts';
import { plural } from '../words.ts';
import { common, millis, policyOf } from './common.ts';

function tally(words: string[]): Record<string, number> {
  const groups = Map.groupBy(words.toSorted(), (word) => word);
  return Object.fromEntries([...groups].map(([word, all]) => [word, all.length]));
}

function gapsOf(report: Report): FactOf<'gap'>[] {
  return report.facts.filter((fact) => fact.kind === 'gap');
}

/** What a receiver should know of every run, whatever it found. */
export function runFacts(report: Report): Record<string, unknown> {
  const { run, summary, tool } = report;
  return {
    status: run.status,
    findings: summary.bySeverity,
    waived: report.findings.filter((one) => one.waiver !== undefined).length,
    score: summary.score,
    facts: summary.facts,
    gaps: tally(gapsOf(report).map(({ reason }) => reason)),
    checks_left_out: run.checksLeftOut,
    side_effects: run.sideEffects,
    rules_version: tool.rules.version,
  };
}

/** A sign of life: the device, how its last run went, and what there is to say to a receiver. */
export function heartbeatEvent(report: Report, telling?: Telling): OcsfDevice {
  const { run, device } = report;
  return {
    class_uid: 5001,
    class_name: 'Device Inventory Info',
    type_uid: 500102,
    category_uid: 5,
    activity_id: 2,
    activity_name: 'Collect',
    ...common(report, {
      event: `heartbeat ${device.id}`,
      code: 'heartbeat',
      severity: 'info',
      message: `${device.hostname} was scanned: ${run.status}`,
    }),
    unmapped: { ...runFacts(report), ...telling },
  };
}

function unseen(report: Report): string {
  const homes = report.run.homes.filter(({ status }) => status !== 'read').length;
  return `${plural(gapsOf(report).length, 'place')} and ${plural(homes, 'home')} could not be seen`;
}

type Outcome = Pick<
  OcsfScan,
  'activity_id' | 'activity_name' | 'type_uid' | 'status_id' | 'status' | 'status_detail'
>;

function outcome(report: Report): Outcome {
  const detail = report.run.status === 'partial' ? { status_detail: unseen(report) } : {};
  if (gapsOf(report).some(({ reason }) => reason === 'internal'))
    return {
      activity_id: 6,
      activity_name: 'Error',
      type_uid: 600706,
      status_id: 2,
      status: 'Failure',
      ...detail,
    };
  const done = { activity_id: 2, activity_name: 'Completed', type_uid: 600702 } as const;
  return report.run.status === 'partial'
    ? { ...done, status_id: 99, status: 'Partial', ...detail }
    : { ...done, status_id: 1, status: 'Success' };
}

/** The last event of a run. Receivers that miss it have part of a run. */
export function scanEvent(report: Report, telling?: Telling): OcsfScan {
  const { run, coverage } = report;
  const found = standing(report.findings).length;
  const policy = policyOf(report);
  const rows = coverage.filter(({ status }) => status !== 'absent');
  return {
    class_uid: 6007,
    class_name: 'Scan Activity',
    category_uid: 6,
    ...common(report, {
      event: 'scan',
      code: 'scan',
      severity: 'info',
      message: `Scan ended: ${plural(found, 'finding')}, ${run.status}`,
    }),
    ...outcome(report),
    scan: { uid: run.id, name: 'shadowscan', type_id: 0 },
    start_time: millis(run.startedAt),
    end_time: millis(run.endedAt),
    duration: run.durationMs,
    num_detections: found,
    num_files: run.sourcesRead,
    num_skipped_items: gapsOf(report).length,
    ...(policy !== undefined && { policy }),
    unmapped: {
      ...runFacts(report),
      homes: run.homes.map(({ user, status }) => ({ user, status })),
      coverage: rows,
      coverage_absent: coverage.length - rows.length,
      ...telling,
    },
  };
}
