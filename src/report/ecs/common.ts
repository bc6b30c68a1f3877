/** What all documents with ECS names share: the time, the host, the observer, and ids. */
import type { EcsDocument, EcsFinding } from '../../model/ecs.ts';
import type { Report } from '../../model/report.ts';
import { recordId } from '../event.ts';
import { type Subject, subjectOf } from '../subject.ts';
import type { Fact } from '../../model/fact.ts';
import { platformNames } from '../words.ts';

type Event = EcsDocument['event'];
type Common = Pick<
  EcsDocument,
  '@timestamp' | 'ecs' | 'message' | 'event' | 'host' | 'observer' | 'user' | 'related'
>;

/** What differs from document to document. */
export type Head = {
  message: string;
  user: string | null;
  event: Pick<Event, 'kind' | 'category' | 'dataset' | 'id' | 'action' | 'code'> & Partial<Event>;
};

/** The common part of a document. */
export function common(report: Report, { message, user, event }: Head): Common {
  const { id, hostname, platform, osVersion, arch } = report.device;
  const time = report.run.endedAt;
  return {
    '@timestamp': time,
    ecs: { version: '9.4.0' },
    message,
    event: { ...event, type: ['info'], module: 'shadowscan', provider: 'shadowscan', created: time },
    host: {
      id,
      name: hostname,
      hostname,
      architecture: arch,
      os: { type: platform, platform, name: platformNames[platform], version: osVersion },
    },
    observer: {
      product: 'shadowscan',
      vendor: 'shadowscan',
      type: 'scanner',
      version: report.tool.version,
    },
    ...(user !== null && { user: { name: user } }),
    related: { user: user === null ? [] : [user], hosts: [hostname] },
  };
}

/** The run that a document belongs to. */
export function runOf({ run, tool }: Report): EcsFinding['shadowscan']['run'] {
  return { id: run.id, status: run.status, rules_version: tool.rules.version };
}

/** Id of one telling of an event. */
export function recordOf(report: Report, event: string): string {
  return recordId(event, report.run);
}

/** A subject without what is not known. */
export function subjectDocument(fact: Fact): { type: string; name: string; uid?: string; version?: string } {
  const { type, name, uid, version }: Subject = subjectOf(fact);
  return { type, name, ...(uid !== null && { uid }), ...(version !== null && { version }) };
}
