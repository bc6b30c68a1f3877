/** What an export writes is what a scan finds in force: silent once it is in place, and loud for another list. */
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../../src/cli/load.ts';
import { wildcardsOf } from '../../../src/parse/address-pattern.ts';
import { scan } from '../../../src/scan.ts';
import { testHost } from '../../fixture.ts';
import { folderWith } from '../../trust/program.ts';
import { exported, listOf, server, sha256 } from './sample.ts';

const rules = await loadRules();
const approvals = `
  - { package: "npm:@corp/search-mcp", version: 1.2.3 }
  - { url: "https://mcp.example.com/mcp" }
  - { url: "https://{tenant}.tools.example.com/v1/*" }
  - { command: /opt/corp/server, args: [--stdio] }`;
const list = listOf(`approve:${approvals}\ndeny:\n  - { package: "npm:bad-mcp" }\n`);
const other = listOf(`approve:${approvals}\n  - { package: "npm:bad-mcp", version: 1.0.0 }\n`);

const everywhere = { tools: ['amp', 'claude-code', 'codex', 'copilot-cli', 'gemini-cli', 'vscode'] };
const seen = [
  server('search', 'npx -y @corp/search-mcp@1.2.3', everywhere),
  server('remote', { url: 'https://mcp.example.com/mcp' }, everywhere),
  server('tenant', { url: 'https://acme.tools.example.com/v1/mcp' }, everywhere),
  server('local', '/opt/corp/server --stdio', everywhere),
  server('bad', 'npx -y bad-mcp@1.0.0', everywhere),
];

/** Weaker settings that a scan finds by the first list where a client has the files made of another one. */
function found(client: string, made: typeof list) {
  const all = exported(client, made, { seen }).outFiles;
  const places = all.filter(({ goesTo }) => /^\/etc\/\S+?(?:,|$)/.test(goesTo));
  expect(places).not.toEqual([]);
  const put = places.map(({ goesTo, bytes }) => [goesTo.slice(1).replace(/,.*/s, ''), String(bytes)]);
  const top = folderWith({ 'home/dev/.keep': '', ...Object.fromEntries(put) });
  const info = {
    source: '/list.yaml',
    name: 'Example Corp',
    version: '3',
    sha256,
    fetchedAt: '',
    expiresAt: null,
    signature: 'none' as const,
  };
  const { findings, facts } = scan(testHost({ platform: 'linux' }), rules, {
    root: top,
    platform: 'linux',
    allowlist: { list, info },
  });
  expect(facts.filter(({ kind }) => kind === 'policy')).not.toEqual([]);
  return findings.filter(({ check }) => /^policy-|^server-denied$/.test(check));
}

describe.each(['amp', 'claude-code', 'codex', 'copilot', 'gemini-cli', 'vscode'])('%s', (client) => {
  test('in place, it is no finding', () => {
    expect(found(client, list).map(({ message, evidence }) => [message, evidence])).toEqual([]);
  });

  test('with a row for what is denied, it is a high one', () => {
    // Gemini CLI starts what its own settings define: there the definition itself is the finding.
    const wanted = client === 'gemini-cli' ? 'server-denied' : 'policy-weaker';
    const denied = found(client, other).filter(({ check }) => check === wanted);
    expect(denied.map(({ severity }) => severity)).toContain(client === 'gemini-cli' ? 'critical' : 'high');
  });
});

test('expressions are read as far as an export writes them', () => {
  expect(wildcardsOf('https://a\\.example/mcp/?')).toBe('https://a.example/mcp');
  expect(wildcardsOf('https://[a-z0-9_-]+\\.example')).toBe('https://*.example');
  for (const wide of ['https://a.example', 'https://a\\.example/.*', 'https://a\\.example/\\.*', '.*', 'a|b'])
    expect(wildcardsOf(wide), wide).toBeNull();
});
