/**
 * `npm run build` makes `dist/`: the rules as one JSON file, and the program as one JavaScript file that
 * holds them. `npm run build:binary` makes a single binary for this machine's platform out of that file as
 * well. Nothing is fetched: Node and native addons are those of `node_modules`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rulesSource } from '../src/rules-source.ts';
import { version } from '../src/version.ts';
import { addonsOf, copyAddons } from './build/addons.ts';
import { buildBinary } from './build/binary.ts';
import { bundleModules } from './build/bundle.ts';
import { compilePacks } from './build/compile.ts';
import { makePacks } from './build/packs.ts';
import { bundleStart } from './build/starts.ts';

const project = path.join(import.meta.dirname, '..');
const dist = path.join(project, 'dist');

/** A program that cannot tell its own version is not delivered. */
function prove(command: string, args: string[]): void {
  const said = execFileSync(command, [...args, '--version'], { encoding: 'utf8' }).trim();
  if (said !== version)
    throw new Error(`${path.basename(command)} --version: expected ${version}, got ${said}`);
}

/** What would be published: the bundle and no dependency, least of all the Node that development runs on. */
function writePackage(): void {
  const { name, description, license } = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8'));
  const manifest = {
    name,
    version,
    description,
    license,
    bin: { [name]: 'shadowscan.cjs' },
    engines: { node: '>=22' },
    files: ['shadowscan.cjs', 'program', 'addons', 'rules.json'],
  };
  writeFileSync(path.join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of ['README.md', 'LICENSE']) copyFileSync(path.join(project, file), path.join(dist, file));
}

async function build(withBinary: boolean): Promise<void> {
  const rules = JSON.stringify(rulesSource());
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  writeFileSync(path.join(dist, 'rules.json'), `${rules}\n`);
  const offered = addonsOf(project, process.platform, process.arch);
  const start = path.join(project, '.build', 'start.cjs');
  const outfile = path.join(dist, 'shadowscan.cjs');
  const modules = await bundleModules({ project, rules, version, addons: offered });
  const used = modules.addons;
  const { packs, main } = await makePacks(project, modules);
  await bundleStart('start', start, main);
  await bundleStart('start-file', outfile, main);
  const program = compilePacks(project, packs, main, dist);
  copyAddons(used, path.join(dist, 'addons'));
  writePackage();
  prove(process.execPath, [outfile]);
  console.log(
    `dist/shadowscan.cjs ${version}, native addons: ${used.map((addon) => addon.name).join(', ') || 'none'}`,
  );
  if (!withBinary) return;
  const binary = await buildBinary({ project, start, program, dist, addons: used });
  prove(binary, []);
  console.log(path.relative(project, binary));
}

await build(process.argv.includes('--binary'));
