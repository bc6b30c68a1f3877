/**
 * A desktop session for tests: a bus of its own, and GNOME Keyring on it with a home of its own. Nothing of
 * the machine's own session is touched.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;

/** What is missing for a session, which `.ci/run` installs; null when there is everything. */
export const missing: string | null =
  process.platform !== 'linux'
    ? 'Linux'
    : !has('dbus-daemon', '--version')
      ? 'dbus-daemon (Debian: dbus)'
      : !has('gnome-keyring-daemon', '--version')
        ? 'gnome-keyring-daemon (Debian: gnome-keyring)'
        : null;

if (missing !== null)
  console.error(`SKIPPED: tests with a real keychain need ${missing}; .ci/run installs it`);

export type Session = {
  home: string;
  env: NodeJS.ProcessEnv;
  /** What a client that follows the SDK passes on to a server: nothing of the session. */
  bareEnv: NodeJS.ProcessEnv;
  /** Starts the keyring, unlocked; again after `stopKeyring` it has what it had. */
  startKeyring(): Promise<void>;
  stopKeyring(): Promise<void>;
  keyring(): ChildProcess;
  lock(): void;
  end(): Promise<void>;
};

/** The address that a bus prints when it is ready. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) resolve(text.split('\n')[0]!);
    });
    child.on('exit', () => reject(new Error('ended before it said anything')));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

export type Bus = {
  /** What stands in its rules, such as a refusal. */
  policy?: string;
  /** Program that asks people for passwords; without one every question is taken for a no. */
  prompter?: string;
};

function busConfig(folder: string, { policy = '', prompter }: Bus): string {
  const services = path.join(folder, 'services');
  fs.mkdirSync(services, { recursive: true });
  if (prompter !== undefined) {
    const name = 'org.gnome.keyring.SystemPrompter';
    fs.writeFileSync(
      path.join(services, `${name}.service`),
      `[D-BUS Service]\nName=${name}\nExec=${prompter}\n`,
    );
  }
  const file = path.join(folder, 'bus.conf');
  fs.writeFileSync(
    file,
    `<busconfig><type>session</type><listen>unix:path=${folder}/run/bus</listen>
    <servicedir>${services}</servicedir>
    <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
    <allow own="*"/>${policy}</policy></busconfig>`,
  );
  return file;
}

/** Starts a session. The keyring is not running yet. */
export async function startSession(bus: Bus = {}): Promise<Session> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'session-'));
  const home = path.join(folder, 'home');
  for (const name of ['home', 'run']) fs.mkdirSync(path.join(folder, name), { mode: 0o700 });
  const runtime = path.join(folder, 'run');
  const config = busConfig(folder, bus);
  const daemon = spawn('dbus-daemon', [`--config-file=${config}`, '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: runtime },
  });
  const address = await firstLine(daemon);
  const bareEnv = { PATH: process.env['PATH'], HOME: home, XDG_RUNTIME_DIR: runtime };
  const env = { ...bareEnv, DBUS_SESSION_BUS_ADDRESS: address.split(',')[0]! };
  let keyring: ChildProcess | null = null;
  const send = (...args: string[]): string =>
    execFileSync('dbus-send', ['--session', '--print-reply', ...args], { env, encoding: 'utf8' });
  const session: Session = {
    home,
    env,
    bareEnv,
    keyring: () => keyring!,
    async startKeyring() {
      keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
        stdio: ['pipe', 'ignore', 'ignore'],
        env,
      });
      keyring.stdin!.end('a password');
      for (const until = Date.now() + 20_000; ;) {
        const dest = '--dest=org.freedesktop.DBus';
        const said = send(dest, '/', 'org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets');
        if (said.includes('true')) return;
        if (Date.now() > until) throw new Error('the keyring did not start');
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
    },
    async stopKeyring() {
      if (keyring === null) return;
      keyring.kill('SIGKILL');
      await ended(keyring);
    },
    lock() {
      send(
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets',
        'org.freedesktop.Secret.Service.Lock',
        'array:objpath:/org/freedesktop/secrets/collection/login',
      );
    },
    async end() {
      keyring?.kill('SIGCONT');
      await session.stopKeyring();
      daemon.kill('SIGKILL');
      await ended(daemon);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  return session;
}
