/**
 * Run by the build, with the Node that the binary will be: `warm.ts SCRIPT CACHE ARGUMENTS...` runs the
 * program once with the arguments and keeps what V8 has compiled by then, so that the binary starts with it.
 * Node's own code cache holds only what compiles before anything has run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const [node = '', , file = '', cache = '', ...args] = process.argv;
const script = new Script(readFileSync(file, 'latin1'), { filename: path.basename(file) });
process.argv = [node, file, ...args];
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, path.dirname(file));
