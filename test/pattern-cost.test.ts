/** Patterns that rules bring along: hostile ones are refused by name, those of the built-in rules are not. */
import { describe, expect, test } from 'vitest';
import { foldRules } from '../src/fold-rules.ts';
import { readRuleFiles } from '../src/host/rule-files.ts';
import { demandLinear, flawOf, patternsIn } from '../src/pattern-cost.ts';

describe('a pattern of linear time is taken', () => {
  test.each([
    'corp_[a-f0-9]{32}',
    'sk-[A-Za-z0-9]{20,64}(?![A-Za-z0-9])',
    '(?:[A-Z]{2,20}: ){0,4}x',
    '^(?:a|b)+$',
    '(?<!x)[\\w.]{1,200}@',
  ])('%s', (source) => {
    expect(flawOf(source)).toBeNull();
  });
});

describe('one that a text can be made for is refused', () => {
  test.each([
    '(a+)+$',
    '(a|a)*$',
    '(a|aa)+b',
    '(\\w+\\s?)*;',
    'a*a*b',
    '.*.*=.*',
    '[a-z]+@[a-z]+',
    '(?:.*,){20}x',
    '(a{1,1000}){1,1000}b',
    '(?:[a-z]{1,30}\\.?){1,30}@',
  ])('%s', (source) => {
    expect(flawOf(source)).not.toBeNull();
  });

  test('and so is what does not compile', () => {
    expect(flawOf('a(')).toBe('is no regular expression');
  });
});

test('no built-in pattern is refused', () => {
  const rules = foldRules(readRuleFiles('rules'), 'rules');
  expect([...patternsIn({ ...rules, sha256: '' })].length).toBeGreaterThan(300);
  expect(() => demandLinear(rules, 'rules')).not.toThrow();
});

test('the complaint names the file and the way out', () => {
  const shape = { id: 'corp', title: 'x', pattern: '(a+)+$', anchors: ['aa'], prefix: '', severity: 'high' };
  const more = { confidence: 'high', matches: ['{a5}'], clean: ['{d5}'] };
  const text = JSON.stringify({ provider: 'Corp', shapes: [{ ...shape, ...more }] });
  const folded = foldRules([{ path: 'secrets/corp.json', bytes: Buffer.from(text) }], 'mine');
  expect(() => demandLinear(folded, 'mine')).toThrow(
    /^mine\/secrets\/corp: the pattern `\(a\+\)\+\$` .*; bound what/,
  );
});
