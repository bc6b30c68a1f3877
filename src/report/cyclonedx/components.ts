/** Agents, local MCP servers, extensions and instruction files as components of the AI-BOM. */
import { runs } from '../../identity/package-of.ts';
import type { AgentFact, ExtensionFact, Fact, FactOf, ServerFact } from '../../model/fact.ts';
import { type Property, evidence, general, properties } from './parts.ts';

/** A fact with what the rest of the report adds to it. */
export type Part<F extends Fact = Fact> = {
  fact: F;
  ref: string;
  findings: string[];
  /** Security properties of agents: permissions, accounts, credentials. */
  posture: Property[];
};

function agent({ fact, ref, findings, posture }: Part<AgentFact>): object {
  const { name, vendor, version, category, tiers, lastUsed } = fact;
  return {
    type: 'application',
    'bom-ref': ref,
    supplier: { name: vendor },
    name,
    version: version ?? undefined,
    evidence: evidence(
      fact,
      fact.evidence.map(({ path }) => ({ path })),
    ),
    properties: [
      ...properties({ kind: 'ai-agent', category, evidence: tiers, 'last-used': lastUsed }),
      ...properties({ ...general(fact, findings), 'intended-use': 'unknown', model: 'unknown' }),
      ...(version === null ? properties({ version: 'unknown' }) : []),
      ...posture,
    ],
  };
}

/** What holds for a server of any kind. */
export function serverProperties({ fact, findings, posture }: Part<ServerFact>): Property[] {
  const { transport, load, via, doubts, registry, envNames, headerNames, workspace, toolLists } = fact;
  return [
    ...properties({ kind: 'mcp-server', transport, load, via, doubt: doubts, registry, workspace }),
    ...properties({ 'environment-name': envNames, 'header-name': headerNames }),
    ...properties({ 'tool-allowed': toolLists?.allow, 'tool-denied': toolLists?.deny }),
    ...properties({ 'tool-unasked': toolLists?.auto, tools: toolLists === undefined ? 'unknown' : null }),
    ...properties(general(fact, findings)),
    ...posture,
  ];
}

function server(part: Part<ServerFact>): object {
  const { fact, ref } = part;
  const { name, command, args, identity } = fact;
  const found = runs(fact);
  const line = command === null ? null : [command, ...args].join(' ');
  return {
    type: 'application',
    'bom-ref': ref,
    name: name === '' ? 'unnamed' : name,
    version: found?.version ?? undefined,
    purl: identity?.startsWith('pkg:') ? identity : undefined,
    evidence: evidence(fact),
    properties: [
      ...properties({ command: line, pinned: found?.pinned, identity: identity ?? 'unknown' }),
      ...properties({ 'on-disk': fact.resolved?.map((one) => `${one.type}:${one.name}@${one.version}`) }),
      ...serverProperties(part),
    ],
  };
}

function extension({ fact, ref, findings, posture }: Part<ExtensionFact>): object {
  const { extension: id, version, profile, load, agent: known } = fact;
  return {
    type: 'application',
    'bom-ref': ref,
    name: id,
    version: version ?? undefined,
    evidence: evidence(fact),
    properties: [
      ...properties({ kind: 'extension', profile, load, agent: known }),
      ...properties(general(fact, findings)),
      ...posture,
    ],
  };
}

function instruction({ fact, ref, findings, posture }: Part<FactOf<'instruction'>>): object {
  const { name, role, hidden, workspace } = fact;
  return {
    type: 'file',
    'bom-ref': ref,
    name: name === '' ? role : name,
    evidence: evidence(fact),
    properties: [
      ...properties({ kind: 'instruction', role, 'hidden-characters': hidden, workspace }),
      ...properties(general(fact, findings)),
      ...posture,
    ],
  };
}

/** The component for a part, or null for what is a service or none at all. */
export function component(part: Part): object | null {
  const { fact } = part;
  if (fact.kind === 'agent') return agent({ ...part, fact });
  if (fact.kind === 'server') return fact.url === null ? server({ ...part, fact }) : null;
  if (fact.kind === 'extension') return extension({ ...part, fact });
  return fact.kind === 'instruction' ? instruction({ ...part, fact }) : null;
}
