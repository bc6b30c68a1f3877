/**
 * Where secrets are moved to: envelopes in a folder of the user's (`envelope.ts`), under one random key that
 * the keychain of the OS keeps. One small item fits everywhere (Windows allows 2,560 bytes) and prompts once.
 * Never a file in clear text instead: without the keychain there is no vault.
 *
 *     const vault = await openVault(vaultHost(), limits.keychainMilliseconds);
 *     if ('unavailable' in vault) throw usageError(troubleWords(vault.unavailable));
 *
 * Opening asks the keychain once and writes nothing; the key is made with the first `put`. On Linux a locked
 * collection looks like one without the item, so that a locked keychain may only show when the key is made:
 * before the first entry is written. `list` shows labels as they lie there, unproven; `get` proves them.
 */
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import type { VaultHost } from '../model/vault-host.ts';
import { Secret } from '../secrets/secret.ts';
import { type VaultEntry, type VaultLabel, isEntryId, keyBytes, labelOf, seal, unseal } from './envelope.ts';
import { type VaultTrouble, troubleWords } from './keychain-words.ts';

export type { VaultEntry, VaultLabel };
export { commandDigest, openArguments } from './command-digest.ts';

export type Vault = {
  /**
   * Stores an entry in place of one with its id, reads it back and compares. Throws a usage error when that
   * fails; then an earlier entry may be there, or the new one, but never half of one.
   */
  put(entry: VaultEntry): Promise<void>;
  /** Null when there is none. Throws a usage error when it was changed, or belongs to another key. */
  get(id: string): Promise<VaultEntry | null>;
  /** Removes an entry; fine when there is none. */
  remove(id: string): Promise<void>;
  list(): Promise<VaultLabel[]>;
};

/** What the name of an entry's file ends in. */
export const suffix = '.sealed';
/** Name of the item in the keychain. */
const item = 'vault-key';

/** A new entry id: readable by its beginning, which is cut to what an id may hold. */
export function newEntryId(about: string, host: Pick<VaultHost, 'random'>): string {
  const start = about
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 40);
  return `${start}${start === '' || start.endsWith('-') ? '' : '-'}${host.random(6).toString('hex')}`;
}

const sameValues = (one: VaultEntry, other: VaultEntry): boolean => {
  const names = Object.keys(one.values);
  return (
    names.length === Object.keys(other.values).length &&
    names.every((name) => other.values[name]?.equals(one.values[name]!))
  );
};

function keyIn(text: Secret): Buffer | null {
  const key = Buffer.from(Secret.open(text), 'base64');
  return key.length === keyBytes ? key : null;
}

const entriesIn = (host: VaultHost): string[] =>
  host.folder
    .names()
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length));

/** The key in the keychain; null when there is none yet, and nothing that it would be needed for. */
async function readKey(
  host: VaultHost,
  deadline: number,
): Promise<Buffer | null | { trouble: VaultTrouble }> {
  const got = await host.keychain.get(item, deadline);
  if ('trouble' in got) return got;
  const key = got.value === null ? null : keyIn(got.value);
  if (key !== null) return key;
  return got.value === null && entriesIn(host).length === 0 ? null : { trouble: 'key-missing' };
}

const refuse = (trouble: VaultTrouble): Error =>
  usageError(`keychain_unavailable: ${troubleWords(trouble)}; nothing was changed`);

/** Makes the key, unless another process was faster. Only while no other process does. */
async function makeKey(host: VaultHost, deadline: number): Promise<Buffer> {
  const there = await readKey(host, deadline);
  if (there !== null && 'trouble' in there) throw refuse(there.trouble);
  if (there !== null) return there;
  const key = host.random(keyBytes);
  const trouble = await host.keychain.set(item, new Secret(key.toString('base64')), deadline);
  if (trouble !== null) throw refuse(trouble);
  const kept = await readKey(host, deadline);
  if (kept === null || 'trouble' in kept || !kept.equals(key)) throw refuse('failed');
  return key;
}

function openEntry(host: VaultHost, id: string, key: Buffer | null): VaultEntry | null {
  if (!isEntryId(id)) throw usageError('the id of an entry is small letters, digits and dashes');
  const bytes = host.folder.read(id + suffix);
  if (bytes === null) return null;
  const entry = key === null ? null : unseal(bytes, id, key);
  if (entry === null)
    throw usageError(`${id}: was changed, or sealed with another key; set the secret again or sign in anew`);
  return entry;
}

function writeEntry(host: VaultHost, entry: VaultEntry, key: Buffer): void {
  if (!isEntryId(entry.id)) throw usageError('the id of an entry is small letters, digits and dashes');
  host.folder.write(entry.id + suffix, seal(entry, key, host.random));
  const back = openEntry(host, entry.id, key);
  if (back === null || !sameValues(entry, back))
    throw usageError(`${entry.id}: does not read back as it was stored; nothing else was changed`);
}

/** What there is in the vault of the running user, as it says itself: the keychain is not asked. */
export function labelsIn(host: Pick<VaultHost, 'folder'>): VaultLabel[] {
  const names = host.folder.names().filter((name) => name.endsWith(suffix));
  return names.flatMap((name) => {
    const id = name.slice(0, -suffix.length);
    return labelOf(host.folder.read(name) ?? Buffer.alloc(0), id) ?? [];
  });
}

/** Opens the vault of the running user; `deadline` is for each question to the keychain. */
export async function openVault(
  host: VaultHost,
  deadline: number,
): Promise<Vault | { unavailable: VaultTrouble }> {
  const read = await readKey(host, deadline);
  if (read !== null && 'trouble' in read) return { unavailable: read.trouble };
  let key: Buffer | null = read;
  const alone = async (work: () => Promise<void>): Promise<void> => {
    const done = await host.alone(limits.lockMilliseconds, work);
    if (done === null) throw usageError('the vault is in use by another shadowscan; try again');
  };
  return {
    put: (entry) =>
      alone(async () => {
        key ??= await makeKey(host, deadline);
        writeEntry(host, entry, key);
      }),
    get: async (id) => openEntry(host, id, key),
    remove: (id) => alone(async () => host.folder.remove(id + suffix)),
    list: async () =>
      entriesIn(host).flatMap((id) => labelOf(host.folder.read(id + suffix) ?? Buffer.alloc(0), id) ?? []),
  };
}
