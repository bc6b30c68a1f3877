/** Each agent of each user as an asset, with its servers, extensions and permissions. */
import type { EcsAgent } from '../../model/ecs.ts';
import type { Report } from '../../model/report.ts';
import { type Owner, ownerId, owners } from '../owned.ts';
import { common, recordOf, runOf, subjectDocument } from './common.ts';

function own({ agent, tools, facts }: Owner): EcsAgent['shadowscan']['agent'] {
  const permissions = facts.filter((fact) => fact.kind === 'permission');
  return {
    tools,
    vendor: agent?.vendor ?? 'unknown',
    seen: agent !== null,
    ...(agent !== null && { category: agent.category, verdict: agent.verdict }),
    tiers: agent?.tiers ?? [],
    ...(agent?.lastUsed && { last_used: agent.lastUsed }),
    servers: facts.filter(({ kind }) => kind === 'server').map(subjectDocument),
    extensions: facts.filter(({ kind }) => kind === 'extension').map(subjectDocument),
    permissions: permissions.map(({ setting, level }) => ({ name: setting, value: level })),
  };
}

function agentDocument(owner: Owner, report: Report): EcsAgent {
  const { agent, tools, user, facts } = owner;
  const name = agent?.name ?? tools.join(', ');
  const first = agent ?? facts[0]!;
  const id = ownerId(owner, report.device);
  const state = agent === null ? 'not seen itself' : agent.tiers.join(', ');
  return {
    ...common(report, {
      message: `${name}${user === null ? '' : ` of ${user}`}: ${state}`,
      user,
      event: {
        kind: 'asset',
        category: ['package'],
        dataset: 'shadowscan.agent',
        id,
        action: 'agent-seen',
        code: 'agent',
      },
    }),
    package: { name, ...(agent?.version && { version: agent.version }), path: first.origin.path },
    shadowscan: { run: runOf(report), record: recordOf(report, `agent ${id}`), agent: own(owner) },
  };
}

/** All agents of a report. */
export function agentDocuments(report: Report): EcsAgent[] {
  return owners(report.facts, ['server', 'extension']).map((owner) => agentDocument(owner, report));
}
