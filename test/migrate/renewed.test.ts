/** Values that look like anything and stand under a name that the entry has: they go into the entry. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { editDisk } from '../../src/host/edit-disk.ts';
import { type Work, applyOne, undoOne } from '../../src/migrate/carry-out.ts';
import { mayBeRenewed, renewed } from '../../src/migrate/renewed.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const [old, other] = [1, 2].map((seed) => expand('ghp_{a36}', seed)) as [string, string];
const name = '.config/Claude/claude_desktop_config.json';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});
let home = '';
let work: Work;
let entry = '';

const read = (): string => fs.readFileSync(path.join(home, name), 'utf8');
const give = (env: Record<string, string>): void => {
  const config = JSON.parse(read());
  config.mcpServers.it.env = env;
  fs.writeFileSync(path.join(home, name), JSON.stringify(config, null, 2));
};

/** What is found and done of values that were set anew: why each was refused, or null. */
async function apply(only: string[] = [], tools: string[] = []): Promise<(string | null)[]> {
  const { layouts, kit } = planFor(home);
  const choice = { only, tools };
  const looking = { labels: await work.vault.list(), kit: { ...kit, read: editDisk.read }, choice };
  const ends: (string | null)[] = [];
  for (const one of await renewed(mayBeRenewed(layouts, looking), work.vault, looking))
    ends.push((await applyOne(work, one)).refused);
  return ends;
}
const values = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((await work.vault.get(entry))!.values).map(([key, value]) => [key, Secret.open(value)]),
  );

beforeEach(async () => {
  const server = {
    command: 'gh-mcp',
    args: ['a'],
    env: { GITHUB_TOKEN: old, OTHER_TOKEN: other, MODE: 'x' },
  };
  home = homeWith({ [name]: JSON.stringify({ mcpServers: { it: server } }, null, 2) });
  const aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-renewed-'));
  folders.push(home, aside);
  const { kit, planning } = planFor(home);
  const vault = await vaultOn(memoryHost(aside));
  work = { host: hostIn(path.join(aside, 'migrate')), vault, kit, written: new Map() };
  const done = await applyOne(work, planning.planned[0]!);
  ({ entry } = done);
  expect(done.refused).toBeNull();
  expect(JSON.parse(read()).mcpServers.it.env).toEqual({ MODE: 'x' });
});

test.each(['hunter2', 'x', 'correct horse battery staple'])('%s', async (fresh) => {
  give({ MODE: 'x', GITHUB_TOKEN: fresh });
  expect(await apply()).toEqual([null]);
  expect(await values()).toEqual({ GITHUB_TOKEN: fresh, OTHER_TOKEN: other });
  expect(JSON.parse(read()).mcpServers.it.env).toEqual({ MODE: 'x' });
  expect(await apply()).toEqual([]);
  // Once more, over a value that is no secret by its looks.
  give({ MODE: 'x', GITHUB_TOKEN: 'again', OTHER_TOKEN: 'too' });
  expect(await apply()).toEqual([null]);
  expect(await values()).toEqual({ GITHUB_TOKEN: 'again', OTHER_TOKEN: 'too' });
  expect((await undoOne(work, entry)).refused).toBeNull();
  expect(JSON.parse(read()).mcpServers.it).toEqual({
    command: 'gh-mcp',
    args: ['a'],
    env: { MODE: 'x', GITHUB_TOKEN: 'again', OTHER_TOKEN: 'too' },
  });
});

test('other names, empty values, references, and what is not chosen stay', async () => {
  const stay = async (env: Record<string, string>, ...choice: string[][]): Promise<void> => {
    give(env);
    const before = read();
    expect(await apply(...choice)).toEqual([]);
    expect(read()).toBe(before);
    expect(await values()).toEqual({ GITHUB_TOKEN: old, OTHER_TOKEN: other });
  };
  await stay({ MODE: 'hunter2' });
  await stay({ GITHUB_TOKEN: '' });
  await stay({ GITHUB_TOKEN: '${env:MINE}' });
  await stay({ GITHUB_TOKEN: 'hunter2' }, ['another']);
  await stay({ GITHUB_TOKEN: 'hunter2' }, [], ['cursor']);
  expect(await apply([entry])).toEqual([null]);
});

test('a changed command gets it only when the entry is named', async () => {
  give({ GITHUB_TOKEN: 'hunter2' });
  fs.writeFileSync(path.join(home, name), read().replace('"a"', '"b"'));
  expect(await apply()).toEqual([expect.stringContaining('the command behind the launcher was changed')]);
  expect(await values()).toEqual({ GITHUB_TOKEN: old, OTHER_TOKEN: other });
  expect(await apply([entry])).toEqual([null]);
  expect(await values()).toEqual({ GITHUB_TOKEN: 'hunter2', OTHER_TOKEN: other });
});
