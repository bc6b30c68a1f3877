/** A realistic report: three homes, six agents, fifteen servers, 25 findings, gaps, hostile names. */
import { Report } from '../../src/model/report.ts';
import type { Coverage } from '../../src/model/report.ts';
import { facts } from './sample-facts.ts';
import { findings } from './sample-findings.ts';

function row(
  tool: string,
  user: string | null,
  status: Coverage['status'],
  sources: number,
  reason?: string,
): Coverage {
  return { tool, user, status, sources, ...(reason === undefined ? {} : { reason }) };
}

const absent = [
  'aider',
  'amp',
  'continue',
  'crush',
  'droid',
  'gemini-cli',
  'kilo-code',
  'kiro',
  'lm-studio',
  'opencode',
  'roo-code',
  'trae',
  'warp',
  'windsurf',
  'zed',
];

const coverage: Coverage[] = [
  row('claude-code', 'alice', 'found', 6),
  row('claude-code', 'bob', 'found', 1),
  row('cline', 'bob', 'partial', 2, 'one file is a link that leaves the home'),
  row('codex', 'alice', 'partial', 3, 'a database is in use and was not read'),
  row('cursor', 'alice', 'found', 4),
  row('cursor', 'bob', 'found', 3),
  row('goose', 'bob', 'malformed', 1, 'the file ends in the middle of a list'),
  row('ollama', null, 'found', 1),
  row('vscode', 'bob', 'found', 2),
  ...absent.flatMap((tool) => [row(tool, 'alice', 'absent', 0), row(tool, 'bob', 'absent', 0)]),
];

function tally(keys: string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, list]) => [key, list.length]));
}

/** The sample, checked against the schema. `more` replaces whole parts of it. */
export function sample(more: Partial<Report> = {}): Report {
  return Report.parse({
    schema: 'shadowscan.report/1',
    tool: {
      name: 'shadowscan',
      version: '0.1.0',
      rules: { version: '2026.11.20', sha256: '3f9a2c1d'.repeat(8) },
    },
    run: {
      id: '0199f3a2-7c1e-7b0a-9d53-5b8f6a0c2e11',
      startedAt: '2026-11-20T09:12:31.120Z',
      endedAt: '2026-11-20T09:12:32.944Z',
      durationMs: 1824,
      status: 'partial',
      homes: [
        { user: 'alice', path: '/Users/alice', status: 'read' },
        { user: 'bob', path: '/Users/bob', status: 'read' },
        { user: 'carol', path: '/Users/carol', status: 'unreadable' },
      ],
      sourcesRead: 214,
      bytesRead: 38_214_990,
      checksLeftOut: [],
      sideEffects: [],
    },
    device: {
      id: '7d0f6a2b9c',
      hostname: 'mbp-014.acme.example',
      platform: 'macos',
      osVersion: '26.1',
      arch: 'arm64',
    },
    policy: null,
    allowlist: {
      source: '/Library/Application Support/shadowscan/allowlist.yaml',
      name: 'Acme approved AI tools',
      version: '14',
      sha256: 'ab'.repeat(32),
      fetchedAt: '2026-11-20T09:12:31.000Z',
      expiresAt: '2027-01-31T00:00:00.000Z',
      signature: 'valid',
    },
    coverage,
    facts,
    findings,
    summary: {
      bySeverity: {
        critical: 0,
        high: 0,
        medium: 0,
        low: 0,
        info: 0,
        ...tally(findings.map((one) => one.severity)),
      },
      byCheck: tally(findings.map((one) => one.check)),
      score: { achieved: 11, evaluated: 20, notEvaluated: 4 },
      facts: tally(facts.map((one) => one.kind)),
    },
    ...more,
  });
}
