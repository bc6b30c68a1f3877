/**
 * What a single binary begins with: the program inside it, with what V8 had compiled of it when it was built.
 * V8 compiles anew by itself when that does not fit.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { getRawAsset } from 'node:sea';
import { Script } from 'node:vm';

const cachedData = Buffer.from(getRawAsset('cache'));
const script = new Script(Buffer.from(getRawAsset('program')).toString('latin1'), {
  filename: 'shadowscan.cjs',
  cachedData,
});
const file = process.execPath;
script.runInThisContext()({}, createRequire(file), { exports: {} }, file, path.dirname(file));
