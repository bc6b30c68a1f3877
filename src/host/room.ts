/**
 * The room of a bridge on this machine: where it is, who is in it, and what lies there. On Linux in memory,
 * so that it is gone with the session. What is in it is clear text that every process of this user can read.
 * It does not know what the files mean.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { Release, Room, RoomFile } from '../model/room.ts';
import { usageError } from '../model/usage-error.ts';
import { cacheFlaw } from './cache.ts';
import { lock, tryLock } from './file-lock.ts';
import { pause } from './pause.ts';
import { runningUid } from './managed-file.ts';
import { readFile } from './open-file.ts';
import { demandPrivate, makePrivate } from './private-folder.ts';
import { programsWith } from './programs-with.ts';
import { ownHome } from './vault-host.ts';
import { watchFolder } from './watch-folder.ts';

export type RoomSpec = {
  /** The vault's folder: another vault has another room. */
  vault: string;
  /** Folder of the room that holds the files, and other names that releases of the bridge call it by. */
  main: string;
  aliases: string[];
  /** By its name, whether a file in it is to be looked at. */
  isKept(name: string): boolean;
  /** Variable by which the bridge is told the room's path, and a word that is in its command line. */
  variable: string;
  word: string;
};

/** Kinds of file systems that have no disk: tmpfs and ramfs, linux/magic.h (2026-11). */
const inMemory = new Set([0x01021994, 0x858458f6]);

/** Whether a folder lies in memory. Where that cannot be told, it does not. */
function isInMemory(folder: string): boolean {
  try {
    // The kernel's number is one of 32 bits, which may come with a sign.
    return inMemory.has(fs.statfsSync(folder).type >>> 0);
  } catch {
    return false;
  }
}

/**
 * Where rooms are. It depends on no variable, since some clients pass them on and others do not: a user with
 * two rooms would use a refresh token twice. macOS has no place in memory that all programs agree on; its
 * caches are left out of backups.
 */
function roomsFolder(vault: string): string {
  if (process.platform === 'darwin') return path.join(ownHome(), 'Library', 'Caches', 'shadowscan', 'run');
  if (process.platform !== 'linux') return path.join(path.dirname(vault), 'run');
  const session = `/run/user/${runningUid()}`;
  if (fs.existsSync(session) && cacheFlaw(session) === null && isInMemory(session))
    return path.join(session, 'shadowscan');
  if (isInMemory('/dev/shm')) return `/dev/shm/shadowscan-${runningUid()}`;
  throw usageError(`neither ${session} nor /dev/shm is in memory, and token files are not put on a disk`);
}

/** Path of the room for a vault. */
export function roomFolder(vault: string): string {
  const name = createHash('sha256').update(path.resolve(vault), 'utf8').digest('hex').slice(0, 12);
  return path.join(roomsFolder(vault), `room-${name}`);
}

/** A whole file; null when it cannot be had, as while it is being replaced. */
function readRoomFile(folder: string, name: string): RoomFile | null {
  const read = readFile(path.join(folder, name), folder, limits.vaultFileBytes);
  if (read === null || 'refused' in read) return null;
  return { name, text: read.bytes.toString('utf8'), writtenAt: Math.floor(read.info.modifiedAt) };
}

/** Adds a file as a whole: a bridge that is in the room already never sees half of it. */
function addFile(folder: string, { name, text, writtenAt }: RoomFile): void {
  const file = path.join(folder, name);
  const temporary = path.join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  try {
    fs.writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
    fs.utimesSync(temporary, writtenAt / 1000, writtenAt / 1000);
    // Unlike a rename this does not replace what a bridge has written.
    fs.linkSync(temporary, file);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw usageError(`${file}: cannot be written (${code})`);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Links in a folder that lead where ours do. */
function linksIn(folder: string, target: string): Set<string> {
  if (!fs.existsSync(folder)) return new Set();
  const links = fs.readdirSync(folder, { withFileTypes: true }).filter((one) => one.isSymbolicLink());
  const isOurs = (name: string): boolean => fs.readlinkSync(path.join(folder, name)) === target;
  return new Set(links.map(({ name }) => name).filter(isOurs));
}

function makeLinks(folder: string, target: string, names: string[]): void {
  const links = linksIn(folder, target);
  for (const name of names.filter((one) => !links.has(one))) {
    fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    fs.symlinkSync(target, path.join(folder, name), 'junction');
  }
}

/** Removes all but our links, which lead nowhere then: to make a hundred takes longer than all the rest. */
function clearBut(folder: string, target: string): void {
  const links = linksIn(folder, target);
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : [])
    if (!links.has(name)) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
}

/** The room, which is made when it is first needed. Throws a usage error when it is not the user's alone. */
export function openRoom(spec: RoomSpec): Room {
  const top = roomFolder(spec.vault);
  const store = path.join(top, 'store');
  const folder = path.join(store, spec.main);
  const presence = path.join(top, '.present');
  const target = process.platform === 'win32' ? folder : spec.main;
  demandPrivate(path.dirname(top));
  demandPrivate(top);
  let own = 0;
  return {
    path: store,
    async gate(deadline, work) {
      makePrivate(path.dirname(top));
      makePrivate(top);
      const release = await lock(path.join(top, '.gate'), 'exclusive', deadline);
      if (release === null) return null;
      try {
        return { done: await work() };
      } finally {
        release();
      }
    },
    enter() {
      const release: Release | null = tryLock(presence, 'shared');
      if (release === null) throw usageError(`${top}: somebody keeps others out of it; try again`);
      return release;
    },
    async isLeft(deadline) {
      const alone = tryLock(presence, 'exclusive');
      alone?.();
      if (alone === null) return false;
      // Without the folder there is nothing that anybody could be using.
      if (!fs.existsSync(folder)) return true;
      const until = performance.now() + deadline;
      while (programsWith(spec.variable, store, spec.word)) {
        if (performance.now() >= until) return false;
        await pause(limits.lockPauseMilliseconds);
      }
      return true;
    },
    files: () =>
      (fs.existsSync(folder) ? fs.readdirSync(folder) : [])
        .filter((name) => spec.isKept(name))
        .flatMap((name) => readRoomFile(folder, name) ?? []),
    isWhole: () => fs.statSync(folder, { throwIfNoEntry: false })?.ino === own,
    make() {
      makePrivate(folder);
      own = fs.statSync(folder).ino;
      makeLinks(store, target, spec.aliases);
    },
    add: (file) => addFile(folder, file),
    clear: () => clearBut(store, target),
    watch: (changed) => watchFolder(folder, changed),
  };
}
