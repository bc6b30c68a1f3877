/** Conditions over trees and facts, both ways. */
import { describe, expect, test } from 'vitest';
import type { Condition } from '../../src/model/predicate.ts';
import { decode } from '../../src/parse/decode.ts';
import { factValues, holds, treeValues } from '../../src/parse/predicate.ts';
import type { TextSteps } from '../../src/parse/select.ts';
import { fill } from '../../src/parse/template.ts';
import { steps } from './tree-text.ts';

const { tree } = decode(
  'json',
  Buffer.from(
    '{"s": "stdio", "n": 5, "d": " 12 ", "b": true, "z": null, "l": ["x", "y"], "e": [], "m": {"k": 1}, "t": "ftp://h"}',
  ),
);
const values = treeValues(tree ?? { type: 'list', items: [], at: null }, steps);
const meets = (path: string, condition: Condition): boolean => holds([{ [path]: condition }], values);

describe('one condition', () => {
  const cases: [string, Condition, boolean][] = [
    ['s', 'stdio', true],
    ['s', 'sse', false],
    ['s', ['sse', 'stdio'], true],
    ['s', [], false],
    ['n', 5, true],
    ['n', '5', false],
    ['b', true, true],
    ['b', false, false],
    ['z', null, true],
    ['absent', null, false],
    ['l.*', 'y', true],
    ['l.*', 'z', false],
    ['l', 'x', false],
    ['s', { not: 'sse' }, true],
    ['s', { not: 'stdio' }, false],
    ['s', { not: ['a', 'stdio'] }, false],
    ['absent', { not: 'x' }, true],
    ['l.*', { not: 'x' }, false],
    ['l.*', { not: 'z' }, true],
    ['s', { exists: true }, true],
    ['absent', { exists: true }, false],
    ['absent', { exists: false }, true],
    ['z', { exists: true }, true],
    ['z', { exists: false }, false],
    ['e.*', { exists: false }, true],
    ['t', { matches: '^ftp:' }, true],
    ['t', { matches: '^http:' }, false],
    ['n', { matches: '5' }, false],
    ['absent', { matches: '' }, false],
    ['n', { below: 6 }, true],
    ['n', { below: 5 }, false],
    ['d', { above: 11 }, true],
    ['d', { above: 12 }, false],
    ['s', { above: -1 }, false],
    ['s', { below: 1e9 }, false],
    ['b', { above: 0 }, false],
    ['z', { below: 1 }, false],
    ['absent', { below: 1 }, false],
    ['m', { type: 'map' }, true],
    ['l', { type: 'list' }, true],
    ['s', { type: 'text' }, true],
    ['n', { type: 'number' }, true],
    ['b', { type: 'boolean' }, true],
    ['z', { type: 'null' }, true],
    ['m', { type: 'list' }, false],
    ['l', { type: 'map' }, false],
    ['z', { type: 'map' }, false],
    ['absent', { type: 'null' }, false],
  ];
  test.each(cases)('%s %j: %s', (path, condition, expected) => {
    expect(meets(path, condition)).toBe(expected);
  });
});

test('all conditions of one predicate, or another predicate', () => {
  expect(holds([{ s: 'stdio', n: 5 }], values)).toBe(true);
  expect(holds([{ s: 'stdio', n: 6 }], values)).toBe(false);
  expect(holds([{ s: 'sse' }, { n: 5 }], values)).toBe(true);
  expect(holds([{ s: 'sse' }, { n: 6 }], values)).toBe(false);
  expect(holds([], values)).toBe(false);
  expect(holds([{}], values)).toBe(true);
});

test('texts are seen only as they may be shown', () => {
  const masked: TextSteps = { ...steps, show: () => '***' };
  const shown = treeValues(tree ?? { type: 'list', items: [], at: null }, masked);
  expect(holds([{ s: 'stdio' }], shown)).toBe(false);
  expect(shown('s')).toEqual(['***']);
  expect(shown('m')).toEqual([{}]);
  expect(shown('l')).toEqual([[]]);
});

test('bound names are known to the paths', () => {
  const bound = treeValues(tree ?? { type: 'list', items: [], at: null }, steps, { key: 's' });
  expect(holds([{ '<key>': 'stdio' }], bound)).toBe(true);
});

describe('facts', () => {
  const fact = {
    kind: 'server',
    package: { name: 'p', pinned: false },
    threats: [{ class: 'malicious' }, { class: 'archived' }],
    url: null,
    gone: undefined,
  };
  const of = factValues(fact);

  test('dotted paths, and every item', () => {
    expect(of('package.name')).toEqual(['p']);
    expect(of('threats.*.class')).toEqual(['malicious', 'archived']);
    expect(of('threats.1.class')).toEqual(['archived']);
    expect(of('url')).toEqual([null]);
    expect(of('url.host')).toEqual([]);
    expect(of('gone')).toEqual([]);
    expect(of('absent.x')).toEqual([]);
    expect(of('kind.length')).toEqual([]);
    expect(of('constructor')).toEqual([]);
    expect(of('__proto__')).toEqual([]);
  });

  test('conditions hold over them', () => {
    expect(holds([{ 'threats.*.class': ['malicious', 'compromised'], 'package.pinned': false }], of)).toBe(
      true,
    );
    expect(holds([{ 'threats.*.class': { not: 'malicious' } }], of)).toBe(false);
    expect(holds([{ threats: { type: 'list' }, package: { type: 'map' } }], of)).toBe(true);
  });
});

describe('templates', () => {
  test('names are replaced by what is bound', () => {
    expect(fill('~/{a}/x-{b_1}.{a}', { a: 'A', b_1: '' })).toBe('~/A/x-.A');
    expect(fill('plain', {})).toBe('plain');
    expect(fill('{a}', { a: '{b}$&' })).toBe('{b}$&');
    expect(fill('{ a } {} {1}', {})).toBe('{ a } {} {1}');
  });

  test('null when one is not bound, those of every object included', () => {
    expect(fill('{a}{b}', { a: 'x' })).toBeNull();
    expect(fill('{constructor}', {})).toBeNull();
    expect(fill('{__proto__}', {})).toBeNull();
  });
});
