/**
 * The real `Host`. It reads: environment, clock, randomness and files. It starts no process, opens no
 * connection and writes nothing; what needs one of these is a host part of its own.
 */
import { createHash, randomUUID } from 'node:crypto';
import * as os from 'node:os';
import type { Platform } from '../model/common.ts';
import type { Host } from '../model/host.ts';
import { matchPaths } from './match-paths.ts';
import { look, readFile } from './open-file.ts';

const platforms: Partial<Record<NodeJS.Platform, Platform>> = { darwin: 'macos', win32: 'windows' };

function currentUser(): { name: string; home: string } {
  const home = os.homedir();
  try {
    return { name: os.userInfo().username, home };
  } catch {
    // Containers run under ids that no user database knows.
    return { name: String(process.getuid?.() ?? 'unknown'), home };
  }
}

/** A stable id that does not give away the OS's own: a digest of it, or of the host name. */
function deviceId(): string {
  const own = readFile('/etc/machine-id', '/etc', 4096);
  const seed = own !== null && 'bytes' in own ? own.bytes.toString('latin1').trim() : os.hostname();
  return createHash('sha256').update(`shadowscan device\0${seed}`).digest('hex').slice(0, 32);
}

/** The machine that the program runs on. */
export function systemHost(): Host {
  return {
    platform: platforms[process.platform] ?? 'linux',
    arch: process.arch,
    hostname: os.hostname(),
    osVersion: os.release(),
    deviceId: deviceId(),
    env: process.env,
    user: currentUser(),
    effectiveUid: process.geteuid?.() ?? null,
    workingFolder: () => process.cwd(),
    now: () => new Date(),
    elapsed: () => performance.now(),
    randomId: randomUUID,
    look,
    read: readFile,
    match: matchPaths,
  };
}
