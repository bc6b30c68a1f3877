/** The real keychain of a Linux desktop: what it keeps, and what is told of one that cannot be used. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { troubleOf } from '../../src/host/keychain.ts';
import { type Bus, type Session, missing, startSession } from './session.ts';

let session: Session | null = null;
afterEach(async () => {
  await session?.end();
  session = null;
});

async function start(bus?: Bus): Promise<Session> {
  session = await startSession(bus);
  return session;
}

const script = path.join(import.meta.dirname, 'ask-keychain.ts');
/** What the program is told, within a time that people wait. */
function ask(env: NodeJS.ProcessEnv, ...args: string[]): string {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [script, ...args], {
    env,
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  expect([stderr, status, signal]).toEqual(['', 0, null]);
  return stdout.trim();
}

describe.skipIf(missing !== null)('GNOME Keyring', () => {
  test('keeps an item over a restart, replaces it, and removes it', async () => {
    const { env, startKeyring, stopKeyring } = await start();
    await startKeyring();
    expect(ask(env, 'get', 'a')).toBe('value null');
    expect(ask(env, 'set', 'a', 'first')).toBe('null');
    expect(ask(env, 'set', 'a', 'second')).toBe('null');
    await stopKeyring();
    await startKeyring();
    expect(ask(env, 'get', 'a')).toBe('value second');
    expect(ask(env, 'remove', 'a')).toBe('null');
    expect(ask(env, 'remove', 'a')).toBe('null');
    expect(ask(env, 'get', 'a')).toBe('value null');
  });

  test('is found without its variable, which clients do not pass on', async () => {
    const { env, bareEnv, startKeyring } = await start();
    await startKeyring();
    expect(ask(env, 'set', 'a', 'first')).toBe('null');
    expect(ask(bareEnv, 'get', 'a')).toBe('value first');
  });

  test('locked: what was there is not to be had, and nothing can be stored', async () => {
    const { env, startKeyring, lock } = await start();
    await startKeyring();
    expect(ask(env, 'set', 'a', 'first')).toBe('null');
    lock();
    // Nobody is there to ask for a password, which counts as a no.
    expect(ask(env, 'get', 'a')).toBe('value null');
    expect(ask(env, 'set', 'a', 'second')).toBe('locked');
  });

  test('a question for a password that nobody answers ends in time', async () => {
    const { env, startKeyring, lock } = await start({ prompter: '/bin/sleep 60' });
    await startKeyring();
    expect(ask(env, 'set', 'a', 'first')).toBe('null');
    lock();
    expect(ask(env, 'get', 'a')).toBe('no-answer');
  });

  test('one that hangs ends in time', async () => {
    const { env, startKeyring, keyring } = await start();
    await startKeyring();
    keyring().kill('SIGSTOP');
    expect(ask(env, 'get', 'a')).toBe('no-answer');
  });

  test('a sandbox that refuses it is told as such', async () => {
    const policy = '<deny send_destination="org.freedesktop.secrets"/>';
    const { env, startKeyring } = await start({ policy });
    await startKeyring();
    expect(ask(env, 'get', 'a')).toBe('denied');
    expect(ask(env, 'set', 'a', 'x')).toBe('denied');
  });

  test('without its library', async () => {
    const { env, home, startKeyring } = await start();
    await startKeyring();
    fs.writeFileSync(path.join(home, 'libsecret-1.so.0'), 'this is none');
    expect(ask({ ...env, LD_LIBRARY_PATH: home }, 'get', 'a')).toBe('no-library');
    expect(ask(env, 'get', 'a')).toBe('value null');
  });

  test('a bus without a keychain, a bus that is gone, and no bus at all', async () => {
    const { env } = await start();
    expect(ask(env, 'get', 'a')).toBe('no-service');
    const gone = { ...env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    expect(ask(gone, 'get', 'a')).toBe('no-service');
    expect(ask({ PATH: env['PATH'], HOME: env['HOME'] }, 'get', 'a')).toBe('no-service');
  });
});

test('what the libraries of the three systems say is sorted', () => {
  const said: [string, string][] = [
    ['Cannot create an item in a locked collection', 'locked'],
    ['User interaction is not allowed.', 'locked'],
    ['User canceled the operation.', 'denied'],
    ['The user name or passphrase you entered is not correct.', 'denied'],
    ['Rejected send message, 1 matched rules', 'denied'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'no-service'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'no-service'],
    ['Could not connect: No such file or directory', 'no-service'],
    ['anything else', 'failed'],
  ];
  expect(said.map(([text]) => troubleOf(text))).toEqual(said.map(([, trouble]) => trouble));
});
