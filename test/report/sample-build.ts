/** Builders of facts for the sample report: what a test does not say is ordinary. */
import { createHash } from 'node:crypto';
import type { Verdict } from '../../src/model/common.ts';
import type {
  AccountFact,
  AgentFact,
  CredentialFact,
  FactKind,
  GapFact,
  ServerFact,
} from '../../src/model/fact.ts';

export const home = (user: string): string => `/Users/${user}`;

/** A path below a user's home (`alice:.claude.json`), or as it is; `#line` may follow. */
export function at(place: string): { user: string | null; origin: { path: string; line?: number } } {
  const [where = '', line] = place.split('#');
  const [, user = null, rest = where] = /^(\w+):(.*)$/.exec(where) ?? [];
  const path = user === null ? where : `${home(user)}/${rest}`;
  return { user, origin: line === undefined ? { path } : { path, line: Number(line) } };
}

export function id(kind: FactKind | 'finding', ...parts: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `${kind}:${hash.slice(0, 16)}`;
}

function common(kind: FactKind, tools: string[], place: string, name: string) {
  const { user, origin } = at(place);
  return {
    id: id(kind, place, name),
    tools,
    user,
    scope: user === null ? ('machine' as const) : ('user' as const),
    origin,
    confidence: 'high' as const,
  };
}

export const judged = (verdict: Verdict) => ({ verdict, approval: null, why: null });

export function agent(
  tool: string,
  name: string,
  vendor: string,
  place: string,
  more: Partial<AgentFact> = {},
): AgentFact {
  return {
    kind: 'agent',
    ...common('agent', [tool], place, tool),
    name,
    vendor,
    category: 'cli-agent',
    version: null,
    tiers: ['configured'],
    evidence: [],
    lastUsed: null,
    ...judged('unjudged'),
    ...more,
  };
}

export function server(
  tools: string[],
  place: string,
  name: string,
  identity: string | null,
  verdict: Verdict,
  more: Partial<ServerFact> = {},
): ServerFact {
  const remote = identity?.startsWith('http') ?? false;
  return {
    kind: 'server',
    ...common('server', tools, place, name),
    name,
    transport: remote ? 'http' : 'stdio',
    command: remote ? null : 'npx',
    args: [],
    url: remote ? identity : null,
    envNames: [],
    headerNames: [],
    package: null,
    identity,
    via: [],
    registry: null,
    doubts: identity === null ? ['a shell line'] : [],
    load: 'active',
    workspace: null,
    threats: [],
    officialRemotes: [],
    ...judged(verdict),
    ...more,
  };
}

export function credential(
  tools: string[],
  place: string,
  field: string,
  secret: { type: string; provider: string; length: number; masked: string },
  more: Partial<CredentialFact> = {},
): CredentialFact {
  return {
    kind: 'credential',
    ...common('credential', tools, place, field),
    secret: { ...secret, fingerprint: null, rotate: null },
    because: ['shape'] as const,
    field,
    storage: 'literal',
    protection: 'plaintext',
    server: null,
    serverName: null,
    expiresAt: null,
    refreshable: false,
    mode: '0644',
    othersCanRead: true,
    stale: false,
    count: 1,
    severity: 'high',
    ...more,
  };
}

export function account(
  tool: string,
  place: string,
  tier: AccountFact['tier'],
  more: Partial<AccountFact>,
): AccountFact {
  const empty = { domain: null, organisation: null, organisationId: null, plan: null };
  return { kind: 'account', ...common('account', [tool], place, tier), tier, ...empty, ...more };
}

export function gap(
  tool: string,
  place: string,
  reason: GapFact['reason'],
  stage: GapFact['stage'],
): GapFact {
  return { kind: 'gap', ...common('gap', [tool], place, reason), stage, reason };
}
