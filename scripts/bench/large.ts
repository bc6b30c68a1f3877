/**
 * The part of the bench that is about large texts: how fast transcripts are searched, against ripgrep with the
 * literals and with the patterns in the same run (where it is installed), whether memory stays flat, and what
 * hostile texts cost.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadRules } from '../../src/cli/load.ts';
import { createSecrets } from '../../src/secrets/engine.ts';
import { writeTranscript } from './transcripts.ts';

type Measured = { found: number; cpu: number; wall: number; memory: number; grown: number };
type Shape = { anchors: string[]; names: string[]; pattern: string; matches: string[] };

const rounds = 5;
const megabytes = 205;
/** Of which ripgrep gets with patterns, which take it long. */
const patternMegabytes = 50;
const least = (values: number[]): number => Math.min(...values);

function readLarge(file: string, threads: 1 | 2): Measured {
  const script = path.join(import.meta.dirname, 'read-large.ts');
  const { stdout } = spawnSync(process.execPath, [script, file, String(threads)], { encoding: 'utf8' });
  return JSON.parse(stdout) as Measured;
}

/**
 * CPU seconds of ripgrep on one thread; null where it is not there or does not come to an end. Throws where it
 * does not take the patterns, since that must not pass for slowness.
 */
function ripgrep(args: string[], seconds: number): number | null {
  const quoted = ['rg', '-j1', '-c', '-a', '--no-config', ...args].map((word) => `'${word}'`).join(' ');
  const timed = spawnSync(
    'bash',
    ['-c', `TIMEFORMAT='%U %S'; time timeout ${seconds} ${quoted} >/dev/null`],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    },
  );
  if (/error/.test(timed.stderr)) throw new Error(`ripgrep: ${timed.stderr.slice(-200)}`);
  const words = timed.stderr.trim().split('\n').at(-1)!.split(/\s+/).map(Number);
  return timed.status === 0 && words.length === 2 ? words[0]! + words[1]! : null;
}

