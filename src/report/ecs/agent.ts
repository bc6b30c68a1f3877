/** Each agent of each user as an asset, with its servers, extensions and permissions. */
import type { EcsAgent } from '../../model/ecs.ts';
import type { ToldAsset } from '../../model/known.ts';
import type { Report } from '../../model/report.ts';
import type { AssetChange } from '../../model/telling.ts';
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

type Head = { id: string; name: string; user: string | null; state: string; change: AssetChange | undefined };

function head(report: Report, { id, name, user, state, change }: Head) {
  return common(report, {
    message: `${name}${user === null ? '' : ` of ${user}`}: ${state}`,
    user,
    event: {
      kind: 'asset',
      category: ['package'],
      dataset: 'shadowscan.agent',
      id,
      action: change === undefined || change === 'same' ? 'agent-seen' : `agent-${change}`,
      code: 'agent',
    },
  });
}

/** One owner: the document, and what of it makes it another when it changes. */
function agentAsset(owner: Owner, report: Report) {
  const { agent, tools, user, facts } = owner;
  const name = agent?.name ?? tools.join(', ');
  const first = agent ?? facts[0]!;
  const id = ownerId(owner, report.device);
  const state = agent === null ? 'not seen itself' : agent.tiers.join(', ');
  const about = own(owner);
  const software = { name, ...(agent?.version && { version: agent.version }), path: first.origin.path };
  const make = (change?: AssetChange): EcsAgent => ({
    ...head(report, { id, name, user, state, change }),
    package: software,
    shadowscan: {
      run: runOf(report),
      record: recordOf(report, `agent ${id}`),
      agent: { ...about, ...(change !== undefined && { change }) },
    },
  });
  return { event: id, anchor: first, name, content: { about, software }, make };
}

/** All agents of a report, to be told one by one. */
export function agentAssets(report: Report): ReturnType<typeof agentAsset>[] {
  return owners(report.facts, ['server', 'extension']).map((owner) => agentAsset(owner, report));
}

/** All agents of a report. */
export function agentDocuments(report: Report): EcsAgent[] {
  return agentAssets(report).map(({ make }) => make());
}

/** One that a receiver was told of, and that is not there any more. */
export function removedDocument({ event, name, tools, user, file }: ToldAsset, report: Report): EcsAgent {
  const whose = user === '' ? null : user;
  return {
    ...head(report, { id: event, name, user: whose, state: 'removed', change: 'removed' }),
    package: { name, path: file },
    shadowscan: {
      run: runOf(report),
      record: recordOf(report, `agent ${event}`),
      agent: {
        tools,
        vendor: 'unknown',
        seen: false,
        tiers: [],
        servers: [],
        extensions: [],
        permissions: [],
        change: 'removed',
      },
    },
  };
}
