import { describe, expect, it } from 'vitest';
import { limits } from '../../src/limits.ts';
import { neutral, neutralJson } from '../../src/report/neutral.ts';
import { middle, width } from '../../src/report/width.ts';

describe('neutral', () => {
  it.each([
    ['an escape sequence', '\u001B[31mred\u001B[0m', '\\u001b[31mred\\u001b[0m'],
    ['an 8-bit escape', 'a\u009B2Jb', 'a\\u009b2Jb'],
    ['ends of lines', 'one\r\ntwo\tthree', 'one\\r\\ntwo\\tthree'],
    ['a bidi override', 'gpj\u202Eexe', 'gpj\\u202eexe'],
    ['bidi isolates', '\u2066a\u2069', '\\u2066a\\u2069'],
    ['zero width', 'ad\u200Bmin\uFEFF', 'ad\\u200bmin\\ufeff'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['a lone surrogate', 'a\uD83Db', 'a\\ud83db'],
    ['tags, which spell unseen text', 'a\u{E0041}', 'a\\u{e0041}'],
    ['letters that no font draws', 'a\u3164b', 'a\\u3164b'],
    ['a mark that would sit on our text', '\u0301a', '\\u0301a'],
  ])('shows %s', (_what, text, shown) => {
    expect(neutral(text)).toBe(shown);
  });

  it.each([
    '~/Library/Application Support/x.json',
    'naïve café',
    '社内ドキュメント',
    'Ünïcode 🚀',
    'עברית',
    'a\\b',
    '',
  ])('leaves %j as it is', (text) => {
    expect(neutral(text)).toBe(text);
  });

  it('cuts piles of marks but not letters with a few', () => {
    expect(neutral('e\u0301\u0323')).toBe('e\u0301\u0323');
    expect(neutral(`a${'\u0301'.repeat(6)}`)).toBe(`a${'\u0301'.repeat(4)}\\u0301\\u0301`);
  });

  it('is bounded and counts what it leaves out', () => {
    expect(neutral('a'.repeat(limits.shownChars))).toBe('a'.repeat(limits.shownChars));
    expect(neutral('a'.repeat(limits.shownChars + 5))).toBe(
      `${'a'.repeat(limits.shownChars)}[5 more characters]`,
    );
    const hostile = neutral('\u001B'.repeat(100_000));
    expect(hostile.length).toBeLessThan(limits.shownChars + 30);
    expect(hostile).toMatch(/\\u001b\[\d+ more characters\]$/);
  });

  it('never cuts a character in two', () => {
    expect(neutral(`a${'🚀'.repeat(limits.shownChars)}`).isWellFormed()).toBe(true);
  });
});

describe('neutralJson', () => {
  it('means the same and holds nothing that acts', () => {
    const value = { '\u202Ekey': 'a\u2028b\u0085\u007F\u200B\u{E0041}\uD800 🚀\n' };
    const text = neutralJson(JSON.stringify(value, null, 2));
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(/[\u007F-\u009F\u200B\u2028\u202E\u{E0041}]/u);
    expect(text).toContain('🚀');
    expect(text.split('\n')).toHaveLength(3);
  });
});

describe('width', () => {
  it.each([
    ['abc', 3],
    ['社内', 4],
    ['e\u0301', 1],
    ['🚀', 2],
    ['ｆｕｌｌ', 8],
    ['ﾊﾝ', 2],
    ['한국', 4],
    ['\u1112\u1161\u11AB', 2],
    ['', 0],
  ])('%j takes %i columns', (text, columns) => {
    expect(width(text)).toBe(columns);
  });

  it('leaves out the middle, by columns and not by characters', () => {
    expect(middle('abcdefghij', 10, '…')).toBe('abcdefghij');
    expect(middle('abcdefghij', 7, '…')).toBe('abc…hij');
    expect(middle('abcdefghij', 7, '...')).toBe('ab...ij');
    for (const columns of [1, 2, 5, 6, 9])
      expect(width(middle('社内ドキュメント検索', columns, '…'))).toBeLessThanOrEqual(columns);
  });
});
