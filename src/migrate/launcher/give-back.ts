/**
 * Files of the bridge from the vault back into the open: each copy into the folder that it came from, since
 * every older release looks into one of its own. The copy that counted was renewed since and goes back as it
 * is now; the others are sign-ins of their own, which nobody has used. It overwrites nothing that is newer.
 */
import * as path from 'node:path';
import type { MigrateHost } from '../../model/migrate-host.ts';
import { Secret } from '../../secrets/secret.ts';
import type { Vault, VaultEntry } from '../vault.ts';
import { filesId, originId } from './entries.ts';
import { folderOfRelease, homeFolder, keptFiles } from './layout.ts';

type Back = Pick<MigrateHost, 'disk' | 'home'>;
/** What lies in a folder, by what stands behind the prefix. */
type Copy = Record<string, Secret>;

const tokensName = 'tokens.json';
const clientName = 'client_info.json';

/** The launcher's own folder, from where entries come that it made itself. */
const ownFolder = /[/\\]shadowscan(?:-\d+)?[/\\]/;

/** Folder of the release that has made a registration; that of today's releases where it does not say. */
function registeredBy({ [clientName]: client }: Copy): string {
  const info = client === undefined ? {} : (JSON.parse(Secret.open(client)) as Record<string, unknown>);
  const { software_version: version } = info;
  return folderOfRelease(typeof version === 'string' ? version : '');
}

/** The copies as they were, by folder. */
function copiesOf(origin: VaultEntry | null): Map<string, Copy> {
  const copies = new Map<string, Copy>();
  for (const [name, value] of Object.entries(origin?.values ?? {})) {
    const [folder = '', rest = ''] = name.split('/');
    copies.set(folder, { ...copies.get(folder), [rest]: value });
  }
  return copies;
}

const sameTokens = (one: Copy | undefined, other: Copy | undefined): boolean =>
  one?.[tokensName] !== undefined && other?.[tokensName]?.equals(one[tokensName]) === true;

/** What goes back, by folder: the newest values to where they came from, and to copies of that sign-in. */
function newestIn(newest: Copy, origin: VaultEntry | null): Map<string, Copy> {
  const copies = copiesOf(origin);
  const counted = copies.has(origin?.binding.pointer ?? '') ? origin!.binding.pointer : registeredBy(newest);
  const was = copies.get(counted);
  if (was === undefined) copies.set(counted, {});
  for (const [folder, copy] of copies) {
    if (folder !== counted && !sameTokens(copy, was)) continue;
    const others = Object.entries(copy).filter(([rest]) => !keptFiles.includes(rest));
    copies.set(folder, { ...Object.fromEntries(others), ...newest });
  }
  return copies;
}

/** When tokens were last written that lie there now, in milliseconds; null without. */
function writtenAt({ disk }: Back, file: string, base: string): number | null {
  const got = disk.read(file, base);
  return 'refused' in got ? null : Number(got.stamp.modifiedAt / 1_000_000n);
}

/** Writes the files of a prefix back; they stay in the vault. */
export async function giveBack(back: Back, vault: Vault, prefix: string): Promise<void> {
  const entry = await vault.get(filesId(prefix));
  const origin = await vault.get(originId(prefix));
  const { config } = (origin ?? entry)?.binding ?? { config: '' };
  const base = config === '' || ownFolder.test(config) ? path.join(back.home, homeFolder) : config;
  const newest = entry?.values ?? {};
  for (const [folder, copy] of newestIn(newest, origin)) {
    const fileOf = (rest: string): string => path.join(base, folder, `${prefix}_${rest}`);
    const there = writtenAt(back, fileOf(tokensName), base);
    const isRenewed = copy[tokensName] !== undefined && copy[tokensName] === newest[tokensName];
    // What a bridge has written since it was started without us is newer than all of this.
    if (there !== null && (!isRenewed || there > Date.parse(entry!.createdAt))) continue;
    // Tokens come last: with them a copy is whole.
    const names = Object.keys(copy).toSorted((a, b) => Number(a === tokensName) - Number(b === tokensName));
    for (const rest of names) back.disk.create(fileOf(rest), Buffer.from(Secret.open(copy[rest]!)));
  }
}

/** Forgets the files of a prefix, and where they were. */
export async function forgetFiles(vault: Vault, prefix: string): Promise<void> {
  await vault.remove(filesId(prefix));
  await vault.remove(originId(prefix));
}
