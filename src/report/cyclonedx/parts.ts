/** What components and services of the AI-BOM have in common: references, evidence, properties. */
import type { Confidence, Origin } from '../../model/common.ts';
import type { Fact } from '../../model/fact.ts';
import type { Finding, Report } from '../../model/report.ts';
import { assetId } from '../event.ts';

export type Property = { name: string; value: string };

/** Our own names, apart from everybody else's. */
const space = 'shadowscan';

/** One property for each value; nothing for what is not known or empty. */
export function properties(all: Record<string, unknown>): Property[] {
  return Object.entries(all).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as unknown[]) : [value])
      .filter((one) => one !== null && one !== undefined && one !== '')
      .map((one) => ({ name: `${space}:${name}`, value: String(one) })),
  );
}

/** A reference to what a fact is about; the same thing of two users has two. */
export function refOf(fact: Fact, device: Report['device']): string {
  return `${fact.kind}:${assetId(fact, device)}`;
}

const shares: Record<Confidence, number> = { high: 0.9, medium: 0.6, low: 0.3 };

function occurrence({ path, line, pointer }: Origin): object {
  return { location: path, line, symbol: pointer === '' ? undefined : pointer };
}

/** Where it was seen, and how sure its identity is. */
export function evidence(fact: Fact, others: Origin[] = []): object {
  const places = new Map([fact.origin, ...others].map((one) => [JSON.stringify(one), one]));
  const confidence = shares[fact.confidence];
  return {
    identity: [{ field: 'name', confidence, methods: [{ technique: 'manifest-analysis', confidence }] }],
    occurrences: [...places.values()].map(occurrence),
  };
}

/** `server-unapproved: high`, and by whom it is waived. */
function said({ check, severity, state, waiver }: Finding): string {
  const gone = state === 'resolved' ? ', resolved' : '';
  const waived =
    waiver === undefined ? '' : `, waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
  return `${check}: ${severity}${gone}${waived}`;
}

/** Findings on each fact, as texts. */
export function findingsOn(findings: Finding[]): (fact: Fact) => string[] {
  const all = Map.groupBy(findings, (one) => `${one.fact}\0${one.user ?? ''}`);
  return (fact) => (all.get(`${fact.id}\0${fact.user ?? ''}`) ?? []).map(said);
}

/** What is known of every fact: whose it is, from where, and what an allowlist says of it. */
export function general(fact: Fact, findings: string[]): Record<string, unknown> {
  const { user, scope, confidence, tools } = fact;
  const judged = 'verdict' in fact ? { verdict: fact.verdict, 'verdict-because': fact.why } : {};
  return { user, scope, confidence, tool: tools, ...judged, finding: findings };
}
