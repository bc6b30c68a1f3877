/** TOML: where tables land, places, and what one broken statement costs. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { read, values } from './tree-text.ts';

describe('a whole file', () => {
  test('tables, dotted and quoted keys, with places', () => {
    const text =
      'model = "m"\n\n[servers.a]\ncommand = "npx"\nargs = ["-y", "p"]\n[servers."b.c".env]\nK = \'v\'\n';
    expect(read('toml', text)).toBe(
      '{model@1:1: "m"@1:9, servers@3:2: {a@3:10: {command@4:1: "npx"@4:11, args@5:1: ["-y"@5:9, "p"@5:15]@5:8}' +
        '@3:10, b.c@6:10: {env@6:16: {K@7:1: "v"@7:5}@6:16}@6:10}@3:2}@1:1',
    );
  });

  test('a table may be opened before and after the tables inside it', () => {
    expect(values('toml', '[a.b]\nx = 1\n[a]\ny = 2\n')).toBe('{a: {b: {x: 1}, y: 2}}');
  });

  test('arrays of tables take the tables that follow', () => {
    const text = '[[p]]\nn = 1\n[p.q]\nz = 1\n[[p]]\nn = 2\n[[p.r]]\nw = 3\n';
    expect(values('toml', text)).toBe('{p: [{n: 1, q: {z: 1}}, {n: 2, r: [{w: 3}]}]}');
    expect(read('toml', '[[p]]\n[[p]]\n')).toBe('{p@1:3: [{}@1:1, {}@2:1]@1:1}@1:1');
  });

  test('inline tables, nested and dotted', () => {
    expect(values('toml', 'a = { b = "c", d.e = 1, f = [{ g = true }] }')).toBe(
      '{a: {b: "c", d: {e: 1}, f: [{g: true}]}}',
    );
  });

  test('dates are text; numbers are exact or text', () => {
    const text =
      'd = 1979-05-27\nt = 1979-05-27T07:32:00Z\nbig = 9223372036854775807\nhex = 0xff\nf = 1_000.5\ni = inf\n';
    expect(values('toml', text)).toBe(
      '{d: "1979-05-27", t: "1979-05-27T07:32:00Z", big: "9223372036854775807", hex: 255, f: 1000.5, i: "inf"}',
    );
  });

  test('texts over several lines', () => {
    expect(values('toml', 'a = """\nx\n  y"""\nb = \'\'\'z\\n\'\'\'\n')).toBe('{a: "x\\n  y", b: "z\\\\n"}');
  });

  test('CRLF, comments and an empty file', () => {
    expect(read('toml', '# c\r\na = 1 # d\r\n[b]\r\nc = 2\r\n')).toBe(
      '{a@2:1: 1@2:5, b@3:2: {c@4:1: 2@4:5}@3:2}@1:1',
    );
    expect(read('toml', '')).toBe('{}@1:1');
  });

  test('__proto__ is an ordinary key', () => {
    expect(values('toml', '[__proto__]\na = 1\n["constructor".b]\nc = 1\n')).toBe(
      '{__proto__: {a: 1}, constructor: {b: {c: 1}}}',
    );
  });
});

const broken = (count: number): string => 'x = nope\n'.repeat(count);

describe('a broken statement costs itself alone', () => {
  const cases: [string, string, string][] = [
    ['no value', 'a = 1\nb =\nc = 3\n', '{a: 1, c: 3} | malformed@2:1'],
    ['no equals sign', 'a = 1\nword\n[d]\ne = 1\n', '{a: 1, d: {e: 1}} | malformed@2:1'],
    ['bad value', 'a = 1\nb = nope\nc = 3\n', '{a: 1, c: 3} | malformed@2:5'],
    ['text never closed', 'a = "x\nb = 2\n', '{b: 2} | malformed@1:7'],
    ['block text never closed', 'a = """x\nb = 2\n', '{b: 2} | malformed@1:1'],
    ['list never closed', 'a = [1, 2\nb = 2\n[c]\nd = 3\n', '{b: 2, c: {d: 3}} | malformed@1:1'],
    ['fault within a list', 'a = [\n 1,\n 2 3,\n]\nb = 2\n', '{b: 2} | malformed@3:4'],
    ['key twice', 'a = 1\na = 2\nb = 3\n', '{a: 1, b: 3} | malformed@2:1'],
    ['stray bracket', 'a = 1\n]\nb = 3\n', '{a: 1, b: 3} | malformed@2:1'],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    const [tree, flaws] = read('toml', text).split(' | ');
    expect(`${tree?.replace(/@\d+:\d+/g, '')} | ${flaws}`).toBe(expected);
  });

  test('a header takes its keys with it, so that they do not fall to the table above', () => {
    expect(values('toml', '[a]\nx = 1\n[b\ny = 2\n[c]\nz = 3\n')).toBe('{a: {x: 1}, c: {z: 3}} | malformed');
    expect(values('toml', '[a]\nx = 1\n[b]\n[a]\ny = 2\n[c]\nz = 3\n')).toBe(
      '{a: {x: 1}, b: {}, c: {z: 3}} | malformed',
    );
  });

  test('lines below a broken one keep their places', () => {
    expect(read('toml', 'a = [\n 1 2\n]\nb = 3\n')).toBe('{b@4:1: 3@4:5}@1:1 | malformed@2:4');
  });

  test('past the bound the file ends at the fault, and what came before stays', () => {
    const text = read('toml', `a = 1\n${broken(limits.recoveredLines + 3)}b = 2\n`);
    expect(text).toMatch(/^\{a@1:1: 1@1:5\}@1:1 \| malformed/);
    expect(text.match(/malformed/g)).toHaveLength(limits.recoveredLines + 1);
    expect(values('toml', `a = 1\n${broken(limits.recoveredLines)}b = 2\n`)).toContain('{a: 1, b: 2}');
  });

  test('a text too long for the stack of the library costs its own statement alone', () => {
    const long = 'x'.repeat(limits.quotedChars);
    expect(values('toml', `a = "${long.slice(2)}"\nb = 1\n`)).toMatch(/^\{a: "x+", b: 1\}$/);
    expect(read('toml', `c = 2\na = "${long}${long}${long}"\nb = 1\n`)).toBe(
      '{c@1:1: 2@1:5, b@3:1: 1@3:5}@1:1 | too-large@2:1',
    );
    expect(values('toml', `a = ${'1'.repeat(3 * long.length)}\nb = 1\n`)).toBe('{b: 1} | too-large');
    expect(values('toml', `${'a'.repeat(3 * long.length)} = 1\nb = 1\n`)).toBe('{b: 1} | too-large');
  });
});
