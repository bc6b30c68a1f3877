/** The run itself: a sign of life first, and last the scan with its counts, its gaps and its coverage. */
import type { EcsHeartbeat, EcsScan } from '../../model/ecs.ts';
import type { Report } from '../../model/report.ts';
import type { Telling } from '../../model/telling.ts';
import { standing } from '../severity.ts';
import { plural } from '../words.ts';
import { common, recordOf, runOf } from './common.ts';

function summary(report: Report): EcsHeartbeat['shadowscan']['run'] {
  const { bySeverity, score } = report.summary;
  const { critical = 0, high = 0, medium = 0, low = 0, info = 0 } = bySeverity;
  const gaps = report.facts.filter((fact) => fact.kind === 'gap');
  return {
    ...runOf(report),
    severity: { critical, high, medium, low, info },
    waived: report.findings.filter((one) => one.waiver !== undefined).length,
    score: {
      achieved: score.achieved,
      evaluated: score.evaluated,
      not_evaluated: score.notEvaluated,
    },
    files: report.run.sourcesRead,
    gaps: gaps.length,
    gap_reasons: [...new Set(gaps.map(({ reason }) => reason))].toSorted(),
    checks_left_out: report.run.checksLeftOut,
    side_effects: report.run.sideEffects,
  };
}

/**
 * A sign of life: the device, and how its last run went. Its id is the device's. `telling` is what there is
 * to say to a receiver.
 */
export function heartbeatDocument(report: Report, telling?: Telling): EcsHeartbeat {
  const { device, run } = report;
  const id = `heartbeat-${device.id}`;
  return {
    ...common(report, {
      message: `${device.hostname} was scanned: ${run.status}`,
      user: null,
      event: {
        kind: 'state',
        category: ['host'],
        dataset: 'shadowscan.heartbeat',
        id,
        action: 'heartbeat',
        code: 'heartbeat',
      },
    }),
    shadowscan: { run: summary(report), record: recordOf(report, id), ...telling },
  };
}

function outcome(report: Report): 'success' | 'failure' | 'unknown' {
  if (report.facts.some((fact) => fact.kind === 'gap' && fact.reason === 'internal')) return 'failure';
  return report.run.status === 'complete' ? 'success' : 'unknown';
}

/** The last document of a run. Receivers that miss it have part of a run. */
export function scanDocument(report: Report, telling?: Telling): EcsScan {
  const { run, coverage, allowlist } = report;
  const found = standing(report.findings).length;
  const gaps = report.facts.filter(({ kind }) => kind === 'gap').length;
  const rows = coverage.filter(({ status }) => status !== 'absent');
  return {
    ...common(report, {
      message: `Scan ended: ${plural(found, 'finding')}, ${run.status}`,
      user: null,
      event: {
        kind: 'event',
        category: ['configuration'],
        dataset: 'shadowscan.scan',
        id: run.id,
        action: 'scan-ended',
        code: 'scan',
        outcome: outcome(report),
        ...(run.status === 'partial' && { reason: `${plural(gaps, 'place')} could not be seen` }),
        start: run.startedAt,
        end: run.endedAt,
        duration: run.durationMs * 1_000_000,
      },
    }),
    shadowscan: {
      run: summary(report),
      record: recordOf(report, 'scan'),
      ...telling,
      homes: run.homes.map(({ user, status }) => ({ ...(user !== null && { user }), status })),
      coverage: rows.map(({ tool, user, status, reason }) => ({
        tool,
        ...(user !== null && { user }),
        status,
        ...(reason !== undefined && { reason }),
      })),
      coverage_absent: coverage.length - rows.length,
      ...(allowlist !== null && {
        allowlist: { name: allowlist.name, version: allowlist.version, sha256: allowlist.sha256 },
      }),
    },
  };
}
