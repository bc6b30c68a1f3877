/** One complete, harmless fact of each kind; tests say only what matters to them. */
import type { FactKind, FactOf, Threat } from '../../src/model/fact.ts';

const common = {
  tools: ['some-agent'],
  user: 'alice',
  scope: 'user' as const,
  origin: { path: '/home/alice/.agent/mcp.json', pointer: '/mcpServers/search', line: 4, column: 5 },
  confidence: 'high' as const,
};
const judged = { verdict: 'unjudged' as const, approval: null, why: null };

export const defaultThreat: Threat = {
  class: 'vulnerable',
  id: 'npm-some-mcp-cve-2025-1',
  name: 'npm-some-mcp-cve-2025-1',
  advisories: ['CVE-2025-1'],
  note: 'does something that it should not',
  severity: 'high',
  confidence: 'high',
  replacement: null,
};

export const defaultFacts: { [K in FactKind]: FactOf<K> } = {
  agent: {
    ...common,
    kind: 'agent',
    id: 'agent:0000000000000001',
    name: 'Some Agent',
    vendor: 'Example',
    category: 'cli-agent',
    version: '1.2.3',
    tiers: ['installed', 'configured'],
    evidence: [{ tier: 'installed', by: 'binary', path: '/usr/local/bin/some-agent', version: '1.2.3' }],
    lastUsed: '2026-11-01T10:00:00Z',
    ...judged,
  },
  server: {
    ...common,
    kind: 'server',
    id: 'server:0000000000000001',
    name: 'search',
    transport: 'stdio',
    command: 'npx',
    args: ['-y', 'some-mcp@1.2.3'],
    url: null,
    envNames: [],
    headerNames: [],
    package: {
      type: 'npm',
      name: 'some-mcp',
      version: '1.2.3',
      pinned: true,
      purl: 'pkg:npm/some-mcp@1.2.3',
    },
    identity: 'pkg:npm/some-mcp@1.2.3',
    via: ['npx'],
    registry: null,
    doubts: [],
    load: 'active',
    workspace: null,
    threats: [],
    officialRemotes: [],
    ...judged,
  },
  credential: {
    ...common,
    kind: 'credential',
    id: 'credential:0000000000000001',
    secret: {
      type: 'some-token',
      provider: 'example',
      length: 40,
      fingerprint: null,
      masked: 'tok_ab',
      rotate: null,
    },
    because: ['shape'],
    field: 'access_token',
    storage: 'oauth-file',
    protection: 'plaintext',
    server: null,
    serverName: null,
    expiresAt: null,
    refreshable: false,
    mode: '0600',
    othersCanRead: false,
    stale: false,
    count: 1,
    severity: 'high',
  },
  account: {
    ...common,
    kind: 'account',
    id: 'account:0000000000000001',
    domain: 'example.com',
    organisation: null,
    organisationId: null,
    plan: null,
    tier: 'unknown',
  },
  profile: {
    ...common,
    kind: 'profile',
    id: 'profile:0000000000000001',
    name: 'Work',
    profile: 'a1b2',
    extensions: [],
    agents: [],
    ...judged,
  },
  extension: {
    ...common,
    kind: 'extension',
    id: 'extension:0000000000000001',
    extension: 'example.some-extension',
    version: '1.2.3',
    profile: 'default',
    load: 'active',
    agent: null,
    ...judged,
  },
  permission: {
    ...common,
    kind: 'permission',
    id: 'permission:0000000000000001',
    setting: 'approval',
    level: 'ask',
    value: 'default',
    workspace: null,
  },
  endpoint: {
    ...common,
    kind: 'endpoint',
    id: 'endpoint:0000000000000001',
    role: 'serves',
    name: null,
    url: null,
    host: '127.0.0.1',
    port: 8080,
    exposure: 'loopback',
    byDefault: false,
    workspace: null,
  },
  command: {
    ...common,
    kind: 'command',
    id: 'command:0000000000000001',
    purpose: 'hook',
    name: 'after-edit',
    command: 'npx prettier --write .',
    workspace: null,
  },
  instruction: {
    ...common,
    kind: 'instruction',
    id: 'instruction:0000000000000001',
    role: 'rules',
    name: 'house-style',
    hidden: 0,
    workspace: null,
  },
  policy: { ...common, kind: 'policy', id: 'policy:0000000000000001', settings: ['permissions'] },
  workspace: {
    ...common,
    kind: 'workspace',
    id: 'workspace:0000000000000001',
    path: '/home/alice/src/app',
    status: 'read',
  },
  gap: { ...common, kind: 'gap', id: 'gap:0000000000000001', stage: 'read', reason: 'unreadable' },
};

type Partial = Record<string, unknown>;

function isMap(value: unknown): value is Partial {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function merge(whole: Partial, part: Partial): Partial {
  const merged = { ...whole };
  for (const [key, value] of Object.entries(part)) {
    const old = whole[key];
    merged[key] = isMap(value) && isMap(old) ? merge(old, value) : value;
  }
  return merged;
}

/** The default fact of a kind with some of it replaced; threats are completed one by one. */
export function fact<K extends FactKind>(kind: K, part: Partial = {}): FactOf<K> {
  const merged = merge(defaultFacts[kind], part);
  if (Array.isArray(part.threats)) {
    merged.threats = part.threats.map((one: Partial) => merge(defaultThreat, one));
  }
  return merged as FactOf<K>;
}
