/** What belongs to whom: facts by the agent and user that they are about. */
import type { AgentFact, Fact } from '../model/fact.ts';
import type { Report } from '../model/report.ts';
import { assetId, toolId } from './event.ts';

/** An agent of a user, or a tool that nothing shows but what is kept for it. */
export type Owner = {
  agent: AgentFact | null;
  tools: string[];
  user: string | null;
  /** Facts about it other than its own, in the order of the report. */
  facts: Fact[];
};

const key = (...parts: (string | null)[]): string => JSON.stringify(parts);

/** Kinds of facts that are no part of an agent: agents themselves, and what is said of the scan. */
const others = new Set<Fact['kind']>(['agent', 'workspace', 'gap']);

type Group = { tool: string; user: string | null; facts: Fact[] };

function grouped(facts: Fact[]): Map<string, Group> {
  const all = new Map<string, Group>();
  for (const fact of facts)
    for (const tool of fact.tools) {
      const { user } = fact;
      const group = all.get(key(tool, user)) ?? { tool, user, facts: [] };
      group.facts.push(fact);
      all.set(key(tool, user), group);
    }
  return all;
}

/** Agents that nobody knows share an id: each has what lies in its own files. */
function isOf(agent: AgentFact, fact: Fact): boolean {
  if (agent.category !== 'unknown') return true;
  return [agent.origin, ...agent.evidence].some(({ path }) => path === fact.origin.path);
}

/**
 * Every agent with what is about it, in the order of the report; then every tool and user of whom there
 * is something else of the given kinds: with the agent that is installed for all users, or with none,
 * since what is kept for a product that is not there is still there. A fact about several tools is told
 * with each.
 */
export function owners(facts: Fact[], kinds: readonly Fact['kind'][]): Owner[] {
  const all = grouped(facts.filter(({ kind }) => !others.has(kind)));
  const agents = facts.filter((fact) => fact.kind === 'agent');
  const told = new Set<string>();
  const found = agents.map((agent): Owner => {
    const { tools, user } = agent;
    const own = tools.flatMap((tool) =>
      (all.get(key(tool, user))?.facts ?? []).filter((fact) => {
        const isOwn = isOf(agent, fact);
        if (isOwn) told.add(key(tool, fact.id, user));
        return isOwn;
      }),
    );
    return { agent, tools, user, facts: [...new Set(own)] };
  });
  const everybody = agents.filter(({ user, category }) => user === null && category !== 'unknown');
  const rest = [...all.values()].flatMap(({ tool, user, facts: list }): Owner[] => {
    const left = list.filter(({ id }) => !told.has(key(tool, id, user)));
    if (!left.some(({ kind }) => kinds.includes(kind))) return [];
    const agent = everybody.find(({ tools }) => tools.includes(tool)) ?? null;
    return [{ agent, tools: [tool], user, facts: left }];
  });
  return [...found, ...rest];
}

/** Id of an owner on a device, the same in every run. */
export function ownerId({ agent, tools, user }: Owner, device: Report['device']): string {
  return agent !== null && agent.user === user ? assetId(agent, device) : toolId(tools, user, device);
}
