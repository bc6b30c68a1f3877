/** The head of a markdown file. */
import { expect, test } from 'vitest';
import { read, values } from './tree-text.ts';

test('lines are those of the file', () => {
  const text = '---\nname: helper\nmcpServers:\n  - a:\n      command: npx\n---\n# Body\nkey: value\n';
  expect(read('frontmatter', text)).toBe(
    '{name@2:1: "helper"@2:7, mcpServers@3:1: [{a@4:5: {command@5:7: "npx"@5:16}@5:7}@4:5]@4:3}@2:1',
  );
});

test('CRLF, blanks behind the dashes, dots as the end', () => {
  expect(read('frontmatter', '--- \r\na: 1\r\n---\t\r\nx: 2')).toBe('{a@2:1: 1@2:4}@2:1');
  expect(values('frontmatter', '---\na: 1\n...\nx: 2')).toBe('{a: 1}');
});

test.each([
  ['no head', '# Title\n---\na: 1\n---\n'],
  ['head that never ends', '---\na: 1\n'],
  ['longer dashes', '-----\na: 1\n-----\n'],
  ['empty head', '---\n---\ntext'],
  ['empty file', ''],
])('%s: an empty map and no flaw', (_name, text) => {
  expect(values('frontmatter', text)).toBe('{}');
});

test('a glob is text, though YAML would take it for an alias; an alias is one', () => {
  expect(read('frontmatter', "---\nglobs: **/*.ts, it's.js \nb: *.md\n---\n")).toBe(
    '{globs@2:1: "**/*.ts, it\'s.js"@2:8, b@3:1: "*.md"@3:4}@2:1',
  );
  expect(values('frontmatter', '---\na: &x 1\nb: *x\n---\n')).toBe('{a: 1, b: 1}');
});

test('a broken head yields what can be read, with its line', () => {
  expect(read('frontmatter', '---\na: 1\nb: [2\n---\n')).toBe(
    '{a@2:1: 1@2:4, b@3:1: [2@3:5]@3:4}@2:1 | malformed@4:1',
  );
});
