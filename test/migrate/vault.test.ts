/** The vault with a keychain in memory: what it gives back, and what it refuses to. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { vaultFolder } from '../../src/host/vault-host.ts';
import { limits } from '../../src/limits.ts';
import {
  type Vault,
  type VaultEntry,
  commandDigest,
  newEntryId,
  openVault,
} from '../../src/migrate/vault.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { type MemoryHost, memoryHost } from './memory-host.ts';

const folders: string[] = [];
let folder = '';
let host: MemoryHost;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vault-'));
  folders.push(folder);
  host = memoryHost(folder);
});
afterAll(() => folders.forEach((one) => fs.rmSync(one, { recursive: true, force: true })));

const value = expand('ghp_{a36}');
const entry = (id = 'a-1', text = value): VaultEntry => ({
  id,
  kind: 'values',
  binding: { config: '/home/a/.x.json', pointer: '/mcpServers/a', command: commandDigest(['npx', 'a']) },
  values: { TOKEN: new Secret(text), EMPTY: new Secret('') },
  createdAt: '2026-11-20T00:00:00.000Z',
});

async function open(on: MemoryHost = host): Promise<Vault> {
  const vault = await openVault(on, 1000);
  if ('unavailable' in vault) throw new Error(vault.unavailable);
  return vault;
}
const fileOf = (id: string): string => path.join(folder, 'vault', `${id}.sealed`);
const textOf = (secret: Secret | undefined): string | undefined => secret && Secret.open(secret);

test('an entry comes back to another process as it was put, and is nowhere in clear text', async () => {
  await (await open()).put(entry());
  const got = await (await open(memoryHost(folder, host.items))).get('a-1');
  expect({ ...got, values: null }).toEqual({ ...entry(), values: null });
  expect(Object.keys(got!.values)).toEqual(['TOKEN', 'EMPTY']);
  expect(textOf(got!.values['TOKEN'])).toBe(value);
  expect(textOf(got!.values['EMPTY'])).toBe('');
  const bytes = fs.readFileSync(fileOf('a-1'), 'latin1');
  expect(bytes).toContain('/home/a/.x.json');
  expect(bytes).not.toContain(value);
  expect(bytes).not.toContain(Buffer.from(value).toString('base64').slice(0, 20));
  expect(fs.statSync(path.join(folder, 'vault')).mode & 0o777).toBe(0o700);
  expect(fs.statSync(fileOf('a-1')).mode & 0o777).toBe(0o600);
});

test('put replaces, remove removes, list shows labels without values', async () => {
  const vault = await open();
  await vault.put(entry());
  await vault.put(entry('a-1', 'other'));
  await vault.put(entry('b-2'));
  expect(textOf((await vault.get('a-1'))!.values['TOKEN'])).toBe('other');
  const { values: _, ...label } = entry();
  expect(await vault.list()).toEqual([label, { ...label, id: 'b-2' }]);
  await vault.remove('a-1');
  await vault.remove('a-1');
  expect(await vault.get('a-1')).toBeNull();
  expect((await vault.list()).map(({ id }) => id)).toEqual(['b-2']);
});

test('what a write that was broken off has left is removed by the next', async () => {
  const vault = await open();
  await vault.put(entry());
  const left = path.join(folder, 'vault', `.a-1.sealed.${'0'.repeat(12)}`);
  fs.writeFileSync(left, 'half of it');
  expect((await vault.list()).map(({ id }) => id)).toEqual(['a-1']);
  await vault.put(entry('b-2'));
  expect(fs.readdirSync(path.join(folder, 'vault'))).toEqual(['.lock', 'a-1.sealed', 'b-2.sealed']);
});

test('no envelope opens under another name, with another label, content or key', async () => {
  const vault = await open();
  await vault.put({ ...entry(), stores: ['x'] });
  const text = fs.readFileSync(fileOf('a-1'), 'utf8');
  const changes: [string, string][] = [
    ['another name', text.replace('"id":"a-1"', '"id":"c-3"')],
    ['another command', text.replace(commandDigest(['npx', 'a']), commandDigest(['printenv']))],
    ['any command', text.replace(`"${commandDigest(['npx', 'a'])}"`, 'null')],
    ['another config', text.replace('/home/a/', '/home/b/')],
    ['another kind', text.replace('"kind":"values"', '"kind":"files"')],
    ['other stores', text.replace('["x"]', '["y"]')],
    ['a short tag', text.replace(/"tag":"(.{4})[^"]*"/, '"tag":"$1"')],
    [
      'other content',
      text.replace(/"data":"./, (found) => found.slice(0, -1) + (found.endsWith('A') ? 'B' : 'A')),
    ],
    ['half of it', text.slice(0, text.length / 2)],
  ];
  for (const [what, changed] of changes) {
    expect(changed, what).not.toBe(text);
    fs.writeFileSync(fileOf(what === 'another name' ? 'c-3' : 'a-1'), changed);
    const id = what === 'another name' ? 'c-3' : 'a-1';
    await expect(vault.get(id), what).rejects.toThrow(`${id}: was changed, or sealed with another key`);
  }
  fs.writeFileSync(fileOf('a-1'), text);
  host.items.set('vault-key', new Secret(Buffer.alloc(32).toString('base64')));
  await expect((await open()).get('a-1')).rejects.toThrow('was changed, or sealed with another key');
});

test('without a keychain nothing is written, and the reason is told', async () => {
  host.trouble = 'no-service';
  expect(await openVault(host, 1000)).toEqual({ unavailable: 'no-service' });
  host.trouble = null;
  const vault = await open();
  host.trouble = 'locked';
  await expect(vault.put(entry())).rejects.toThrow('keychain_unavailable: the keychain is locked');
  expect(fs.readdirSync(path.join(folder, 'vault')).filter((name) => name.endsWith('.sealed'))).toEqual([]);
});

test('a key that is gone is never replaced while entries need it', async () => {
  await (await open()).put(entry());
  const key = host.items.get('vault-key')!;
  host.items.clear();
  expect(await openVault(host, 1000)).toEqual({ unavailable: 'key-missing' });
  host.items.set('vault-key', key);
  expect(textOf((await (await open()).get('a-1'))!.values['TOKEN'])).toBe(value);
});

test('two processes that make the key at once agree on one', async () => {
  const other = memoryHost(folder, host.items);
  const [one, two] = [await open(), await open(other)];
  await Promise.all([one.put(entry('a-1')), two.put(entry('b-2'))]);
  const later = await open();
  expect(textOf((await later.get('a-1'))!.values['TOKEN'])).toBe(value);
  expect(textOf((await later.get('b-2'))!.values['TOKEN'])).toBe(value);
});

test('a folder that others may enter, or that is a link, is refused', async () => {
  await (await open()).put(entry());
  fs.chmodSync(path.join(folder, 'vault'), 0o750);
  expect(() => memoryHost(folder)).toThrow('must be closed to others');
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'vault-'));
  folders.push(elsewhere);
  fs.symlinkSync(path.join(folder, 'vault'), path.join(elsewhere, 'vault'));
  expect(() => memoryHost(elsewhere)).toThrow('must be a folder and no link');
});

test.skipIf(process.geteuid?.() !== 0)("root keeps nothing in somebody's home", () => {
  const home = process.env['HOME'];
  fs.chownSync(folder, 1234, 1234);
  process.env['HOME'] = folder;
  try {
    expect(() => vaultFolder()).toThrow("is another user's home; run this as that user, not as root");
  } finally {
    process.env['HOME'] = home;
  }
});

test('what cannot be stored as it is leaves a line that names no value', async () => {
  const vault = await open();
  await expect(vault.put({ ...entry(), id: '../../x' })).rejects.toThrow(
    'the id of an entry is small letters',
  );
  const large = 'x'.repeat(limits.vaultFileBytes);
  await expect(vault.put(entry('big', large))).rejects.toThrow(/big\.sealed: cannot be read \(too-large\)$/);
});

test('an id tells what it is for', () => {
  expect(newEntryId('Claude Code/GitHub "x"', host)).toMatch(/^claude-code-github-x-[0-9a-f]{12}$/);
  expect(newEntryId('', host)).toMatch(/^[0-9a-f]{12}$/);
});
