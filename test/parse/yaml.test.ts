/** YAML: trees, places, aliases within bounds, and what a broken file still yields. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { decode } from '../../src/parse/decode.ts';
import { flawText, read, values } from './tree-text.ts';

describe('a whole file', () => {
  test('maps, lists and scalars, with places', () => {
    const text = '# head\nservers:\n  - name: a\n    args: [x, "y"]\n  - 1\non: true\nnothing:\n';
    expect(read('yaml', text)).toBe(
      '{servers@2:1: [{name@3:5: "a"@3:11, args@4:5: ["x"@4:12, "y"@4:15]@4:11}@3:5, 1@5:5]@3:3, ' +
        'on@6:1: true@6:5, nothing@7:1: null@7:9}@2:1',
    );
  });

  test('block texts, and words that are text in YAML 1.2', () => {
    expect(values('yaml', 'a: |\n  x\n  y\nb: >-\n  x\n  y\nc: yes\nd: 2026-01-01\ne: 0x1f\n')).toBe(
      '{a: "x\\ny\\n", b: "x y", c: "yes", d: "2026-01-01", e: 31}',
    );
  });

  test('keys of other types become text', () => {
    expect(values('yaml', '1: a\ntrue: b\nnull: c\n: d\n? e\n: f\n')).toBe(
      '{1: "a", true: "b", null: "c", : "d", e: "f"}',
    );
  });

  test('duplicate keys are kept in order, __proto__ is an ordinary key', () => {
    expect(values('yaml', 'a: 1\na: 2\n__proto__: {b: 1}\n')).toBe('{a: 1, a: 2, __proto__: {b: 1}}');
  });

  test('several documents are a list, one is itself', () => {
    expect(read('yaml', 'a: 1\n---\nb: 2\n')).toBe('[{a@1:1: 1@1:4}@1:1, {b@3:1: 2@3:4}@3:1]@1:1');
    expect(read('yaml', '---\na: 1\n...\n')).toBe('{a@2:1: 1@2:4}@2:1');
  });

  test('nothing is none, and no flaw', () => {
    expect(read('yaml', '')).toBe('none');
    expect(read('yaml', '# only words\n')).toBe('none');
  });

  test('old versions: dates and bytes are text as written, yes is true', () => {
    expect(values('yaml', '%YAML 1.1\n---\na: 2026-01-01\nb: yes\nc: !!binary aGk=\nd: !!set {x}\n')).toBe(
      '{a: "2026-01-01", b: true, c: "aGk=", d: {x: null}}',
    );
  });

  test('CRLF and a byte order mark', () => {
    expect(read('yaml', '\ufeffa: 1\r\nb:\r\n  - c\r\n')).toBe('{a@1:1: 1@1:4, b@2:1: ["c"@3:5]@3:3}@1:1');
  });
});

const nested = (inner: string): string =>
  '['.repeat(limits.treeDepth - 10) + inner + ']'.repeat(limits.treeDepth - 10);

describe('aliases', () => {
  test('mean what the last anchor of that name above means', () => {
    expect(values('yaml', 'a: &x {k: 1}\nb: *x\nc: &x 2\nd: *x\n')).toBe(
      '{a: {k: 1}, b: {k: 1}, c: 2, d: 2}',
    );
    expect(read('yaml', 'a: &x {k: 1}\nb: *x\n')).toContain('b@2:1: {k@1:8: 1@1:11}@2:4');
  });

  test('as keys', () => {
    expect(values('yaml', '- &k name\n- *k : 1\n')).toBe('["name", {name: 1}]');
  });

  test('merge keys add what is not there, the first source first', () => {
    const text = 'base: &b {x: 1, y: 2}\nm:\n  <<: [*b, {y: 9, z: 3}]\n  x: 5\n';
    expect(values('yaml', text)).toBe('{base: {x: 1, y: 2}, m: {y: 2, z: 3, x: 5}}');
    expect(values('yaml', 'm: {<<: {a: 1}, b: 2}\n')).toBe('{m: {a: 1, b: 2}}');
    expect(values('yaml', 'm: {"<<": {a: 1}}\n')).toBe('{m: {<<: {a: 1}}}');
  });

  test('without an anchor, or inside their own, are the text that they are, and a flaw', () => {
    expect(read('yaml', 'a: *x\nb: 1\n')).toBe('{a@1:1: "*x"@1:4, b@2:1: 1@2:4}@1:1 | malformed@1:4');
    expect(values('yaml', 'a: &x [1, *x]\n')).toBe('{a: [1, "*x"]} | malformed');
    expect(values('yaml', 'a: &x 1\n---\nb: *x\n')).toBe('[{a: 1}, {b: "*x"}] | malformed');
  });

  test('that would become billions are cut off', () => {
    const rows = Array.from(
      { length: 20 },
      (_, row) => `a${row + 1}: &a${row + 1} [${Array(9).fill(`*a${row}`).join()}]`,
    );
    const decoded = decode('yaml', Buffer.from(`a0: &a0 [x]\n${rows.join('\n')}\nlast: 1\n`));
    expect(flawText(decoded)).toMatch(/^too-large@\d+:\d+$/);
    expect(decoded.tree).toMatchObject({ type: 'map' });
    const map = decoded.tree?.type === 'map' ? decoded.tree : null;
    expect(map?.entries.at(-1)).toMatchObject({ key: 'last', value: { value: 1 } });
  });

  test('count towards the depth', () => {
    const tall = '['.repeat(20) + ']'.repeat(20);
    expect(values('yaml', `a: &a ${tall}\nb: ${nested('*a')}\nc: 1\n`)).toContain('c: 1} | too-deep');
    expect(values('yaml', `a: &a [[]]\nb: ${nested('*a')}\nc: 1\n`)).toMatch(/c: 1\}$/);
  });
});

describe('what a broken file still yields', () => {
  const cases: [string, string, string][] = [
    ['bracket never closed', 'a: [1\nb: 2\n', '{a: [1], b: 2} | malformed@2:1'],
    ['two colons', 'a: b: c\nd: 1\n', '{a: {b: "c", d: 1}} | malformed@1:4'],
    ['quote never closed', 'a: 1\nb: "x\n', '{a: 1, b: "x"} | malformed@3:1'],
    ['tab as indent', 'a: 1\n\tb: 2\nc: 3\n', '{a: 1, b: 2, c: 3} | malformed@2:1'],
    ['key that is a list', '? [1]\n: 2\nb: 3\n', '{b: 3} | unsupported@1:3'],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    const [tree, flaws] = read('yaml', text).split(' | ');
    expect(`${tree?.replace(/@\d+:\d+/g, '')} | ${flaws}`).toBe(expected);
  });
});
