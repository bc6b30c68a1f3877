/** Edits of configs: what is asked for is there, and every other byte is as it was. */
import { describe, expect, test } from 'vitest';
import type { Format } from '../../src/model/format.ts';
import { type Change, editText } from '../../src/parse/edit/edit-text.ts';
import { readText, writeText } from '../../src/parse/encoding.ts';

const edit = (format: Format, text: string, ...changes: Change[]): string | null =>
  editText(format, text, changes);
const drop = (at: string): Change => ({ do: 'drop', at });
const text = (at: string, to: string): Change => ({ do: 'text', at, to });
const lead = (at: string, ...items: string[]): Change => ({ do: 'lead', at, items });
const follow = (at: string, key: string, value: string | string[]): Change => ({
  do: 'follow',
  at,
  key,
  value,
});

describe('JSON', () => {
  test.each([
    ['the first of several', '{ "a": 1, "b": 2 }', '/a', '{ "b": 2 }'],
    ['the last of several', '{ "a": 1, "b": 2 }', '/b', '{ "a": 1 }'],
    ['the only one', '{ "a": 1 }', '/a', '{}'],
    ['without blanks', '{"a":1,"b":2,"c":3}', '/b', '{"a":1,"c":3}'],
    ['on its line', '{\n  "a": 1,\n  "b": 2\n}\n', '/a', '{\n  "b": 2\n}\n'],
    ['on the last line', '{\n  "a": 1,\n  "b": 2\n}\n', '/b', '{\n  "a": 1\n}\n'],
    ['with a trailing comma', '{\n  "a": 1,\n  "b": 2,\n}\n', '/b', '{\n  "a": 1,\n}\n'],
    [
      'between comments',
      '{\n  // x, y\n  "a": 1, // z, "q"\n  "b": 2\n}',
      '/a',
      '{\n  // x, y\n  // z, "q"\n  "b": 2\n}',
    ],
    ['with a comma in a comment', '{ "a": 1 /* , */, "b": 2 }', '/a', '{ /* , */ "b": 2 }'],
    ['before a comment', '{ "a": 1, /* keep */ "b": 2 }', '/b', '{ "a": 1 /* keep */ }'],
    ['with CRLF', '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}\r\n', '/a', '{\r\n\t"b": 2\r\n}\r\n'],
    ['an item', '["a", "b", "c"]', '/1', '["a", "c"]'],
    ['a name with signs', '{ "a/b~c": 1, "d": 2 }', '/a~1b~0c', '{ "d": 2 }'],
  ])('drops an entry: %s', (_, before, pointer, after) => {
    expect(edit('json', before, drop(pointer))).toBe(after);
  });

  test.each([
    ['one line', '{"args": ["a"]}', '{"args": ["x", "y", "a"]}'],
    ['empty', '{"args": []}', '{"args": ["x", "y"]}'],
    ['a line each', '{"args": [\n  "a",\n  "b"\n]}', '{"args": [\n  "x",\n  "y",\n  "a",\n  "b"\n]}'],
    ['behind a comment', '{"args": [ /* c */ "a"]}', '{"args": [ /* c */ "x", "y", "a"]}'],
  ])('puts items first: %s', (_, before, after) => {
    expect(edit('json', before, lead('/args', 'x', 'y'))).toBe(after);
  });

  test('replaces texts and adds entries', () => {
    expect(edit('json', '{"a": "b" , "c": 1}', text('/a', 'C:\\x "y"'))).toBe(
      '{"a": "C:\\\\x \\"y\\"" , "c": 1}',
    );
    expect(edit('json', '{ "a": "b" }', follow('/a', 'n', ['1']))).toBe('{ "a": "b", "n": ["1"] }');
    expect(edit('json', '{\n\t"a": "b",\n\t"c": 1\n}', follow('/a', 'n', 'v'))).toBe(
      '{\n\t"a": "b",\n\t"n": "v",\n\t"c": 1\n}',
    );
  });

  test('edits nothing that cannot be told', () => {
    expect(edit('json', '{ "a": 1, "a": 2 }', drop('/a'))).toBeNull();
    expect(edit('json', '{ "a": 1', drop('/a'))).toBeNull();
    expect(edit('json', '{ "a": 1 }', drop('/b'))).toBeNull();
    expect(edit('json', '{ "a": {} }', text('/a', 'x'))).toBeNull();
    expect(edit('json', '{ "a": 1, "n": 2 }', follow('/a', 'n', 'x'))).toBeNull();
    expect(edit('xml', '<a/>', drop('/a'))).toBeNull();
  });
});

describe('JSON5', () => {
  test('keeps its own spelling', () => {
    const before = "{\n  // c\n  env: { 'A': 'x', B: 0x1, },\n  args: ['p',],\n}\n";
    expect(edit('json5', before, drop('/env/A'), lead('/args', 'q'))).toBe(
      '{\n  // c\n  env: { B: 0x1, },\n  args: ["q", \'p\',],\n}\n',
    );
  });
});

