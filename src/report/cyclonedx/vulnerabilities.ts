/** Known bad, given-up and replaced software among the parts, as vulnerabilities that affect them. */
import type { Threat } from '../../model/fact.ts';
import type { Part } from './components.ts';
import { properties } from './parts.ts';

/** Who gives out an advisory, by the form of its id. */
function publisher(id: string): string {
  if (id.startsWith('CVE-')) return 'NVD';
  if (id.startsWith('GHSA-')) return 'GitHub Advisories';
  return id.startsWith('MAL-') ? 'OSV' : 'unknown';
}

function vulnerability(threat: Threat, refs: string[]): object {
  const { id, name, advisories, note, severity, confidence, replacement } = threat;
  const [first, ...others] = advisories;
  return {
    id: first ?? id,
    source: { name: first === undefined ? 'shadowscan rules' : publisher(first) },
    references: others.map((one) => ({ id: one, source: { name: publisher(one) } })),
    ratings: [{ severity, method: 'other', source: { name: 'shadowscan rules' } }],
    description: note,
    recommendation: replacement === null ? undefined : `Use ${replacement} instead.`,
    affects: refs.map((ref) => ({ ref })),
    properties: properties({ threat: id, class: threat.class, about: name, confidence }),
  };
}

/** Each threat once, with all that it affects. */
export function vulnerabilities(parts: Part[]): object[] {
  const all = new Map<string, { threat: Threat; refs: string[] }>();
  for (const { fact, ref } of parts) {
    for (const threat of ('threats' in fact ? fact.threats : undefined) ?? []) {
      const key = JSON.stringify(threat);
      const known = all.get(key) ?? { threat, refs: [] };
      if (!known.refs.includes(ref)) known.refs.push(ref);
      all.set(key, known);
    }
  }
  return [...all.values()].map(({ threat, refs }) => vulnerability(threat, refs));
}
