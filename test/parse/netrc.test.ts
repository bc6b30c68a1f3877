/** Files of logins by machine. */
import { expect, test } from 'vitest';
import { read, values } from './tree-text.ts';

test('machines with places, on one line or several', () => {
  expect(read('netrc', 'machine a login b password c\nmachine d\n  password e\n')).toBe(
    '{a@1:1: {login@1:11: "b"@1:17, password@1:19: "c"@1:28}@1:1, d@2:1: {password@3:3: "e"@3:12}@2:1}@1:1',
  );
});

test('quotes, a default, comments, and a password that begins like one', () => {
  expect(
    values('netrc', '# machine x password y\nmachine a password #z\ndefault login "b c" password "d\\"e"\n'),
  ).toBe('{a: {password: "#z"}, default: {login: "b c", password: "d\\"e"}}');
});

test('a macro ends with an empty line', () => {
  expect(values('netrc', 'machine a\nmacdef m\npassword no\n\nmachine b password c\n')).toBe(
    '{a: {}, b: {password: "c"}}',
  );
});

test('a machine twice is there twice, and what breaks off is left out', () => {
  expect(values('netrc', 'machine a password b machine a password c machine')).toBe(
    '{a: {password: "b"}, a: {password: "c"}}',
  );
});
