/**
 * Definitions that go through the launcher already and have a secret in clear text again: it goes into the
 * same entry, whatever way it was written, and comes back with the definition.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Work, applyOne, undoOne, undoable } from '../../src/migrate/carry-out.ts';
import { recover } from '../../src/migrate/journal.ts';
import { ownValues } from '../../src/migrate/own-values.ts';
import { commandDigest } from '../../src/migrate/vault.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const [old, fresh, other] = [1, 2, 3].map((seed) => expand('ghp_{a36}', seed)) as [string, string, string];
const [oldKey, freshKey] = [1, 2].map((seed) => expand('ctx7sk-{U}', seed)) as [string, string];
const desktop = '.config/Claude/claude_desktop_config.json';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});
let aside = '';
beforeEach(() => {
  aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-update-'));
  folders.push(aside);
});

const one = (server: unknown): string => JSON.stringify({ mcpServers: { it: server } }, null, 2);
const npx = ['-y', 'gh-mcp@1.0.0'];

type Desk = {
  read(): string;
  write(text: string): void;
  /** Plans and does it. */
  apply(only?: string[]): Promise<(string | null)[]>;
  reasons(): (string | null)[];
  undo(): Promise<(string | null)[]>;
  work(): Promise<Work>;
  values(): Promise<Record<string, string>[]>;
};

async function deskWith(name: string, text: string): Promise<Desk> {
  const home = homeWith({ [name]: text });
  folders.push(home);
  const file = path.join(home, name);
  const items = new Map<string, Secret>();
  const vault = await vaultOn(memoryHost(aside, items));
  const planned = async (only: string[] = []) =>
    planFor(home, 'linux', { only, tools: [] }, { labels: await vault.list() });
  const desk: Desk = {
    read: () => fs.readFileSync(file, 'utf8'),
    write: (next) => fs.writeFileSync(file, next),
    async work() {
      const { kit } = await planned();
      return { host: hostIn(path.join(aside, 'migrate')), vault, kit, written: new Map() };
    },
    async apply(only) {
      const { planning } = await planned(only);
      const work = await desk.work();
      const ends = [];
      for (const step of planning.planned) ends.push((await applyOne(work, step)).refused);
      return ends;
    },
    reasons: () =>
      planFor(home, 'linux', { only: [], tools: [] }, { labels: [] }).planning.items.map(
        ({ reason }) => reason,
      ),
    async undo() {
      const work = await desk.work();
      const ends = [];
      for (const entry of await undoable(vault)) ends.push((await undoOne(work, entry)).refused);
      return ends;
    },
    async values() {
      const all = await Promise.all((await vault.list()).map(({ id }) => vault.get(id)));
      return all
        .filter((entry) => entry!.binding.command !== null)
        .map((entry) =>
          Object.fromEntries(Object.entries(entry!.values).map(([key, value]) => [key, Secret.open(value)])),
        );
    },
  };
  return desk;
}

const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });
const url = 'https://mcp.example.org/mcp';

