/**
 * Every fixture of the catalogue: its secrets are moved and put back. In between a scan finds the same servers
 * without these secrets, nothing that moved is left in the files, and in the end each byte is as it was.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyPlan, undoChosen } from '../../src/migrate/carry-stores.ts';
import type { Platform } from '../../src/model/common.ts';
import { readText } from '../../src/parse/encoding.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { buildMachine, readFixture } from '../fixture.ts';
import { hostIn, planFor, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const catalogue = path.join(import.meta.dirname, '..', 'tools');
const cases = fs
  .globSync('*/*/fixture.yaml', { cwd: catalogue })
  .toSorted()
  .map((file) => path.dirname(file))
  // Without a server that holds a secret there is nothing to move.
  .filter((name) =>
    /"serverName": "/.test(fs.readFileSync(path.join(catalogue, name, 'facts.json'), 'utf8')),
  );
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** All files below a folder, by path. */
function filesIn(folder: string): Map<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [file, fs.readFileSync(file).toString('latin1')]),
  );
}

/** Token files of a bridge are tried in a test of their own: of old copies of them nothing is put back. */
function withoutStores(files: Map<string, string>): [string, string][] {
  return [...files].filter(([file]) => !/\/[0-9a-f]{32}_[^/]*$/.test(file));
}

const moved = new Map<string, number>();

describe.each(cases)('%s', (name) => {
  const folder = path.join(catalogue, name);
  const platform = path.basename(name) as Platform;
  const machine = buildMachine(folder, platform);
  const aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-vault-'));
  folders.push(machine.folder, aside);
  const { root, home, env } = machine;
  const fixture = readFixture(folder);

  test('there and back', async () => {
    const look = () =>
      planFor(home, platform, undefined, { root, env, transcripts: fixture.transcripts ?? false });
    const { planning, kit, report } = look();
    const before = filesIn(machine.folder);
    const vault = await vaultOn(memoryHost(aside));
    const host = hostIn(path.join(aside, 'journal'));
    const work = { host, vault, kit, written: new Map<string, Buffer>() };
    const wanted = planning.planned.flatMap((one) => one.wanted.map(({ credential }) => credential));
    const going = planning.items
      .filter(({ action }) => action === 'move')
      .map(({ credential }) => credential);
    moved.set(name, going.length);
    const inStores = planning.stores.flatMap(({ credentials }) => credentials);
    expect(going.every((id) => wanted.includes(id) || inStores.includes(id))).toBe(true);

    for (const { planned, refused, entry } of await applyPlan(work, planning)) {
      expect(refused).toBeNull();
      expect(readText(fs.readFileSync(planned.layout.source.path))).toContain('/shadowscan');
      for (const value of Object.values((await vault.get(entry))!.values)) {
        const known = planned.layout.secrets.filter(({ secret }) =>
          Secret.open(value).includes(Secret.open(secret)),
        );
        expect(known.length).toBeGreaterThan(0);
      }
    }
    const after = look();
    const left = new Set(after.report.facts.map(({ id }) => id));
    expect(going.filter((id) => left.has(id))).toEqual([]);
    const servers = (of: typeof report) =>
      of.facts.flatMap((fact) => (fact.kind === 'server' ? [[fact.id, fact.identity, fact.load]] : []));
    expect(servers(after.report)).toEqual(servers(report));
    expect(after.planning.planned).toEqual([]);

    for (const { refused } of await undoChosen(work, () => true)) expect(refused).toBeNull();
    expect(withoutStores(filesIn(machine.folder))).toEqual(withoutStores(before));
    expect(await vault.list()).toEqual([]);
  });
});

test('most fixtures with servers have something to move', () => {
  const all = [...moved.values()];
  expect(all.length).toBe(cases.length);
  expect(all.filter((count) => count > 0).length).toBeGreaterThan(60);
});
