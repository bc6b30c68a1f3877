/**
 * A launcher that is killed at every effect that it has: laying out, writing through, clearing. Its bridge goes
 * on for a while, as a real one does, and may refresh when nobody is there to see it. The next start must find
 * the newest token, present none twice, and leave nothing in clear text.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openRoom, roomFolder } from '../../src/host/room.ts';
import { runBridge } from '../../src/migrate/launcher/bridge.ts';
import { filesId } from '../../src/migrate/launcher/entries.ts';
import { type Vault, type VaultEntry, openVault } from '../../src/migrate/vault.ts';
import type { Release, Room } from '../../src/model/room.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { memoryHost } from './memory-host.ts';

const prefix = 'a'.repeat(32);
const other = 'b'.repeat(32);
const aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-bridge-crash-'));
const never = Number.MAX_SAFE_INTEGER;
const top = roomFolder(path.join(aside, 'vault'));
afterAll(() => {
  for (const folder of [aside, top]) fs.rmSync(folder, { recursive: true, force: true });
});

/** A server that replaces a refresh token with each use, and sees who comes with an old one. */
const server = { current: 't0', count: 0, wrong: [] as string[] };
const rotate = (): string => {
  server.count += 1;
  server.current = `t${server.count}`;
  return server.current;
};
const textOf = (token: string): string => JSON.stringify({ refresh_token: token, padding: 'x'.repeat(99) });

/** Every effect counts down to the kill; when it has come, nothing has an effect any more. */
function mortal(fuse: number) {
  let left = fuse;
  const moment = (): void => {
    left -= 1;
    if (left < 0) throw new Error('killed');
  };
  const around = <A extends unknown[], R>(effect: (...args: A) => R, half?: (...args: A) => void) => {
    return (...args: A): R => {
      moment();
      if (half !== undefined) {
        if (left === 0) half(...args);
        moment();
      }
      const done = effect(...args);
      moment();
      return done;
    };
  };
  return { around, isDead: () => left < 0, spent: () => fuse - left };
}

/** A process: what it has taken of the room is let go when it dies. */
async function processWith(fuse: number, items: Map<string, Secret>) {
  const { around, isDead, spent } = mortal(fuse);
  const memory = memoryHost(aside, items);
  const { folder } = memory;
  const vault = await openVault(
    { ...memory, folder: { ...folder, write: around(folder.write), remove: around(folder.remove) } },
    1_000,
  );
  if ('unavailable' in vault) throw new Error(vault.unavailable);
  const real = openRoom({
    vault: folder.path,
    main: 'main',
    aliases: ['alias'],
    isKept: (name) => /^[0-9a-f]{32}_tokens\.json$/.test(name),
    variable: 'SHADOWSCAN_TEST_ROOM',
    word: 'no-such-program',
  });
  let told: () => void = () => {};
  const held: Release[] = [];
  const room: Room = {
    ...real,
    enter() {
      const release = real.enter();
      held.push(release);
      return release;
    },
    make: around(real.make, () =>
      fs.mkdirSync(path.join(real.path, 'main'), { recursive: true, mode: 0o700 }),
    ),
    add: around(real.add, ({ name, text }) =>
      fs.writeFileSync(path.join(real.path, 'main', `.${name}.0123456789ab`), text.slice(0, 30)),
    ),
    // What is removed first is anybody's guess.
    clear: around(real.clear, () => {
      const [name] = real.files().map((file) => file.name);
      if (name !== undefined) fs.rmSync(path.join(real.path, 'main', name));
    }),
    watch(changed) {
      told = changed;
      return () => (told = () => {});
    },
  };
  const end = (): void => held.forEach((release) => release());
  return { vault, room, isDead, spent, end, changed: () => told() };
}

type Process = Awaited<ReturnType<typeof processWith>>;
const soon = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 4));

/** The bridge: it starts with what it finds, refreshes twice, and is not killed with its launcher. */
async function bridge({ room, changed }: Process): Promise<void> {
  const file = path.join(room.path, 'main', `${prefix}_tokens.json`);
  const read = (): string | null => {
    try {
      return (JSON.parse(fs.readFileSync(file, 'utf8')) as { refresh_token: string }).refresh_token;
    } catch {
      return null;
    }
  };
  for (let nth = 0; nth < 2; nth += 1) {
    const token = read();
    if (token !== server.current) server.wrong.push(token === null ? 'sign-in' : `${token} again`);
    const text = textOf(rotate());
    // As older releases write.
    fs.writeFileSync(file, text.slice(0, 20));
    changed();
    await soon();
    fs.writeFileSync(file, text);
    changed();
    await soon();
  }
}

