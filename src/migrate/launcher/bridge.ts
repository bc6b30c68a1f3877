/**
 * One run of a bridge whose token files are in the vault: they are laid out in a room that all runs of the
 * user share, since two that each had a copy would spend the same refresh token; what changes goes into the
 * vault at once; and the last one out clears the room. A run that is killed leaves the room as it is, and the
 * next one takes over what is newer there. It does not talk to any server, nor to the bridge.
 */
import { limits } from '../../limits.ts';
import { isUsageError, usageError } from '../../model/usage-error.ts';
import type { Release, Room } from '../../model/room.ts';
import type { Vault, VaultEntry } from '../vault.ts';
import { isPrefix, prefixOf } from './entries.ts';
import { folderVariable } from './layout.ts';
import { type Seen, keptIn, layOut, takeOver, writeThrough } from './write-through.ts';

export type Bridge<T> = {
  vault: Vault;
  /** The entry that lets the command use its token files. */
  entry: VaultEntry;
  room: Room;
  /** Runs the command to its end, with these variables. */
  run(variables: Record<string, string>): Promise<T>;
  warn(text: string): void;
};

const withoutFiles =
  'the bridge starts without these tokens and asks to sign in, which stores new ones in their place';
const crowded = 'exec: the folder of token files is in use by a shadowscan that does not answer; try again';

/**
 * Takes over what is newer than the vault, and clears a room that nobody is in. Only within its gate. False
 * when something could not be taken over: then it all stays, for the next one.
 */
async function empty(vault: Vault, room: Room, warn: (text: string) => void): Promise<boolean> {
  try {
    await takeOver(vault, room);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    warn(`exec: ${leftBehind(room, error)}`);
    return false;
  }
  room.clear();
  return true;
}

const leftBehind = (room: Room, error: unknown): string =>
  `token files were left in ${room.path}: ${error instanceof Error ? error.message : ''}`;

/** Clears what a run that was killed has left. False when somebody is there, or it cannot be cleared. */
export async function settleRoom(vault: Vault, room: Room, warn: (text: string) => void): Promise<boolean> {
  const settled = await room.gate(
    limits.lockMilliseconds,
    async () => (await room.isLeft(limits.outliveMilliseconds)) && empty(vault, room, warn),
  );
  return settled?.done ?? false;
}

async function enter<T>({ vault, entry, room, warn }: Bridge<T>, seen: Seen): Promise<Release> {
  const entered = await room.gate(limits.lockMilliseconds, async () => {
    if (await room.isLeft(0)) await empty(vault, room, warn);
    const release = room.enter();
    room.make();
    for (const prefix of (entry.stores ?? []).filter(isPrefix)) {
      const damaged = await layOut(vault, room, prefix, seen);
      if (damaged !== null) warn(`exec: ${damaged}; ${withoutFiles}`);
    }
    return release;
  });
  if (entered === null) throw usageError(crowded);
  return entered.done;
}

/** Writes through whatever changes, one change after the other, until `stop`. */
function follow<T>(bridge: Bridge<T>, seen: Seen, known: Set<string>): { stop(): Promise<boolean> } {
  const { vault, room, warn } = bridge;
  let settled = '';
  let last: Promise<boolean> = Promise.resolve(true);
  let warned = false;
  const step = async (): Promise<boolean> => {
    try {
      const now = JSON.stringify(room.files());
      if (now === settled) return true;
      const kept = await room.gate(limits.lockMilliseconds, () => writeThrough(vault, room, seen));
      if (kept?.done === true) settled = now;
      await learn(bridge, known);
      return kept !== null;
    } catch (error) {
      if (!warned) warn(`exec: the vault cannot be written: ${error instanceof Error ? error.message : ''}`);
      warned = true;
      return false;
    }
  };
  const changed = (): void => {
    last = last.then(step);
  };
  const unwatch = room.watch(changed);
  changed();
  return {
    stop() {
      unwatch();
      changed();
      return last;
    },
  };
}

/**
 * What a command writes of which neither it nor anybody else had files before is its own from then on, as
 * after a first sign-in under a prefix that could not be foreseen. At once: who is killed learns no more.
 */
async function learn<T>({ vault, entry, room }: Bridge<T>, known: Set<string>): Promise<void> {
  const own = entry.stores ?? [];
  const inRoom = [...keptIn(room.files()).keys()];
  const fresh = inRoom.filter((prefix) => !known.has(prefix) && !own.includes(prefix));
  if (fresh.length !== 1 || own.some((prefix) => known.has(prefix) || inRoom.includes(prefix))) return;
  // As it is by now: it may have been sealed again, or taken back.
  const now = await vault.get(entry.id);
  if (now !== null && !now.stores?.includes(fresh[0]!))
    await vault.put({ ...now, stores: [...(now.stores ?? []), fresh[0]!] });
  known.add(fresh[0]!);
}

async function leave<T>(
  { room, vault, warn }: Bridge<T>,
  release: Release,
  mayClear: boolean,
): Promise<void> {
  const left = await room.gate(limits.lockMilliseconds, async () => {
    release();
    if (!(await room.isLeft(limits.outliveMilliseconds)) || !mayClear) return;
    await empty(vault, room, warn);
  });
  if (left === null) release();
}

/** Runs a bridge with its token files from the vault. Rejects with a usage error before it is started. */
export async function runBridge<T>(bridge: Bridge<T>): Promise<T> {
  const { vault, room, warn, run } = bridge;
  const known = new Set((await vault.list()).flatMap(({ id }) => prefixOf(id) ?? []));
  const seen: Seen = new Map();
  const release = await enter(bridge, seen);
  const following = follow(bridge, seen, known);
  const ended = await run({ [folderVariable]: room.path });
  const kept = await following.stop();
  try {
    await leave(bridge, release, kept);
  } catch (error) {
    warn(`exec: ${leftBehind(room, error)}`);
  }
  return ended;
}
