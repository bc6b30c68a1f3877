/** The compiled search in bytes finds what the one in JavaScript finds, in the same order. */
import { describe, expect, test } from 'vitest';
import { createByteSearch } from '../../src/secrets/bulk/byte-search.ts';
import { createContext } from '../../src/secrets/bulk/context.ts';
import { createKernel } from '../../src/secrets/bulk/kernel.ts';
import { createNeedles } from '../../src/secrets/bulk/needles.ts';
import { bits, classOf, isMade } from '../../src/secrets/bulk/runs.ts';
import { createNames } from '../../src/secrets/names.ts';
import { expand } from '../recipe.ts';
import { shapes, words as secretWords } from './kit.ts';

const words = ['PRIVATE KEY', 'curl ', 'mysql', 'password', 'Password', 'fo1_', 'machine '];
const needles = createNeedles(shapes.filter(({ names }) => names.length === 0));
const context = createContext(secretWords, createNames(secretWords));
const tables = {
  around: context.around,
  endings: context.endings,
  anchors: needles.anchors,
  words,
};
const compiled = createByteSearch(tables);
const plain = createByteSearch(tables, 'plain');

type Search = typeof plain;

/** The runs of a text that something is made of. */
function told(search: Search, text: string): string[] {
  const bytes = Buffer.from(text);
  const all: string[] = [];
  search.runs(bytes, (start, end, seen) => {
    const known = (seen & bits.anchor) !== 0 && isMade(seen) && needles.inRun(bytes, start, end);
    const named = context.matters(bytes, start, end, seen);
    if (known || named) all.push(`${start}-${end} ${seen & ~bits.anchor} ${known} ${named}`);
  });
  search.wipe();
  return all;
}

function wordsIn(search: Search, text: string): string[] {
  const all: string[] = [];
  search.words(Buffer.from(text), (at, word) => all.push(`${at} ${words[word]}`));
  search.wipe();
  return all;
}

function bothWays(text: string): { runs: string[]; words: string[] } {
  const found = { runs: told(compiled, text), words: wordsIn(compiled, text) };
  expect(found).toEqual({ runs: told(plain, text), words: wordsIn(plain, text) });
  return found;
}

test('there is a compiled search here', () => {
  expect(createKernel({ classOf, ...tables, windows: [] })).not.toBeNull();
});

describe('equal to the plain one', () => {
  test('wherever a token stands in sixteen bytes, and at both ends', () => {
    const token = expand('ghp_{a36}');
    for (let at = 0; at < 40; at++) {
      for (const [before, behind] of [
        [' ', ''],
        ['x ', ' y'],
        ['"', '"'],
        ['TOKEN=', '\n'],
      ] as const) {
        const text = ' '.repeat(at) + before + token + behind;
        expect(bothWays(text).runs).toHaveLength(1);
      }
    }
  });

  test('for runs of each length', () => {
    for (let length = 1; length < 70; length++) {
      const value = 'aB3'.repeat(30).slice(0, length);
      const { runs } = bothWays(`{"api_key": "${value}", "other": "${value}"}`);
      expect(runs).toHaveLength(length >= 13 ? 1 : 0);
    }
  });

  test('for names apart from their values, and for gaps of each width', () => {
    const value = 'aB3'.repeat(6);
    const counted = (lead: string): number => bothWays(`x ${lead}${value}\n`).runs.length;
    for (const [lead, least] of [
      ['api_key": "', 1],
      ["['api_key'] = '", 1],
      ['api_key\\u0022: \\u0022 ', 1],
      ['api_key&quot;: &quot;', 1],
      ['api_key&#34;: &#39;', 1],
      ['set -x API_TOKEN ', 1],
      ["define('API_TOKEN', '", 1],
      ['| `API_TOKEN` | `', 1],
      ['put("token12", "', 1],
      ['the token is ', 1],
      ['set TOKEN --body "', 1],
      ['name: API_TOKEN\n  value: ', 1],
      ['<key>API_TOKEN</key>\n<string>', 1],
      ['a word or two ', 0],
      ['his ', 0],
      ['&quot; &quot;', 0],
      ['12 ', 0],
    ] as const)
      expect(counted(lead), lead).toBe(least);
    for (let width = 0; width < 70; width++) {
      expect(counted(`api_key =${' '.repeat(width)}`), String(width)).toBe(width < 17 ? 1 : 0);
      expect(counted(`token "${' '.repeat(width)}`), String(width)).toBe(width < 46 ? 1 : 0);
    }
    for (const start of ['', 'n', 'en', 'ken', 'token', 'is', 'n is', '=', ';', ' ;', '2 ', 'Bearer'])
      bothWays(`${start} ${value}`);
  });

  test('for words at each place, and cut off at the end', () => {
    for (let at = 0; at < 40; at++)
      for (const word of words) {
        const text = '.'.repeat(at) + word;
        expect(bothWays(text).words).toContain(`${at} ${word}`);
        expect(bothWays(text.slice(0, -1)).words).not.toContain(`${at} ${word}`);
      }
  });

  test('for more than is told at a time', () => {
    const { runs, words: places } = bothWays(`password="Bearer aB3${'x'.repeat(12)}" `.repeat(9_000));
    expect(runs.length).toBe(9_000);
    expect(places.length).toBe(9_000);
  });

  test('for a short text after a long one', () => {
    bothWays(`password=${'aB3'.repeat(50_000)}`);
    expect(bothWays('aB')).toEqual({ runs: [], words: [] });
  });

  test('for any mixture', () => {
    const parts = [
      ...shapes.flatMap(({ anchors, matches }) => [...anchors, expand(matches[0]!)]),
      ...secretWords.secretNames,
      ...secretWords.authSchemes,
      ...words,
      '://',
      '@',
      ': ',
      '": "',
      '=',
      '=>',
      '\\n',
      '\n',
      ' ',
      '\t',
      '"',
      '{',
      'é',
      '😀',
      'aB3x',
      '_',
      '-',
      '\\u0022',
      '&quot;',
      ']: ',
      ' | ',
      '", "',
      ' is ',
      ' to ',
      ' -b ',
      'value',
      '2',
      ';',
    ];
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    let found = 0;
    for (let turn = 0; turn < 300; turn++) {
      const text = Array.from({ length: 200 }, () => parts[random(parts.length)]!).join('');
      found += bothWays(text).runs.length;
    }
    expect(found).toBeGreaterThan(3_000);
  });
});
