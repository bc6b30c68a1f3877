/**
 * What `exec` promises, tried with the built program: `node scripts/proof/exec.ts [PROGRAM]`, by default the
 * binary of this machine in `dist/`. A real GNOME Keyring on a bus of its own; as root also the whole story as
 * a desktop's client lives it: no PATH, no HOME, another folder. Says `ok` for each line, ends with 1 when one
 * is not.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { commandDigest } from '../../src/migrate/vault.ts';
import { missing, startSession } from '../../test/migrate/session.ts';
import { expand } from '../../test/recipe.ts';

const top = path.join(import.meta.dirname, '..', '..');
const binary = path.join(top, 'dist', `shadowscan-${process.platform}-${process.arch}`);
const program = path.resolve(process.argv[2] ?? binary);
if (missing !== null) throw new Error(`needs ${missing}`);
if (!fs.existsSync(program)) throw new Error(`${program} is missing: npm run build:binary`);
const session = await startSession();
await session.startKeyring();
const secret = expand('ghp_{a36}');

let wrong = 0;
function check(text: string, got: unknown, wanted: unknown): void {
  const isSame = JSON.stringify(got) === JSON.stringify(wanted);
  if (!isSame) wrong += 1;
  console.log(isSame ? `ok    ${text}` : `WRONG ${text}: ${JSON.stringify(got)?.slice(0, 300)}`);
}

type Ended = { code: number | null; signal: string | null; out: Buffer; err: string };
type Options = { input?: Buffer; env?: NodeJS.ProcessEnv; cwd?: string; said?: (out: string) => string[] };

/** Runs a command; `said` gives the signals to send by what it has written. */
function run(argv: string[], { input, env = session.env, cwd = '/', said }: Options = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), { env, cwd, stdio: 'pipe', timeout: 60_000 });
    const out: Buffer[] = [];
    let err = '';
    const sent: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      for (const signal of said?.(Buffer.concat(out).toString()) ?? [])
        if (!sent.includes(signal)) {
          sent.push(signal);
          child.kill(signal as NodeJS.Signals);
        }
    });
    child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.on('close', (code, signal) => resolve({ code, signal, out: Buffer.concat(out), err }));
  });
}

