/**
 * A verdict on each fact that can be approved, with the threats it is subject to and the official servers
 * that could take its place. What the allowlist says comes from the given approver; without one nothing is
 * approved or unapproved, but what is known to be malicious is denied all the same.
 */
import { runs } from '../identity/package-of.ts';
import { packageName } from '../identity/purl.ts';
import type { Approvable, Approver, Decision } from '../model/allowlist.ts';
import type { Fact, Package, ServerFact, Threat } from '../model/fact.ts';
import type { RemoteEntry, Ruleset } from '../model/rules.ts';
import { forbidding, installedThreats, serverThreats, threatIndex } from './threats.ts';

const unjudged: Decision = { verdict: 'unjudged', approval: null, why: null };

/** A denial of the list stands; a threat beats an approval. */
function decide(fact: Approvable, threats: Threat[], approver: Approver | null): Decision {
  const decision = approver?.(fact) ?? unjudged;
  const threat = forbidding(threats);
  if (decision.verdict === 'denied' || threat === null) return decision;
  return {
    verdict: 'denied',
    approval: null,
    why: `known to be ${threat.class}: ${threat.note} (${threat.id})`,
  };
}

/** Package key -> URLs of the vendor's own remote servers. */
function remoteIndex(remotes: RemoteEntry[]): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const { replaces, urls } of remotes) {
    for (const text of replaces) {
      const colon = text.indexOf(':');
      const type = text.slice(0, colon);
      const name = packageName(type as Package['type'], text.slice(colon + 1));
      const key = name === null ? text : `${type}:${name}`;
      index.set(key, [...(index.get(key) ?? []), ...urls]);
    }
  }
  return index;
}

function officialRemotes(fact: ServerFact, remotes: Map<string, string[]>): string[] {
  const found = runs(fact);
  return found === null ? [] : (remotes.get(`${found.type}:${found.name}`) ?? []);
}

/** MCP tools that a definition turns on or lets run unasked, and that its approval does not allow. */
function toolsBeyond({ toolLists }: ServerFact, { verdict, approval }: Decision): string[] {
  const { allow, deny = [] } = approval?.tools ?? {};
  if (verdict !== 'approved' || toolLists === undefined) return [];
  const named = [...(toolLists.allow ?? []), ...(toolLists.auto ?? [])];
  // All of them: those that the entry denies, and where it has an allow list, whatever else there is.
  const wanted = new Set(named.flatMap((tool) => (tool === '*' ? ['*', ...deny] : [tool])));
  const off = new Set(toolLists.deny ?? []);
  return [...wanted]
    .filter((tool) => !off.has(tool))
    .filter((tool) => deny.includes(tool) || (allow !== undefined && !allow.includes(tool)))
    .toSorted();
}

/** Names by fact: what its definition writes out. */
export type Literals = ReadonlyMap<string, string[]>;

/** What an approval says is secret and the definition writes out, apart from what was found to be one. */
function inClear(fact: ServerFact, { approval }: Decision, literals: Literals, found: Set<string>): string[] {
  const written = new Set((literals.get(fact.id) ?? []).map((name) => name.toLowerCase()));
  return (approval?.secretNames ?? []).filter(
    (name) => written.has(name.toLowerCase()) && !found.has(`${fact.id} ${name.toLowerCase()}`),
  );
}

/**
 * The facts with verdicts. `approver` is an allowlist made ready by the allowlist stage, or null for none.
 */
export function approve(
  facts: Fact[],
  approver: Approver | null,
  rules: Pick<Ruleset, 'threats' | 'remotes'>,
  literals: Literals = new Map(),
): Fact[] {
  const known = threatIndex(rules.threats);
  const remotes = remoteIndex(rules.remotes);
  const found = new Set(
    facts.flatMap((fact) =>
      fact.kind === 'credential' ? [`${fact.server} ${fact.field.toLowerCase()}`] : [],
    ),
  );
  return facts.map((fact): Fact => {
    if (fact.kind === 'server') {
      const threats = serverThreats(fact, known);
      const decision = decide(fact, threats, approver);
      const beyond = toolsBeyond(fact, decision);
      const clear = inClear(fact, decision, literals, found);
      return {
        ...fact,
        threats,
        officialRemotes: officialRemotes(fact, remotes),
        ...(beyond.length > 0 && { toolsBeyond: beyond }),
        ...decision,
        ...(clear.length > 0 && { secretsInClear: clear }),
      };
    }
    if (fact.kind === 'agent' || fact.kind === 'extension') {
      const threats = installedThreats(fact, known);
      return { ...fact, threats, ...decide(fact, threats, approver) };
    }
    const spoken = fact.kind === 'permission' || fact.kind === 'endpoint' || fact.kind === 'account';
    if (spoken || fact.kind === 'profile') {
      const decision = approver?.(fact) ?? unjudged;
      // Most lists do not speak of these, and then their facts stay as they are.
      return decision.verdict === 'unjudged' && spoken ? fact : { ...fact, ...decision };
    }
    return fact;
  });
}
