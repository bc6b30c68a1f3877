/** Recipes: what they expand to, and that they do so again. */
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { expand } from './recipe.ts';

test.each([
  ['{h40}', /^[0-9a-f]{40}$/],
  ['{H8}', /^[0-9A-F]{8}$/],
  ['{a36}', /^[0-9A-Za-z]{36}$/],
  ['{w20}', /^[\w-]{20}$/],
  ['{d12}', /^\d{12}$/],
  ['{u9}', /^[0-9A-Z]{9}$/],
  ['{l7}', /^[0-9a-z]{7}$/],
  ['{A34}', /^[A-Za-z]{34}$/],
  ['{b40}', /^[0-9A-Za-z+/]{40}$/],
  ['{B52}', /^[a-z2-7]{52}$/],
  ['{B32U16}', /^[A-Z2-7]{16}$/],
  ['{bech58}', /^[02-9AC-HJ-NP-Z]{58}$/],
  ['{U}', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ['x-{a2}-{d2}!', /^x-[0-9A-Za-z]{2}-\d{2}!$/],
  ['{unknown}', /^\{unknown\}$/],
  ['{n12}', /^1234567890ab$/],
  ['{ghpat}', /^github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}$/],
  ['{glroute}', /^glpat-[\w-]{44}\.01\.[0-9a-z]{9}$/],
  ['{vercel}', /^vcp_[0-9A-Za-z]{56}$/],
  ['{b64userpass}', /^[0-9A-Za-z+/]+=*$/],
  ['{jwt}', /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{43}$/],
])('%s', (recipe, expected) => {
  expect(expand(recipe)).toMatch(expected);
  expect(expand(recipe)).toBe(expand(recipe, 1));
  if (/^\{[a-mo-zA-Z]\d\d\}$/.test(recipe)) expect(expand(recipe, 2)).not.toBe(expand(recipe, 1));
});

test('a checksum belongs to its body', () => {
  const text = expand('{crc30}');
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const value = Array.from(text.slice(30)).reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0);
  expect(text).toHaveLength(36);
  expect(value).toBe(crc32(text.slice(0, 30)));
});
