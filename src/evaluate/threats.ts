/**
 * Facts against what is known to be bad: packages by type, name and version; servers by host or URL; editor
 * extensions and agents by id and version. Whether a fix is installed elsewhere is not asked.
 */
import { fetched } from '../identity/package-of.ts';
import { loosePackageKey, packageName } from '../identity/purl.ts';
import { liesWide, moves } from '../identity/range.ts';
import { normaliseUrl } from '../identity/url.ts';
import type { AgentFact, ExtensionFact, ServerFact } from '../model/fact.ts';
import { packageTypes, threatClasses } from '../model/words.ts';
import type { Package, Threat } from '../model/fact.ts';
import type { ThreatEntry } from '../model/rules.ts';

/** Threats by what they are about: `npm:name`, `extension:publisher.name`, `tool:id`, `host:name`, `url:`. */
export type Threats = Map<string, ThreatEntry[]>;

const types: readonly string[] = packageTypes;

function keyOf({ ecosystem, name }: ThreatEntry): string {
  if (ecosystem === 'url') {
    const url = normaliseUrl(name);
    return url === null ? `host:${name.toLowerCase()}` : `url:${url.url}`;
  }
  if (!types.includes(ecosystem)) return `${ecosystem}:${name.toLowerCase()}`;
  return loosePackageKey(ecosystem, packageName(ecosystem as Package['type'], name) ?? name);
}

/** Threats made ready once for all facts. */
export function threatIndex(entries: ThreatEntry[]): Threats {
  return Map.groupBy(entries, keyOf);
}

/**
 * Whether a version is one of a threat's. What is not pinned runs what is newest, so that it is affected by
 * ranges without an end, and by those that hold every version it may move to.
 */
function affects(
  threat: ThreatEntry,
  type: Package['type'],
  version: string | null,
  pinned: boolean,
): boolean {
  if (pinned && version !== null) return liesWide(type, version, threat.versions);
  const { all, newest } = moves(version, threat.versions);
  return all || newest;
}

/** Every host that a name could be listed under: itself and the domains above it. */
function hostsAbove(host: string): string[] {
  const labels = host.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

const order: readonly Threat['class'][] = threatClasses;

/** What a report says of a threat; the worst first. */
function told(entries: ThreatEntry[]): Threat[] {
  return [...new Set(entries)]
    .map(({ class: kind, id, name, advisories, note, severity, confidence, replacement }) => {
      return { class: kind, id, name, advisories, note, severity, confidence, replacement };
    })
    .toSorted(
      (one, other) => order.indexOf(one.class) - order.indexOf(other.class) || (one.id < other.id ? -1 : 1),
    );
}

/** Threats that a server definition, the bridge before it or the host it talks to is subject to. */
export function serverThreats(fact: ServerFact, threats: Threats): Threat[] {
  const byPackage = fetched(fact).flatMap(({ type, name, version, pinned }) =>
    (threats.get(loosePackageKey(type, name)) ?? []).filter((one) => affects(one, type, version, pinned)),
  );
  // What a launcher has on disk is what it starts, whatever is newest elsewhere.
  const cached = (fact.resolved ?? []).flatMap(({ type, name, version }) =>
    (threats.get(loosePackageKey(type, name)) ?? []).filter((one) => affects(one, type, version, true)),
  );
  const url = [fact.identity, fact.url].map((text) => (text === null ? null : normaliseUrl(text)));
  const byUrl = url
    .filter((one) => one !== null)
    .flatMap((one) => [`url:${one.url}`, ...hostsAbove(one.host).map((host) => `host:${host}`)])
    .flatMap((key) => threats.get(key) ?? []);
  return told([...byPackage, ...cached, ...byUrl]);
}

/** Threats that an installed extension or agent is subject to; only a known version can be in a range. */
export function installedThreats(fact: AgentFact | ExtensionFact, threats: Threats): Threat[] {
  const keys =
    fact.kind === 'agent'
      ? fact.tools.map((id) => `tool:${id}`)
      : [`extension:${fact.extension.toLowerCase()}`];
  const entries = keys.flatMap((key) => threats.get(key) ?? []);
  return told(entries.filter((one) => affects(one, 'nuget', fact.version, fact.version !== null)));
}

/** The threat for which a fact is denied without any allowlist. A doubtful report denies nothing. */
export function forbidding(threats: Threat[]): Threat | null {
  const found = threats.find(
    (one) => one.confidence !== 'low' && /^(malicious|compromised)$/.test(one.class),
  );
  return found ?? null;
}
