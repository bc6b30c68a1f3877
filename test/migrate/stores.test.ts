/** Token files of the bridge: into the vault with all who use them, or not at all; and back. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { Work } from '../../src/migrate/carry-out.ts';
import { applyPlan, undoChosen } from '../../src/migrate/carry-stores.ts';
import { filesId } from '../../src/migrate/launcher/entries.ts';
import { giveBack } from '../../src/migrate/launcher/give-back.ts';
import { keep } from '../../src/migrate/launcher/stores.ts';
import { applyOne } from '../../src/migrate/carry-out.ts';
import { commandDigest } from '../../src/migrate/vault.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, program, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const url = 'https://mcp.example.org/mcp';
const prefix = createHash('md5').update(url).digest('hex');
const desktop = '.config/Claude/claude_desktop_config.json';
const argv = ['npx', '-y', 'mcp-remote@0.15.1', url];
const config = JSON.stringify({ mcpServers: { it: { command: argv[0], args: argv.slice(1) } } }, null, 2);
const tokens = (seed: number): string =>
  JSON.stringify({
    access_token: expand('{a40}', seed),
    refresh_token: expand('{a44}', seed),
    token_type: 'Bearer',
  });
const client = JSON.stringify({ client_id: 'abc', redirect_uris: ['http://localhost:1234/oauth/callback'] });
const [newest, stale] = [`.mcp-auth/mcp-remote-v1/${prefix}`, `.mcp-auth/mcp-remote-0.1.36/${prefix}`];
const files = {
  [desktop]: config,
  [`${newest}_tokens.json`]: tokens(1),
  [`${newest}_client_info.json`]: client,
  [`${newest}_debug.log`]: `[1] token ${tokens(1)}\n`,
  [`${stale}_tokens.json`]: tokens(2),
  [`${stale}_client_info.json`]: client,
  [`${stale}_code_verifier.txt`]: 'of a sign-in',
  [`${stale}_lock.json`]: '{"pid":1}',
  // In a folder in which no scan finds a secret.
  [`.mcp-auth/mcp-remote-0.2.1/${prefix}_tokens.json.12.34.tmp`]: tokens(6),
};
/** What comes back: all but locks and logs. */
const back = [
  `mcp-remote-0.1.36/${prefix}_client_info.json`,
  `mcp-remote-0.1.36/${prefix}_code_verifier.txt`,
  `mcp-remote-0.1.36/${prefix}_tokens.json`,
  `mcp-remote-v1/${prefix}_client_info.json`,
  `mcp-remote-v1/${prefix}_tokens.json`,
];
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

let home = '';
let aside = '';
beforeEach(() => {
  home = homeWith(files);
  aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-stores-'));
  folders.push(home, aside);
  fs.utimesSync(path.join(home, `${stale}_tokens.json`), new Date(0), new Date(0));
});

async function workFor(kit: Work['kit'], commands: string[][] = []): Promise<Work> {
  const host = {
    ...hostIn(path.join(aside, 'migrate')),
    home,
    commands: () => commands.map((words) => words.map((word) => new Secret(word))),
  };
  return { host, vault: await vaultOn(memoryHost(aside)), kit, written: new Map() };
}