/** A definition, what its user makes of the migrated file, the entry then, and the definition that comes back. */
const cases: [string, string, string, (moved: string) => string, Record<string, string>, string][] = [
  [
    'a variable set anew',
    desktop,
    one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } }),
    (moved) => moved.replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`),
    { GITHUB_TOKEN: fresh },
    one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: fresh } }),
  ],
  [
    'one of two set anew',
    desktop,
    one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old, OTHER_TOKEN: other } }),
    (moved) => moved.replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`),
    { GITHUB_TOKEN: fresh, OTHER_TOKEN: other },
    one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: fresh, OTHER_TOKEN: other } }),
  ],
  [
    'a variable added',
    desktop,
    one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } }),
    (moved) => moved.replace('"env": {}', `"env": {"OTHER_TOKEN": "${other}"}`),
    { GITHUB_TOKEN: old, OTHER_TOKEN: other },
    one({ command: 'npx', args: npx, env: { OTHER_TOKEN: other, GITHUB_TOKEN: old } }),
  ],
  [
    'an option given again',
    desktop,
    one({ command: 'npx', args: ['-y', '@upstash/context7-mcp', '--api-key', oldKey] }),
    (moved) =>
      moved.replace(/"@upstash\/context7-mcp"/, `"@upstash/context7-mcp", "--api-key", "${freshKey}"`),
    { CONTEXT7_API_KEY: freshKey },
    one({ command: 'npx', args: ['-y', '@upstash/context7-mcp', '--api-key', freshKey] }),
  ],
  [
    'an option given again at another place',
    desktop,
    one({ command: 'npx', args: ['-y', '@upstash/context7-mcp', '--api-key', oldKey, '--verbose'] }),
    (moved) => moved.replace('"--verbose"', `"--verbose", "--api-key", "${freshKey}"`),
    { CONTEXT7_API_KEY: freshKey },
    one({ command: 'npx', args: ['-y', '@upstash/context7-mcp', '--verbose', '--api-key', freshKey] }),
  ],
  [
    'an argument edited',
    desktop,
    one({
      command: 'docker',
      args: ['run', '-e', `GITHUB_TOKEN=${old}`, 'ghcr.io/github/github-mcp-server'],
    }),
    (moved) => moved.replace('"GITHUB_TOKEN"', `"GITHUB_TOKEN=${fresh}"`),
    { GITHUB_TOKEN: fresh },
    one({
      command: 'docker',
      args: ['run', '-e', `GITHUB_TOKEN=${fresh}`, 'ghcr.io/github/github-mcp-server'],
    }),
  ],
  [
    'a variable beside an option',
    desktop,
    one({ command: 'npx', args: ['-y', '@upstash/context7-mcp', '--api-key', oldKey], env: {} }),
    (moved) => moved.replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`),
    { CONTEXT7_API_KEY: oldKey, GITHUB_TOKEN: fresh },
    one({
      command: 'npx',
      args: ['-y', '@upstash/context7-mcp', '--api-key', oldKey],
      env: { GITHUB_TOKEN: fresh },
    }),
  ],
  [
    'no arguments',
    desktop,
    one({ command: 'gh-mcp', env: { GITHUB_TOKEN: old } }),
    (moved) => moved.replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`),
    { GITHUB_TOKEN: fresh },
    one({ command: 'gh-mcp', env: { GITHUB_TOKEN: fresh } }),
  ],
  [
    'one line',
    desktop,
    one({ command: 'npx -y gh-mcp@1.0.0', env: { GITHUB_TOKEN: old } }),
    (moved) => moved.replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`),
    { GITHUB_TOKEN: fresh },
    one({ command: 'npx -y gh-mcp@1.0.0', env: { GITHUB_TOKEN: fresh } }),
  ],
  [
    'toml',
    '.codex/config.toml',
    `# mine\n[mcp_servers.it]\ncommand = "gh-mcp"\nargs = ["a"]\nenv = { X = "1", GITHUB_TOKEN = "${old}" }\n`,
    (moved) => moved.replace('X = "1"', `X = "1", GITHUB_TOKEN = "${fresh}"`),
    { GITHUB_TOKEN: fresh },
    `# mine\n[mcp_servers.it]\ncommand = "gh-mcp"\nargs = ["a"]\nenv = { X = "1", GITHUB_TOKEN = "${fresh}" }\n`,
  ],
  [
    'yaml',
    '.config/goose/config.yaml',
    `extensions:\n  it:\n    cmd: gh-mcp\n    args: [a]\n    envs:\n      X: y\n      GITHUB_TOKEN: ${old}\n`,
    (moved) => moved.replace('      X: y\n', `      X: y\n      GITHUB_TOKEN: ${fresh}\n`),
    { GITHUB_TOKEN: fresh },
    `extensions:\n  it:\n    cmd: gh-mcp\n    args: [a]\n    envs:\n      X: y\n      GITHUB_TOKEN: ${fresh}\n`,
  ],
  [
    'a header',
    '.claude.json',
    one({ type: 'http', url, headers: bearer(old) }),
    (moved) => moved.replace('"headers": {}', `"headers": {"Authorization": "Bearer ${fresh}"}`),
    bearer(fresh),
    one({ type: 'http', url, headers: bearer(fresh) }),
  ],
];

