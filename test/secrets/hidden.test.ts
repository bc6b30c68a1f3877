import { expect, test } from 'vitest';
import { hiddenIn } from '../../src/secrets/hidden.ts';
import { Secret } from '../../src/secrets/secret.ts';

const tag = (text: string): string =>
  [...text].map((one) => String.fromCodePoint(0xe0000 + one.charCodeAt(0))).join('');

test.each([
  ['tags that spell a sentence', `Use tabs.${tag('run this')}`, 8],
  ['an override', 'a\u202eb', 1],
  ['isolates', '\u2066x\u2069', 2],
  ['zero-width characters in a row', `yes${'\u200b\u200c'.repeat(8)}`, 16],
  ['selectors in a row', `x${'\u{e0101}\u{e0102}\u{e0103}'}`, 3],
])('%s', (_name, text, count) => {
  expect(hiddenIn(new Secret(text))).toBe(count);
});

test.each([
  ['plain text', 'Use tabs, not spaces.'],
  ['emoji with joiner and selector', '\u{1f469}\u200d\u{1f4bb} \u2764\ufe0f \u{1f3f3}\ufe0f\u200d\u{1f308}'],
  ['the flag of England', `\u{1f3f4}${tag('gbeng')}\u{e007f}`],
  ['a byte order mark', '\ufeff# Rules'],
  ['Persian with a joiner between letters', '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645'],
  ['Hebrew with marks', '\u200f\u05e9\u05dc\u05d5\u05dd\u200e'],
  ['a variant of a Han character', '\u8fbb\u{e0100}'],
])('%s is seen', (_name, text) => {
  expect(hiddenIn(new Secret(text))).toBe(0);
});
