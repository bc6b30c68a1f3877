/**
 * What the bundle begins with: the program beside it, with what V8 had compiled of it when it was built. With
 * another Node, V8 finds that it does not fit and compiles anew.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

const file = path.join(__dirname, 'shadowscan.program.js');
const cachedData = readFileSync(path.join(__dirname, 'shadowscan.cache'));
const script = new Script(readFileSync(file, 'latin1'), { filename: path.basename(file), cachedData });
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, __dirname);
