/**
 * What leads to what: the device to its agents, agents to their servers, extensions, services and
 * instructions; and what hangs on each of them without being a part of its own: permissions, accounts,
 * credentials.
 */
import type { Fact } from '../../model/fact.ts';
import type { Report } from '../../model/report.ts';
import { owners } from '../owned.ts';
import type { Part } from './components.ts';
import { type Property, findingsOn, properties, refOf } from './parts.ts';

/** The reference of the scanned machine. */
export const deviceRef = 'device';

const kinds = new Set<Fact['kind']>(['agent', 'server', 'extension', 'endpoint', 'instruction']);

const ownerKey = (tool: string, user: string | null): string => `${tool}\0${user ?? ''}`;

/** Facts that are said of agents and servers, as properties of these. */
function postures(facts: Fact[]): (fact: Fact) => Property[] {
  const all = new Map<string, Property[]>();
  const add = (key: string, said: Record<string, unknown>): void => {
    all.set(key, [...(all.get(key) ?? []), ...properties(said)]);
  };
  for (const fact of facts) {
    const owners = fact.tools.map((tool) => ownerKey(tool, fact.user));
    if (fact.kind === 'permission')
      for (const key of owners) add(key, { permission: `${fact.setting}: ${fact.level}` });
    if (fact.kind === 'account')
      for (const key of owners)
        add(key, { account: [fact.tier, fact.domain, fact.plan].filter(Boolean).join(', ') });
    if (fact.kind !== 'credential') continue;
    const held = { credential: `${fact.secret.type}, ${fact.protection}, ${fact.storage}` };
    const users = [fact.server, ...(fact.usedBy?.map(({ id }) => id) ?? [])].filter((one) => one !== null);
    for (const key of users.length > 0 ? users.map((id) => ownerKey(id, fact.user)) : owners) add(key, held);
  }
  return (fact) => {
    const keys = fact.kind === 'agent' ? fact.tools : fact.kind === 'server' ? [fact.id] : [];
    return keys.flatMap((key) => all.get(ownerKey(key, fact.user)) ?? []);
  };
}

/** The parts of the AI-BOM, each once. */
export function partsOf({ facts, findings, device }: Report): Part[] {
  const postureOf = postures(facts);
  const findingsOf = findingsOn(findings);
  const seen = new Set<string>();
  return facts.flatMap((fact): Part[] => {
    const ref = refOf(fact, device);
    if (!kinds.has(fact.kind) || seen.has(ref)) return [];
    seen.add(ref);
    return [{ fact, ref, findings: findingsOf(fact), posture: postureOf(fact) }];
  });
}

/** Agents by tool and user; what is installed for everybody stands in for a user who has nothing of it. */
export function agentFinder(parts: Part[]): (tool: string, user: string | null) => string | null {
  const agents = new Map<string, string>();
  for (const { fact, ref } of parts)
    if (fact.kind === 'agent' && fact.category !== 'unknown')
      for (const tool of fact.tools) agents.set(ownerKey(tool, fact.user), ref);
  return (tool, user) => agents.get(ownerKey(tool, user)) ?? agents.get(ownerKey(tool, null)) ?? null;
}

/** The dependency graph. Of what servers need themselves nothing is known, and nothing is said. */
export function dependencies({ facts, device }: Report): object[] {
  const edges = new Map<string, Set<string>>([[deviceRef, new Set()]]);
  for (const { agent, facts: own } of owners(facts, [...kinds])) {
    const ref = agent === null ? deviceRef : refOf(agent, device);
    edges.get(deviceRef)!.add(ref);
    const parts = own.filter(({ kind }) => kinds.has(kind)).map((fact) => refOf(fact, device));
    if (parts.length > 0) edges.set(ref, new Set([...(edges.get(ref) ?? []), ...parts]));
  }
  edges.get(deviceRef)!.delete(deviceRef);
  return [...edges].map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn] }));
}
