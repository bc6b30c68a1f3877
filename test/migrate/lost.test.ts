/** What is said of definitions whose entry is not in this vault: their command, and what they want. */
import * as fs from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { editDisk } from '../../src/host/edit-disk.ts';
import { lostEntries } from '../../src/migrate/lost-entries.ts';
import type { VaultLabel } from '../../src/migrate/vault.ts';
import { expand } from '../recipe.ts';
import { homeWith, planFor, program, rules } from './desk.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** What is said of one definition, where the vault has entries of these names. */
function said(server: unknown, has: string[] = [], name = '.cursor/mcp.json'): string[] {
  const home = homeWith({ [name]: JSON.stringify({ mcpServers: { it: server } }) });
  folders.push(home);
  const { kit, layouts, report } = planFor(home);
  const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
  const read = layouts.map((one) => ({ ...one, tools: readers.get(one.server) ?? one.tools }));
  const labels = has.map((id) => ({ id }) as VaultLabel);
  const lost = lostEntries(read, labels, { rules, secrets: kit.secrets, read: editDisk.read });
  return lost.map(({ why }) => why);
}

const through = (...argv: string[]) => ({
  command: program,
  args: ['exec', '--entry', 'it-0a1b2c', '--', ...argv],
});

test.each([
  [
    'names that a container is given',
    through('docker', 'run', '-e', 'GITHUB_TOKEN', '--env=OTHER', 'ghcr.io/github/github-mcp-server'),
    ['GITHUB_TOKEN, OTHER, as far'],
  ],
  ['the variable of a known package', through('npx', '-y', '@stripe/mcp'), ['STRIPE_SECRET_KEY, as far']],
  ['program text is no name', through('node', '-e', 'start'), ['the definition does not say which']],
])('%s', (_, server, words) => {
  const [why, ...others] = said(server);
  expect(others).toEqual([]);
  expect(why).toContain('this vault has no entry it-0a1b2c');
  expect(why).toContain(`\`${server.args.slice(4).join(' ')}\` as its command`);
  for (const word of words) expect(why).toContain(word);
});

test('a header that a helper prints', () => {
  const headersHelper = `${program} headers --entry it-0a1b2c --url-from CLAUDE_CODE_MCP_SERVER_URL`;
  const server = { type: 'http', url: 'https://mcp.example.org/mcp', headersHelper };
  const [why] = said(server, [], '.claude.json');
  expect(why).toContain('Write its header again in the place of the helper');
  expect(said(server, ['it-0a1b2c'], '.claude.json')).toEqual([]);
});

test('an entry that is there is not lost, a record alone puts the definition back', () => {
  expect(said(through('gh-mcp'), ['it-0a1b2c'])).toEqual([]);
  expect(said(through('gh-mcp'), ['it-0a1b2c-undo'])).toEqual([
    'its entry is gone, but `migrate --undo --only it-0a1b2c` puts it back',
  ]);
  expect(said({ command: 'gh-mcp', args: ['a'] })).toEqual([]);
});

test('a secret in the command is not shown', () => {
  const token = expand('ghp_{a36}');
  const [why] = said(through('gh-mcp', '--token', token));
  expect(why).toContain('gh-mcp --token');
  expect(why).not.toContain(token.slice(8));
});
