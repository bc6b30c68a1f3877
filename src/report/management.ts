/**
 * The last result as management software keeps it: one value, one line, or a few facts. Counts and ids of
 * our own only, so that nobody's file names or server names reach a console that does not expect them; ASCII,
 * bounded, and with the time of the scan, since an old result is no good news. What each product takes is
 * told at its function (documents of the vendors, read in November 2026).
 */
import { limits } from '../limits.ts';
import type { Severity } from '../model/common.ts';
import type { Report } from '../model/report.ts';
import { severities } from '../model/words.ts';
import { counts, failing, standing } from './severity.ts';

/** What is told of a result, whoever asks. */
export type Outcome = {
  state: 'pass' | 'fail' | 'stale' | 'none' | 'error';
  /** When the scan began, to the minute; null without a result. */
  scanned: string | null;
  /** Null without a result, and with one whose time has not come. */
  ageHours: number | null;
  complete: boolean;
  version: string;
  bySeverity: Record<Severity, number>;
  /** Checks with standing findings and how many each has, worst first. */
  checks: { check: string; count: number }[];
  agents: number;
  servers: number;
  /** Servers that a list does not approve; null without a list. */
  unapproved: number | null;
};

const unknown: Omit<Outcome, 'state'> = {
  scanned: null,
  ageHours: null,
  complete: false,
  version: '',
  bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  checks: [],
  agents: 0,
  servers: 0,
  unapproved: null,
};

/** Clocks differ a little; a result from further ahead would never become old. */
const aheadHours = 1;

/** An age for policies that compare it and take a setting without a value for an error of their own. */
const noAge = 999_999;

/**
 * What a report says at a time. Fails when a finding is at or above `failOn`, is stale when the scan is older
 * than `staleHours`, or begun more than an hour after now: then nobody knows. `none` and `error` stand for a
 * report that is not there or not one.
 */
export function outcomeOf(
  report: Report | 'none' | 'error',
  now: Date,
  failOn: Severity | 'none',
  staleHours: number,
): Outcome {
  if (typeof report === 'string') return { state: report, ...unknown };
  const open = standing(report.findings);
  const age = (now.getTime() - Date.parse(report.run.startedAt)) / 3_600_000;
  const ageHours = age < -aheadHours ? null : Math.max(0, Math.floor(age));
  const failed = failing(report.findings, failOn).length > 0;
  const found = counts(open);
  const servers = report.facts.filter((fact) => fact.kind === 'server');
  const bad = servers.filter(({ verdict }) => verdict !== 'approved');
  return {
    state: ageHours === null || ageHours > staleHours ? 'stale' : failed ? 'fail' : 'pass',
    scanned: `${report.run.startedAt.slice(0, 16)}Z`,
    ageHours,
    complete: report.run.status === 'complete',
    version: report.tool.version,
    bySeverity: Object.fromEntries(
      severities.map((one) => [one, found.find(({ severity }) => severity === one)?.count ?? 0]),
    ) as Outcome['bySeverity'],
    checks: [...Map.groupBy(open, ({ check }) => check)].map(([check, all]) => ({
      check,
      count: all.length,
    })),
    agents: report.facts.filter((fact) => fact.kind === 'agent').length,
    servers: servers.length,
    unapproved: report.allowlist === null ? null : bad.length,
  };
}

/** `FAIL 2 high, 1 medium; 1 of 4 servers unapproved; scanned 2026-11-20T02:15Z`. */
function sentence(outcome: Outcome): string {
  if (outcome.state === 'none') return 'NO RESULT';
  if (outcome.state === 'error') return 'ERROR the saved result cannot be read';
  const { state, bySeverity, unapproved, servers, complete, scanned } = outcome;
  const found = severities.filter((one) => bySeverity[one] > 0).map((one) => `${bySeverity[one]} ${one}`);
  return [
    `${state.toUpperCase()} ${found.join(', ') || 'no findings'}`,
    ...(unapproved === null ? [] : [`${unapproved} of ${servers} servers unapproved`]),
    ...(complete ? [] : ['partial']),
    `scanned ${scanned}`,
  ].join('; ');
}

/** The sentence with the checks behind it, as many as fit; the others are counted. */
function details(outcome: Outcome, most: number): string {
  const head = sentence(outcome);
  const items = outcome.checks.map(({ check, count }) => (count === 1 ? check : `${check} x${count}`));
  for (let kept = items.length; kept > 0; kept--) {
    const more = items.length - kept;
    const text = `${head}; ${items.slice(0, kept).join(', ')}${more > 0 ? ` +${more} more` : ''}`;
    if (text.length <= most) return text;
  }
  return head.slice(0, most);
}

/** The same facts under names that a policy can compare. Those that are not known are left out. */
function settings(outcome: Outcome): Record<string, string | number | boolean> {
  const { state, bySeverity, scanned, ageHours, complete, version, agents, servers, unapproved } = outcome;
  return {
    result: state,
    complete,
    ...bySeverity,
    agents,
    servers,
    ...(unapproved !== null && { unapproved_servers: unapproved }),
    ...(scanned !== null && { scanned }),
    ...(ageHours !== null && { age_hours: ageHours }),
    ...(version !== '' && { version }),
  };
}

/** `unapproved_servers` -> `ShadowscanUnapprovedServers`. */
const pascal = (name: string): string =>
  `Shadowscan${name.replace(/(?:^|_)([a-z])/g, (_, first: string) => first.toUpperCase())}`;

const oneLine = (value: unknown): string => `${JSON.stringify(value)}\n`;

/** Name -> text. */
export const managementFormats = {
  /** Jamf Pro, extension attribute: what stands between the tags is kept. */
  jamf: (outcome: Outcome) => `<result>${sentence(outcome)}</result>\n`,
  /** Intune remediation, detection script: 2,048 characters are kept; exit code 1 starts the remedy. */
  intune: (outcome: Outcome) => `${details(outcome, limits.intuneChars)}\n`,
  /** Iru (Kandji) and Automox, audit script: an exit code other than 0 is an alert, or starts the remedy. */
  iru: (outcome: Outcome) => `${details(outcome, limits.intuneChars)}\n`,
  /** Intune custom compliance: one line of JSON, a value for each setting that the policy names, always. */
  'intune-compliance': (outcome: Outcome) => {
    const all = settings({ ...outcome, ageHours: outcome.ageHours ?? noAge });
    return oneLine(Object.fromEntries(Object.entries(all).map(([name, value]) => [pascal(name), value])));
  },
  /** Workspace ONE sensor, and others that keep what a script prints: one value. */
  ws1: (outcome: Outcome) => `${sentence(outcome)}\n`,
  /** Ansible local fact: an object, known as `ansible_local.<name of the file>`. */
  ansible: (outcome: Outcome) => oneLine(settings(outcome)),
  /** Puppet external fact: an object of facts, here one with a structure. */
  facts: (outcome: Outcome) => oneLine({ shadowscan: settings(outcome) }),
  /** Munki condition: a line for each key of `ConditionalItems.plist`. */
  munki: (outcome: Outcome) =>
    Object.entries(settings(outcome))
      .map(([name, value]) => `shadowscan_${name}=${value}\n`)
      .join(''),
} satisfies Record<string, (outcome: Outcome) => string>;

/** Those whose products act on the exit code; the others take anything but 0 for a broken script. */
export const judgingFormats: readonly ManagementFormat[] = ['intune', 'iru'];
export type ManagementFormat = keyof typeof managementFormats;
