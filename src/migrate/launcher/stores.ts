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
import { isPrefix } from './entries.ts';
import { type StoreFile, importStore } from './import-store.ts';
import { bridgeWord, mainFolder, otherFolders } from './layout.ts';

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

/** All folders of the bridge beside those that secrets were found in: parts of files are in others, too. */
function allFolders(disk: EditDisk, { folders, boundary }: Store): string[] {
  const bases = [...new Set(folders.map((folder) => path.dirname(folder)))];
  return bases.flatMap((base) => {
    const names = disk.names(base, boundary).filter((name) => served.has(name));
    return names.map((name) => path.join(base, name));
  });
}

/** All files of a store, in all folders. */
function filesOf(disk: EditDisk, store: Store): StoreFile[] {
  const { prefix, boundary } = store;
  return allFolders(disk, store).flatMap((folder) =>
    disk.names(folder, boundary).flatMap((name): StoreFile[] => {
      const file = path.join(folder, name);
      const got = name.startsWith(`${prefix}_`) ? disk.read(file, boundary) : { refused: 'absent' };
      if ('refused' in got) return [];
      const writtenAt = Number(got.stamp.modifiedAt / 1_000_000n);
      return [{ path: file, folder, name, content: new Secret(got.bytes.toString('utf8')), writtenAt }];
    }),
  );
}

const isSame = (one: Record<string, Secret>, other: Record<string, Secret>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name]?.equals(value) === true);

/** Remembers where files were, and what an earlier run that was broken off has removed already. */
async function remember(vault: Vault, origin: VaultEntry, isNewest: boolean): Promise<void> {
  const before = await vault.get(origin.id);
  const values = { ...before?.values, ...origin.values };
  const { binding, createdAt } = isNewest ? origin : (before ?? { ...origin, binding: ownedBy(origin) });
  if (before !== null && isSame(before.values, values) && before.binding.pointer === binding.pointer) return;
  await vault.put({ ...origin, binding, createdAt, values });
}

/** Of copies that are all older than what the vault has. */
const ownedBy = ({ binding }: VaultEntry) => ({ ...binding, pointer: '' });

/**
 * Puts the newest files into the vault, unless what is there is newer, and before that where all of them are.
 * Gives the paths of all of them, which nobody needs any more then; null when they cannot be read.
 */
export async function keep(
  { disk }: Pick<MigrateHost, 'disk'>,
  vault: Vault,
  store: Store,
): Promise<string[] | null> {
  const { prefix } = store;
  const base = path.dirname(store.folders[0]!);
  const { entries, origins, remove } = importStore(base, filesOf(disk, store), new Map([[prefix, prefix]]));
  const [found] = entries;
  if (found === undefined) return null;
  const before = await vault.get(found.id);
  const isKnown = before !== null && isSame(before.values, found.values);
  const isOlder = before !== null && Date.parse(before.createdAt) >= Date.parse(found.createdAt);
  await remember(vault, origins[0]!, isKnown || !isOlder);
  if (!isKnown && !isOlder) await vault.put(found);
  return remove;
}

/**
 * Removes the files of a store in all folders, logs and left-over parts with them: once all who use it go to
 * the vault. What was written since goes there first. False when it cannot be read.
 */
export async function clear(host: Pick<MigrateHost, 'disk'>, vault: Vault, store: Store): Promise<boolean> {
  const files = await keep(host, vault, store);
  for (const file of files ?? []) host.disk.discard(file);
  return files !== null;
}
