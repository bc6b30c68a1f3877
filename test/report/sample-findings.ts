/** The findings of the sample report, twenty-five by nine checks. */
import type { Finding } from '../../src/model/report.ts';
import { at, home, id } from './sample-build.ts';
import { checks } from './sample-checks.ts';
import type { Check } from './sample-checks.ts';
import { cline, copilot, facts, hostileName, secrets } from './sample-facts.ts';

function finding(
  check: Check,
  tool: string,
  place: string,
  message: string,
  evidence: Finding['evidence'] = {},
  more: Partial<Finding> = {},
): Finding {
  const { user, origin } = at(place);
  const fact = facts.find((one) => one.origin.path === origin.path && one.origin.line === origin.line);
  return {
    id: id('finding', check.id, place, message),
    check: check.id,
    severity: check.severity,
    confidence: check.confidence ?? 'high',
    title: check.title,
    message,
    fact: fact?.id ?? id('server', place),
    tools: [tool],
    user,
    origin,
    evidence,
    ...(check.why === undefined ? {} : { why: check.why }),
    remedy: check.remedy,
    references: ['https://owasp.org/www-project-mcp-top-10/'],
    frameworks: { 'owasp-mcp': ['MCP01:2025'] },
    fingerprint: id('finding', check.id, place).slice(8),
    state: 'open',
    ...more,
  };
}

const secretAt = (
  tool: string,
  place: string,
  field: string,
  secret: { masked: string },
  kind: string,
  more: Partial<Finding> = {},
) =>
  finding(
    checks.secret,
    tool,
    place,
    `${field} holds ${kind} in plaintext.`,
    { field, 'secret.masked': secret.masked, mode: '0644', othersCanRead: true },
    more,
  );
const unapproved = (tool: string, place: string, name: string, identity: string) =>
  finding(checks.unapproved, tool, place, `Server ${name} runs ${identity}, which no entry approves.`, {
    identity,
    load: 'active',
  });
const unpinned = (tool: string, place: string, name: string) =>
  finding(checks.unpinned, tool, place, `${name} names no version.`, { 'package.pinned': false });

export const findings: Finding[] = [
  finding(
    checks.malicious,
    'cursor',
    'alice:.cursor/mcp.json#14',
    'Server postmark runs npm:postmark-mcp@1.0.16, which sends a copy of every mail to its author.',
    { identity: 'npm:postmark-mcp@1.0.16', advisories: ['MAL-2025-46974'] },
  ),
  secretAt(
    'claude-code',
    'alice:.claude.json#52',
    'OPENAI_API_KEY',
    secrets.openai,
    'an OpenAI project key',
    {
      severity: 'critical',
    },
  ),
  secretAt(
    'cursor',
    'alice:.cursor/mcp.json#27',
    'GITHUB_TOKEN',
    secrets.github,
    'a GitHub personal access token',
    { state: 'new' },
  ),
  secretAt('cline', `bob:${cline}#9`, 'FIGMA_TOKEN', secrets.figma, 'a Figma token'),
  finding(
    checks.secret,
    'vscode',
    `bob:${copilot}`,
    'cline.apiKey holds an OpenAI project key in plaintext.',
    { 'secret.masked': 'sk-proj-77…' },
    {
      origin: {
        path: `${home('bob')}/${copilot}`,
        pointer: '/ItemTable/saoudrizwan.claude-dev/openAiApiKey',
      },
      severity: 'medium',
      confidence: 'low',
    },
  ),
  finding(
    checks.autoApprove,
    'claude-code',
    'alice:.claude/settings.json#6',
    'permissions.defaultMode is bypassPermissions.',
    { level: 'bypass' },
    { state: 'new' },
  ),
  finding(
    checks.autoApprove,
    'codex',
    'alice:.codex/config.toml#2',
    'approval_policy is never and sandbox_mode is danger-full-access.',
    { level: 'bypass' },
  ),
  finding(
    checks.cleartext,
    'goose',
    'bob:.config/goose/config.yaml#20',
    'Server jira is reached at http://jira-mcp.internal.example:8080/sse.',
  ),
  unapproved(
    'claude-code',
    'alice:.claude.json#47',
    'postgres',
    'npm:@modelcontextprotocol/server-postgres@0.6.2',
  ),
  unapproved('cursor', 'alice:.cursor/mcp.json#22', 'github', 'docker:ghcr.io/github/github-mcp-server'),
  unapproved('cursor', 'alice:.cursor/mcp.json#36', 'browser', 'npm:@playwright/mcp'),
  unapproved(
    'cursor',
    'bob:.cursor/mcp.json#8',
    hostileName,
    'https://203.0.113.7:8443/mcp?tenant=%E2%80%AEgro',
  ),
  unapproved('cline', `bob:${cline}#3`, 'filesystem', 'npm:@modelcontextprotocol/server-filesystem'),
  unapproved(
    'cline',
    `bob:${cline}#18`,
    'aws-knowledge-and-documentation-gateway',
    'pypi:awslabs.aws-documentation-mcp-server',
  ),
  unapproved('codex', 'alice:.codex/config.toml#11', 'context7', 'https://mcp.context7.com/mcp'),
  unapproved(
    'goose',
    'bob:.config/goose/config.yaml#20',
    'jira',
    'http://jira-mcp.internal.example:8080/sse',
  ),
  unpinned('cursor', 'alice:.cursor/mcp.json#36', '@playwright/mcp'),
  unpinned('cline', `bob:${cline}#3`, '@modelcontextprotocol/server-filesystem'),
  unpinned('cline', `bob:${cline}#18`, 'awslabs.aws-documentation-mcp-server'),
  finding(
    checks.unverifiable,
    'claude-code',
    'alice:work/billing/.mcp.json#9',
    'Server deploy runs a shell line.',
    { doubts: ['a shell line'] },
  ),
  finding(
    checks.unverifiable,
    'cursor',
    'bob:.cursor/mcp.json#13',
    'Server 社内ドキュメント検索 runs a local program.',
    { identity: 'command:/Users/bob/bin/docs-mcp' },
  ),
  finding(
    checks.personal,
    'cursor',
    'bob:.cursor/cli-config.json',
    'Cursor is signed in with an account of gmail.com.',
    { plan: 'pro' },
  ),
  finding(
    checks.personal,
    'codex',
    'alice:.codex/auth.json',
    'Codex CLI is signed in with an account of outlook.com.',
    { plan: 'plus' },
  ),
  finding(checks.runtime, 'ollama', '/usr/local/bin/ollama', 'Ollama 0.14.2 is running.'),
  finding(
    checks.personal,
    'claude-code',
    'bob:.claude.json',
    'Claude Code is signed in with an account of gmail.com.',
    {},
    {
      waiver: { reason: 'Contractor, until the seat is bought', owner: 'it-security', expires: '2027-01-31' },
    },
  ),
];
