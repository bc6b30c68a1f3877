/** JSON and JSONC: trees, places, and what a broken file still yields. */
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/parse/decode.ts';
import { child } from '../../src/parse/nodes.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { read, values } from './tree-text.ts';

describe('what products write', () => {
  test('places are those of keys and values, counted from 1', () => {
    const text = '{\n  "servers": {\n    "a": ["x", true, null, -1.5e2]\n  }\n}\n';
    expect(read('json', text)).toBe(
      '{servers@2:3: {a@3:5: ["x"@3:11, true@3:16, null@3:22, -150@3:28]@3:10}@2:14}@1:1',
    );
  });

  test('comments and trailing commas are no flaw', () => {
    const text = '// head\n{ /* a */ "a": 1, // b\n  "b": [1, 2,],\n}\n// tail';
    expect(read('json', text)).toBe('{a@2:11: 1@2:16, b@3:3: [1@3:9, 2@3:12]@3:8}@2:1');
  });

  test('CRLF and lone CR end lines', () => {
    expect(read('json', '{\r\n"a": 1,\r"b":\r\n 2}')).toBe('{a@2:1: 1@2:6, b@3:1: 2@4:2}@1:1');
  });

  test('duplicate keys are kept in order, and the last one is the value', () => {
    const { tree, flaws } = decode('json', Buffer.from('{"a": 1, "b": 2, "a": 3}'));
    expect(values('json', '{"a": 1, "b": 2, "a": 3}')).toBe('{a: 1, b: 2, a: 3}');
    expect(child(tree, 'a')).toMatchObject({ value: 3 });
    expect(flaws).toEqual([]);
  });

  test('__proto__ and constructor are ordinary keys', () => {
    expect(values('json', '{"__proto__": {"a": 1}, "constructor": 2}')).toBe(
      '{__proto__: {a: 1}, constructor: 2}',
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('escapes are decoded and surrogates kept together', () => {
    expect(values('json', String.raw`{"\u0061\n": "\"\\\/\t\ud83d\ude00"}`)).toBe('{a\n: "\\"\\\\/\\t😀"}');
  });

  test('numbers that JavaScript cannot hold keep their digits as text', () => {
    expect(values('json', '[9007199254740991, 9007199254740993, 1e999, 0.1]')).toBe(
      '[9007199254740991, "9007199254740993", "1e999", 0.1]',
    );
  });

  test('a scalar alone is a tree; nothing is none, and no flaw', () => {
    expect(read('json', ' "x"')).toBe('"x"@1:2');
    expect(read('json', '')).toBe('none');
    expect(read('json', '\n // only words\n')).toBe('none');
  });

  test('every text is shut', () => {
    const { tree } = decode('json', Buffer.from('{"a": "hidden", "b": ["hidden"]}'));
    expect(JSON.stringify(tree)).not.toContain('hidden');
    expect(child(tree, 'a')).toMatchObject({ value: expect.any(Secret) });
  });
});

describe('what a broken file still yields', () => {
  const cases: [string, string, string][] = [
    ['missing comma', '{"a": 1 "b": 2}', '{a@1:2: 1@1:7, b@1:9: 2@1:14}@1:1 | malformed@1:9'],
    ['missing colon', '{"a" 1, "b": 2}', '{a@1:2: 1@1:6, b@1:9: 2@1:14}@1:1 | malformed@1:6'],
    ['missing value', '{"a": , "b": 2}', '{b@1:9: 2@1:14}@1:1 | malformed@1:7'],
    ['value at the end missing', '{"b": 2, "a":}', '{b@1:2: 2@1:7}@1:1 | malformed@1:14'],
    ['key without quotes', '{a: 1}', '{a@1:2: 1@1:5}@1:1 | malformed@1:2'],
    ['single quotes', "{'a': 'it\\'s'}", '{a@1:2: "it\'s"@1:7}@1:1 | malformed@1:2 malformed@1:7'],
    ['word that is no value', '{"a": undefined, "b": 2}', '{b@1:18: 2@1:23}@1:1 | malformed@1:7'],
    ['hole in a list', '[1,,2]', '[1@1:2, 2@1:5]@1:1 | malformed@1:4'],
    ['items without comma', '[1 2]', '[1@1:2, 2@1:4]@1:1 | malformed@1:4'],
    ['text cut at the line', '{"a": "x\n, "b": 1}', '{a@1:2: "x"@1:7, b@2:3: 1@2:8}@1:1 | malformed@1:7'],
    ['wrong bracket', '{"a": [1, 2}', '{a@1:2: [1@1:8, 2@1:11]@1:7}@1:1 | malformed@1:12'],
    ['file cut off', '{"a": {"b": "c', '{a@1:2: {b@1:8: "c"@1:13}@1:7}@1:1 | malformed@1:13 malformed@1:15'],
    ['bad escape', '{"a": "C:\\qx"}', '{a@1:2: "C:x"@1:7}@1:1 | malformed@1:7'],
    ['two documents', '{"a": 1}\n{"b": 2}', '{a@1:2: 1@1:7}@1:1 | malformed@2:1'],
    ['words before', 'export {"a": 1}', '{a@1:9: 1@1:14}@1:8 | malformed@1:1'],
    ['comment never closed', '{"a": 1} /* x', '{a@1:2: 1@1:7}@1:1 | malformed@1:10'],
    ['stray brackets', ']}', 'none | malformed@1:1 malformed@1:2'],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    expect(read('json', text)).toBe(expected);
  });

  test('a control character in a text loses nothing, so it is no flaw', () => {
    expect(read('json', '{"a": "x\ty"}')).toBe('{a@1:2: "x\\ty"@1:7}@1:1');
  });
});
