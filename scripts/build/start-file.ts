/**
 * What the bundle begins with: the program beside it, with what V8 had compiled of it when it was built. With
 * another Node, V8 finds that it does not fit and compiles anew. `exec` has a file of its own, which is small
 * enough to be compiled each time.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';
import { isExec } from '../../src/cli/is-exec.ts';

const exec = isExec(process.argv.slice(2));
const file = path.join(__dirname, exec ? 'shadowscan.exec.js' : 'shadowscan.program.js');
const cachedData = exec ? undefined : readFileSync(path.join(__dirname, 'shadowscan.cache'));
const script = new Script(readFileSync(file, 'latin1'), { filename: path.basename(file), cachedData });
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, __dirname);