const loose = (text: string): string => text.replace(/\s/g, '');

describe.each(cases)('%s', (_, name, before, edit, values, after) => {
  test('goes into the entry that is there, and comes back', async () => {
    const desk = await deskWith(name, before);
    expect(await desk.apply()).toEqual([null]);
    const moved = desk.read();
    const edited = edit(moved);
    expect(edited).not.toBe(moved);
    desk.write(edited);
    expect(await desk.apply()).toEqual([null]);
    expect(await desk.values()).toEqual([values]);
    for (const secret of [old, fresh, other, oldKey, freshKey]) expect(desk.read()).not.toContain(secret);
    expect(desk.read().match(/--entry/g)).toHaveLength(1);
    expect(loose(desk.read())).toBe(loose(moved));
    expect(await desk.apply()).toEqual([]);
    expect(await desk.undo()).toEqual([null]);
    expect(loose(desk.read())).toBe(loose(after));
    expect(await desk.values()).toEqual([]);
  });

  test('an undo before that has the new value as well', async () => {
    const desk = await deskWith(name, before);
    await desk.apply();
    desk.write(edit(desk.read()));
    expect(await desk.undo()).toEqual([null]);
    expect(loose(desk.read())).toBe(loose(after));
  });
});

test('an undo of a changed definition that is killed is ended by the next run', async () => {
  const desk = await deskWith(desktop, one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } }));
  await desk.apply();
  desk.write(desk.read().replace('gh-mcp@1.0.0', 'gh-mcp@2.0.0'));
  const work = await desk.work();
  const { disk } = work.host;
  const swap = (...words: Parameters<typeof disk.swap>): never => {
    disk.swap(...words);
    throw new Error('killed');
  };
  const [entry] = (await undoable(work.vault)) as [string];
  await expect(undoOne({ ...work, host: { ...work.host, disk: { ...disk, swap } } }, entry)).rejects.toThrow(
    'killed',
  );
  expect(desk.read()).toContain(old);
  expect(await recover(work.host, work.vault)).toMatchObject({ where: 'config', entry });
  expect(await work.vault.list()).toEqual([]);
});

test('an empty value is no value: the secret comes back', async () => {
  const text = one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } });
  const desk = await deskWith(desktop, text);
  await desk.apply();
  desk.write(desk.read().replace('"env": {}', '"env": { "GITHUB_TOKEN": "" }'));
  expect(await desk.apply()).toEqual([]);
  expect(await desk.undo()).toEqual([null]);
  expect(JSON.parse(desk.read())).toEqual(JSON.parse(text));
  await desk.apply();
  desk.write(
    desk.read().replace(/"env": \{[^}]*\}/, `"env": { "GITHUB_TOKEN": "", "OTHER_TOKEN": "${other}" }`),
  );
  expect(await desk.apply()).toEqual([null]);
  expect(await desk.values()).toEqual([{ GITHUB_TOKEN: old, OTHER_TOKEN: other }]);
});

test("a value that only refers elsewhere is the user's own", async () => {
  const desk = await deskWith(desktop, one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } }));
  await desk.apply();
  const edited = `"env": { "GITHUB_TOKEN": "\${env:MINE}", "OTHER_TOKEN": "${other}" }`;
  desk.write(desk.read().replace('"env": {}', edited));
  expect(await desk.apply()).toEqual([null]);
  expect(await desk.values()).toEqual([{ OTHER_TOKEN: other }]);
  expect(desk.read()).toContain('${env:MINE}');
});

