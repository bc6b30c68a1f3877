/** What counts: which findings stand, how bad they are together, and which of them fail a scan. */
import type { Severity } from '../model/common.ts';
import type { Finding } from '../model/report.ts';
import { severities } from '../model/words.ts';

/** 0 for the worst. */
export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** Findings that stand: neither waived nor resolved. */
export function standing(findings: Finding[]): Finding[] {
  return findings.filter((one) => one.waiver === undefined && one.state !== 'resolved');
}

/** Standing findings at or above a severity: those that make a scan's exit code 1. */
export function failing(findings: Finding[], failOn: Severity | 'none'): Finding[] {
  if (failOn === 'none') return [];
  return standing(findings).filter((one) => rank(one.severity) <= rank(failOn));
}

/** How many there are of each severity, worst first; severities without any are left out. */
export function counts(findings: Finding[]): { severity: Severity; count: number }[] {
  return severities
    .map((severity) => ({ severity, count: findings.filter((one) => one.severity === severity).length }))
    .filter((one) => one.count > 0);
}

/** Whether a finding was compared with earlier runs, so that `open` means that it is not new. */
export function compared({ state, firstSeen }: Finding): boolean {
  return state !== 'open' || firstSeen !== undefined;
}

/** Findings by check, the check with the worst one first. */
export function groups(found: Finding[]): Finding[][] {
  const sorted = found.toSorted((one, other) => rank(one.severity) - rank(other.severity));
  return [...Map.groupBy(sorted, (one) => one.check).values()];
}
