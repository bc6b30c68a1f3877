/** JSON5, and the tolerant reader behind it. */
import { expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { read, values } from './tree-text.ts';

test('unquoted keys, single quotes, comments and trailing commas, with places', () => {
  const text = "// head\n{\n  a: 'x', $b_1: \"y\",\n  /* c */ 'c-d': [1, 0x1F, ],\n}";
  expect(read('json5', text)).toBe(
    '{a@3:3: "x"@3:6, $b_1@3:11: "y"@3:17, c-d@4:11: [1@4:19, 31@4:22]@4:18}@2:1',
  );
});

test('duplicate keys are kept in order; numbers that are none become text', () => {
  expect(values('json5', '{a: 1, a: null, b: NaN, c: -Infinity, d: 9007199254740993, e: false}')).toBe(
    '{a: 1, a: null, b: "NaN", c: "-Infinity", d: "9007199254740993", e: false}',
  );
});

test('__proto__ is an ordinary key', () => {
  expect(values('json5', '{__proto__: {a: 1}}')).toBe('{__proto__: {a: 1}}');
});

test('a broken file yields what the tolerant reader takes, with its flaws', () => {
  expect(values('json5', '{a: \'x\', b: , "c": 1}')).toContain('{a: "x", c: 1} | malformed');
  expect(read('json5', "{a: 'x'")).toMatch(/^\{a@1:2: "x"@1:5\}@1:1 \| malformed/);
});

test('nothing is none, and no flaw', () => {
  expect(read('json5', ' \n')).toBe('none');
});

test('plain JSON that is too long for the strict parser is read in full', () => {
  const long = 'x'.repeat(limits.parsedChars);
  expect(values('json5', `{"a": "${long}", "b": 1}`)).toBe(`{a: "${long}", b: 1}`);
  expect(values('json5', `{"a": "${long}", b: 1}`)).toBe(`{a: "${long}", b: 1} | malformed`);
});

test('a file that ends with a backslash in a text ends', () => {
  expect(values('json5', "{a: 1, b: 'x\\")).toMatch(/^\{a: 1\} \| malformed/);
  expect(values('json5', '"\\')).toMatch(/\| malformed/);
});
