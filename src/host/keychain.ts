/**
 * The keychain of the OS: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows. The only
 * importer of its library, which is loaded with the first call. A call runs in a thread of Node's own pool
 * and cannot be broken off, so a program that gave up waiting must end by `endDespiteKeychain`. What the
 * library says is sorted into a closed list and never shown.
 */
import { createRequire } from 'node:module';
import * as fs from 'node:fs';
import type * as Keytar from '@github/keytar';
import type { Keychain, KeychainTrouble } from '../model/vault-host.ts';
import { Secret } from '../secrets/secret.ts';
import { keychainText } from '../secrets/keychain-text.ts';
import { noteSideEffect } from './side-effects.ts';

/** Whose items these are. */
const service = 'shadowscan';

let library: typeof Keytar | null | undefined;
let unanswered = 0;

/** The library; null where its native part, or what that needs (libsecret on Linux), is not installed. */
function load(): typeof Keytar | null {
  if (library !== undefined) return library;
  try {
    library = createRequire(import.meta.url)('@github/keytar') as typeof Keytar;
  } catch {
    library = null;
  }
  return library;
}

/** A socket of the running user's. */
function isOwnSocket(file: string): boolean {
  try {
    const stat = fs.lstatSync(file);
    return stat.isSocket() && stat.uid === process.geteuid?.();
  } catch {
    return false;
  }
}

/**
 * Clients start servers with few variables, without that of the session's bus: then it is where systemd puts
 * it. Without any address the library would start a bus by itself, which holds no keychain.
 */
function hasSessionBus(): boolean {
  if (process.platform !== 'linux' || process.env['DBUS_SESSION_BUS_ADDRESS']) return true;
  const { XDG_RUNTIME_DIR: given } = process.env;
  const folders = [...(given ? [given] : []), `/run/user/${process.geteuid?.()}`];
  const plain = folders.filter((folder) => /^\/[\w./-]*$/.test(folder));
  const socket = plain.map((folder) => `${folder}/bus`).find(isOwnSocket);
  if (socket === undefined) return false;
  process.env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${socket}`;
  return true;
}

/**
 * What is told without loading or asking anything: on Linux, that no bus of a session is there. Null says
 * nothing.
 */
export function keychainAbsent(): KeychainTrouble | null {
  if (!hasSessionBus()) return 'no-service';
  const [, socket] = /^unix:path=([^,;]+)$/.exec(process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '') ?? [];
  return process.platform === 'linux' && socket !== undefined && !fs.existsSync(socket) ? 'no-service' : null;
}

/** What the libraries of the three systems say -> our words. */
const sayings: [RegExp, KeychainTrouble][] = [
  [/locked|interaction is not allowed/i, 'locked'],
  [/cancel|dismiss|denied|rejected|not allowed|passphrase you entered|authoriz/i, 'denied'],
  [
    /autolaunch|connect|not provided by any|ServiceUnknown|no such file|has no owner|exited|D-?Bus/i,
    'no-service',
  ],
];

/** The word for what went wrong. */
export function troubleOf(message: string): KeychainTrouble {
  return sayings.find(([pattern]) => pattern.test(message))?.[1] ?? 'failed';
}

/** Calls the library, and waits for it no longer than `deadline` milliseconds. */
async function ask<T>(
  deadline: number,
  call: (library: typeof Keytar) => Promise<T>,
): Promise<{ answer: T } | { trouble: KeychainTrouble }> {
  if (!hasSessionBus()) return { trouble: 'no-service' };
  const loaded = load();
  if (loaded === null) return { trouble: 'no-library' };
  noteSideEffect('asked the keychain of the operating system');
  unanswered += 1;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ trouble: KeychainTrouble }>((resolve) => {
    timer = setTimeout(() => resolve({ trouble: 'no-answer' }), deadline);
  });
  const called = call(loaded).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ trouble: troubleOf(error instanceof Error ? error.message : '') }),
  );
  void called.then(() => (unanswered -= 1));
  const first = await Promise.race([called, late]);
  clearTimeout(timer);
  return first;
}

/** The keychain of the running user. Nothing is loaded or asked before the first call. */
export const keychain: Keychain = {
  async get(name, deadline) {
    const got = await ask(deadline, (library) => library.getPassword(service, name));
    if ('trouble' in got) return got;
    return { value: got.answer === null ? null : new Secret(got.answer) };
  },
  async set(name, value, deadline) {
    const set = await ask(deadline, (library) => library.setPassword(service, name, keychainText(value)));
    return 'trouble' in set ? set.trouble : null;
  },
  async remove(name, deadline) {
    const removed = await ask(deadline, (library) => library.deletePassword(service, name));
    return 'trouble' in removed ? removed.trouble : null;
  },
};

/**
 * Ends the process when a call of the keychain is still unanswered: Node waits for its threads, whatever one
 * tells it. Does nothing otherwise. A shell takes the process over, which ends with the code.
 */
export function endDespiteKeychain(code: number): void {
  if (unanswered === 0) return;
  if (process.platform === 'win32') process.exit(code);
  try {
    process.removeAllListeners('warning');
    process.execve?.('/bin/sh', ['sh', '-c', `exit ${Math.trunc(code)}`], {});
  } catch {
    // An older Node, or no shell: then without the code.
  }
  process.kill(process.pid, 'SIGKILL');
}
