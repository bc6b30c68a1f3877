/**
 * Where the vault lies on this machine, and what it stands on. The place depends on the user's home alone: a
 * client that the desktop started has other variables than a terminal, and both must find the same vault.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { usageError } from '../model/usage-error.ts';
import type { VaultHost } from '../model/vault-host.ts';
import { lock } from './file-lock.ts';
import { keychain } from './keychain.ts';
import { runningUid } from './managed-file.ts';
import { makePrivate, privateFolder } from './private-folder.ts';
import { removeTemporary } from './replace-file.ts';

/** The running user's home. Root must not keep anything in a home that is not root's (`sudo` leaves HOME). */
export function ownHome(): string {
  const named = process.platform === 'win32' ? process.env['USERPROFILE'] : process.env['HOME'];
  const home = named !== undefined && path.isAbsolute(named) ? named : os.homedir();
  const owner = fs.statSync(home, { throwIfNoEntry: false })?.uid;
  if (process.platform !== 'win32' && owner !== undefined && owner !== runningUid())
    throw usageError(`${home}: is another user's home; run this as that user, not as root`);
  return home;
}

/** The folder of the vault. */
export function vaultFolder(): string {
  const home = ownHome();
  const data = {
    darwin: path.join(home, 'Library', 'Application Support'),
    win32: process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'),
    linux: path.join(home, '.local', 'share'),
  };
  const base = data[process.platform as keyof typeof data] ?? data.linux;
  return path.join(base, 'shadowscan', 'vault');
}

/** The vault's surroundings on this machine. Throws a usage error when its folder is not the user's alone. */
export function vaultHost(folder = vaultFolder()): VaultHost {
  return {
    keychain,
    folder: privateFolder(folder),
    random: randomBytes,
    now: () => new Date(),
    async alone(deadline, work) {
      makePrivate(folder);
      const release = await lock(path.join(folder, '.lock'), 'exclusive', deadline);
      if (release === null) return null;
      try {
        removeTemporary(folder);
        return { done: await work() };
      } finally {
        release();
      }
    },
  };
}
