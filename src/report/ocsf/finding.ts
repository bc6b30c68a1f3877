/**
 * A finding as an OCSF event. What says that a list does not allow something, or that a place was not
 * seen, is a Compliance Finding; what is dangerous by itself is a Detection Finding. Waived findings are
 * Suppressed and resolved ones Closed, both under the id that they always have.
 */
import type { Fact } from '../../model/fact.ts';
import type { OcsfCompliance, OcsfFinding } from '../../model/ocsf.ts';
import type { Finding, Report } from '../../model/report.ts';
import { eventId } from '../event.ts';
import { framework, techniques } from '../frameworks.ts';
import { compared } from '../severity.ts';
import { subjectOf } from '../subject.ts';
import { common, millis, policyOf, sureness } from './common.ts';

type Info = OcsfFinding['finding_info'];
type Shared = Omit<OcsfCompliance, 'class_uid' | 'class_name' | 'type_uid' | 'compliance'>;

function activity(finding: Finding): Pick<Shared, 'activity_id' | 'activity_name'> {
  if (finding.state === 'resolved') return { activity_id: 3, activity_name: 'Close' };
  if (finding.state === 'open' && compared(finding)) return { activity_id: 2, activity_name: 'Update' };
  return { activity_id: 1, activity_name: 'Create' };
}

function status({ state, waiver }: Finding): Pick<Shared, 'status_id' | 'status'> {
  if (state === 'resolved') return { status_id: 4, status: 'Resolved' };
  return waiver === undefined ? { status_id: 1, status: 'New' } : { status_id: 3, status: 'Suppressed' };
}

function comment({ waiver, expiredWaiver }: Finding): { comment?: string } {
  if (waiver !== undefined)
    return { comment: `Waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}` };
  if (expiredWaiver === undefined) return {};
  const { owner, expires, reason } = expiredWaiver;
  return { comment: `A waiver by ${owner} ended on ${expires}: ${reason}` };
}

function attacks(finding: Finding): Pick<Info, 'attacks'> {
  const all = techniques(finding.frameworks).map(({ technique, sub }) => ({
    technique: { uid: technique },
    ...(sub !== null && { sub_technique: { uid: sub } }),
  }));
  return all.length > 0 ? { attacks: all } : {};
}

function infoOf(finding: Finding, fact: Fact | null, report: Report): Info {
  const { check, title, message, fingerprint, frameworks, firstSeen, lastSeen, why } = finding;
  return {
    uid: eventId(finding, report.device),
    uid_alt: fingerprint,
    title,
    desc: why === undefined ? message : `${message} ${why}`,
    types: [fact === null ? 'unknown' : subjectOf(fact).type],
    analytic: { name: check, uid: check, type_id: 1, type: 'Rule', version: report.tool.rules.version },
    ...(firstSeen !== undefined && { first_seen_time: millis(firstSeen) }),
    last_seen_time: millis(finding.state === 'resolved' && lastSeen ? lastSeen : report.run.endedAt),
    ...attacks(finding),
    tags: Object.entries(frameworks)
      .filter(([, ids]) => ids.length > 0)
      .map(([name, values]) => ({ name, values })),
  };
}

function resources(finding: Finding, fact: Fact | null): Pick<Shared, 'resources'> {
  if (fact === null) return {};
  const { name, type, uid, version } = subjectOf(fact);
  return {
    resources: [
      {
        name,
        type,
        ...(uid !== null && { uid }),
        ...(version !== null && { version }),
        ...(finding.user !== null && { owner: { name: finding.user } }),
        role_id: 3,
        role: 'Affected',
        data: { fact: fact.id, tools: finding.tools, scope: fact.scope, ...verdictOf(fact) },
      },
    ],
  };
}

function verdictOf(fact: Fact): object {
  return 'verdict' in fact && fact.verdict !== undefined ? { verdict: fact.verdict } : {};
}

/** Kinds of facts whose origin is a plain file in any case. */
const inFiles = new Set<Fact['kind']>([
  'server',
  'credential',
  'permission',
  'account',
  'endpoint',
  'command',
]);

function evidences({ origin, user, evidence }: Finding, fact: Fact | null): Shared['evidences'] {
  const { path, pointer, line, column } = origin;
  const name = /[^\\/]*$/.exec(path)?.[0] || path;
  return [
    {
      file: { name, path, type_id: fact !== null && inFiles.has(fact.kind) ? 1 : 0 },
      ...(user !== null && { user: { name: user } }),
      data: {
        ...(pointer !== undefined && { pointer }),
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
        evidence,
      },
    },
  ];
}

function shared(finding: Finding, fact: Fact | null, report: Report): Shared {
  const { severity, message, check, confidence, remedy, references } = finding;
  const event = eventId(finding, report.device);
  return {
    ...common(report, { event, code: check, severity, message }),
    category_uid: 2,
    ...activity(finding),
    ...status(finding),
    ...sureness[confidence],
    ...comment(finding),
    finding_info: infoOf(finding, fact, report),
    ...resources(finding, fact),
    evidences: evidences(finding, fact),
    remediation: {
      desc: remedy,
      ...(references.length > 0 && { kb_article_list: references.map((src_url) => ({ src_url })) }),
    },
  };
}

function compliance(finding: Finding, fact: Fact | null, report: Report): OcsfCompliance['compliance'] {
  const words = Object.keys(finding.frameworks);
  const unseen = fact?.kind === 'gap';
  const policy = policyOf(report);
  const why = fact !== null && 'why' in fact ? fact.why : null;
  const assessed = !unseen && policy !== undefined;
  return {
    control: finding.check,
    ...(finding.state === 'resolved'
      ? { status_id: 1 as const, status: 'Pass' as const }
      : unseen
        ? { status_id: 2 as const, status: 'Warning' as const }
        : { status_id: 3 as const, status: 'Fail' as const }),
    standards: words.map((word) => framework(word).name),
    requirements: words.flatMap((word) => finding.frameworks[word] ?? []),
    ...(assessed && {
      assessments: [
        { name: 'allowlist' as const, meets_criteria: false as const, desc: why ?? finding.message, policy },
      ],
    }),
  };
}

const detectionTypes = [200401, 200402, 200403] as const;
const complianceTypes = [200301, 200302, 200303] as const;

/** One finding of a report. `fact` is what it judges, or null where the report does not have it. */
export function findingEvent(finding: Finding, fact: Fact | null, report: Report): OcsfFinding {
  const all = shared(finding, fact, report);
  const at = all.activity_id - 1;
  if (finding.byList || fact?.kind === 'gap')
    return {
      class_uid: 2003,
      class_name: 'Compliance Finding',
      type_uid: complianceTypes[at]!,
      ...all,
      compliance: compliance(finding, fact, report),
    };
  return {
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: detectionTypes[at]!,
    ...all,
    is_alert: all.status_id === 1,
  };
}
