/**
 * A single binary: a platform's own Node executable with the program and its native addons inside. pkg's
 * single-file mode is called directly, since its command line does not pass on Node's settings for single
 * executables; nothing of pkg runs in the binary. pkg finds the executable where it keeps its downloads, so
 * that it fetches nothing.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Addon } from './addons.ts';
import { deafen } from './deaf.ts';
import { nodeOf } from './node-of.ts';
import { type Target, sameBlob } from './platforms.ts';
import { signed } from './sign-mach-o.ts';

export type Binary = {
  project: string;
  target: Target;
  /** What the executable begins with. */
  start: string;
  /** Folder of the program's files. */
  program: string;
  dist: string;
  addons: Addon[];
};

/** pkg's own type leaves out settings of Node that it passes on all the same. */
type Pkg = { default(entry: string, options: Record<string, unknown>): Promise<void> };

const fuse = (value: 0 | 1): string => `NODE_SEA_${'FUSE'}_fce680ab2cc467b6e072b8b5df1996b2:${value}`;

/** Puts an executable, deafened, where pkg looks for what it has downloaded, in a home of its own. Returns the home. */
function asDownloaded(binary: Binary, node: string, version: string): string {
  const { os, platform, arch } = binary.target;
  const home = path.join(binary.project, '.build', 'pkg');
  const folder = path.join(home, '.pkg-cache', 'sea');
  rmSync(home, { recursive: true, force: true });
  const name = `node-v${version}-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const archive = path.join(folder, `${name}${os === 'windows' ? '.zip' : '.tar.gz'}`);
  const file = os === 'windows' ? path.join(folder, `${name}.exe`) : path.join(folder, name, 'bin', 'node');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, deafen(readFileSync(node)), { mode: 0o755 });
  // pkg writes the blob with it, and a Mac runs nothing without a signature that fits.
  if (process.platform === 'darwin' && platform === 'darwin')
    execFileSync('codesign', ['--force', '--sign', '-', file], { stdio: 'ignore' });
  for (const one of [archive, `${archive}.ok`, `${file}.ok`]) writeFileSync(one, '');
  return home;
}

/** Runs `make` with another home of this process, which is where pkg looks. */
async function withHome(home: string, make: () => Promise<void>): Promise<void> {
  const names = ['HOME', 'USERPROFILE'] as const;
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = home;
  try {
    await make();
  } finally {
    names.forEach((name, at) => {
      if (before[at] === undefined) delete process.env[name];
      else process.env[name] = before[at];
    });
    rmSync(home, { recursive: true, force: true });
  }
}

/** What was made must hold what it was made of: the blob, switched on, with each addon whole. */
function proveInside(output: string, addons: Addon[]): void {
  const bytes = readFileSync(output);
  const flaws = [
    ...(bytes.includes(fuse(1)) && !bytes.includes(fuse(0)) ? [] : ['the program inside is not switched on']),
    ...addons
      .filter(({ file }) => !bytes.includes(readFileSync(file)))
      .map(({ name }) => `${name} is missing`),
  ];
  if (flaws.length > 0) throw new Error(`${path.basename(output)}: ${flaws.join('; ')}`);
}

/** Builds the binary of one platform. Returns its path and the version of the Node in it. */
export async function buildBinary(binary: Binary): Promise<{ file: string; node: string }> {
  const { project, target, dist } = binary;
  const output = path.join(dist, `shadowscan-${target.name}${target.suffix}`);
  const node = nodeOf(project, target);
  if (`v${node.version}` !== process.version && !sameBlob.includes(node.version))
    throw new Error(
      `${target.package} is Node ${node.version}, this is ${process.version}: a blob of one may not fit the other`,
    );
  const addons = Object.fromEntries(binary.addons.map((addon) => [addon.name, addon.file]));
  const program = Object.fromEntries(
    readdirSync(binary.program).map((name) => [name, path.join(binary.program, name)]),
  );
  const { default: sea } = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js') as Pkg;
  // The blob is written by the Node that this runs on, so pkg is told its version.
  const version = process.versions.node;
  const platform = target.os === 'windows' ? 'win' : target.os;
  await withHome(asDownloaded(binary, node.file, version), () =>
    sea(binary.start, {
      targets: [{ nodeRange: `node${version}`, platform, arch: target.arch, output }],
      // Ours is made below, on every system and with the same bytes.
      signature: false,
      seaConfig: {
        // Its path becomes part of the binary. pkg asks for it when it has changed to a folder of its own.
        get main() {
          copyFileSync(binary.start, 'start.cjs');
          return 'start.cjs';
        },
        disableExperimentalSEAWarning: true,
        useSnapshot: false,
        // Its bytes differ from run to run, and a few lines are all that it could hold: the program's own
        // caches are among the assets.
        useCodeCache: false,
        // The scanner does what its arguments say: NODE_OPTIONS of whoever starts it does not count.
        execArgvExtension: 'none',
        execArgv: [
          // Nor does OPENSSL_CONF, by which OpenSSL would load libraries of its choice.
          `--openssl-config=${target.os === 'windows' ? 'NUL' : '/dev/null'}`,
          // What is young stays small, and V8 starts no threads: a quarter less memory, and one core. Neither
          // is a flag that caches depend on.
          '--max-semi-space-size=1',
          '--v8-pool-size=0',
        ],
        assets: { ...program, ...addons, start: binary.start },
      },
    }),
  );
  if (target.os === 'macos')
    writeFileSync(output, signed(readFileSync(output), 'shadowscan'), { mode: 0o755 });
  proveInside(output, binary.addons);
  return { file: output, node: node.version };
}
