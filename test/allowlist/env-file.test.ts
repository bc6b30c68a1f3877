/** A field of a definition that names a file of variables is a doubt, whoever the client is. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { loadRules } from '../../src/cli/load.ts';
import { scan } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';

const rules = await loadRules();

function verdicts(more: object, approve: object[]): string[] {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-env-file-')));
  const server = { command: 'npx', args: ['-y', 'open-mcp@1.0.0'], ...more };
  for (const [file, key] of [
    ['.cursor/mcp.json', 'mcpServers'],
    ['.vscode/mcp.json', 'servers'],
    ['.mcp.json', 'mcpServers'],
  ] as const) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), JSON.stringify({ [key]: { a: server } }));
  }
  const list = parseAllowlist(Buffer.from(JSON.stringify({ version: 1, name: 't', approve })), 'list.json');
  const decide = matcher(list, new Date('2026-11-20T12:00:00Z'));
  const { facts } = scan(testHost(), rules, { workspaces: [folder] });
  fs.rmSync(folder, { recursive: true, force: true });
  return facts.flatMap((fact) => (fact.kind === 'server' ? [decide(fact).verdict] : []));
}
const all = (verdict: string): string[] => [verdict, verdict, verdict];
const byPackage = { package: 'npm:open-mcp' };
const byCommand = { command: 'npx', args: ['-y', 'open-mcp@1.0.0'] };

test.each([
  { envFile: '${workspaceFolder}/.env' },
  { env_file: '/home/dev/x.env' },
  { envFile: ['.env', 'x.env'] },
  { env_file: [{ path: 'x.env' }] },
])('%j', (more) => {
  expect(verdicts(more, [byPackage])).toEqual(all('unverifiable'));
  // Naming the arguments is not to have seen what lies beside them.
  expect(verdicts(more, [byCommand])).not.toContain('approved');
  expect(verdicts(more, [{ ...byPackage, accept: ['env-file'] }])).toEqual(all('approved'));
});

test.each([{}, { envFile: null }, { envFile: '' }, { env_file: [] }, { env: { ENV_FILE: 'x' } }])(
  'honest: %j',
  (more) => expect(verdicts(more, [byPackage])).toEqual(all('approved')),
);
