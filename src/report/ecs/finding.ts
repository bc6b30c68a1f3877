/**
 * A finding as a document with ECS names: an alert while it stands, an event when it is waived or
 * resolved.
 */
import { runs } from '../../identity/package-of.ts';
import type { Severity } from '../../model/common.ts';
import type { EcsFinding } from '../../model/ecs.ts';
import type { Fact } from '../../model/fact.ts';
import type { Finding, Report } from '../../model/report.ts';
import { eventId } from '../event.ts';
import { techniques } from '../frameworks.ts';
import { common, recordOf, runOf, subjectDocument } from './common.ts';

/** Elastic's own numbers for the severities of alerts; 1 for what is only told. */
const numbers: Record<Severity, number> = { critical: 99, high: 73, medium: 47, low: 21, info: 1 };

const categories: Partial<Record<Fact['kind'], EcsFinding['event']['category']>> = {
  credential: ['iam', 'configuration'],
  account: ['iam'],
  agent: ['package'],
  extension: ['package'],
  gap: ['host'],
};

function advisoriesOf(fact: Fact | null): { id: string; severity: Severity }[] {
  const threats = (fact !== null && 'threats' in fact ? fact.threats : undefined) ?? [];
  return threats.flatMap(({ advisories, severity }) => advisories.map((id) => ({ id, severity })));
}

function category(fact: Fact | null): EcsFinding['event']['category'] {
  const known = (fact === null ? undefined : categories[fact.kind]) ?? ['configuration'];
  return advisoriesOf(fact).length === 0 ? known : ['vulnerability', ...known];
}

function threat({ frameworks }: Finding): Pick<EcsFinding, 'threat'> {
  const all = techniques(frameworks);
  const first = all[0]?.framework;
  if (first === undefined) return {};
  const own = all.filter((one) => one.framework === first);
  const subs = [...new Set(own.flatMap(({ sub }) => sub ?? []))];
  const id = [...new Set(own.map(({ technique }) => technique))];
  const technique = { id, ...(subs.length > 0 && { subtechnique: { id: subs } }) };
  return { threat: { framework: first, technique } };
}

function packageOf(fact: Fact | null): Pick<EcsFinding, 'package'> {
  if (fact?.kind === 'extension') {
    const version = fact.version === null ? {} : { version: fact.version };
    return { package: { name: fact.extension, type: 'extension', ...version } };
  }
  const found = fact?.kind === 'server' ? runs(fact) : null;
  if (found === null) return {};
  const { name, type, version } = found;
  return { package: { name, type, ...(version !== null && { version }) } };
}

function urlOf(fact: Fact | null): Pick<EcsFinding, 'url'> {
  const full = fact?.kind === 'server' || fact?.kind === 'endpoint' ? fact.url : null;
  if (full === null) return {};
  const domain = URL.canParse(full) ? new URL(full).hostname : '';
  return { url: { full, ...(domain !== '' && { domain }) } };
}

function fileOf({ origin }: Finding, fact: Fact | null): EcsFinding['file'] {
  const { path } = origin;
  const mode = fact?.kind === 'credential' && fact.mode !== null ? { mode: fact.mode } : {};
  const owner = fact?.kind === 'credential' && fact.owner !== undefined ? { owner: fact.owner } : {};
  return { path, name: /[^\\/]*$/.exec(path)?.[0] || path, ...mode, ...owner };
}

function evidence(finding: Finding): { name: string; value: string }[] {
  return Object.entries(finding.evidence).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === null ? [] : [{ name, value: String(one) }])),
  );
}

function own(finding: Finding): EcsFinding['shadowscan']['finding'] {
  const { fingerprint, severity, confidence, state, byList, waiver, expiredWaiver, tools, remedy } = finding;
  const { firstSeen, lastSeen, origin } = finding;
  return {
    fingerprint,
    severity,
    confidence,
    state,
    by_list: byList ?? false,
    waived: waiver !== undefined,
    ...(waiver !== undefined && { waiver }),
    ...(expiredWaiver !== undefined && { expired_waiver: expiredWaiver }),
    ...(firstSeen !== undefined && { first_seen: firstSeen }),
    ...(lastSeen !== undefined && { last_seen: lastSeen }),
    tools,
    remedy,
    ...(origin.line !== undefined && { line: origin.line }),
    ...(origin.column !== undefined && { column: origin.column }),
    ...(origin.pointer !== undefined && { pointer: origin.pointer }),
    evidence: evidence(finding),
  };
}

function action({ state, waiver }: Finding): string {
  if (state === 'resolved') return 'finding-resolved';
  return waiver === undefined ? `finding-${state}` : 'finding-waived';
}

function rule({ check, title, why, references }: Finding, { tool }: Report): EcsFinding['rule'] {
  const [reference] = references;
  return {
    id: check,
    name: title,
    ...(why !== undefined && { description: why }),
    version: tool.rules.version,
    ruleset: 'shadowscan',
    ...(reference !== undefined && { reference }),
  };
}

function factOf(fact: Fact): NonNullable<EcsFinding['shadowscan']['fact']> {
  const { id, kind, scope } = fact;
  const advisories = advisoriesOf(fact).map((one) => one.id);
  return { id, kind, scope, subject: subjectDocument(fact), ...(advisories.length > 0 && { advisories }) };
}

/** One finding of a report. `fact` is what it judges, or null where the report does not have it. */
export function findingDocument(finding: Finding, fact: Fact | null, report: Report): EcsFinding {
  const { message, user, check, severity, state, waiver } = finding;
  const id = eventId(finding, report.device);
  const stands = waiver === undefined && state !== 'resolved';
  const [vulnerability] = advisoriesOf(fact);
  return {
    ...common(report, {
      message,
      user,
      event: {
        kind: stands ? 'alert' : 'event',
        category: category(fact),
        dataset: 'shadowscan.finding',
        id,
        action: action(finding),
        code: check,
        severity: numbers[severity],
      },
    }),
    rule: rule(finding, report),
    file: fileOf(finding, fact),
    ...packageOf(fact),
    ...urlOf(fact),
    ...(vulnerability !== undefined && { vulnerability }),
    ...threat(finding),
    tags: Object.values(finding.frameworks).flat(),
    shadowscan: {
      run: runOf(report),
      record: recordOf(report, id),
      finding: own(finding),
      ...(fact !== null && { fact: factOf(fact) }),
    },
  };
}
