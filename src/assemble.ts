/**
 * The last step of a scan: everything known, sorted and counted, as one report. Equal input gives equal
 * bytes.
 */
import { score } from './evaluate/score.ts';
import type { Platform } from './model/common.ts';
import type { Fact } from './model/fact.ts';
import { severities } from './model/words.ts';
import type { Host } from './model/host.ts';
import type { AllowlistInfo, Coverage, Finding, PolicyInfo, Report, Summary } from './model/report.ts';
import type { Ruleset } from './model/rules.ts';
import { version } from './version.ts';

export type Parts = {
  host: Host;
  rules: Ruleset;
  startedAt: Date;
  /** Clock when the run began, in milliseconds. */
  began: number;
  facts: Fact[];
  findings: Finding[];
  /** Of what was scanned, which may be an image on another system. */
  platform: Platform;
  homes: { user: string | null; path: string }[];
  allowlist: AllowlistInfo | null;
  policy: PolicyInfo | null;
  coverage: Coverage[];
  sourcesRead: number;
  bytesRead: number;
  choice: { only?: string[]; skip?: string[] };
  /** Of others whose reports are part of this one. */
  sideEffects?: string[];
};

const kinds = [
  'agent',
  'server',
  'credential',
  'account',
  'profile',
  'extension',
  'permission',
  'endpoint',
  'command',
  'instruction',
  'policy',
  'workspace',
  'gap',
];

const place = (number = 0): string => String(number).padStart(8, '0');

const orderOf = ({ kind, user, origin, id }: Fact): string =>
  [place(kinds.indexOf(kind)), user ?? '', origin.path, place(origin.line), place(origin.column), id].join(
    '\0',
  );

function counts(values: string[]): Record<string, number> {
  const sorted = values.toSorted();
  return Object.fromEntries(
    Map.groupBy(sorted, (value) => value)
      .entries()
      .map(([value, all]) => [value, all.length]),
  );
}

/** How many findings there are that stand: neither waived nor resolved. */
export function countFindings(findings: Finding[]): Pick<Summary, 'bySeverity' | 'byCheck'> {
  const open = findings.filter(({ waiver, state }) => waiver === undefined && state !== 'resolved');
  const bySeverity = Object.fromEntries(
    severities.map((severity) => [severity, open.filter((finding) => finding.severity === severity).length]),
  ) as Summary['bySeverity'];
  return { bySeverity, byCheck: counts(open.map((finding) => finding.check)) };
}

function summarise(facts: Fact[], findings: Finding[], rules: Ruleset, choice: Parts['choice']): Summary {
  return {
    ...countFindings(findings),
    score: score(facts, findings, rules.checks, choice),
    facts: counts(facts.map((fact) => fact.kind)),
  };
}

function leftOut(rules: Ruleset, { only, skip }: Parts['choice']): string[] {
  const ids = rules.checks.map((check) => check.id);
  return ids.filter((id) => (only && !only.includes(id)) || skip?.includes(id)).toSorted();
}

/** `read`, or why a home as a whole could not be. */
function statusOf(home: string, facts: Fact[]): string {
  // One that names folders is about these, and not about all of the home.
  const gap = facts.find((fact) => fact.kind === 'gap' && !fact.folders && fact.origin.path === home);
  return gap?.kind === 'gap' ? gap.reason : 'read';
}

/** The report of a run. `partial` when anything could not be seen. */
export function assemble(parts: Parts): Report {
  const { host, rules, facts, findings } = parts;
  // Before the side effects, since it can be one.
  const { deviceId } = host;
  const endedAt = host.now();
  return {
    schema: 'shadowscan.report/1',
    tool: { name: 'shadowscan', version, rules: { version: rules.version, sha256: rules.sha256 } },
    run: {
      id: host.randomId(),
      startedAt: parts.startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      durationMs: Math.max(0, Math.round(host.elapsed() - parts.began)),
      status: facts.some((fact) => fact.kind === 'gap') ? 'partial' : 'complete',
      homes: parts.homes.map((home) => ({ ...home, status: statusOf(home.path, facts) })),
      sourcesRead: parts.sourcesRead,
      bytesRead: parts.bytesRead,
      checksLeftOut: leftOut(rules, parts.choice),
      sideEffects: [...new Set([...host.sideEffects(), ...(parts.sideEffects ?? [])])].toSorted(),
    },
    device: {
      id: deviceId,
      hostname: host.hostname,
      platform: parts.platform,
      osVersion: host.osVersion,
      arch: host.arch,
    },
    allowlist: parts.allowlist,
    policy: parts.policy,
    coverage: parts.coverage,
    facts: facts.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    findings,
    summary: summarise(facts, findings, rules, parts.choice),
  };
}
