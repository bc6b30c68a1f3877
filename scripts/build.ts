/**
 * `npm run build` makes `dist/`: the rules as one JSON file, and the program as a few JavaScript files that
 * are loaded when they are needed. `npm run build:binary` makes single binaries as well, for this machine's
 * platform or with `-- --target` for others, with digests and a bill of materials beside them. Nothing is
 * fetched but the Node of another platform, which the lockfile pins.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rulesSource } from '../src/rules-source.ts';
import { version } from '../src/version.ts';
import { type Addon, addonsOf, copyAddons, lackingAddons } from './build/addons.ts';
import { writeBill, writeSums } from './build/bill.ts';
import { buildBinary } from './build/binary.ts';
import { bundleModules } from './build/bundle.ts';
import { compilePacks } from './build/compile.ts';
import { makePacks } from './build/packs.ts';
import { type Target, hostTarget, namedTargets } from './build/platforms.ts';
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
    // With the built-in library that locks are made of.
    engines: { node: '>=22.13' },
    files: ['shadowscan.cjs', 'program', 'addons', 'rules.json'],
  };
  writeFileSync(path.join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const file of ['README.md', 'LICENSE']) copyFileSync(path.join(project, file), path.join(dist, file));
}

/** What a binary begins with, the program inside it, and the addons that it uses. */
type Inside = { start: string; program: string; addons: Addon[]; inputs: Set<string> };

/** The program for this machine, in `dist`, with what V8 has compiled of it. */
async function buildBundle(rules: string): Promise<Inside> {
  writeFileSync(path.join(dist, 'rules.json'), `${rules}\n`);
  const offered = addonsOf(project, process.platform, process.arch);
  const start = path.join(project, '.build', 'start.cjs');
  const outfile = path.join(dist, 'shadowscan.cjs');
  const modules = await bundleModules({ project, version, addons: offered });
  const { files, main, inputs } = await makePacks(project, modules, rules);
  await bundleStart('start', start, main);
  await bundleStart('start-file', outfile, main);
  const program = compilePacks(project, files, main, dist);
  copyAddons(modules.addons, path.join(dist, 'addons'));
  writePackage();
  prove(process.execPath, [outfile]);
  const names = modules.addons.map((addon) => addon.name).join(', ');
  console.log(`dist/shadowscan.cjs ${version}, native addons: ${names || 'none'}`);
  return { start, program, addons: modules.addons, inputs };
}

/** The program for another platform: with its addons, and without what V8 compiles here. */
async function buildInside({ name, platform, arch }: Target, rules: string): Promise<Inside> {
  const offered = addonsOf(project, platform, arch);
  for (const lacking of lackingAddons(offered))
    console.log(`${name}: nobody ships ${lacking.name} for it: ${lacking.without}`);
  const folder = path.join(project, '.build', name);
  const program = path.join(folder, 'program');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(program, { recursive: true });
  const modules = await bundleModules({ project, version, addons: offered });
  const { files, main, inputs } = await makePacks(project, modules, rules);
  const start = path.join(folder, 'start.cjs');
  await bundleStart('start', start, main);
  for (const [file, text] of files) writeFileSync(path.join(program, file), text);
  return { start, program, addons: modules.addons, inputs };
}

async function build(wanted: Target[]): Promise<void> {
  const rules = JSON.stringify(rulesSource());
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const own = await buildBundle(rules);
  const made: string[] = [];
  for (const target of wanted) {
    const isOwn = target.name === hostTarget()?.name;
    const inside = isOwn ? own : await buildInside(target, rules);
    const { file, node } = await buildBinary({ project, dist, target, ...inside });
    if (isOwn) prove(file, []);
    made.push(file, await writeBill({ project, version, binary: file, node, ...inside }));
    console.log(path.relative(project, file));
  }
  if (made.length > 0) writeSums(dist, made);
}

// Modes of the home that warms the caches decide what is compiled.
process.umask(0o022);
const { values } = parseArgs({ options: { binary: { type: 'boolean' }, target: { type: 'string' } } });
await build(values.binary ? namedTargets(values.target) : []);
