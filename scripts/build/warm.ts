/**
 * Run by the build, with the Node that the binary will be: `warm.ts FOLDER MAIN ARGUMENTS...` runs the program
 * once with the arguments and keeps what V8 has compiled by then of each pack that has no cache yet. Node's
 * own code cache holds only what compiles before anything has run.
 */
import crypto from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Script } from 'node:vm';
import { packLoader } from './load-packs.ts';

// Bytecode notes what kinds of values it has met: an id or a moment must be the same in every build.
crypto.randomUUID = () => '00000000-0000-4000-8000-000000000000';
crypto.randomBytes = ((size: number) => Buffer.alloc(size)) as typeof crypto.randomBytes;
Date.now = () => Date.UTC(2026, 0, 1);
performance.now = () => 0;
process.hrtime.bigint = () => 0n;

const [node = '', , folder = '', main = '', ...args] = process.argv;
const file = path.join(path.dirname(folder), 'shadowscan.cjs');
const scripts = new Map<string, Script>();
process.argv = [node, file, ...args];
process.on('exit', () => {
  for (const [pack, script] of scripts) {
    const cache = path.join(folder, `${pack}.cache`);
    if (!existsSync(cache)) writeFileSync(cache, script.createCachedData());
  }
});
const read = (name: string): Buffer | null =>
  existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name)) : null;
packLoader(file, read, (pack, script) => scripts.set(pack, script))(main);
