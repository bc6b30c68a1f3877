/** Waivers: findings are marked and not dropped, and come back when a waiver ends. */
import { describe, expect, test } from 'vitest';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { waive } from '../../src/allowlist/waive.ts';
import type { Finding } from '../../src/model/report.ts';

const print = 'ab'.repeat(16);
const finding = (part: Partial<Finding> = {}): Finding => ({
  id: 'finding:1',
  check: 'package-unpinned',
  severity: 'high',
  confidence: 'high',
  title: 'A title',
  message: 'Something is.',
  fact: 'server:1',
  tools: ['some-agent'],
  user: 'alice',
  origin: { path: '~/.agent/mcp.json' },
  evidence: {},
  remedy: '',
  references: [],
  frameworks: {},
  fingerprint: print,
  state: 'open',
  ...part,
});

type Part = Record<string, unknown>;
const plain = { reason: 'a test machine', owner: 'sec@example.com', expires: '2026-12-31' };
function waived(waiver: Part, one = finding(), host = 'laptop-7'): Finding {
  const text = JSON.stringify({
    version: 1,
    name: 't',
    waivers: [{ check: 'package-unpinned', ...plain, ...waiver }],
  });
  const { waivers } = parseAllowlist(Buffer.from(text), 'list.json');
  const given = { now: new Date('2026-11-20T12:00:00Z'), host, place: (path: string) => path };
  return waive([one], waivers, given)[0]!;
}
const isWaived = (...args: Parameters<typeof waived>): boolean => waived(...args).waiver !== undefined;

test('by check and fingerprint', () => {
  expect(waived({ fingerprint: print })).toEqual({ ...finding(), waiver: plain });
  expect(isWaived({ fingerprint: 'ac'.repeat(16) })).toBe(false);
  expect(isWaived({ fingerprint: print, check: 'package-*' })).toBe(true);
  expect(isWaived({ fingerprint: print, check: 'server-denied' })).toBe(false);
});

describe('by check and place', () => {
  test.each<[string, string, boolean]>([
    ['~/.agent/mcp.json', '~/.agent/mcp.json', true],
    ['~/.agent/*.json', '~/.agent/mcp.json', true],
    ['~/*/mcp.json', '~/.agent/mcp.json', true],
    ['~/*', '~/.agent/mcp.json', false],
    ['~/**', '~/.agent/mcp.json', true],
    ['~/**/mcp.json', '~/a/b/c/mcp.json', true],
    ['~/**/mcp.json', '~/mcp.json', true],
    ['~/**/b/**/mcp.json', '~/a/b/c/d/mcp.json', true],
    ['~/**/x/**/mcp.json', '~/a/b/c/d/mcp.json', false],
    ['~/lab/**', '~/laboratory/mcp.json', false],
    ['/etc/**', '~/.agent/mcp.json', false],
    ['C:\\Tools\\*.json', 'c:/tools/mcp.json', true],
  ])('%s and %s: %s', (place, path, expected) => {
    expect(isWaived({ place }, finding({ origin: { path } }))).toBe(expected);
  });

  test('a pattern made to be slow is not', () => {
    const path = `~/${'a/'.repeat(400)}b`;
    expect(isWaived({ place: `${'**/a/'.repeat(400)}c` }, finding({ origin: { path } }))).toBe(false);
  });
});

test('for users and hosts', () => {
  expect(isWaived({ fingerprint: print, users: ['bob'] })).toBe(false);
  expect(isWaived({ fingerprint: print, users: ['alice'], hosts: ['laptop-*'] })).toBe(true);
  expect(isWaived({ fingerprint: print, hosts: ['build-*'] })).toBe(false);
});

test('one that has ended brings the finding back and says so', () => {
  const ended = waived({ fingerprint: print, expires: '2026-11-19' });
  expect(ended.waiver).toBeUndefined();
  expect(ended.expiredWaiver).toEqual({ ...plain, expires: '2026-11-19' });
  expect(ended.message).toBe('Something is. The waiver by sec@example.com ended on 2026-11-19.');
  expect(isWaived({ fingerprint: print, expires: '2026-11-20' })).toBe(true);
});

test.each<[Part, RegExp]>([
  [{ fingerprint: print, reason: undefined }, /list\.json:1:\d+: "waivers\[0\]\.reason" is missing; add it/],
  [{ fingerprint: print, owner: undefined }, /"waivers\[0\]\.owner" is missing/],
  [{ fingerprint: print, expires: undefined }, /"waivers\[0\]\.expires" is missing/],
  [{ fingerprint: print, expires: '2027-02-30' }, /waivers\[0\]\.expires: there is no such date/],
  [{ fingerprint: 'xyz' }, /expected the 32 hex digits of a finding/],
  [{}, /expected exactly one of fingerprint, place/],
  [{ fingerprint: print, place: '~/x' }, /expected exactly one of fingerprint, place/],
])('%j is refused', (waiver, message) => {
  expect(() => waived(waiver)).toThrow(message);
});
