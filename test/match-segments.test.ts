/** Plain globs mean what they mean to the library that matches all others. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fastGlob from 'fast-glob';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPlain, matchSegments } from '../src/host/match-segments.ts';

let folder: string;
const names = [
  'a',
  'ab',
  'a.json',
  '.a',
  '.a.json',
  'A',
  'x y',
  'f(1)',
  'b[c]',
  'new\nline',
  'é',
  '-',
  'a+b',
  '$x',
];

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-'));
  for (const top of ['one', '.two', 'f(1)', 'b[c]', 'empty', 'deep/er']) {
    fs.mkdirSync(path.join(folder, top), { recursive: true });
    if (top === 'empty') continue;
    for (const name of names) fs.writeFileSync(path.join(folder, top, name), '');
  }
  fs.symlinkSync('one', path.join(folder, 'link'));
  fs.symlinkSync('nothing', path.join(folder, 'dangling'));
  fs.symlinkSync('a', path.join(folder, 'one', 'linked'));
  fs.symlinkSync('..', path.join(folder, 'one', 'up'));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test.each([
  '*',
  '*/*',
  '*/*/*',
  'one/*',
  '*/a',
  '*/a.json',
  '*/*.json',
  '.*',
  '.*/.a*',
  '*/a?',
  '?',
  '*/?',
  '*/a*b',
  'f\\(1\\)/*',
  'b\\[c\\]/a',
  '*/f\\(1\\)',
  '*/new*',
  '*/a\\+b',
  '*/$x',
  'link/*',
  'dangling/*',
  'dang*',
  'missing/*',
  'deep/*/a',
  'one/up/*',
  '*o*/*.*',
])('%s', (glob) => {
  expect(isPlain(glob)).toBe(true);
  const library = fastGlob.sync(glob, {
    cwd: folder,
    dot: true,
    onlyFiles: false,
    followSymbolicLinks: true,
    throwErrorOnBrokenSymbolicLink: false,
    suppressErrors: true,
  });
  const files = {
    statSync: fs.statSync,
    readdirSync: (target: string, options: { withFileTypes: true }) => {
      try {
        return fs.readdirSync(target, options);
      } catch {
        return [];
      }
    },
  };
  expect(matchSegments(folder, glob, files).toSorted()).toEqual(library.toSorted());
});

test.each(['**', '**/a', 'a**', '{a,b}', '[ab]', '@(a)', '!(a)', '+(a)', 'a/', '/a', './a', '', '\\'])(
  '%s is left to the library',
  (glob) => expect(isPlain(glob)).toBe(false),
);
