/** The file that a forwarder reads: whose it may be, what is done with a torn line, and when it is set aside. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendWhole } from '../../src/host/append-file.ts';
import { limits } from '../../src/limits.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-drop-'));
  file = path.join(folder, 'events.ndjson');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const text = (name = file): string => fs.readFileSync(name, 'utf8');
const isRoot = process.getuid?.() === 0;

test('is made for its owner and group, and appended to', () => {
  expect(appendWhole(file, '{"a":1}\n')).toBeNull();
  expect(fs.statSync(file).mode & 0o137).toBe(0);
  expect(appendWhole(file, '{"b":2}\n')).toBeNull();
  expect(text()).toBe('{"a":1}\n{"b":2}\n');
});

describe('a file that is there', () => {
  beforeEach(() => fs.writeFileSync(file, 'old\n', { mode: 0o640 }));

  test.each([
    [0o600, null],
    [0o644, null],
    [0o660, 'others can write it; chmod go-w'],
    [0o646, 'others can write it; chmod go-w'],
  ])('of mode %o', (mode, says) => {
    fs.chmodSync(file, mode);
    expect(appendWhole(file, 'new\n')).toBe(says);
    expect(text()).toBe(says === null ? 'old\nnew\n' : 'old\n');
  });

  test('with another name', () => {
    fs.linkSync(file, path.join(folder, 'other'));
    expect(appendWhole(file, 'new\n')).toMatch(/has another name/);
    fs.unlinkSync(path.join(folder, 'other'));
    expect(appendWhole(file, 'new\n')).toBeNull();
    expect(text()).toBe('old\nnew\n');
  });

  test('that is a link, or a folder', () => {
    fs.symlinkSync(file, path.join(folder, 'link'));
    expect(appendWhole(path.join(folder, 'link'), 'new\n')).toBe('it is no plain file');
    expect(appendWhole(folder, 'new\n')).toBe('it is no plain file');
    expect(text()).toBe('old\n');
  });

  test.skipIf(!isRoot)("is somebody else's", () => {
    fs.chownSync(file, 1234, 1234);
    expect(appendWhole(file, 'new\n')).toBe('it must belong to root');
    expect(text()).toBe('old\n');
  });

  test.each([
    ['old', 'old\nnew\n'],
    ['old\n', 'old\nnew\n'],
    ['old\n{"half":', 'old\n{"half":\nnew\n'],
    ['', 'new\n'],
  ])('that ends with %j', (before, after) => {
    fs.writeFileSync(file, before);
    expect(appendWhole(file, 'new\n')).toBeNull();
    expect(text()).toBe(after);
  });
});

describe('a folder', () => {
  test('that others can write', () => {
    fs.chmodSync(folder, 0o777);
    expect(appendWhole(file, 'new\n')).toBe(`it lies in ${folder}, which others can write`);
    expect(fs.existsSync(file)).toBe(false);
  });

  test('that all can put files into: our own there is one, another is none', () => {
    fs.chmodSync(folder, 0o1777);
    expect(appendWhole(file, 'one\n')).toBeNull();
    expect(appendWhole(file, 'two\n')).toBeNull();
    expect(text()).toBe('one\ntwo\n');
    if (!isRoot) return;
    fs.chownSync(file, 1234, 1234);
    expect(appendWhole(file, 'three\n')).toBe('it must belong to root');
    expect(text()).toBe('one\ntwo\n');
  });

  test('that is not there', () => {
    expect(appendWhole(path.join(folder, 'none', 'x'), 'new\n')).toBe('it cannot be written (ENOENT)');
  });
});

test('one that has grown large is set aside, and a new one is begun', () => {
  fs.writeFileSync(file, '', { mode: 0o640 });
  fs.truncateSync(file, limits.dropBytes);
  expect(appendWhole(file, 'new\n')).toBeNull();
  expect(text()).toBe('new\n');
  expect(fs.statSync(`${file}.1`).size).toBe(limits.dropBytes);
});
