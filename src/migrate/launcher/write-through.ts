/**
 * Token files of the room -> the vault, as soon as the bridge has written them: what was refreshed has made
 * its predecessor worthless. A file that is no JSON is half written and is left for later. What the bridge
 * removes is removed in the vault; what somebody else clears away is not.
 */
import { isUsageError } from '../../model/usage-error.ts';
import type { Room, RoomFile } from '../../model/room.ts';
import { Secret } from '../../secrets/secret.ts';
import type { Vault, VaultEntry } from '../vault.ts';
import { filesId } from './entries.ts';
import { keptName } from './layout.ts';
import { isTokenObject } from './token-object.ts';

/** What is in the room of one prefix: texts by the rest of their name, null while half written. */
export type Kept = { files: Map<string, string | null>; writtenAt: number };

/** The kept files of the room by prefix. */
export function keptIn(files: RoomFile[]): Map<string, Kept> {
  const found = new Map<string, Kept>();
  for (const { name, text, writtenAt } of files) {
    const kept = keptName(name);
    if (kept === null) continue;
    const one = found.get(kept.prefix) ?? { files: new Map(), writtenAt: 0 };
    one.files.set(kept.rest, isTokenObject(text) ? text : null);
    one.writtenAt = Math.max(one.writtenAt, writtenAt);
    found.set(kept.prefix, one);
  }
  return found;
}

/** An entry that cannot be opened any more is as good as none: signing in anew makes another. */
async function entryOf(vault: Vault, prefix: string): Promise<VaultEntry | null> {
  try {
    return await vault.get(filesId(prefix));
  } catch {
    return null;
  }
}

const unchanged = (one: Record<string, Secret>, other: Record<string, Secret>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([name, value]) => other[name]?.equals(value) === true);

/** Brings the files of one prefix into the vault; `gone` are names that the bridge has removed. */
async function keep(vault: Vault, store: string, prefix: string, kept: Kept, gone: string[]): Promise<void> {
  const before = await entryOf(vault, prefix);
  const values: Record<string, Secret> = { ...before?.values };
  for (const name of gone) delete values[name];
  for (const [name, text] of kept.files) if (text !== null) values[name] = new Secret(text);
  if (unchanged(values, before?.values ?? {})) return;
  if (Object.keys(values).length === 0) return vault.remove(filesId(prefix));
  const binding = before?.binding ?? { config: store, pointer: prefix, command: null };
  const createdAt = new Date(kept.writtenAt || Date.parse(before?.createdAt ?? '') || 0).toISOString();
  await vault.put({ id: filesId(prefix), kind: 'files', binding, values, createdAt });
}

/** What was seen in the room so far: names by prefix. */
export type Seen = Map<string, Set<string>>;

/**
 * Brings everything in the room into the vault, whatever is there: the bridge is alive and its files are what
 * holds. `seen` tells what was there before. True when nothing is half written.
 */
export async function writeThrough(vault: Vault, room: Room, seen: Seen): Promise<boolean> {
  const inRoom = keptIn(room.files());
  // Looked at behind the files: a room that is cleared away loses its folder last.
  const whole = room.isWhole();
  let done = true;
  await forEach(new Set([...inRoom.keys(), ...seen.keys()]), async (prefix) => {
    const kept = inRoom.get(prefix) ?? { files: new Map<string, string | null>(), writtenAt: 0 };
    const gone = whole ? [...(seen.get(prefix) ?? [])].filter((name) => !kept.files.has(name)) : [];
    await keep(vault, room.path, prefix, kept, gone);
    if (whole) seen.set(prefix, new Set(kept.files.keys()));
    if ([...kept.files.values()].includes(null)) done = false;
  });
  return done;
}

/** Does all of them, and throws what went wrong with the first that failed: one must not keep others back. */
async function forEach(prefixes: Iterable<string>, work: (prefix: string) => Promise<void>): Promise<void> {
  const failed: unknown[] = [];
  for (const prefix of prefixes) await work(prefix).catch((error: unknown) => void failed.push(error));
  if (failed.length > 0) throw failed[0];
}

/**
 * Takes over what a run left behind that was broken off: files that are newer than the vault's. Only for a
 * room that nobody is in. Throws when something could not be taken over, after all that could.
 */
export async function takeOver(vault: Vault, room: Room): Promise<void> {
  const inRoom = keptIn(room.files());
  await forEach(inRoom.keys(), async (prefix) => {
    const kept = inRoom.get(prefix)!;
    const before = await entryOf(vault, prefix);
    if (before !== null && kept.writtenAt < Date.parse(before.createdAt)) return;
    await keep(vault, room.path, prefix, kept, []);
  });
}

/**
 * Puts the files of a prefix into the room, where they are missing. Null, or why they cannot be had: the
 * bridge then starts without them.
 */
export async function layOut(vault: Vault, room: Room, prefix: string, seen: Seen): Promise<string | null> {
  let entry: VaultEntry | null;
  try {
    entry = await vault.get(filesId(prefix));
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return error.message;
  }
  if (entry === null) return null;
  const writtenAt = Date.parse(entry.createdAt) || 0;
  for (const [rest, value] of Object.entries(entry.values)) {
    room.add({ name: `${prefix}_${rest}`, text: Secret.open(value), writtenAt });
  }
  seen.set(prefix, new Set(Object.keys(entry.values)));
  return null;
}
