/**
 * The real `Host`. It reads: environment, clock, randomness and files. It starts no process (on Windows one,
 * for the policies of the registry and the machine's id), opens no connection and writes nothing; what needs
 * one of these is a host part of its own, such as `processes`.
 */
import { randomUUID } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import { type PasswdLine, passwdLines } from '../parse/passwd.ts';
import { limits } from '../limits.ts';
import type { Platform } from '../model/common.ts';
import type { Host } from '../model/host.ts';
import { deviceId } from './device-id.ts';
import { readLarge } from './large-files.ts';
import { spare } from './kept-out.ts';
import { listFolder } from './list-folder.ts';
import { matchPaths } from './match-paths.ts';
import { look, readFile } from './open-file.ts';
import { listProcesses } from './processes.ts';
import { withRegistry } from './registry-files.ts';
import { sideEffects } from './side-effects.ts';

const platforms: Partial<Record<NodeJS.Platform, Platform>> = { darwin: 'macos', win32: 'windows' };

/** The running user's line in the local user database; asking the OS could mean asking a network. */
function passwdEntry(): PasswdLine | null {
  const uid = process.getuid?.();
  const file = uid === undefined ? null : readFile('/etc/passwd', '/etc', limits.ruleBytes);
  if (file === null || 'refused' in file) return null;
  return passwdLines(file.bytes.toString('utf8')).find((line) => line.uid === String(uid)) ?? null;
}

/** What the OS says; it has no answer for a number that no user has. */
function systemHome(): string {
  try {
    return os.homedir();
  } catch {
    return path.parse(process.execPath).root;
  }
}

function currentUser(): { name: string; home: string } {
  const entry = passwdEntry();
  const { HOME, USERPROFILE, USER, USERNAME } = process.env;
  const home = (process.platform === 'win32' ? USERPROFILE : HOME) || entry?.home || systemHome();
  return { name: entry?.name || USER || USERNAME || path.basename(home), home };
}

/** Where it was started; one that was removed is below nothing, so that only whole paths are found. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return os.devNull;
  }
}

/** The OS that the program runs on. */
export function systemPlatform(): Platform {
  return platforms[process.platform] ?? 'linux';
}

const files = { look, read: readFile };

/** The machine that the program runs on. */
export function systemHost(): Host {
  return {
    platform: systemPlatform(),
    arch: process.arch,
    hostname: os.hostname(),
    osVersion: os.release(),
    // Not before it is asked for: on Windows it takes a program of the OS.
    get deviceId() {
      return deviceId(systemPlatform(), os.hostname()).id;
    },
    env: process.env,
    user: currentUser(),
    effectiveUid: process.geteuid?.() ?? null,
    workingFolder,
    now: () => new Date(),
    // Monotonic; `performance` would load modules that nothing else needs.
    elapsed: () => process.uptime() * 1000,
    randomId: randomUUID,
    sideEffects,
    spare,
    ...(process.platform === 'win32' ? withRegistry(files) : files),
    readLarge,
    match: matchPaths,
    list: listFolder,
    processes: listProcesses,
  };
}