const config = path.join(session.home, 'mcp.json');
const entries: object[] = [];
/** Words that start a command through us, in its place or beside it. */
function through(argv: string[], beside: boolean): string[] {
  const id = `proof-${createHash('sha256')
    .update(JSON.stringify([argv, beside]))
    .digest('hex')
    .slice(0, 12)}`;
  const binding = { config, pointer: '/a', command: commandDigest(argv) };
  const values = { TOKEN: secret };
  const createdAt = new Date().toISOString();
  entries.push({ id, kind: 'values', binding, values, createdAt, ...(beside && { stores: [] }) });
  return [program, 'exec', '--entry', id, ...(beside ? ['--mcp-auth'] : []), '--', ...argv];
}
function putAll(): void {
  fs.writeFileSync(config, JSON.stringify(entries.map((one) => ['--mcp-auth', (one as { id: string }).id])));
  const put = path.join(top, 'test', 'migrate', 'put-entries.ts');
  const { stderr } = spawnSync(process.execPath, [put], {
    env: session.env,
    input: JSON.stringify(entries),
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const listener = `for (const one of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(one, () => { console.log(one); if (one === 'SIGHUP') process.exit(9); });
console.log('ready'); setInterval(() => {}, 1000);`;

async function streams(way: string, beside: boolean): Promise<void> {
  const cat = through(['cat'], beside);
  const code = through(['sh', '-c', 'read c; exit $c'], beside);
  const kill = through(['sh', '-c', 'read s; kill -$s $$'], beside);
  const listens = through([process.execPath, '-e', listener], beside);
  const yes = through(['yes'], beside);
  const echo = through(['sh', '-c', 'echo said; exit 3'], beside);
  const env = through(['sh', '-c', 'printf %s "$TOKEN"'], beside);
  putAll();
  check(`${way}: the secret`, (await run(env)).out.toString(), secret);
  const frames = Array.from(
    { length: 2_000 },
    (_, id) =>
      `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { text: '\u2028 é\r' } })}\n`,
  );
  const inputs: [string, Buffer][] = [
    ['frames of MCP', Buffer.from(frames.join(''))],
    ['50 MB of any bytes', randomBytes(50 << 20)],
    ['a line of 50 MB', Buffer.alloc(50 << 20, 'x')],
    ['nothing', Buffer.alloc(0)],
  ];
  for (const [name, input] of inputs) {
    const got = await run(cat, { input });
    check(`${way}: ${name}`, [got.code, got.err, digest(got.out)], [0, '', digest(input)]);
  }
  const codes = Array.from({ length: 256 }, (_, one) => one).filter((one) => one % 17 === 0 || one > 125);
  const ends: number[] = [];
  for (const one of codes) ends.push((await run(code, { input: Buffer.from(`${one}\n`) })).code ?? -1);
  check(`${way}: exit codes`, ends, codes);
  for (const signal of ['TERM', 'KILL', 'INT', 'HUP', 'SEGV'] as const) {
    const got = await run(kill, { input: Buffer.from(`${signal}\n`) });
    const number = os.constants.signals[`SIG${signal}`];
    check(
      `${way}: killed by ${signal}`,
      beside ? got.code : got.signal,
      beside ? 128 + number : `SIG${signal}`,
    );
  }
  const order = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const heard = await run(listens, {
    said: (out) => (out.includes('ready') ? order.slice(0, out.trim().split('\n').length) : []),
  });
  check(`${way}: signals`, [heard.code, heard.out.toString()], [9, `ready\n${order.join('\n')}\n`]);
  const quoted = (words: string[]): string => words.map((word) => `'${word}'`).join(' ');
  const shell = (line: string): Promise<Ended> => run(['sh', '-c', line]);
  const broken = await shell(`${quoted(yes)} | head -c 100 | wc -c`);
  check(`${way}: whoever reads goes away`, [broken.out.toString().trim(), broken.err], ['100', '']);
  const closedOut = await shell(`${quoted(echo)} >&-; echo $?`);
  check(`${way}: output is closed`, closedOut.out.toString(), '3\n');
  const closedIn = await shell(`${quoted(cat)} <&- 2>/dev/null | wc -c; ${quoted(echo)} <&-; echo $?`);
  check(`${way}: input is closed`, closedIn.out.toString(), '0\nsaid\n3\n');
}

const installed = '/opt/shadowscan/bin/shadowscan';

/**
 * The words of a mount namespace in which the program is installed, and the user's home and session are those
 * of the desk; nothing outside of it changes. `bare` leaves no variable but an empty PATH.
 */
function onDesk(bare: boolean): string[] {
  const passwd = path.join(session.home, 'passwd');
  fs.writeFileSync(passwd, `root:x:0:0:root:${session.home}:/bin/sh\n`);
  const script = `mount -t tmpfs tmpfs /run && mkdir -p /run/user/0 && chmod 700 /run/user/0 &&
    mount --bind '${session.env['XDG_RUNTIME_DIR']}' /run/user/0 &&
    mount --bind '${passwd}' /etc/passwd && mount -t tmpfs tmpfs /opt && mkdir -p '${path.dirname(installed)}' &&
    touch '${installed}' && mount --bind '${program}' '${installed}' && cd / &&
    exec ${bare ? 'env -i PATH= ' : ''}"$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, 'sh'];
}

async function story(): Promise<void> {
  if (process.getuid?.() !== 0 || program.endsWith('.cjs')) {
    console.log('SKIPPED: the story needs root, for a user database of its own, and a program of one file');
    return;
  }
  const own = path.join(session.home, '.config', 'Claude', 'claude_desktop_config.json');
  fs.mkdirSync(path.dirname(own), { recursive: true });
  const server = path.join(session.home, 'server.mjs');
  const print = `process.stdin.on('data', (line) => process.stdout.write(process.env.GITHUB_TOKEN + line));`;
  fs.writeFileSync(server, print);
  const it = { command: process.execPath, args: [server], env: { GITHUB_TOKEN: secret } };
  const before = `${JSON.stringify({ mcpServers: { it } }, null, 2)}\n`;
  fs.writeFileSync(own, before, { mode: 0o600 });
  fs.utimesSync(own, new Date(0), new Date(0));
  const migrate = async (...words: string[]): Promise<[number | null, string[]]> => {
    const got = await run([...onDesk(false), installed, 'migrate', '--yes', '--format', 'json', ...words]);
    if (got.err !== '') console.log(got.err);
    const { steps } = JSON.parse(got.out.toString()) as { steps: { state: string }[] };
    return [got.code, steps.map(({ state }) => state)];
  };
  check('story: migrate --apply', await migrate('--apply'), [0, ['applied']]);
  check('story: no secret in the config', fs.readFileSync(own, 'utf8').includes(secret), false);
  const now = JSON.parse(fs.readFileSync(own, 'utf8')) as { mcpServers: { it: typeof it } };
  const { command, args } = now.mcpServers.it;
  check('story: the config names the program', command, installed);
  const input = Buffer.from('{"jsonrpc":"2.0","id":1}\n');
  const wanted = [0, `${secret}${input.toString()}`, ''];
  const tell = ({ code, out, err }: Ended) => [code, out.toString(), err];
  const start = (bare: boolean, words: string[]) => run([...onDesk(bare), ...words], { input });
  check('story: started as a client would', tell(await start(false, [command, ...args])), wanted);
  check(
    'story: without PATH, HOME and bus, from another folder',
    tell(await start(true, [command, ...args])),
    wanted,
  );
  const other = await start(false, [command, ...args.slice(0, -1), 'other.mjs']);
  check('story: another command gets nothing', [other.code, other.out.toString()], [2, '']);
  check('story: migrate --undo', await migrate('--undo'), [0, ['undone']]);
  check('story: the config is as it was', fs.readFileSync(own, 'utf8'), before);
}

try {
  await story();
  await streams('in its place', false);
  await streams('beside it', true);
} finally {
  await session.end();
}
process.exitCode = wrong === 0 ? 0 : 1;
