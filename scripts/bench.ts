/**
 * `npm run bench`: what a scan costs, as ratios against a reference in the same run. CPU time (user and
 * system) of whole processes, the least of interleaved rounds, so that a busy machine bends both alike.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { buildMachine } from '../test/fixture.ts';
import { printCorpus, printPatterns } from './bench/secrets.ts';
import { benchLarge } from './bench/large.ts';

const top = path.join(import.meta.dirname, '..');
const bundle = path.join(top, 'dist', 'shadowscan.cjs');
const rounds = 7;

/** CPU milliseconds of one run of a command; its output is thrown away. */
function cpu(command: string[]): number {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const timed = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time ${quoted} >/dev/null 2>&1`], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: os.tmpdir() },
  });
  const [user = 0, system = 0] = timed.stderr.trim().split(/\s+/).map(Number);
  return (user + system) * 1000;
}

/** The least, because whatever else the machine does can only add to it. */
const least = (values: number[]): number => Math.min(...values);

/** What is a folder for one tool and a file or link for another stays what it was first. */
function fits(from: string, to: string): boolean {
  const [own, there] = [from, to].map((one) => fs.lstatSync(one, { throwIfNoEntry: false }));
  return there === undefined || own?.isDirectory() === there.isDirectory();
}

/** One home that has every Linux fixture of the catalogue in it. */
function everything(): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-bench-'));
  for (const fixture of fs.globSync('test/tools/*/linux/fixture.yaml', { cwd: top })) {
    const machine = buildMachine(path.dirname(path.join(top, fixture)), 'linux');
    fs.cpSync(machine.home, home, { recursive: true, force: true, verbatimSymlinks: true, filter: fits });
    fs.rmSync(machine.folder, { recursive: true, force: true });
  }
  return home;
}

/** Files that a developer's home is full of, where no tool keeps anything. */
function fill(home: string, files: number): void {
  for (let at = 0; at < files; at += 1) {
    const folder = path.join(
      home,
      'code',
      `project-${Math.floor(at / 2000)}`,
      'node_modules',
      `package-${Math.floor(at / 20) % 100}`,
    );
    if (at % 20 === 0) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `file-${at % 20}.js`), '');
  }
}

const build = spawnSync(process.execPath, [path.join(top, 'scripts', 'build.ts')], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (build.status !== 0) process.exit(1);

const empty = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-bench-'));
const small = everything();
const large = everything();
fill(large, 200_000);
const scan = (home: string): string[] => [
  process.execPath,
  bundle,
  'scan',
  '--home',
  home,
  '--platform',
  'linux',
  '--format',
  'json',
  '--exit-zero',
];
const cases = {
  reference: [process.execPath, '-e', '0'],
  'start (--version)': [process.execPath, bundle, '--version'],
  'start (--help)': [process.execPath, bundle, '--help'],
  'scan, empty home': scan(empty),
  'scan, every fixture': scan(small),
  'scan, 200,000 more files': scan(large),
};
const times: Record<string, number[]> = {};
for (let round = 0; round < rounds; round += 1) {
  for (const [name, command] of Object.entries(cases)) (times[name] ??= []).push(cpu(command));
}
const reference = least(times['reference']!);
console.log(
  `load of the machine: ${os.loadavg()[0]!.toFixed(1)} for ${os.availableParallelism()} processors`,
);
console.log(`reference: node -e 0, ${reference.toFixed(0)} ms CPU, least of ${rounds}`);
for (const name of Object.keys(cases).slice(1)) {
  console.log(`${name.padEnd(28)} ${(least(times[name]!) / reference).toFixed(2)} x reference`);
}
const grown = least(times['scan, 200,000 more files']!) / least(times['scan, every fixture']!);
console.log(`${'large home against small'.padEnd(28)} ${grown.toFixed(2)} x`);
for (const home of [empty, small, large]) fs.rmSync(home, { recursive: true, force: true });
printCorpus();
printPatterns();

await benchLarge();