/** A pattern as ripgrep takes it: without what looks around, and with no escape that means nothing. */
const forRipgrep = (pattern: string): string => withoutLooks(pattern).replace(/\\(['"`])/g, '$1');

function withoutLooks(pattern: string): string {
  const start = pattern.search(/\(\?<?[=!]/);
  if (start < 0) return pattern;
  let depth = 0;
  let inClass = false;
  for (let at = start; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') inClass = true;
    else if (char === '(') depth += 1;
    else if (char === ')' && (depth -= 1) === 0)
      return withoutLooks(pattern.slice(0, start) + pattern.slice(at + 1));
  }
  return pattern;
}

function timeOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

const rate = (size: number, seconds: number): string => `${(size / seconds).toFixed(0)} MB/s`;
const line = (name: string, text: string): void => console.log(`${name.padEnd(34)} ${text}`);

function speed(folder: string, shapes: Shape[]): void {
  const file = path.join(folder, 'transcript.jsonl');
  const planted = writeTranscript(file, megabytes, shapes);
  const literals = path.join(folder, 'literals');
  const long = new Set(shapes.flatMap(({ anchors }) => anchors).filter((anchor) => anchor.length >= 4));
  fs.writeFileSync(literals, [...long].join('\n'));
  const small = path.join(folder, 'small.jsonl');
  writeTranscript(small, patternMegabytes, shapes);
  const [one, two, fixed]: [Measured[], Measured[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    one.push(readLarge(file, 1));
    two.push(readLarge(file, 2));
    const cpu = ripgrep(['-F', '-f', literals, file], 60);
    if (cpu !== null) fixed.push(cpu);
  }
  const [single, double] = [least(one.map(({ cpu }) => cpu)), least(two.map(({ wall }) => wall))];
  line(`large text, ${megabytes} MB`, `${one[0]!.found} places of ${planted} planted lines`);
  line('  one thread', `${rate(megabytes, single / 1000)} of CPU`);
  const load = `load ${os.loadavg()[0]!.toFixed(1)} for ${os.availableParallelism()} processors`;
  line('  two threads', `${rate(megabytes, double / 1000)} of wall, start of the second included; ${load}`);
  if (fixed.length === 0) {
    line('  ripgrep', 'not installed');
    return;
  }
  const literal = megabytes / least(fixed);
  line('  rg -F, literals of 4 and more', `${literal.toFixed(0)} MB/s of CPU`);
  const ours = megabytes / (single / 1000);
  line('  one thread / rg -F', `${(ours / literal).toFixed(2)} by CPU`);
  line('  two threads / rg -F', `${(megabytes / (double / 1000) / literal).toFixed(2)} by wall (aim: 0.42)`);
  line('  two cores / rg -F', `${((2 * ours) / literal).toFixed(2)} by CPU (aim: 0.42)`);
  againstPatterns(folder, small, shapes, 2 * ours);
}

/** Ripgrep with all patterns, and with those that it finds by literals of four letters and more. */
function againstPatterns(folder: string, file: string, shapes: Shape[], ours: number): void {
  const easy = shapes.filter(({ anchors }) => anchors.every((anchor) => anchor.length >= 4));
  for (const some of [shapes, easy]) {
    const patterns = path.join(folder, 'patterns');
    fs.writeFileSync(patterns, some.map(({ pattern }) => forRipgrep(pattern)).join('\n'));
    const seconds = ripgrep(['-f', patterns, file], 100);
    const theirs = seconds === null ? null : patternMegabytes / seconds;
    const told =
      theirs === null
        ? 'no end in 100 s'
        : `${theirs.toFixed(1)} MB/s of CPU; two cores / rg ${(ours / theirs).toFixed(1)} by CPU`;
    line(
      `  rg, ${some.length} of ${shapes.length} patterns`,
      `${told}${some === shapes ? ' (aim: 6.5)' : ''}`,
    );
  }
}

function memory(folder: string, shapes: Shape[]): void {
  const sizes = [50, 400].map((size) => {
    const file = path.join(folder, `memory-${size}.jsonl`);
    writeTranscript(file, size, shapes);
    const { memory: peak } = readLarge(file, 1);
    const { memory: both } = readLarge(file, 2);
    fs.rmSync(file);
    return { size, peak, both };
  });
  const [small, large] = [sizes[0]!, sizes.at(-1)!];
  const growth = (large.both / small.both).toFixed(2);
  line('peak memory', `${growth} x for ${large.size / small.size} x the text`);
  for (const { size, peak, both } of sizes)
    line(`  of ${size} MB`, `${peak.toFixed(0)} MB alone, ${both.toFixed(0)} MB as a scan does`);
}

/** Texts of 1 MB that are nothing but beginnings. */
function hostile(folder: string, shapes: Shape[], scan: (chunk: Buffer) => unknown): void {
  const units = shapes
    .flatMap(({ anchors }) => anchors)
    .concat([
      'a',
      ' ',
      '\n',
      '=',
      ':',
      '://',
      '://a:b@',
      'password=',
      'PASSWORD="',
      '"',
      '\\"',
      'Bearer ',
      'x=y',
      'é',
      'A1',
      '-----BEGIN ',
    ]);
  const times = units.map((unit) => {
    const text = Buffer.from(unit.repeat(Math.ceil(1_000_000 / unit.length)).slice(0, 1_000_000));
    const part = timeOf(() => scan(text.subarray(0, 250_000)));
    const ms = timeOf(() => scan(text));
    return { unit, ms, growth: ms / part };
  });
  const file = path.join(folder, 'plain.jsonl');
  writeTranscript(file, 1, shapes);
  const plain = fs.readFileSync(file);
  const reference = least(Array.from({ length: 20 }, () => timeOf(() => scan(plain))));
  const worst = times.toSorted((a, b) => b.ms - a.ms).slice(0, 3);
  const told = worst
    .map(({ unit, ms, growth }) => {
      const times = `${(ms / reference).toFixed(0)} x a transcript`;
      return `${JSON.stringify(unit)} ${times}, ${growth.toFixed(1)} x for 4 x the text`;
    })
    .join('; ');
  line(`hostile texts of 1 MB (${units.length})`, `slowest: ${told}`);
}

/** Measures and prints. */
export async function benchLarge(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-bench-'));
  const rules = await loadRules();
  const shapes = rules.secrets.filter(({ names }) => names.length === 0);
  const scan = createSecrets(rules, null).bulk('bench');
  try {
    speed(folder, shapes);
    memory(folder, shapes);
    hostile(folder, shapes, (chunk) => scan(chunk, { start: 0, end: chunk.length }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await benchLarge();
