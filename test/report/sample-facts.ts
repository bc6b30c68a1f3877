/** The facts of the sample report: an ordinary engineering laptop, with three people and some bad luck. */
import type { Fact } from '../../src/model/fact.ts';
import { account, agent, credential, gap, judged, server } from './sample-build.ts';

const postmark = server(
  ['cursor'],
  'alice:.cursor/mcp.json#14',
  'postmark',
  'pkg:npm/postmark-mcp@1.0.16',
  'denied',
  {
    threats: [
      {
        class: 'malicious',
        id: 'postmark-mcp',
        name: 'postmark-mcp',
        advisories: ['MAL-2025-46974'],
        note: 'Sends a copy of every mail to its author.',
        severity: 'critical',
        confidence: 'high',
        replacement: null,
      },
    ],
  },
);

const code = 'Library/Application Support/Code/User';
export const copilot = `${code}/globalStorage/state.vscdb`;
export const cline = `${code}/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json`;
/** Turns what follows around, hides a part, moves the cursor up, and ends the line. */
export const hostileName = 'git\u202Ebuh\u200B\u001B[2A\u0007\nApproved by IT';

export const secrets = {
  github: { type: 'github-pat', provider: 'GitHub', length: 40, masked: 'ghp_xY…' },
  openai: { type: 'openai-key', provider: 'OpenAI', length: 164, masked: 'sk-proj-aB…' },
  figma: { type: 'figma-token', provider: 'Figma', length: 43, masked: 'figd_q3…' },
};

const stored: Fact[] = [
  credential(['cursor'], 'alice:.cursor/mcp.json#27', 'GITHUB_TOKEN', secrets.github, {
    serverName: 'github',
  }),
  credential(['claude-code'], 'alice:.claude.json#52', 'OPENAI_API_KEY', secrets.openai),
  credential(['cline'], `bob:${cline}#9`, 'FIGMA_TOKEN', secrets.figma, { serverName: 'filesystem' }),
];

export const facts: Fact[] = [
  ...stored,
  agent('claude-code', 'Claude Code', 'Anthropic', 'alice:.claude.json', {
    version: '2.1.38',
    tiers: ['installed', 'configured', 'used', 'running'],
    lastUsed: '2026-11-20T08:55:02Z',
    ...judged('approved'),
  }),
  agent('cursor', 'Cursor', 'Anysphere', 'alice:.cursor/mcp.json', {
    version: '3.4.1',
    tiers: ['installed', 'configured', 'used'],
    lastUsed: '2026-11-19T17:20:44Z',
    ...judged('approved'),
  }),
  agent('cursor', 'Cursor', 'Anysphere', 'bob:.cursor/mcp.json', {
    version: '3.4.1',
    tiers: ['installed', 'configured', 'used'],
    lastUsed: '2026-11-19T09:01:10Z',
    ...judged('approved'),
  }),
  agent('cline', 'Cline', 'Cline Bot', `bob:${cline}`, {
    version: '4.12.0',
    tiers: ['installed', 'configured'],
    ...judged('unapproved'),
  }),
  agent('goose', 'Goose', 'Block', 'bob:.config/goose/config.yaml', {
    tiers: ['configured'],
    ...judged('unapproved'),
  }),
  agent('codex', 'Codex CLI', 'OpenAI', 'alice:.codex/config.toml', {
    version: '0.98.0',
    tiers: ['installed', 'configured', 'used'],
    lastUsed: '2026-10-02T12:00:00Z',
    ...judged('unapproved'),
  }),
  agent('ollama', 'Ollama', 'Ollama', '/usr/local/bin/ollama', {
    version: '0.14.2',
    tiers: ['installed', 'running'],
    ...judged('unapproved'),
  }),
  server(
    ['claude-code'],
    'alice:.claude.json#31',
    'github',
    'https://api.githubcopilot.com/mcp/',
    'approved',
  ),
  server(
    ['claude-code'],
    'alice:.claude.json#47',
    'postgres',
    'pkg:npm/%40modelcontextprotocol/server-postgres@0.6.2',
    'unapproved',
    {
      threats: [
        {
          class: 'archived',
          id: 'server-postgres',
          name: 'server-postgres',
          advisories: [],
          note: 'Archived by its authors.',
          severity: 'medium',
          confidence: 'high',
          replacement: null,
        },
      ],
    },
  ),
  server(
    ['claude-code'],
    'alice:work/billing/.mcp.json#5',
    'sentry',
    'https://mcp.sentry.dev/mcp',
    'approved',
    { load: 'pending', scope: 'project' },
  ),
  server(['claude-code'], 'alice:work/billing/.mcp.json#9', 'deploy', null, 'unverifiable', {
    scope: 'project',
  }),
  postmark,
  server(
    ['cursor'],
    'alice:.cursor/mcp.json#22',
    'github',
    'pkg:docker/ghcr.io/github/github-mcp-server',
    'unapproved',
  ),
  server(['cursor'], 'alice:.cursor/mcp.json#31', 'figma', 'https://mcp.figma.com/mcp', 'approved'),
  server(['cursor'], 'alice:.cursor/mcp.json#36', 'browser', 'pkg:npm/%40playwright/mcp', 'unapproved', {
    load: 'disabled',
  }),
  server(['cursor'], 'bob:.cursor/mcp.json#4', 'linear', 'https://mcp.linear.app/mcp', 'approved'),
  server(
    ['cursor'],
    'bob:.cursor/mcp.json#8',
    hostileName,
    'https://203.0.113.7:8443/mcp?tenant=%E2%80%AEgro',
    'unapproved',
  ),
  server(
    ['cursor'],
    'bob:.cursor/mcp.json#13',
    '社内ドキュメント検索',
    'command:/Users/bob/bin/docs-mcp',
    'unverifiable',
  ),
  server(
    ['cline'],
    `bob:${cline}#3`,
    'filesystem',
    'pkg:npm/%40modelcontextprotocol/server-filesystem',
    'unapproved',
  ),
  server(
    ['cline'],
    `bob:${cline}#18`,
    'aws-knowledge-and-documentation-gateway',
    'pkg:pypi/awslabs.aws-documentation-mcp-server',
    'unapproved',
  ),
  server(['codex'], 'alice:.codex/config.toml#11', 'context7', 'https://mcp.context7.com/mcp', 'unapproved'),
  server(
    ['goose'],
    'bob:.config/goose/config.yaml#20',
    'jira',
    'http://jira-mcp.internal.example:8080/sse',
    'unapproved',
    { transport: 'sse' },
  ),
  account('claude-code', 'alice:.claude.json', 'corporate', {
    domain: 'acme.example',
    organisation: 'Acme Engineering',
    plan: 'enterprise',
  }),
  account('cursor', 'alice:.cursor/cli-config.json', 'corporate', {
    domain: 'acme.example',
    plan: 'business',
  }),
  account('cursor', 'bob:.cursor/cli-config.json', 'personal', { domain: 'gmail.com', plan: 'pro' }),
  account('codex', 'alice:.codex/auth.json', 'personal', { domain: 'outlook.com', plan: 'plus' }),
  gap('goose', 'bob:.config/goose/config.yaml#41', 'malformed', 'parse'),
  gap('codex', 'alice:.codex/logs_1.sqlite', 'hot-journal', 'read'),
  gap('cline', `bob:${code}/globalStorage/saoudrizwan.claude-dev/secrets.json`, 'link-out-of-place', 'read'),
];
