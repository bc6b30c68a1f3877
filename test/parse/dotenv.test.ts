/** Environment files. */
import { expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { read, values } from './tree-text.ts';

test('keys and values with places, comments and blank lines between', () => {
  const text = '# head\n\nA=1\n  export  B = two words # tail\nC: yes\nD=\n';
  expect(read('dotenv', text)).toBe(
    '{A@3:1: "1"@3:3, B@4:11: "two words"@4:15, C@5:1: "yes"@5:4, D@6:1: ""@6:3}@1:1',
  );
});

test('quotes of three kinds, over lines, with a comment behind', () => {
  const text = "A=\"x\ny\" # c\nB='#z'\nC=`\"`\nD='a\nb\nc'\nE=1";
  expect(read('dotenv', text)).toBe(
    '{A@1:1: "x\\ny"@1:3, B@3:1: "#z"@3:3, C@4:1: "\\""@4:3, D@5:1: "a\\nb\\nc"@5:3, E@8:1: "1"@8:3}@1:1',
  );
});

test('line ends are decoded in double quotes alone', () => {
  expect(values('dotenv', 'A="x\\ny"\nB=\'x\\ny\'\n')).toBe('{A: "x\\ny", B: "x\\\\ny"}');
});

test('a quote that never closes ends with its line', () => {
  expect(values('dotenv', 'A="x\nB=1\n')).toBe('{A: "\\"x", B: "1"}');
  expect(values('dotenv', `A="${'x\n'.repeat(limits.quotedChars)}"\nB=1\n`)).toBe('{A: "\\"x", B: "1"}');
});

test('a key written twice is kept twice; __proto__ and NAME are ordinary keys', () => {
  expect(values('dotenv', 'A=1\nA=2\n__proto__=x\nNAME=y\nexport export=z\n')).toBe(
    '{A: "1", A: "2", __proto__: "x", NAME: "y", export: "z"}',
  );
});

test('CRLF and a byte order mark', () => {
  expect(read('dotenv', '\ufeffA=1\r\nB="x\r\ny"\r\nC=2\r\n')).toBe(
    '{A@1:1: "1"@1:3, B@2:1: "x\\ny"@2:3, C@4:1: "2"@4:3}@1:1',
  );
});

test('lines that assign nothing are passed over', () => {
  expect(values('dotenv', 'set -a\nword\n=x\nA=1\n')).toBe('{A: "1"}');
  expect(values('dotenv', '')).toBe('{}');
});
