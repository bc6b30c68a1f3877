/** What a fact is about, in the few words that standard formats have room for. */
import { runs } from '../identity/package-of.ts';
import type { Fact, FactKind } from '../model/fact.ts';

export type Subject = {
  /** `MCP server`, `credential` ... */
  type: string;
  name: string;
  /** What it is known by elsewhere: a purl, an address, an id of its publisher. */
  uid: string | null;
  version: string | null;
};

const types: Record<FactKind, string> = {
  agent: 'AI agent',
  server: 'MCP server',
  credential: 'credential',
  account: 'account',
  profile: 'editor profile',
  extension: 'extension',
  permission: 'agent permission',
  endpoint: 'model endpoint',
  command: 'agent command',
  instruction: 'agent instruction',
  policy: 'managed policy',
  workspace: 'workspace',
  gap: 'unseen place',
};

/** `host:port` as far as it is known. */
export function hostPort({ host, port }: { host: string | null; port: number | null }): string | null {
  if (host === null && port === null) return null;
  return `${host ?? ''}${port === null ? '' : `:${port}`}`;
}

type Rest = Omit<Subject, 'type'>;
const only = (name: string): Rest => ({ name, uid: null, version: null });

function rest(fact: Fact): Rest {
  switch (fact.kind) {
    case 'agent':
      return { name: fact.name, uid: fact.tools.join(', '), version: fact.version };
    case 'server':
      return { name: fact.name, uid: fact.identity, version: runs(fact)?.version ?? null };
    case 'credential':
      return only(fact.field === '' ? fact.secret.type : fact.field);
    case 'account':
      return { name: fact.organisation ?? fact.domain ?? fact.tier, uid: fact.organisationId, version: null };
    case 'profile':
      return only(fact.name);
    case 'extension':
      return { name: fact.extension, uid: fact.extension, version: fact.version };
    case 'permission':
      return only(fact.setting);
    case 'endpoint':
      return { name: fact.name ?? hostPort(fact) ?? fact.role, uid: fact.url, version: null };
    case 'command':
      return only(fact.name ?? fact.purpose);
    case 'instruction':
      return only(fact.name);
    default:
      return only(fact.origin.path);
  }
}

/** What a fact is about. */
export function subjectOf(fact: Fact): Subject {
  return { type: types[fact.kind], ...rest(fact) };
}