describe('TOML', () => {
  const before = [
    '# mine',
    '[servers.gh]   # c',
    "command = 'npx'",
    'args = [',
    '  "-y", # yes',
    '  "p",',
    ']',
    '',
    '[servers.gh.env]',
    'A = "x" # why',
    'B = "y"',
    '',
    '[servers.it]',
    'command = "b"',
    'env = { C = "z", D = "w" }',
    '',
  ].join('\n');

  test('drops lines and entries of inline tables', () => {
    expect(edit('toml', before, drop('/servers/gh/env/B'))).toBe(before.replace('B = "y"\n', ''));
    expect(edit('toml', before, drop('/servers/gh/env/A'))).toBe(before.replace('A = "x" # why', '# why'));
    expect(edit('toml', before, drop('/servers/it/env/C'))).toBe(before.replace('C = "z", ', ''));
    expect(edit('toml', before, drop('/servers/it/env/D'))).toBe(before.replace(', D = "w"', ''));
  });

  test('puts items first, replaces texts and adds lines', () => {
    expect(edit('toml', before, lead('/servers/gh/args', 'x'))).toBe(
      before.replace('  "-y"', '  "x",\n  "-y"'),
    );
    expect(edit('toml', before, text('/servers/gh/command', 'C:\\b'))).toBe(
      before.replace("'npx'", "'C:\\b'"),
    );
    expect(edit('toml', before, follow('/servers/it/command', 'args', ['x']))).toBe(
      before.replace('command = "b"\n', 'command = "b"\nargs = ["x"]\n'),
    );
  });

  test('knows dotted keys and lists of tables', () => {
    const dotted = '[[s]]\nname = "a"\nenv.A = "x"\nenv.B = "y"\n[[s]]\nname = "b"\nenv.A = "z"\n';
    expect(edit('toml', dotted, drop('/s/1/env/A'))).toBe(dotted.replace('env.A = "z"\n', ''));
    expect(edit('toml', dotted, drop('/s/0/env/B'))).toBe(dotted.replace('env.B = "y"\n', ''));
  });
});

describe('YAML', () => {
  const before = [
    '# mine',
    'servers:',
    '  gh:',
    '    cmd: npx # c',
    '    args:',
    '      - -y',
    "      - 'p'",
    '    envs:',
    '      A: x  # why',
    '      B: "y"',
    '  it: { cmd: b, envs: {C: z, D: w} }',
    '  lone:',
    '    envs:',
    '      E: x',
    '',
  ].join('\n');

  test('drops lines, entries between brackets, and the only one', () => {
    expect(edit('yaml', before, drop('/servers/gh/envs/B'))).toBe(before.replace('      B: "y"\n', ''));
    expect(edit('yaml', before, drop('/servers/gh/envs/A'))).toBe(before.replace('A: x  # why', '# why'));
    expect(edit('yaml', before, drop('/servers/it/envs/C'))).toBe(before.replace('C: z, ', ''));
    expect(edit('yaml', before, drop('/servers/lone/envs/E'))).toBe(before.replace('E: x', '{}'));
  });

  test('puts items first, replaces texts in their own quotes and adds lines', () => {
    expect(edit('yaml', before, lead('/servers/gh/args', '--', 'x'))).toBe(
      before.replace('      - -y', '      - "--"\n      - "x"\n      - -y'),
    );
    expect(edit('yaml', before, text('/servers/gh/cmd', '/opt/x'))).toBe(before.replace('npx #', '/opt/x #'));
    expect(edit('yaml', before, text('/servers/gh/cmd', 'a: b'))).toBe(before.replace('npx #', '"a: b" #'));
    expect(edit('yaml', before, follow('/servers/gh/cmd', 'n', ['x']))).toBe(
      before.replace('npx # c\n', 'npx # c\n    n: ["x"]\n'),
    );
    const list = 'servers:\r\n  - cmd: a\r\n    envs: {}\r\n';
    expect(edit('yaml', list, follow('/servers/0/cmd', 'args', ['x']))).toBe(
      'servers:\r\n  - cmd: a\r\n    args: ["x"]\r\n    envs: {}\r\n',
    );
  });

  test('leaves alone what is said elsewhere', () => {
    const aliased = 'x: &x {A: s}\na: {envs: *x}\nb: {<<: *x}\n';
    expect(edit('yaml', aliased, drop('/a/envs/A'))).toBeNull();
    expect(edit('yaml', aliased, drop('/b/A'))).toBeNull();
    expect(edit('yaml', aliased, drop('/x/A'))).toBeNull();
    expect(edit('yaml', 'a: 1\n---\na: 2\n', drop('/a'))).toBeNull();
    expect(edit('yaml', '- A: x\n  B: y\n', drop('/0/A'))).toBeNull();
  });
});

test.each(['utf8', 'utf8-bom', 'utf16le', 'utf16be'])('%s stays as it is', (encoding) => {
  const content = '{ "a": "é" }\r\n';
  const plain = { utf8: '', 'utf8-bom': '\ufeff', utf16le: '\ufeff', utf16be: '\ufeff' }[encoding] + content;
  const wide = Buffer.from(plain, 'utf16le');
  const bytes = { utf16le: wide, utf16be: Buffer.from(wide).swap16() }[encoding] ?? Buffer.from(plain);
  expect(readText(bytes)).toBe(content);
  expect(writeText(content, bytes)).toEqual(bytes);
  expect(readText(writeText('{}', bytes))).toBe('{}');
});
