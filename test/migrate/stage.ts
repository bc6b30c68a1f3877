/**
 * A user whose bridge was migrated: a session with a keychain, a server to sign in to, and the real vault.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { roomFolder } from '../../src/host/room.ts';
import { filesId, permitId } from '../../src/migrate/launcher/entries.ts';
import { commandDigest, type VaultLabel } from '../../src/migrate/vault.ts';
import { type Running, type Starting, begin, withBrowser } from './client.ts';
import { type OAuthServer, startServer } from './oauth-server.ts';
import { type Session, startSession } from './session.ts';

const here = import.meta.dirname;
const top = path.join(here, '..', '..');
const main = path.join(top, 'src', 'cli', 'main.ts');

const launcher = [process.execPath, main, 'exec', '--mcp-auth', '--'];

export type Entry = VaultLabel & { values: Record<string, string> };

export type Stage = {
  session: Session;
  server: OAuthServer;
  env: Record<string, string>;
  /** The command of a bridge as a config has it: of this release, with arguments more. */
  bridge(release: string, ...more: string[]): string[];
  /** Starts a command as it is. */
  plain(argv: string[]): Promise<Running>;
  /** Starts a migrated command. */
  migrated(argv: string[]): Promise<Running>;
  /** The same, before it answers. */
  begin(argv: string[], how: 'plain' | 'migrated'): Starting;
  /** Lets a command use these token files, or those of the server's address. */
  permit(argv: string[], stores?: string[]): Promise<void>;
  /** Moves what the plain bridge has kept into the vault, under its prefix or another. */
  move(to?: string): Promise<void>;
  put(...entries: Entry[]): Promise<void>;
  entries(): Promise<Entry[]>;
  /** The newest tokens in the vault. */
  tokens(prefix?: string): Promise<{ access_token: string; refresh_token: string } | null>;
  /** Times that a browser was opened. */
  browsers(): number;
  /** Files of the user in which a token stands in clear text. */
  plaintext(): string[];
  /** The folder that bridges share while they run. */
  room(): string;
  end(): Promise<void>;
};

/** The prefix of token files for parts that count. */
export const prefixFor = (...parts: string[]): string =>
  createHash('md5').update(parts.join('|')).digest('hex');

/** Runs a script of ours in the session. */
function run(env: NodeJS.ProcessEnv, script: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [path.join(here, script)], { env }, (error, stdout, stderr) =>
      error === null && stderr === '' ? resolve(stdout) : reject(new Error(stderr || String(error))),
    );
    child.stdin!.end(input);
  });
}

/** What a plain bridge has kept: the content of files by prefix and rest of their name. */
function keptPlain(folder: string): Map<string, Record<string, string>> {
  const found = new Map<string, Record<string, string>>();
  for (const file of fs.globSync('*/*_{tokens,client_info}.json', { cwd: folder })) {
    const [prefix = '', ...rest] = path.basename(file).split('_');
    const values = found.get(prefix) ?? {};
    values[rest.join('_')] = fs.readFileSync(path.join(folder, file), 'utf8');
    found.set(prefix, values);
  }
  return found;
}

function filesEntry(prefix: string, values: Record<string, string>, store: string): Entry {
  const binding = { config: store, pointer: prefix, command: null };
  return { id: filesId(prefix), kind: 'files', binding, values, createdAt: new Date().toISOString() };
}

/** Sets the stage. */
export async function setStage(): Promise<Stage> {
  const session = await startSession();
  await session.startKeyring();
  const server = await startServer();
  const { env, log } = withBrowser(session);
  const config = path.join(session.home, 'mcp.json');
  fs.writeFileSync(config, '{"args":["exec","--mcp-auth","--"]}');
  const plainStore = path.join(session.home, '.mcp-auth');
  const room = roomFolder(path.join(session.home, '.local', 'share', 'shadowscan', 'vault'));
  const own = prefixFor(server.url);
  const started: Starting[] = [];
  const stage: Stage = {
    session,
    server,
    env,
    bridge: (release, ...more) => [
      process.execPath,
      path.join(top, 'node_modules', release, 'dist', 'proxy.js'),
      server.url,
      '--transport',
      'http-only',
      ...more,
    ],
    plain: (argv) => stage.begin(argv, 'plain').running,
    migrated: (argv) => stage.begin(argv, 'migrated').running,
    begin(argv, how) {
      const one = begin(how === 'plain' ? argv : [...launcher, ...argv], env);
      started.push(one);
      return one;
    },
    permit: (argv, stores = [own]) =>
      stage.put({
        id: permitId(argv),
        kind: 'values',
        binding: { config, pointer: '/mcpServers/a', command: commandDigest(argv) },
        stores,
        values: {},
        createdAt: new Date().toISOString(),
      }),
    async move(to) {
      const entries = [...keptPlain(plainStore)].map(([prefix, values]) =>
        filesEntry(to ?? prefix, values, plainStore),
      );
      await stage.put(...entries);
      fs.rmSync(plainStore, { recursive: true });
    },
    put: async (...entries) => void (await run(session.env, 'put-entries.ts', JSON.stringify(entries))),
    entries: async () => JSON.parse(await run(session.env, 'read-entries.ts', '')) as Entry[],
    async tokens(prefix = own) {
      const entry = (await stage.entries()).find(({ id }) => id === filesId(prefix));
      const text = entry?.values['tokens.json'];
      return text === undefined ? null : (JSON.parse(text) as Awaited<ReturnType<Stage['tokens']>>);
    },
    browsers: () =>
      fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n').filter(Boolean).length : 0,
    plaintext() {
      const names = path.join(session.home, 'tokens.list');
      fs.writeFileSync(names, server.issued.map((token) => token.slice(0, 40)).join('\n'));
      try {
        const rooms = fs.existsSync(room) ? [room] : [];
        const args = ['-rlaF', '--exclude=tokens.list', '-f', names, session.home, ...rooms];
        return execFileSync('grep', args, { encoding: 'utf8' }).trim().split('\n');
      } catch (error) {
        if ((error as { status?: number }).status === 1) return [];
        throw error;
      } finally {
        fs.rmSync(names);
      }
    },
    room: () => room,
    async end() {
      // What a test that was broken off has left running.
      await Promise.all(started.map((one) => one.close()));
      await server.close();
      await session.end();
      for (const name of [room, `${room}-moved`]) fs.rmSync(name, { recursive: true, force: true });
    },
  };
  return stage;
}
