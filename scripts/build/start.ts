/**
 * What a single binary begins with: the program inside it, with what V8 had compiled of it when it was built.
 * V8 compiles anew by itself when that does not fit. `exec` has a program of its own, as in `start-file.ts`.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';
import { isExec } from '../../src/cli/is-exec.ts';

const exec = isExec(process.argv.slice(2));
const cachedData = exec ? undefined : Buffer.from(getRawAsset('cache'));
const script = new Script(Buffer.from(getRawAsset(exec ? 'exec' : 'program')).toString('latin1'), {
  filename: exec ? 'shadowscan.exec.cjs' : 'shadowscan.cjs',
  cachedData,
});
const file = process.execPath;
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, path.dirname(file));
