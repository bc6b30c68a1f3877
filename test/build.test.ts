/** What is delivered does what the source does: the bundle, the single binary, and the package around the bundle. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deafen, unheard } from '../scripts/build/deaf.ts';
import { commandDigest } from '../src/migrate/vault.ts';
import { Report } from '../src/model/report.ts';
import { type Machine, buildMachine } from './fixture.ts';
import { missing, startSession } from './migrate/session.ts';

const top = path.join(import.meta.dirname, '..');
const dist = path.join(top, 'dist');
let machine: Machine;

/** A report without what differs from run to run. */
function scan(command: string, ...args: string[]): { report: unknown; sideEffects: string[] } {
  const given = [
    ...args,
    'scan',
    '--home',
    machine.home,
    '--platform',
    'linux',
    '--format',
    'json',
    '--exit-zero',
  ];
  // NODE_OPTIONS must not reach into the scanner; the file does not exist, so it would fail.
  const env = { PATH: '/nonexistent', NODE_OPTIONS: args.length ? '' : '--require=/nonexistent/evil.js' };
  const { stdout, stderr, status } = spawnSync(command, given, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
  expect([status, stderr]).toEqual([0, '']);
  const { run, ...rest } = Report.parse(JSON.parse(stdout));
  return {
    report: { ...rest, homes: run.homes, sourcesRead: run.sourcesRead },
    sideEffects: run.sideEffects,
  };
}

test('an executable is made deaf where a name stands by itself or is asked for, and nowhere else', () => {
  expect(() => deafen(Buffer.from('\0NODE_PATH\0'))).toThrow('no longer has NODE_COMPILE_CACHE');
  const names = unheard.map((name) => `\0${name}\0`).join('');
  const rest = `MY_NODE_DEBUG\0 'NODE_DEBUG' process.env.NODE_DEBUGGER `;
  const given = Buffer.from(`${names}${rest}process.env.NODE_DEBUG;`, 'latin1');
  const without = unheard.map((name) => `\0\0${name.slice(1)}\0`).join('');
  expect(deafen(given).toString('latin1')).toBe(`${without}${rest}process.env["\\0"     ];`);
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('deliveries', () => {
  beforeAll(() => {
    const built = spawnSync(process.execPath, [path.join(top, 'scripts', 'build.ts'), '--binary'], {
      encoding: 'utf8',
    });
    expect(built.status, built.stderr).toBe(0);
    // One that has a database, so that the native addon is needed.
    machine = buildMachine(path.join(top, 'test', 'tools', 'cursor', 'linux'), 'linux');
  });
  afterAll(() => fs.rmSync(machine.folder, { recursive: true, force: true }));

  test('bundle and binary report what the source reports', () => {
    const source = scan(process.execPath, path.join(top, 'src', 'cli', 'main.ts'));
    expect(JSON.stringify(source)).toContain('state.vscdb');
    expect(scan(process.execPath, path.join(dist, 'shadowscan.cjs'))).toEqual(source);
    const binary = scan(path.join(dist, 'shadowscan-linux-x64'));
    expect(binary.report).toEqual(source.report);
    // It carries the addon inside, and the OS loads only files.
    expect(binary.sideEffects).toEqual(['unpacked a native addon to a temporary folder and removed it']);
    expect(source.sideEffects).toEqual([]);
  });

  test('selftest of bundle and binary, whatever the environment says', () => {
    const config = path.join(machine.folder, 'openssl.cnf');
    const sections = ['providers = b', '[b]', 'c = d', '[d]', 'module = /nonexistent.so', 'activate = 1'];
    fs.writeFileSync(config, ['nodejs_conf = a', '[a]', ...sections, ''].join('\n'));
    const bundle = [process.execPath, path.join(dist, 'shadowscan.cjs')];
    for (const [command, ...start] of [bundle, [path.join(dist, 'shadowscan-linux-x64')]]) {
      // What would load a library into Node must not reach into the binary.
      const env = start.length > 0 ? {} : { OPENSSL_CONF: config, NODE_OPTIONS: '--require=/nonexistent' };
      const given = { env, encoding: 'utf8' } as const;
      const { stdout, stderr, status } = spawnSync(command!, [...start, 'selftest'], given);
      expect([stderr, status]).toEqual(['', 0]);
      expect(stdout).toContain('selftest: ok');
    }
  });

  test.each(unheard)('the environment says %s, and the binary does not hear it', (name) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-deaf-'));
    const evil = path.join(folder, 'evil');
    const values = [evil, '1', '99', 'module,fs,tls,sea,compile_cache'];
    for (const value of values) {
      const args = ['scan', '--home', machine.home, '--platform', 'linux', '--format', 'json', '--exit-zero'];
      const given = { cwd: folder, env: { [name]: value }, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
      const { stderr, status } = spawnSync(path.join(dist, 'shadowscan-linux-x64'), args, given);
      expect([value, stderr, status]).toEqual([value, '', 0]);
      expect(fs.readdirSync(folder)).toEqual([]);
    }
    fs.rmSync(folder, { recursive: true });
  });

  test('code that lies in a folder of compiled code is not taken', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-deaf-'));
    const log = path.join(folder, 'trace');
    const env = { NODE_COMPILE_CACHE: path.join(folder, 'evil'), PATH: process.env['PATH'] };
    const strace = [
      '-f',
      '-e',
      'trace=%file',
      '-o',
      log,
      path.join(dist, 'shadowscan-linux-x64'),
      '--version',
    ];
    expect(spawnSync('strace', strace, { env, encoding: 'utf8' }).status).toBe(0);
    const traced = fs.readFileSync(log, 'utf8');
    expect(traced).toContain('shadowscan-linux-x64');
    expect(traced).not.toContain('evil');
    fs.rmSync(folder, { recursive: true });
  });

  test('an addon is unpacked where nobody else can write, whatever the environment says', () => {
    const hostile = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-hostile-'));
    fs.chmodSync(hostile, 0o777);
    const args = ['scan', '--home', machine.home, '--platform', 'linux', '--format', 'json', '--exit-zero'];
    const env = { TMPDIR: hostile, PATH: process.env['PATH'] };
    const before = fs.statSync(hostile).mtimeMs;
    const { stdout, status } = spawnSync(path.join(dist, 'shadowscan-linux-x64'), args, {
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    expect(status).toBe(0);
    const { run, facts } = Report.parse(JSON.parse(stdout));
    expect(run.sideEffects).toEqual(['unpacked a native addon to a temporary folder and removed it']);
    expect(facts.filter((fact) => fact.kind === 'gap' && fact.origin.path.endsWith('.vscdb'))).toEqual([]);
    expect(fs.statSync(hostile).mtimeMs).toBe(before);
    fs.rmdirSync(hostile);
  });

  test('two builds are the same bytes, and what lies beside a binary is about it', () => {
    const files = ['shadowscan-linux-x64', 'shadowscan-linux-x64.cdx.json', 'SHA256SUMS'];
    const digest = (name: string): string =>
      createHash('sha256')
        .update(fs.readFileSync(path.join(dist, name)))
        .digest('hex');
    const first = files.map(digest);
    expect(fs.readFileSync(path.join(dist, 'SHA256SUMS'), 'utf8')).toBe(
      [`${first[0]}  ${files[0]}`, `${first[1]}  ${files[1]}`, ''].join('\n'),
    );
    const bill = JSON.parse(fs.readFileSync(path.join(dist, files[1]!), 'utf8')) as {
      metadata: { component: { hashes: unknown } };
      components: { name: string; purl?: string }[];
    };
    expect(bill.metadata.component.hashes).toEqual([{ alg: 'SHA-256', content: first[0] }]);
    const names = bill.components.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['node', 'keytar.node', 'better-sqlite3', 'zod', 'micromatch']),
    );
    expect(names).not.toEqual(expect.arrayContaining(['esbuild']));
    // Whoever builds it, wherever they live.
    const env = { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'C', HOME: machine.folder };
    const again = ['-c', 'umask 077 && exec "$@"', 'sh', process.execPath];
    const built = spawnSync('sh', [...again, path.join(top, 'scripts', 'build.ts'), '--binary'], { env });
    expect(built.status).toBe(0);
    expect(files.map(digest)).toEqual(first);
  });

  test.skipIf(process.geteuid?.() !== 0)('the binary in an empty root', () => {
    const proof = path.join(top, 'scripts', 'proof', 'binary.sh');
    const { stdout, status } = spawnSync('bash', [proof, path.join(dist, 'shadowscan-linux-x64'), '3'], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n').filter((line) => line !== '' && !line.startsWith('ok'))).toEqual([]);
    expect(status).toBe(0);
  });

  test.skipIf(missing !== null)('exec gives a command its values from bundle and binary', async () => {
    const session = await startSession();
    try {
      await session.startKeyring();
      const config = path.join(session.home, 'mcp.json');
      fs.writeFileSync(config, 'exec --entry one');
      const argv = ['sh', '-c', 'cat; echo "$TOKEN $NODE_DEBUG"'];
      const binding = { config, pointer: '/a', command: commandDigest(argv) };
      const values = { TOKEN: 'value' };
      const entry = { id: 'one', kind: 'values', binding, values, createdAt: '2026-11-20T00:00:00.000Z' };
      const put = path.join(top, 'test', 'migrate', 'put-entries.ts');
      const input = JSON.stringify([entry]);
      expect(spawnSync(process.execPath, [put], { env: session.env, input }).status).toBe(0);
      const words = ['exec', '--entry', 'one', '--', ...argv];
      const bundle = [process.execPath, path.join(dist, 'shadowscan.cjs')];
      for (const [command, ...start] of [bundle, [path.join(dist, 'shadowscan-linux-x64')]]) {
        // What the binary does not hear itself is for the command all the same.
        const env = { ...session.bareEnv, NODE_DEBUG: 'none' };
        const given = { env, encoding: 'utf8', input: 'in\n' } as const;
        const { stdout, stderr, status } = spawnSync(command!, [...start, ...words], given);
        expect([stdout, stderr, status]).toEqual(['in\nvalue none\n', '', 0]);
        const other = spawnSync(command!, [...start, ...words, 'more'], given);
        expect([other.stdout, other.status]).toEqual(['', 2]);
        expect(other.stderr).toContain('sealed to another command');
        const help = spawnSync(command!, [...start, 'exec', '--help'], given);
        expect(help.stdout).toContain('Usage: shadowscan exec');
      }
    } finally {
      await session.end();
    }
  });

  test('the package has no dependency', () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(dist, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
    expect(manifest).toMatchObject({ name: 'shadowscan', bin: { shadowscan: 'shadowscan.cjs' } });
  });

  test('npm links it as a command', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-package-'));
    const npm = (...args: string[]) => spawnSync('npm', args, { encoding: 'utf8', cwd: folder });
    const packed = npm('pack', dist, '--silent').stdout.trim();
    expect(
      npm('install', '--offline', '--no-audit', '--no-fund', '-g', '--prefix', folder, `./${packed}`).status,
    ).toBe(0);
    const env = { PATH: path.dirname(process.execPath) };
    const said = spawnSync(path.join(folder, 'bin', 'shadowscan'), ['--version'], { encoding: 'utf8', env });
    expect([said.stdout, said.stderr]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+\n$/), '']);
    fs.rmSync(folder, { recursive: true });
  });
});
