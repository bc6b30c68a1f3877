/**
 * Facts -> findings: each fact that a check's condition holds for becomes one. It judges nothing but what the
 * facts say; whether a finding is new or waived is told by those who know earlier runs.
 */
import type { Confidence, Severity } from '../model/common.ts';
import type { Fact } from '../model/fact.ts';
import type { Finding } from '../model/report.ts';
import type { Check } from '../model/rules.ts';
import { severities } from '../model/words.ts';
import { usageError } from '../model/usage-error.ts';
import { nearest } from '../parse/nearest.ts';
import { factValues, holds } from '../parse/predicate.ts';
import { type Names, evidenceOf, fill } from './fill.ts';
import { type Homes, fingerprint } from './fingerprint.ts';

export type Choice = { only?: string[]; skip?: string[] };

type Hit = { check: Check; fact: Fact; severity: Severity };

/** The checks that run. Throws a usage error for an id that no check has. */
export function chosen(checks: Check[], { only, skip }: Choice): Check[] {
  const known = checks.map(({ id }) => id);
  for (const id of [...(only ?? []), ...(skip ?? [])]) {
    if (known.includes(id)) continue;
    const near = nearest(id, known);
    throw usageError(`no check named "${id}"${near === null ? '' : `; did you mean "${near}"?`}`);
  }
  return checks.filter(({ id }) => (only === undefined || only.includes(id)) && !skip?.includes(id));
}

function severityOf({ severity }: Check, fact: Fact): Severity {
  const steps = typeof severity === 'string' ? [{ is: severity }] : severity;
  const values = factValues(fact);
  const is = steps.find(
    (step) => !('when' in step) || step.when === undefined || holds(step.when, values),
  )?.is;
  if (is === 'fact') return fact.kind === 'credential' ? fact.severity : 'medium';
  return is ?? 'info';
}

function hitsOf(check: Check, facts: Fact[]): Hit[] {
  return facts
    .filter((fact) => fact.kind === check.on && holds(check.when, factValues(fact)))
    .map((fact) => ({ check, fact, severity: severityOf(check, fact) }));
}

/** The worst hit of each file and user, for checks that speak of the file. */
function onePerFile(hits: Hit[]): Hit[] {
  const key = ({ check, fact }: Hit): string => [check.id, fact.user ?? '', fact.origin.path].join('\0');
  const seen = new Set<string>();
  return hits.filter((hit) => {
    if (hit.check.per !== 'file') return true;
    return !seen.has(key(hit)) && seen.add(key(hit));
  });
}

const confidences: Confidence[] = ['low', 'medium', 'high'];

function lower(one: Confidence, other: Confidence): Confidence {
  return confidences[Math.min(confidences.indexOf(one), confidences.indexOf(other))]!;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

type Weighed = Pick<Finding, 'severity' | 'check' | 'origin' | 'user' | 'fact'>;

/** Worst first, then by check, place in the file and id: a total order that no input order changes. */
function compare(one: Weighed, other: Weighed): number {
  return (
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    byText(one.check, other.check) ||
    byText(one.origin.path, other.origin.path) ||
    byText(one.origin.pointer ?? '', other.origin.pointer ?? '') ||
    (one.origin.line ?? 0) - (other.origin.line ?? 0) ||
    byText(one.user ?? '', other.user ?? '') ||
    byText(one.fact, other.fact)
  );
}

const weighed = ({ check, fact, severity }: Hit): Weighed => {
  return { severity, check: check.id, origin: fact.origin, user: fact.user, fact: fact.id };
};

function findingOf({ check, fact, severity }: Hit, print: string, names: Names): Finding {
  return {
    id: '',
    check: check.id,
    severity,
    confidence: lower(check.confidence, fact.confidence),
    title: fill(check.title, fact, names),
    message: fill(check.message, fact, names),
    why: check.why.trim(),
    fact: fact.id,
    tools: fact.tools,
    user: fact.user,
    origin: fact.origin,
    evidence: evidenceOf(fact, check.evidence),
    remedy: fill(check.remedy, fact, names),
    references: check.references,
    frameworks: check.frameworks,
    fingerprint: print,
    state: 'open',
  };
}

/** How often a key came before. */
function count(map: Map<string, number>, key: string): number {
  const before = map.get(key) ?? 0;
  map.set(key, before + 1);
  return before;
}

/** Findings of all users, worst first: the same thing at two of them has one fingerprint and two ids. */
export function numbered(findings: Finding[]): Finding[] {
  const ids = new Map<string, number>();
  return findings.toSorted(compare).map((finding) => {
    const id = `finding:${finding.fingerprint.slice(0, 16)}`;
    const before = count(ids, id);
    return { ...finding, id: before === 0 ? id : `${id}-${before + 1}` };
  });
}

/** All findings, worst first. `homes` are the homes that were scanned: places are named relative to them. */
export function judge(
  facts: Fact[],
  checks: Check[],
  options: Choice & { homes: Homes; names?: Names },
): Finding[] {
  const hits = chosen(checks, options).flatMap((check) => hitsOf(check, facts));
  const alike = new Map<string, number>();
  const sorted = hits.toSorted((one, other) => compare(weighed(one), weighed(other)));
  return numbered(
    onePerFile(sorted).map((hit) => {
      const { check, fact } = hit;
      const same = `${fingerprint(check.id, fact, options.homes, 0)}\0${fact.user ?? ''}`;
      const print = fingerprint(check.id, fact, options.homes, count(alike, same));
      return findingOf(hit, print, options.names ?? { tools: new Map(), types: new Map() });
    }),
  );
}