const entry: VaultEntry = {
  id: 'it',
  kind: 'values',
  binding: { config: '/x', pointer: '/it', command: 'x' },
  stores: [prefix],
  values: {},
  createdAt: new Date(0).toISOString(),
};

async function start(own: Process, warn: (text: string) => void = () => {}): Promise<void> {
  const run = (): Promise<void> => bridge(own);
  try {
    await runBridge({ vault: own.vault, entry, room: own.room, warn, run });
  } catch (error) {
    if (!own.isDead()) throw error;
  } finally {
    own.end();
  }
}

const fresh = (vault: Vault, name: string, token: string): Promise<void> =>
  vault.put({
    id: filesId(name),
    kind: 'files',
    binding: { config: '/x', pointer: name, command: null },
    values: { 'tokens.json': new Secret(textOf(token)) },
    createdAt: new Date(Date.now() - 60_000).toISOString(),
  });

async function prepare(): Promise<Map<string, Secret>> {
  fs.rmSync(top, { recursive: true, force: true });
  fs.rmSync(path.join(aside, 'vault'), { recursive: true, force: true });
  Object.assign(server, { current: 't0', count: 0, wrong: [] });
  const items = new Map<string, Secret>();
  const { vault } = await processWith(never, items);
  await vault.put(entry);
  await fresh(vault, prefix, 't0');
  return items;
}

async function demandWhole(items: Map<string, Secret>, moment: string): Promise<void> {
  expect(server.wrong, moment).toEqual([]);
  const { vault } = await processWith(never, items);
  const kept = await vault.get(filesId(prefix));
  expect(Secret.open(kept!.values['tokens.json']!), moment).toBe(textOf(server.current));
  expect(fs.readdirSync(top, { recursive: true }).toSorted(), moment).toEqual([
    '.gate',
    '.present',
    'store',
    'store/alias',
  ]);
}

describe('a launcher', () => {
  test('killed at every effect, the next one finds the newest token', async () => {
    let fuse = 0;
    for (; ; fuse += 1) {
      const items = await prepare();
      const first = await processWith(fuse, items);
      await start(first);
      const isOver = !first.isDead();
      await start(await processWith(never, items));
      await demandWhole(items, `killed at ${fuse}`);
      if (isOver) break;
    }
    // Laying out, two refreshes that go through, and clearing.
    expect(fuse).toBeGreaterThanOrEqual(12);
  });

  test('killed, and the next one killed as well', async () => {
    for (let fuse = 0; ; fuse += 3) {
      let isOver = false;
      for (let again = 0; !isOver; again += 2) {
        const items = await prepare();
        const first = await processWith(fuse, items);
        await start(first);
        if (!first.isDead()) return;
        const second = await processWith(again, items);
        await start(second);
        isOver = !second.isDead();
        await start(await processWith(never, items));
        await demandWhole(items, `killed at ${fuse}, then at ${again}`);
      }
    }
  });

  test('damage to one entry keeps no other back', async () => {
    const items = await prepare();
    const own = await processWith(never, items);
    await fresh(own.vault, other, 'o0');
    fs.writeFileSync(path.join(aside, 'vault', `${filesId(other)}.sealed`), '{"format":');
    await start(own);
    await demandWhole(items, 'damaged');
    // What is left of it in the room, and cannot be stored, stays; what can be goes.
    const broken = await processWith(never, items);
    const warned: string[] = [];
    const refusing: Vault = {
      ...broken.vault,
      put: (one) =>
        one.id === filesId(other)
          ? Promise.reject(Object.assign(new Error('disk full'), { usage: true }))
          : broken.vault.put(one),
    };
    const main = path.join(broken.room.path, 'main');
    fs.mkdirSync(main, { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(main, `${other}_tokens.json`), textOf('o1'));
    fs.writeFileSync(path.join(main, `${prefix}_tokens.json`), textOf(rotate()));
    await start({ ...broken, vault: refusing }, (text) => warned.push(text));
    expect(server.wrong).toEqual([]);
    expect(warned.join('\n')).toContain('disk full');
    expect(fs.readFileSync(path.join(main, `${other}_tokens.json`), 'utf8')).toBe(textOf('o1'));
    // Where there is room again, the next one takes it over.
    await start(await processWith(never, items));
    await demandWhole(items, 'taken over');
    const { vault } = await processWith(never, items);
    const kept = await vault.get(filesId(other));
    expect(Secret.open(kept!.values['tokens.json']!)).toBe(textOf('o1'));
  });
});
