/** What a registry says of its servers beyond approving them: which values are secret, and what is deprecated. */
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { expand } from '../recipe.ts';
import { folderWith, homeWith, reportOf, run, scanArgs } from './program.ts';

const official = 'io.modelcontextprotocol.registry/official';
const npm = (identifier: string, environmentVariables: object[] = []) => [
  { registryType: 'npm', identifier, version: '1.0.0', environmentVariables },
];
const marked = [
  { name: 'PASS_PHRASE', isSecret: true },
  { name: 'API_TOKEN', isSecret: true },
  { name: 'LEVEL', isSecret: false },
];
const listed = (name: string, more: object, status = 'active') => ({
  server: { name: `com.example/${name}`, version: '1.0.0', ...more },
  _meta: { [official]: { status, statusMessage: 'use two' } },
});
const remote = {
  type: 'streamable-http',
  url: 'https://mcp.example.com/mcp',
  headers: [{ name: 'X-Own', isSecret: true }],
};
const registry = JSON.stringify({
  servers: [
    listed('one', { packages: npm('one-mcp', marked) }),
    listed('old', { packages: npm('old-mcp') }, 'deprecated'),
    listed('far', { remotes: [remote] }),
  ],
});
const definition = (name: string, env: object) => ({ command: 'npx', args: ['-y', `${name}@1.0.0`], env });

test('a literal where the registry says secret is a finding; a reference, another name or server is none', () => {
  const home = homeWith({
    written: definition('one-mcp', { PASS_PHRASE: 'blue house', LEVEL: 'debug' }),
    referred: definition('one-mcp', { PASS_PHRASE: '${PASS_PHRASE}', API_TOKEN: '', LEVEL: 'debug' }),
    found: definition('one-mcp', { API_TOKEN: expand('ghp_{a36}') }),
    foreign: definition('other-mcp', { PASS_PHRASE: 'blue house' }),
    old: definition('old-mcp', {}),
    far: { url: 'https://mcp.example.com/mcp', headers: { 'x-own': 'blue house' } },
  });
  const list = path.join(folderWith({ 'registry.json': registry }), 'registry.json');
  const { findings, facts, allowlist } = reportOf(run(scanArgs(home, '--allowlist', list)));
  expect(allowlist).toMatchObject({ name: 'MCP registry registry.json', from: 'file', expiresAt: null });
  const nameOf = new Map(facts.flatMap((fact) => (fact.kind === 'server' ? [[fact.id, fact.name]] : [])));
  const named = (check: string) =>
    findings.filter((one) => one.check === check).map((one) => [nameOf.get(one.fact), one.severity]);
  expect(named('secret-marked-literal').toSorted()).toEqual([
    ['far', 'high'],
    ['written', 'high'],
  ]);
  // What is a secret by itself is told once, as that.
  expect(findings.filter((one) => one.check === 'secret-in-config')).toHaveLength(1);
  expect(named('server-deprecated')).toEqual([['old', 'low']]);
  expect(JSON.stringify(findings)).not.toContain('blue house');
});
