/**
 * Agents: what says that a tool is installed, configured or used, per home and for the machine. Files that
 * several products share say nothing of any of them (`evidence: nothing`), nor does a repository's own
 * config.
 */
import type { Confidence } from '../model/common.ts';
import type { AgentFact, Evidence } from '../model/fact.ts';
import type { Claim, Place, Source } from '../model/place.ts';
import type { Tool } from '../model/tool.ts';
import type { Secrets } from '../secrets/engine.ts';
import { factId, lowest, unjudged } from './draft.ts';

export type AgentEvidence = {
  tool: Tool;
  place: Place;
  evidence: Evidence;
  modifiedAt: number | null;
  /** What tells one agent that nobody knows from another: the folder that keeps its servers. */
  called?: string;
};

const tiers = ['installed', 'configured', 'used', 'running'] as const;
const shownEvidence = 20;
/** Evidence that names the product itself, and not just a file or program of its name. */
const registered = new Set([
  'app',
  'npm',
  'pip',
  'brew',
  'cask',
  'snap',
  'flatpak',
  'msix',
  'extension',
  'process',
]);

/**
 * What a source says of the tool that claims it. A repository's own config says nothing of a machine, nor
 * does a company's policy, which is pushed to all of them.
 */
export function tierOf({ row, place }: Claim): 'configured' | 'used' | 'nothing' {
  const pushed = place.kind === 'machine' && row.proves?.policy !== undefined;
  return place.kind === 'workspace' || pushed ? 'nothing' : (row.evidence ?? 'configured');
}

/** What existing sources say of the tools that claim them. */
export function evidenceOf(sources: Source[]): AgentEvidence[] {
  return sources.flatMap(({ path, info, claims }) =>
    claims.flatMap((claim): AgentEvidence[] => {
      const { tool, place } = claim;
      const tier = tierOf(claim);
      if (tier === 'nothing') return [];
      const by = info.type === 'directory' ? 'folder' : 'file';
      return [
        { tool, place, evidence: { tier, by, path }, modifiedAt: tier === 'used' ? info.modifiedAt : null },
      ];
    }),
  );
}

/**
 * How sure evidence makes us: high where two tiers agree (or a package manager or running program says so),
 * medium where files alone do, which an uninstall leaves behind, or a program's name alone, low where that
 * name is one that other products use too.
 */
function sureness(evidence: Evidence[]): Confidence {
  const tierCount = new Set(evidence.map((one) => one.tier)).size;
  if (evidence.every(({ by }) => by === 'name')) return 'low';
  return tierCount > 1 || evidence.some(({ by }) => registered.has(by)) ? 'high' : 'medium';
}

function fact(group: AgentEvidence[], secrets: Secrets): AgentFact {
  const { tool, place, called } = group[0]!;
  const unique = new Map(
    group.map(({ evidence }) => [`${evidence.tier}\0${evidence.by}\0${evidence.path}`, evidence]),
  );
  const evidence = [...unique.values()]
    .map((one) => ({ ...one, path: secrets.show(one.path) }))
    .toSorted((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier) || (a.path < b.path ? -1 : 1));
  const times = group.flatMap(({ modifiedAt }) => (modifiedAt === null ? [] : [modifiedAt]));
  // In the order of the tool file: what it names first is the program itself.
  const installed = group.find(
    (one) => one.evidence.tier === 'installed' && one.evidence.version !== undefined,
  );
  const kinds = new Set(evidence.map((one) => one.tier));
  return {
    id: factId('agent', place.user, tool.id, ...(called === undefined ? [] : [called])),
    kind: 'agent',
    tools: [tool.id],
    user: place.user,
    scope: place.kind === 'machine' ? 'machine' : 'user',
    origin: { path: evidence[0]!.path },
    confidence: lowest(tool.confidence, sureness(evidence)),
    name: called === undefined ? tool.name : `${tool.name} (${secrets.show(called)})`,
    vendor: tool.vendor,
    category: tool.category,
    version: installed?.evidence.version ?? null,
    tiers: tiers.filter((tier) => kinds.has(tier)),
    evidence: evidence.slice(0, shownEvidence),
    lastUsed: times.length ? `${new Date(Math.max(...times)).toISOString().slice(0, 19)}Z` : null,
    ...unjudged,
  };
}

/** One fact per tool and place that has evidence. */
export function agentFacts(all: AgentEvidence[], secrets: Secrets): AgentFact[] {
  const agents = all.filter(({ tool }) => tool.agent !== false);
  const groups = Map.groupBy(agents, ({ tool, place, called = '' }) =>
    [place.path, tool.id, called].join('\0'),
  );
  return [...groups.values()].map((group) => fact(group, secrets));
}
