/**
 * Token files of the bridge that lie in the open: which there are, of whom, and how they go into the vault
 * and back. Files of one prefix are one thing, in however many folders there are copies of them: the newest
 * holds, and the others are of releases that nobody starts any more. It does not rewrite definitions.
 */
import * as path from 'node:path';
import type { FactOf } from '../../model/fact.ts';
import type { Layout } from '../../model/layout.ts';
import type { EditDisk, MigrateHost } from '../../model/migrate-host.ts';
import { Secret } from '../../secrets/secret.ts';
import type { Vault, VaultEntry } from '../vault.ts';
import { filesId, isPrefix } from './entries.ts';
import { bridgeWord, homeFolder, keptFiles, mainFolder, otherFolders } from './layout.ts';

type Credential = FactOf<'credential'>;

export type Store = {
  prefix: string;
  /** Folders that have files of it. */
  folders: string[];
  boundary: string;
  /** Ids of the credential facts in these files. */
  credentials: string[];
  /** Ids of the servers that use it. */
  servers: string[];
};

/** The bridge as a program, a package, or a folder that a script lies in. */
const bridge = new RegExp(`(?:^|[/\\\\])${bridgeWord}(?:@[^/\\\\]*)?(?:[/\\\\]|$)`);
const served = new Set([mainFolder, ...otherFolders()]);

/** The prefix of a file by its path; null for others, and for those of releases that are not served. */
function prefixIn(file: string): string | null {
  const [, prefix] = /^([0-9a-f]{32})_/.exec(path.basename(file)) ?? [];
  return prefix !== undefined && served.has(path.basename(path.dirname(file))) ? prefix : null;
}

/** Names under which the bridge may keep what is of a definition. */
export function keysOf({ storeKeys }: Pick<Layout, 'storeKeys'>): string[] {
  return [...new Set(storeKeys.filter(isPrefix))];
}

/** The stores that facts speak of, with the definitions that use them. */
export function storesOf(facts: Credential[], layouts: Layout[]): Store[] {
  const byPrefix = Map.groupBy(facts, ({ origin }) => prefixIn(origin.path));
  return [...byPrefix].flatMap(([prefix, all]): Store[] => {
    if (prefix === null) return [];
    const users = layouts.filter((layout) => keysOf(layout).includes(prefix));
    return [
      {
        prefix,
        folders: [...new Set(all.map(({ origin }) => path.dirname(origin.path)))],
        boundary: users[0]?.source.boundary ?? path.dirname(all[0]!.origin.path),
        credentials: all.map(({ id }) => id),
        servers: users.map(({ server }) => server),
      },
    ];
  });
}

/** Whether a command is the bridge, or starts it. */
export function isBridge(command: Secret[]): boolean {
  return command.some((word) => bridge.test(Secret.open(word)));
}

/** Whether a bridge for a definition runs now, which may renew its tokens at any moment. */
export function isRunning({ args }: Layout, commands: Secret[][]): boolean {
  const addresses = args.flatMap(({ value }) => (value === null ? [] : Secret.open(value)));
  const urls = addresses.filter((text) => text.includes('://'));
  return commands.some((command) => {
    const words = command.map((word) => Secret.open(word));
    return isBridge(command) && urls.some((url) => words.includes(url));
  });
}

type Found = { values: Record<string, Secret>; writtenAt: number; folder: string };

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** What one folder has; null when its tokens are not there, or half written. */
function filesIn(disk: EditDisk, folder: string, { prefix, boundary }: Store): Found | null {
  const values: Record<string, Secret> = {};
  let writtenAt = 0;
  for (const name of keptFiles) {
    const got = disk.read(path.join(folder, `${prefix}_${name}`), boundary);
    if ('refused' in got) continue;
    const text = got.bytes.toString('utf8');
    if (!isJson(text) || !Buffer.from(text).equals(got.bytes)) return null;
    values[name] = new Secret(text);
    writtenAt = Math.max(writtenAt, Number(got.stamp.modifiedAt / 1_000_000n));
  }
  return values[keptFiles[0]!] === undefined ? null : { values, writtenAt, folder };
}

/** The newest files of a store; null when none can be read. */
export function newestOf(disk: EditDisk, store: Store): Found | null {
  const all = store.folders.map((folder) => filesIn(disk, folder, store)).filter((one) => one !== null);
  return all.toSorted((a, b) => b.writtenAt - a.writtenAt)[0] ?? null;
}

const isSame = (one: Record<string, Secret>, other: Record<string, Secret>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name]?.equals(value) === true);

/** Puts the newest files into the vault, unless what is there is newer. False when they cannot be read. */
export async function keep(
  { disk }: Pick<MigrateHost, 'disk'>,
  vault: Vault,
  store: Store,
): Promise<boolean> {
  const found = newestOf(disk, store);
  if (found === null) return false;
  const id = filesId(store.prefix);
  const before = await vault.get(id);
  if (before !== null && isSame(before.values, found.values)) return true;
  if (before !== null && Date.parse(before.createdAt) >= found.writtenAt) return true;
  const binding = { config: found.folder, pointer: store.prefix, command: null };
  const createdAt = new Date(found.writtenAt).toISOString();
  await vault.put({ id, kind: 'files', binding, values: found.values, createdAt });
  return true;
}

/**
 * Removes the files of a store in all folders, logs and left-over parts with them: once all who use it go to
 * the vault. What was written since goes there first.
 */
export async function clear(host: Pick<MigrateHost, 'disk'>, vault: Vault, store: Store): Promise<boolean> {
  if (!(await keep(host, vault, store))) return false;
  for (const folder of store.folders) {
    for (const name of host.disk.names(folder, store.boundary))
      if (name.startsWith(`${store.prefix}_`)) host.disk.discard(path.join(folder, name));
  }
  return true;
}

/** Where files go back to: where they came from, or where today's releases look for them. */
function folderOf({ binding: { config } }: VaultEntry, home: string): string {
  const isOwn = served.has(path.basename(config)) && config.startsWith(home + path.sep);
  return isOwn ? config : path.join(home, homeFolder, mainFolder);
}

/** Writes the files of a prefix back; they stay in the vault. */
export async function giveBack(
  { disk, home }: Pick<MigrateHost, 'disk' | 'home'>,
  vault: Vault,
  prefix: string,
): Promise<void> {
  const entry = await vault.get(filesId(prefix));
  for (const [name, value] of Object.entries(entry?.values ?? {}))
    disk.create(path.join(folderOf(entry!, home), `${prefix}_${name}`), Buffer.from(Secret.open(value)));
}
