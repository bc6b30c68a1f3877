/**
 * Each agent of each user as a Software Inventory Info event, with its servers and extensions as components.
 * A product that is not there itself has one too where servers or extensions are kept for it.
 */
import type { Fact } from '../../model/fact.ts';
import type { ToldAsset } from '../../model/known.ts';
import type { OcsfSoftware } from '../../model/ocsf.ts';
import type { Report } from '../../model/report.ts';
import type { AssetChange } from '../../model/telling.ts';
import { type Owner, ownerId, owners } from '../owned.ts';
import { hostPort, subjectOf } from '../subject.ts';
import { common, millis } from './common.ts';

type Component = OcsfSoftware['sbom']['software_components'][number];

/** OCSF demands a version. */
const unknown = 'unknown';

const parts = ['server', 'extension'] as const;
const isPart = ({ kind }: Fact): boolean => parts.some((one) => one === kind);

function component(fact: Fact): Component {
  const { name, type, uid, version } = subjectOf(fact);
  return {
    name,
    version: version ?? unknown,
    ...(uid?.startsWith('pkg:') && { purl: uid }),
    type_id: 99,
    type,
    relationship_id: 1,
    relationship: 'Depends On',
  };
}

/** What OCSF has no words for: how the agent is used, what it may do, where it sends prompts. */
export function posture({ agent, user, facts }: Owner): Record<string, unknown> {
  const told = facts.flatMap((fact): [string, object][] => {
    if (fact.kind === 'permission') return [['permissions', { setting: fact.setting, level: fact.level }]];
    if (fact.kind === 'account') return [['accounts', { tier: fact.tier, domain: fact.domain }]];
    if (fact.kind !== 'endpoint') return [];
    return [['endpoints', { role: fact.role, exposure: fact.exposure, at: fact.url ?? hostPort(fact) }]];
  });
  const lists = Object.fromEntries(
    [...Map.groupBy(told, ([word]) => word)].map(([word, all]) => [word, all.map(([, one]) => one)]),
  );
  if (agent === null) return { user, seen: false, ...lists };
  const { scope, category, tiers, lastUsed, verdict } = agent;
  return { user, seen: true, scope, category, tiers, last_used: lastUsed, verdict, ...lists };
}

/** What is told of an asset beside itself; nothing in a report, which tells all. */
const changeOf = (change: AssetChange | undefined): object => (change === undefined ? {} : { change });

const head = {
  class_uid: 5020,
  class_name: 'Software Inventory Info',
  type_uid: 502002,
  category_uid: 5,
  activity_id: 2,
  activity_name: 'Collect',
} as const;

/** One owner: the event, and what of it makes it another when it changes. */
function softwareAsset(owner: Owner, report: Report) {
  const { agent, tools, user, facts } = owner;
  const name = agent?.name ?? tools.join(', ');
  const vendor = agent?.vendor ?? unknown;
  const version = agent?.version ?? null;
  const first = agent ?? facts.find(isPart)!;
  const event = ownerId(owner, report.device);
  const whose = user === null ? '' : ` of ${user}`;
  const message = `${name}${whose}: ${agent === null ? 'not seen itself' : agent.tiers.join(', ')}`;
  const product = {
    name,
    vendor_name: vendor,
    uid: tools.join(', '),
    ...(version !== null && { version }),
    path: first.origin.path,
  };
  const components = facts.filter(isPart).map(component);
  const about = posture(owner);
  const make = (change?: AssetChange): OcsfSoftware => ({
    ...head,
    ...common(report, { event: `agent ${event}`, code: 'agent', severity: 'info', message }),
    product,
    sbom: {
      package: { name, version: version ?? unknown, type_id: 1, type: 'Application', vendor_name: vendor },
      software_components: components,
      created_time: millis(report.run.endedAt),
      uid: event,
    },
    unmapped: { ...about, ...changeOf(change) },
  });
  return { event, anchor: first, name, content: { product, components, about }, make };
}

/** All software of a report, to be told one by one. */
export function softwareAssets(report: Report): ReturnType<typeof softwareAsset>[] {
  return owners(report.facts, parts).map((owner) => softwareAsset(owner, report));
}

/** All software of a report. */
export function softwareEvents(report: Report): OcsfSoftware[] {
  return softwareAssets(report).map(({ make }) => make());
}

/** One that a receiver was told of, and that is not there any more. */
export function removedEvent({ event, name, tools, user, file }: ToldAsset, report: Report): OcsfSoftware {
  const whose = user === '' ? '' : ` of ${user}`;
  const message = `${name}${whose}: removed`;
  return {
    ...head,
    ...common(report, { event: `agent ${event}`, code: 'agent', severity: 'info', message }),
    product: { name, vendor_name: unknown, uid: tools.join(', '), path: file },
    sbom: {
      package: { name, version: unknown, type_id: 1, type: 'Application', vendor_name: unknown },
      software_components: [],
      created_time: millis(report.run.endedAt),
      uid: event,
    },
    unmapped: { user: user === '' ? null : user, seen: false, change: 'removed' },
  };
}