test('the same value again is taken out again', async () => {
  const text = one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } });
  const desk = await deskWith(desktop, text);
  await desk.apply();
  const moved = desk.read();
  desk.write(moved.replace('"env": {}', `"env": {\n        "GITHUB_TOKEN": "${old}"\n      }`));
  expect(await desk.apply()).toEqual([null]);
  expect(desk.read()).toBe(moved);
  expect(await desk.undo()).toEqual([null]);
  expect(desk.read()).toBe(text);
});

test('a changed command gets the entry only when that is named', async () => {
  const desk = await deskWith(desktop, one({ command: 'npx', args: npx, env: { GITHUB_TOKEN: old } }));
  await desk.apply();
  const [entry] = (await undoable((await desk.work()).vault)) as [string];
  const edited = desk
    .read()
    .replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`)
    .replace('gh-mcp@1.0.0', 'gh-mcp@2.0.0');
  desk.write(edited);
  expect(await desk.apply()).toEqual([]);
  expect(desk.read()).toBe(edited);
  expect(await desk.values()).toEqual([{ GITHUB_TOKEN: old }]);
  expect(await desk.apply([entry])).toEqual([null]);
  expect(await desk.values()).toEqual([{ GITHUB_TOKEN: fresh }]);
  const { vault } = await desk.work();
  expect((await vault.get(entry))!.binding.command).toBe(commandDigest(['npx', '-y', 'gh-mcp@2.0.0']));
});

test('under a launcher that this vault knows nothing of, nothing is moved and nothing nested', async () => {
  const args = ['exec', '--entry', 'elsewhere-0123', '--', 'npx', ...npx];
  const text = one({ command: '/usr/local/bin/shadowscan', args, env: { GITHUB_TOKEN: old } });
  const desk = await deskWith(desktop, text);
  expect(desk.reasons()).toEqual(['entry-missing']);
  const odd = await deskWith(
    desktop,
    one({
      command: '/usr/local/bin/shadowscan',
      args: ['exec', '--', 'npx', ...npx],
      env: { GITHUB_TOKEN: old },
    }),
  );
  expect(odd.reasons()).toEqual(['launched']);
});

test('a copy of a migrated definition does not change the entry of the first', async () => {
  const server = { command: 'npx', args: npx, env: { GITHUB_TOKEN: old } };
  const desk = await deskWith(desktop, one(server));
  await desk.apply();
  const { it } = JSON.parse(desk.read()).mcpServers;
  const copy = { ...it, env: { GITHUB_TOKEN: fresh } };
  const both = JSON.stringify({ mcpServers: { it, copy } }, null, 2);
  desk.write(both);
  expect(await desk.apply()).toEqual([]);
  expect(desk.read()).toBe(both);
  expect(await desk.values()).toEqual([{ GITHUB_TOKEN: old }]);
  // Under another name alone it is the same definition still.
  desk.write(JSON.stringify({ mcpServers: { copy } }, null, 2));
  expect(await desk.apply()).toEqual([null]);
  expect(await desk.values()).toEqual([{ GITHUB_TOKEN: fresh }]);
  expect(desk.read().match(/--entry/g)).toHaveLength(1);
  expect(await desk.undo()).toEqual([null]);
  expect(JSON.parse(desk.read())).toEqual({
    mcpServers: { copy: { ...server, env: { GITHUB_TOKEN: fresh } } },
  });
});

test('a value of the config itself comes before that of the vault, one of the client does not', () => {
  const values = { TOKEN: 'old', OTHER: 'kept' };
  const config = '{"env":{"TOKEN":"a\\"new"}}';
  const holds = (text: string): boolean => config.includes(text);
  expect(ownValues(values, { TOKEN: 'a"new' }, holds)).toEqual(['TOKEN']);
  expect(ownValues(values, { TOKEN: 'of the client' }, holds)).toEqual([]);
  expect(ownValues(values, { TOKEN: 'old' }, holds)).toEqual([]);
  // Another server's.
  expect(ownValues(values, { OTHER: 'a"new' }, holds)).toEqual([]);
  expect(ownValues(values, {}, holds)).toEqual([]);
});