const read = (name: string): string => fs.readFileSync(path.join(home, name), 'utf8');
const left = (): string[] =>
  fs
    .readdirSync(path.join(home, '.mcp-auth'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes(prefix))
    .toSorted();

test('there and back', async () => {
  const { planning, kit } = planFor(home);
  expect(planning.items.map(({ action }) => action)).not.toContain('stay');
  const work = await workFor(kit);
  const [done] = await applyPlan(work, planning);
  expect(done!.refused).toBeNull();
  expect(left()).toEqual([]);
  const { it } = JSON.parse(read(desktop)).mcpServers;
  expect(it).toEqual({
    command: program,
    args: ['exec', '--entry', done!.entry, '--mcp-auth', '--', ...argv],
  });
  const entry = await work.vault.get(done!.entry);
  expect([entry!.binding.command, entry!.stores]).toEqual([commandDigest(argv), [prefix]]);
  const kept = await work.vault.get(filesId(prefix));
  const values = Object.entries(kept!.values).map(([name, value]) => [name, Secret.open(value)]);
  expect(Object.fromEntries(values)).toEqual({ 'tokens.json': tokens(1), 'client_info.json': client });
  const after = planFor(home);
  expect(after.report.facts.filter(({ kind }) => kind === 'credential')).toEqual([]);
  expect([after.planning.planned, after.planning.stores]).toEqual([[], []]);

  expect((await undoChosen(work, () => true)).map(({ refused }) => refused)).toEqual([null]);
  expect(read(desktop)).toBe(config);
  expect(left()).toEqual(back);
  for (const name of back) expect(read(`.mcp-auth/${name}`)).toBe(files[`.mcp-auth/${name}`]);
  expect(read(`${newest}_tokens.json`)).toBe(tokens(1));
  expect(fs.statSync(path.join(home, `${newest}_tokens.json`)).mode & 0o777).toBe(0o600);
  expect(await work.vault.list()).toEqual([]);
});

test('what the bridge has renewed since comes back', async () => {
  const { planning, kit } = planFor(home);
  const work = await workFor(kit);
  await applyPlan(work, planning);
  const kept = (await work.vault.get(filesId(prefix)))!;
  await work.vault.put({ ...kept, values: { ...kept.values, 'tokens.json': new Secret(tokens(3)) } });
  await undoChosen(work, () => true);
  expect(read(`${newest}_tokens.json`)).toBe(tokens(3));
  // The other copy is a sign-in of its own.
  expect(read(`${stale}_tokens.json`)).toBe(tokens(2));
});

test('what came from the folder of an older release goes back there, as new as it is', async () => {
  for (const name of ['tokens.json', 'client_info.json', 'debug.log'])
    fs.rmSync(path.join(home, `${newest}_${name}`));
  const { planning, kit } = planFor(home);
  const work = await workFor(kit);
  await applyPlan(work, planning);
  expect(left()).toEqual([]);
  const kept = (await work.vault.get(filesId(prefix)))!;
  await work.vault.put({ ...kept, values: { ...kept.values, 'tokens.json': new Secret(tokens(3)) } });
  await undoChosen(work, () => true);
  expect(left()).toEqual(back.slice(0, 3));
  expect(read(`${stale}_tokens.json`)).toBe(tokens(3));
  expect(await work.vault.list()).toEqual([]);
});

test('two copies of one sign-in come back as one that was renewed', async () => {
  fs.writeFileSync(path.join(home, `${stale}_tokens.json`), tokens(1));
  const { planning, kit } = planFor(home);
  const work = await workFor(kit);
  await applyPlan(work, planning);
  const kept = (await work.vault.get(filesId(prefix)))!;
  await work.vault.put({ ...kept, values: { ...kept.values, 'tokens.json': new Secret(tokens(3)) } });
  await undoChosen(work, () => true);
  expect([read(`${newest}_tokens.json`), read(`${stale}_tokens.json`)]).toEqual([tokens(3), tokens(3)]);
});

test('a sign-in that was made through us goes to the folder of the release that made it', async () => {
  const folders: Record<string, string> = {
    '0.0.12': 'mcp-remote-0.0.12',
    '0.0.15': 'mcp-remote-0.0.14',
    '0.1.31': 'mcp-remote-0.1.31',
    '0.1.32': 'mcp-remote-0.1.31',
    '0.1.37': 'mcp-remote-0.1.36',
    '0.1.40': 'mcp-remote-0.1.40',
    '0.3.1': 'mcp-remote-0.3.1',
    '0.3.2': 'mcp-remote-v1',
    '0.15.1': 'mcp-remote-v1',
    '1.0.0': 'mcp-remote-v1',
    '../x': 'mcp-remote-v1',
  };
  const { host, vault } = await workFor(planFor(home).kit);
  for (const [version, folder] of Object.entries(folders)) {
    const own = home.replace(/$/, `/as-${folder}`);
    const info = JSON.stringify({ client_id: 'abc', software_version: version });
    const values = { 'tokens.json': new Secret(tokens(4)), 'client_info.json': new Secret(info) };
    const binding = { config: '/run/user/1/shadowscan/room-1/store', pointer: prefix, command: null };
    const createdAt = new Date().toISOString();
    await vault.put({ id: filesId(prefix), kind: 'files', binding, values, createdAt });
    await giveBack({ disk: host.disk, home: own }, vault, prefix);
    const there = fs.readdirSync(path.join(own, '.mcp-auth'));
    expect([version, there]).toEqual([version, [folder]]);
    fs.rmSync(own, { recursive: true });
  }
});

test('what a plain bridge has written since is not overwritten', async () => {
  const { planning, kit } = planFor(home);
  const work = await workFor(kit);
  await applyPlan(work, planning);
  for (const name of [newest, stale]) fs.writeFileSync(path.join(home, `${name}_tokens.json`), tokens(5));
  await undoChosen(work, () => true);
  expect([read(`${newest}_tokens.json`), read(`${stale}_tokens.json`)]).toEqual([tokens(5), tokens(5)]);
});

test('where one that shares the files cannot be put back, none is, and no file comes back', async () => {
  fs.mkdirSync(path.join(home, '.cursor'));
  fs.writeFileSync(path.join(home, '.cursor/mcp.json'), config);
  const { planning, kit } = planFor(home);
  const work = await workFor(kit);
  expect((await applyPlan(work, planning)).map(({ refused }) => refused)).toEqual([null, null]);
  const after = read(desktop);
  const other = read('.cursor/mcp.json');
  fs.writeFileSync(path.join(home, '.cursor/mcp.json'), '{}');
  const undone = await undoChosen(work, () => true);
  expect(undone.map(({ refused }) => refused?.includes('shares the files'))).toEqual([true, true]);
  expect([read(desktop), left()]).toEqual([after, []]);
  expect(await work.vault.get(filesId(prefix))).not.toBeNull();
  fs.writeFileSync(path.join(home, '.cursor/mcp.json'), other);
  expect((await undoChosen(work, () => true)).map(({ refused }) => refused)).toEqual([null, null]);
  expect([read(desktop), read('.cursor/mcp.json'), left()]).toEqual([config, config, back]);
  expect(await work.vault.list()).toEqual([]);
});

test('a run that ended before the files were removed is ended by the next', async () => {
  const { planning, kit } = planFor(home);
  const work = await workFor(kit);
  await keep(work.host, work.vault, planning.stores[0]!);
  expect((await applyOne(work, planning.planned[0]!)).refused).toBeNull();
  expect(left()).toHaveLength(8);
  // The bridge was restarted through us and has renewed its token in the meantime.
  const kept = (await work.vault.get(filesId(prefix)))!;
  const renewed = { ...kept.values, 'tokens.json': new Secret(tokens(3)) };
  const createdAt = new Date(Date.now() + 1_000).toISOString();
  await work.vault.put({ ...kept, values: renewed, createdAt });
  const next = planFor(home);
  expect([next.planning.planned.length, next.planning.stores.length]).toEqual([0, 1]);
  await applyPlan({ ...work, kit: next.kit }, next.planning);
  expect(left()).toEqual([]);
  const value = (await work.vault.get(filesId(prefix)))!.values['tokens.json']!;
  expect(Secret.open(value)).toBe(tokens(3));
});

test('where one who uses them cannot move, all stay', async () => {
  fs.mkdirSync(path.join(home, '.cursor'));
  fs.writeFileSync(path.join(home, 'real.json'), config);
  fs.symlinkSync('../real.json', path.join(home, '.cursor/mcp.json'));
  const { planning } = planFor(home);
  expect(planning.stores).toEqual([]);
  expect(planning.planned).toEqual([]);
  expect(new Set(planning.items.map(({ reason }) => reason))).toEqual(new Set(['link']));
});

test('where one fails on the way, all come back', async () => {
  fs.mkdirSync(path.join(home, '.cursor'));
  fs.writeFileSync(path.join(home, '.cursor/mcp.json'), config);
  const { planning, kit } = planFor(home);
  expect(planning.planned).toHaveLength(2);
  const work = await workFor(kit);
  const last = planning.planned[1]!.layout.source.path;
  fs.writeFileSync(last, '{}');
  const done = await applyPlan(work, planning);
  expect(done.every(({ refused }) => refused !== null)).toBe(true);
  expect(fs.readFileSync(planning.planned[0]!.layout.source.path, 'utf8')).toBe(config);
  expect(left()).toHaveLength(8);
  expect(await work.vault.list()).toEqual([]);
});

test('files that nobody uses, or that a bridge may be renewing, stay', async () => {
  fs.writeFileSync(path.join(home, desktop), '{}');
  expect(new Set(planFor(home).planning.items.map(({ reason }) => reason))).toEqual(new Set(['unused']));
  fs.writeFileSync(path.join(home, desktop), config);
  const commands = () => [['node', '/x/node_modules/.bin/mcp-remote', url].map((word) => new Secret(word))];
  const { planning } = planFor(home, 'linux', undefined, {}, commands);
  expect(new Set(planning.items.map(({ reason }) => reason))).toEqual(new Set(['running']));
  const { planning: free, kit } = planFor(home);
  const work = await workFor(kit, [['node', '/x/.bin/mcp-remote', url]]);
  await applyPlan(work, free);
  expect((await undoChosen(work, () => true))[0]!.refused).toContain('renewing');
  expect(left()).toEqual([]);
});
