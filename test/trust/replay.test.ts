/** Which of two versions of a list is older, and what is refused by that. */
import { expect, test } from 'vitest';
import { compareVersions, memoryKey, remembering, replayed } from '../../src/allowlist/replay.ts';

test('versions are compared number by number', () => {
  for (const [older, newer] of [
    ['9', '10'],
    ['1.9', '1.10'],
    ['1.0', '1.0.1'],
    ['1.0-beta', '1.0'],
    ['1.0-alpha', '1.0-beta'],
    ['2026-11-20', '2026-12-01'],
    ['2026-11-20T09:00:00Z', '2026-11-20T10:00:00Z'],
    ['', '1'],
  ] as const) {
    expect([older, newer, compareVersions(older, newer) < 0]).toEqual([older, newer, true]);
    expect([newer, older, compareVersions(newer, older) > 0]).toEqual([newer, older, true]);
  }
  for (const [one, other] of [
    ['1', '1'],
    ['01', '1'],
    ['v1.2', 'v1-2'],
  ] as const)
    expect(compareVersions(one, other)).toBe(0);
});

test('the memory only rises, and a signed list is not held back by an unsigned one of its name', () => {
  const signed = memoryKey('Ours', '/list.yaml', true);
  const unsigned = memoryKey('Ours', '/list.yaml', false);
  const memory = remembering(remembering({}, signed, '3'), unsigned, '99');
  expect(replayed(memory, signed, '2')).toBe('3');
  expect(replayed(memory, signed, '3')).toBeNull();
  expect(replayed(memory, signed, '4')).toBeNull();
  expect(remembering(memory, signed, '2')).toEqual(memory);
  expect(replayed(remembering(memory, signed, '4'), signed, '3')).toBe('4');
  expect(replayed(memory, memoryKey('Other', '/list.yaml', true), '1')).toBeNull();
});
