/** Which selectors are accepted, and what the others are told. */
import { expect, test } from 'vitest';
import { compileSelector } from '../../src/parse/selector.ts';

test.each([
  '.',
  'a',
  'a.b',
  '"a b".c',
  'a.{name}.*',
  '**.a',
  'a.**',
  'a.b[c=d]',
  'a[b="c d"][e=f]',
  'a.*[b=]',
  'a["x.y"=z]',
  '<workspace>.a',
  'a | json',
  'a|json|b.c',
  '. | lines | *',
  ' a | base64 | json | . ',
  'a | json.b',
  'a | "json"',
  'mcp-servers.@scope/pkg:x',
  'a.0',
  '**.a | json | **.b',
])('%s is one', (selector) => {
  expect(() => compileSelector(selector)).not.toThrow();
});

test('is compiled once', () => {
  expect(compileSelector('once.upon.{a}')).toBe(compileSelector('once.upon.{a}'));
});

test.each([
  ['', 1],
  ['a..b', 3],
  ['a.', 3],
  ['.a', 2],
  ['a b', 3],
  ['a.{1}', 3],
  ['a.{name', 3],
  ['a.{na me}', 3],
  ['mcp-{name}', 5],
  ['"a', 1],
  ['a."b', 3],
  ['a[b', 4],
  ['a[=b]', 3],
  ['a[b=c', 6],
  ['a[b="c]', 5],
  ['a]', 2],
  ['a |', 4],
  ['a | | b', 5],
  ['a | json b', 10],
  ['a*', 2],
  ['***', 3],
  ['**.a.**', 6],
  ['{a}.{a}', 5],
  ['a | json | {b}.{b}', 16],
])('%j is not: the column is %d', (selector, column) => {
  expect(() => compileSelector(selector)).toThrow(new RegExp(`^selector, column ${column}: [^\\n]+$`));
});
