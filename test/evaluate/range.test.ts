/** Version ranges over ecosystems: strict for approvals, wide for threats, and what moves. */
import { describe, expect, test } from 'vitest';
import { isRange, lies, liesWide, moves } from '../../src/identity/range.ts';

describe('strict', () => {
  test.each<[string, string, string, boolean | null]>([
    ['npm', '1.2.3', '^1', true],
    ['npm', 'v1.2.3', '1.2.3', true],
    ['npm', '1.2.3', '=1.2.3', true],
    ['npm', '2.0.0-rc.1', '>=1', false],
    ['npm', '2.0.0-rc.1', '>=2.0.0-rc.0', true],
    ['npm', 'latest', '*', null],
    ['npm', '1.2', '1.x', null],
    ['pypi', '1.2', '1.x', true],
    ['pypi', '1.2.0.0', '==1.2', true],
    ['pypi', '1.4.9', '~=1.4.2', true],
    ['pypi', '1.5.0', '~=1.4.2', false],
    ['pypi', '2025.08.21', '>=2025.8.1', true],
    ['nuget', '1.2.3.4', '>=1', null],
    ['nuget', '1.2.3.4', '1.2.3.4', true],
    ['npm', '2025.8.21', '>=0.6.2', false],
    ['npm', '2025.8.21', '<2.4.0 || >=2025.1.14 <=2026.8.31', true],
    ['npm', '2.4.0', '<2.4.0 || >=2025.1.14 <=2026.8.31', false],
    ['npm', '2025.8.21', '*', true],
    ['npm', `1.${'9'.repeat(400)}.0`, '*', null],
  ])('%s %s in %s: %s', (type, version, range, expected) => {
    expect(lies(type as 'npm', version, range)).toBe(expected);
  });
});

describe('wide', () => {
  test.each<[string, string, string, boolean]>([
    ['npm', '0.1.16-rc.1', '>=0.0.5 <0.1.16', true],
    ['npm', '0.1.16', '>=0.0.5 <0.1.16', false],
    ['npm', '0.6.2', '<2026.11.18', true],
    ['pypi', '2026.11.18', '<2026.11.18', false],
    ['pypi', '1.82.7.post1', '1.82.7 || 1.82.8', true],
    ['npm', '0.11.10', '0.10.10, 0.11.10', true],
    ['npm', '0.10.11', '0.10.10, 0.11.10', false],
    ['oci', 'sha256:00', '*', true],
    ['npm', 'anything', '*', true],
    ['npm', '2025.8.21', '>=1.0.16', false],
  ])('%s %s in %s: %s', (type, version, range, expected) => {
    expect(liesWide(type as 'npm', version, range)).toBe(expected);
  });
});

describe('what is not pinned', () => {
  test.each<[string | null, string, { all: boolean; newest: boolean; none: boolean }]>([
    [null, '*', { all: true, newest: true, none: false }],
    ['latest', '*', { all: true, newest: true, none: false }],
    [null, '>=1.0.16', { all: false, newest: true, none: false }],
    [null, '<2.0.0', { all: false, newest: false, none: false }],
    [null, '1.0.0 || 1.0.1', { all: false, newest: false, none: false }],
    [null, '<1.0.0 || >=3.0.0', { all: false, newest: true, none: false }],
    ['^1.0.0', '<2.0.0', { all: true, newest: false, none: false }],
    ['^1.0.0', '<1.5.0', { all: false, newest: false, none: false }],
    ['^2.0.0', '<2.0.0', { all: false, newest: false, none: true }],
    ['^1.0.0', '>=2.0.0', { all: false, newest: false, none: true }],
    ['^1.0.0', '>=1.0.16', { all: false, newest: true, none: false }],
    [`1${' || 1'.repeat(500)}`, '<2.0.0', { all: false, newest: false, none: false }],
  ])('%s against %s', (written, range, expected) => {
    expect(moves(written, range)).toEqual(expected);
  });
});

test('what is a range', () => {
  for (const text of ['1', '^1.2', '>=1,<2', '1.x || 2.x', '==1.2', '1.5.post1', '*'])
    expect([text, isRange(text)]).toEqual([text, true]);
  for (const text of ['latest', 'newest', '^^', '>= banana'])
    expect([text, isRange(text)]).toEqual([text, false]);
});
