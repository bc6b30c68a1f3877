/**
 * Effects that the OS refuses: the definition that was at it stays whole, in its config or in the vault, the
 * others are done all the same, and nothing is left half done.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { tryLock } from '../../src/host/file-lock.ts';
import { makePrivate } from '../../src/host/private-folder.ts';
import { type Work, undoable } from '../../src/migrate/carry-out.ts';
import { applyPlan, undoChosen } from '../../src/migrate/carry-stores.ts';
import { recover } from '../../src/migrate/journal.ts';
import { usageError } from '../../src/model/usage-error.ts';
import type { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const secrets = [1, 2].map((seed) => expand('ghp_{a36}', seed));
const files: Record<string, string> = {
  '.config/Claude/claude_desktop_config.json': JSON.stringify({
    mcpServers: { gh: { command: 'gh-mcp', args: ['a'], env: { GITHUB_TOKEN: secrets[0] } } },
  }),
  '.codex/config.toml': `[mcp_servers.gh]\ncommand = "gh-mcp"\nenv = { GITHUB_TOKEN = "${secrets[1]}" }\n`,
};
const folders: string[] = [];
let home = '';
let aside = '';
let items: Map<string, Secret>;

/** Root may write everywhere, so that it works as nobody where the right is what a test is about. */
const isRoot = process.geteuid?.() === 0;
const nobody = 65_534;
function own(folder: string): void {
  for (const name of ['.', ...fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    fs.chownSync(path.join(folder, name), nobody, nobody);
}
async function asUser<T>(work: () => Promise<T>): Promise<T> {
  if (!isRoot) return work();
  const { HOME } = process.env;
  process.env['HOME'] = home;
  process.setegid!(nobody);
  process.seteuid!(nobody);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
    process.env['HOME'] = HOME;
  }
}

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  home = homeWith(files);
  aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-refusals-'));
  folders.push(home, aside);
  if (isRoot) for (const folder of [home, aside]) own(folder);
  items = new Map();
});

const read = (name: string): string => fs.readFileSync(path.join(home, name), 'utf8');

/** One process. The effect with the number `at` is refused, before it is made. */
async function processWith(at = -1): Promise<{ work: Work; count(): number }> {
  let made = 0;
  const around =
    <A extends unknown[], R>(effect: (...args: A) => R) =>
    (...args: A): R => {
      made += 1;
      if (made - 1 === at) throw usageError('it was refused');
      return effect(...args);
    };
  const memory = memoryHost(aside, items);
  const { folder } = memory;
  const vault = await vaultOn({
    ...memory,
    folder: { ...folder, write: around(folder.write), remove: around(folder.remove) },
  });
  const bare = hostIn(path.join(aside, 'migrate'));
  const { disk, journal } = bare;
  const host = {
    ...bare,
    journal: { ...journal, write: around(journal.write), remove: around(journal.remove) },
    disk: {
      ...disk,
      prepare: around(disk.prepare),
      swap: around(disk.swap),
      discard: around(disk.discard),
    },
  };
  const { kit } = planFor(home);
  return { work: { host, vault, kit, written: new Map() }, count: () => made };
}

const apply = async ({ work }: { work: Work }) => applyPlan(work, planFor(home).planning);
const undo = async ({ work }: { work: Work }) => undoChosen(work, () => true);

/** Each secret is in its config, or in an entry that the config names; nothing is begun and not ended. */
async function demandWhole(moment: string, places: string[]): Promise<void> {
  const { work } = await processWith();
  expect(work.host.journal.names(), moment).toEqual([]);
  const entries = await undoable(work.vault);
  for (const [nth, name] of Object.keys(files).entries()) {
    const text = read(name);
    const isNamed = entries.some((entry) => text.includes(entry));
    expect([text.includes(secrets[nth]!), isNamed], `${moment}: ${name}`).toEqual(
      places[nth] === 'config' ? [true, false] : [false, true],
    );
    expect(fs.readdirSync(path.dirname(path.join(home, name))), moment).toEqual([path.basename(name)]);
  }
}

describe.each([
  { name: 'apply', from: 'config', to: 'vault', prepare: async () => {}, change: apply },
  {
    name: 'undo',
    from: 'vault',
    to: 'config',
    prepare: async () => void (await apply(await processWith())),
    change: undo,
  },
])('$name', ({ from, to, prepare, change }) => {
  test('an effect that is refused, whichever it is, keeps no other definition back', async () => {
    await prepare();
    for (let at = 0; ; at += 1) {
      const process = await processWith(at);
      const ends = await change(process);
      if (process.count() <= at) break;
      const refused = ends.filter((end) => end.refused !== null);
      const moment = `refused at ${at}`;
      expect(ends, moment).toHaveLength(2);
      expect(refused.length, moment).toBeLessThanOrEqual(1);
      for (const end of refused) expect(end.refused).toContain('it was refused');
      // The last effect of all is to remove the journal: the next run does that.
      const { work } = await processWith();
      await recover(work.host, work.vault);
      const where = (name: string) => {
        const isLeft = refused.some((end) =>
          ('planned' in end ? end.planned.layout.source.path : end.kept.path).endsWith(name),
        );
        return isLeft ? from : to;
      };
      await demandWhole(moment, Object.keys(files).map(where));
      // As before.
      await (from === 'config' ? undo : apply)(await processWith());
    }
  });

  test.skipIf(process.platform === 'win32')('a folder without the right to write', async () => {
    await asUser(async () => {
      await prepare();
      const closed = path.join(home, '.codex');
      fs.chmodSync(closed, 0o500);
      const ends = await change(await processWith());
      expect(ends.map(({ refused }) => refused).toSorted()).toEqual(
        [null, `the folder ${closed} cannot be written (no right to write there, EACCES)`].toSorted(),
      );
      await demandWhole('closed', [to, from]);
      fs.chmodSync(closed, 0o700);
      expect((await change(await processWith())).map(({ refused }) => refused)).toEqual([null]);
      await demandWhole('open', [to, to]);
    });
  });
});

test.skipIf(process.platform === 'win32')('what cannot be made or locked is said with its name', async () => {
  await asUser(async () => {
    fs.chmodSync(aside, 0o500);
    const said = (work: () => void): string => {
      try {
        work();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const right = '(no right to write there, EACCES)';
    const deep = path.join(aside, 'a', 'b');
    expect(said(() => makePrivate(deep))).toBe(`${deep}: cannot be made ${right}`);
    const file = path.join(aside, '.lock');
    expect(said(() => tryLock(file, 'exclusive'))).toBe(`${file}: cannot be locked ${right}`);
    fs.chmodSync(aside, 0o700);
    tryLock(file, 'exclusive')!();
    makePrivate(deep);
    expect(fs.statSync(deep).mode & 0o777).toBe(0o700);
  });
});

test('what killed runs were writing is removed by the next one, and nothing else', async () => {
  const folder = path.join(aside, 'migrate');
  fs.mkdirSync(folder, { mode: 0o700 });
  if (isRoot) own(aside);
  for (const name of ['.journal.0123456789ab', '.holder.ba9876543210', 'journal'])
    fs.writeFileSync(path.join(folder, name), '');
  await asUser(async () => {
    expect(await hostIn(folder).alone(async () => 7)).toEqual({ done: 7 });
    expect(fs.readdirSync(folder).toSorted()).toEqual(['.lock', 'journal']);
  });
});
