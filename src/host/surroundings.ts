/**
 * What of the surroundings decides whether the program can do its work: keychain, cache, proxy. Only whether
 * it is there; no keychain is opened, nothing is contacted, and addresses of proxies, which may hold
 * passwords, are not told.
 */
import * as fs from 'node:fs';
import { runningUid } from './managed-file.ts';

export type State = { usable: boolean; detail: string };

/** Whether this user has a keychain that could be asked. */
export function keychainState(): State {
  if (process.platform === 'win32') return { usable: true, detail: 'Credential Manager of this user' };
  if (runningUid() === 0) return { usable: false, detail: 'root has none; users have their own' };
  if (process.platform === 'darwin') return { usable: true, detail: 'login keychain of this user' };
  const socket = `/run/user/${runningUid()}/bus`;
  const bus = process.env['DBUS_SESSION_BUS_ADDRESS'] !== undefined || fs.existsSync(socket);
  return bus
    ? { usable: true, detail: 'Secret Service by the session bus' }
    : { usable: false, detail: 'no session bus, so no Secret Service' };
}

/** Whether there is a folder that can be written, or one in which it could be made. */
export function folderState(folder: string): State {
  for (let at = folder; ; at = at.replace(/[/\\][^/\\]*$/, '')) {
    if (at === '' || /^[A-Za-z]:$/.test(at)) return { usable: false, detail: 'cannot be made' };
    if (!fs.existsSync(at)) continue;
    try {
      fs.accessSync(at, fs.constants.W_OK);
      return { usable: true, detail: at === folder ? 'is there' : 'is made when something is kept' };
    } catch {
      return { usable: false, detail: at === folder ? 'cannot be written' : `${at} cannot be written` };
    }
  }
}

const variables = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS'];

/** Names of the variables that are set and change how the network is used. */
export function networkVariables(): string[] {
  return variables.filter((name) => (process.env[name] ?? '') !== '');
}

/** Names of the files in a folder, or none. */
export function filesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
