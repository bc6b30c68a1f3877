/**
 * Checks as SARIF rules, and the frameworks they cite as taxonomies. Only checks with findings are known
 * here.
 */
import type { Severity } from '../../model/common.ts';
import type { Finding } from '../../model/report.ts';
import { framework } from '../frameworks.ts';
import { rank } from '../severity.ts';
import { plain } from './text.ts';

/** SARIF has three levels; the severity itself is among the properties. */
export const levels: Record<Severity, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** Middle of the bands that GitHub code scanning reads: critical above 9, high from 7, medium from 4. */
const scores: Record<Severity, string> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.1',
};

/** Findings by check, in the order of the report. */
export function byCheck(findings: Finding[]): Map<string, Finding[]> {
  return Map.groupBy(findings, (one) => one.check);
}

/** Frameworks cited by any finding -> ids, both sorted. */
export function cited(findings: Finding[]): [string, string[]][] {
  const all = new Map<string, Set<string>>();
  for (const { frameworks } of findings)
    for (const [word, ids] of Object.entries(frameworks))
      for (const id of ids) all.set(word, (all.get(word) ?? new Set()).add(id));
  return [...all].map(([word, ids]): [string, string[]] => [word, [...ids].toSorted()]).toSorted();
}

/** The taxonomies of a run. */
export function taxonomies(all: [string, string[]][]): object[] {
  return all.map(([word, ids]) => {
    const { name, organization, url } = framework(word);
    return {
      name,
      organization,
      informationUri: url ?? undefined,
      shortDescription: { text: `${name}: the entries that findings of this run refer to.` },
      isComprehensive: false,
      taxa: ids.map((id) => ({ id, name: id })),
    };
  });
}

function relationships(finding: Finding, all: [string, string[]][]): object[] {
  return all.flatMap(([word], index) =>
    (finding.frameworks[word] ?? []).map((id) => ({
      target: { id, toolComponent: { name: framework(word).name, index } },
      kinds: ['relevant'],
    })),
  );
}

/** `secret-in-config` -> `SecretInConfig`, as SARIF wants names. */
function pascal(id: string): string {
  return id.replace(/(?:^|[^a-z0-9])([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** One check as a rule: its worst finding says how bad it is. */
export function rule([id, group]: [string, Finding[]], all: [string, string[]][]): object {
  const worst = group.toSorted((a, b) => rank(a.severity) - rank(b.severity))[0]!;
  const why = worst.why === undefined ? plain(worst.title) : plain(worst.why.replace(/\s+/g, ' '));
  const title = `${plain(worst.title).replace(/\.$/, '')}.`;
  return {
    id,
    name: pascal(id),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: [why, ...worst.references.map((one) => `See ${plain(one)}`)].join('\n\n') },
    helpUri: worst.references.find((one) => /^https:\/\/[\x21-\x7e]+$/.test(one)),
    defaultConfiguration: { level: levels[worst.severity] },
    relationships: relationships(worst, all),
    properties: {
      tags: ['security', ...Object.values(worst.frameworks).flat()],
      precision: worst.confidence,
      'problem.severity': { error: 'error', warning: 'warning', note: 'recommendation' }[
        levels[worst.severity]
      ],
      'security-severity': scores[worst.severity],
    },
  };
}
