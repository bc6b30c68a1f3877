/**
 * A kill at every effect of `--apply` and `--undo`, before it, after it and, where a file is written, in the
 * middle: right then each secret is in the vault or in the config; and the next run ends what was begun.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Work, applyOne, undoOne, undoable } from '../../src/migrate/carry-out.ts';
import { recover } from '../../src/migrate/journal.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const secrets = [1, 2].map((seed) => expand('ghp_{a36}', seed));
const files: Record<string, string> = {
  '.config/Claude/claude_desktop_config.json': `{
  "mcpServers": {
    "docker": {
      "command": "docker",
      "args": ["run", "-i", "-e", "GITHUB_TOKEN=${secrets[0]}", "ghcr.io/github/github-mcp-server"]
    }
  }
}
`,
  '.codex/config.toml': `# mine\n[mcp_servers.gh]\ncommand = "gh-mcp"\nenv = { GITHUB_TOKEN = "${secrets[1]}" }\n`,
};
const home = homeWith(files);
const aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-crash-'));
const { planning, kit } = planFor(home);
afterAll(() => {
  for (const folder of [home, aside]) fs.rmSync(folder, { recursive: true, force: true });
});

/** Every effect counts down to the kill; when it has come, nothing has an effect any more. */
function mortal(fuse: number) {
  let left = fuse;
  const dead = (): boolean => left < 0;
  const moment = (): void => {
    left -= 1;
    if (dead()) throw new Error('killed');
  };
  const around = <A extends unknown[], R>(effect: (...args: A) => R, half?: (...args: A) => void) => {
    return (...args: A): R => {
      moment();
      if (half !== undefined && left === 0) half(...args);
      if (half !== undefined) moment();
      const done = effect(...args);
      moment();
      return done;
    };
  };
  return { around, dead, spent: () => fuse - left };
}

const items = new Map<string, Secret>();

/** One process: it has its own memory, and ends with the fuse. */
async function processWith(fuse: number): Promise<{ work: Work; spent(): number }> {
  const { around, spent } = mortal(fuse);
  const memory = memoryHost(aside, items);
  const { folder, keychain } = memory;
  const vault = await vaultOn({
    ...memory,
    keychain: { ...keychain, set: around(keychain.set) },
    folder: { ...folder, write: around(folder.write), remove: around(folder.remove) },
  });
  const own = hostIn(path.join(aside, 'migrate'));
  const { disk, journal } = own;
  const host = {
    ...own,
    journal: { ...journal, write: around(journal.write), remove: around(journal.remove) },
    disk: {
      ...disk,
      // Half of it is written, and the rest is not.
      prepare: around(disk.prepare, (file, bytes) => fs.writeFileSync(file, bytes.subarray(0, 99))),
      swap: around(disk.swap),
      discard: around(disk.discard),
    },
  };
  return { work: { host, vault, kit, written: new Map() }, spent };
}

async function applyAll({ work }: { work: Work }): Promise<void> {
  await recover(work.host, work.vault);
  for (const planned of planning.planned) await applyOne(work, planned);
}

async function undoAll({ work }: { work: Work }): Promise<void> {
  await recover(work.host, work.vault);
  for (const entry of await undoable(work.vault)) await undoOne(work, entry);
}

const never = Number.MAX_SAFE_INTEGER;
const config = (name: string): string => path.join(home, name);

function restore(): void {
  for (const [name, text] of Object.entries(files)) {
    fs.rmSync(path.dirname(config(name)), { recursive: true });
    fs.mkdirSync(path.dirname(config(name)));
    fs.writeFileSync(config(name), text);
  }
  fs.rmSync(aside, { recursive: true, force: true });
  fs.mkdirSync(aside);
  items.clear();
}

/** Where each secret is: in its config, in an entry that the config names, or in an entry at least. */
async function demandNoneLost(moment: string, those = secrets): Promise<void> {
  const { work } = await processWith(never);
  const texts = Object.keys(files).map((name) => fs.readFileSync(config(name), 'utf8'));
  const kept = await Promise.all((await work.vault.list()).map(({ id }) => work.vault.get(id)));
  const entries = kept.filter((entry) => entry!.binding.command !== null);
  for (const [nth, secret] of those.entries()) {
    const inConfig = texts.some((text) => text.includes(secret));
    const holder = entries.find((one) =>
      Object.values(one!.values).some((value) => Secret.open(value) === secret),
    );
    expect(inConfig || holder !== undefined, `${moment}: secret ${nth} is nowhere`).toBe(true);
    // What the config does not have itself, it can get: it names the entry.
    if (!inConfig)
      expect(
        texts.some((text) => text.includes(holder!.id)),
        moment,
      ).toBe(true);
  }
}

/** Nothing is left on the disk but the configs, whole. */
async function demandClean(after: 'apply' | 'undo', moment: string, plain = files): Promise<void> {
  const names = fs.readdirSync(home, { recursive: true, withFileTypes: true });
  const found = names.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
  expect(found.toSorted(), moment).toEqual(Object.keys(files).map(config).toSorted());
  const texts = Object.fromEntries(
    Object.keys(files).map((name) => [name, fs.readFileSync(config(name), 'utf8')]),
  );
  const { work } = await processWith(never);
  expect(work.host.journal.names(), moment).toEqual([]);
  const ids = (await work.vault.list()).map(({ id }) => id);
  expect(ids.length, moment).toBe(after === 'apply' ? 4 : 0);
  if (after === 'undo') expect(texts, moment).toEqual(plain);
  else for (const secret of secrets) expect(JSON.stringify(texts)).not.toContain(secret);
}

async function killed(fuse: number, change: typeof applyAll): Promise<boolean> {
  try {
    await change(await processWith(fuse));
    return false;
  } catch (error) {
    expect((error as Error).message).toBe('killed');
    return true;
  }
}

async function demandWhole(moment: string): Promise<void> {
  await demandNoneLost(moment);
  await applyAll(await processWith(never));
  await demandNoneLost(`${moment}, next run`);
  await demandClean('apply', moment);
  await undoAll(await processWith(never));
  await demandClean('undo', moment);
}

async function applied(): Promise<void> {
  restore();
  await applyAll(await processWith(never));
}

describe.each([
  { name: 'apply', prepare: async () => restore(), change: applyAll },
  { name: 'undo', prepare: applied, change: undoAll },
])('$name', ({ prepare, change }) => {
  test('killed at every effect, the next run ends it', async () => {
    let fuse = 0;
    for (; ; fuse += 1) {
      await prepare();
      if (!(await killed(fuse, change))) break;
      await demandWhole(`killed at ${fuse}`);
    }
    // Two definitions with seven effects and more each, before and after.
    expect(fuse).toBeGreaterThanOrEqual(28);
  });

  test('killed, and killed again while it recovers', async () => {
    for (let fuse = 0; ; fuse += 4) {
      let again = 0;
      for (; ; again += 2) {
        await prepare();
        if (!(await killed(fuse, change))) return;
        const { work } = await processWith(again);
        const isOver = await recover(work.host, work.vault).then(
          () => true,
          () => false,
        );
        await demandNoneLost(`killed at ${fuse}, then at ${again}`);
        if (isOver) break;
      }
      await demandWhole(`killed at ${fuse}, then at ${again}`);
    }
  });

  test('nothing is left to do the second time', async () => {
    await prepare();
    await change(await processWith(never));
    const texts = Object.keys(files).map((name) => fs.readFileSync(config(name), 'utf8'));
    const second = await processWith(never);
    for (const entry of change === undoAll ? await undoable(second.work.vault) : [])
      expect(entry).toBe('none');
    const { planning: next } = planFor(home);
    if (change === applyAll) expect(next.planned).toEqual([]);
    expect(Object.keys(files).map((name) => fs.readFileSync(config(name), 'utf8'))).toEqual(texts);
  });
});

/** The same secrets, set anew by hand in the migrated definitions. */
const fresh = [11, 12].map((seed) => expand('ghp_{a36}', seed));
const renewed = Object.fromEntries(
  Object.entries(files).map(([name, text]) => [
    name,
    secrets.reduce((all, secret, nth) => all.replace(secret, fresh[nth]!), text),
  ]),
);
async function rotated(): Promise<void> {
  await applied();
  for (const [name, from, to] of [
    ['.config/Claude/claude_desktop_config.json', '"GITHUB_TOKEN"', `"GITHUB_TOKEN=${fresh[0]}"`],
    ['.codex/config.toml', 'env = {}', `env = { GITHUB_TOKEN = "${fresh[1]}" }`],
  ] as const) {
    const text = fs.readFileSync(config(name), 'utf8');
    expect(text).toContain(from);
    fs.writeFileSync(config(name), text.replace(from, to));
  }
}

describe('an update of what was migrated', () => {
  test('killed at every effect, it is the old or the new, and the next run ends it', async () => {
    await rotated();
    const labels = await (await processWith(never)).work.vault.list();
    const updating = planFor(home, 'linux', undefined, { labels }).planning;
    expect(updating.planned.map(({ update }) => update)).toEqual([{ isNamed: false }, { isNamed: false }]);
    const update = async ({ work }: { work: Work }): Promise<void> => {
      await recover(work.host, work.vault);
      for (const planned of updating.planned) await applyOne(work, planned);
    };
    let fuse = 0;
    for (; ; fuse += 1) {
      await rotated();
      if (!(await killed(fuse, update))) break;
      const moment = `killed at ${fuse}`;
      await demandNoneLost(moment, fresh);
      if (fuse % 3 === 0) {
        // Its user has had enough, and undoes it where it stands.
        await undoAll(await processWith(never));
        await demandClean('undo', `${moment}, undone`, renewed);
        continue;
      }
      await update(await processWith(never));
      await demandNoneLost(`${moment}, next run`, fresh);
      await demandClean('apply', moment);
      expect(
        JSON.stringify(Object.keys(files).map((name) => fs.readFileSync(config(name), 'utf8'))),
      ).not.toMatch(new RegExp(fresh.join('|')));
      await undoAll(await processWith(never));
      await demandClean('undo', moment, renewed);
    }
    expect(fuse).toBeGreaterThanOrEqual(28);
  });
});
