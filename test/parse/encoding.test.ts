/** From bytes to text, and formats that rest on it alone. */
import { describe, expect, test } from 'vitest';
import { decode, formatOf } from '../../src/parse/decode.ts';
import { readText } from '../../src/parse/encoding.ts';
import { read, values } from './tree-text.ts';

const text = '{"a": "ü😀"}';
const little = Buffer.from(text, 'utf16le');
const big = Buffer.from(little).swap16();

describe('encodings', () => {
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE with mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16 BE with mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['UTF-16 LE without mark', little],
    ['UTF-16 BE without mark', big],
    [
      'UTF-16 LE with half a character more',
      Buffer.concat([Buffer.from([0xff, 0xfe]), little, Buffer.from([0x20])]),
    ],
    [
      'UTF-16 BE with half a character more',
      Buffer.concat([Buffer.from([0xfe, 0xff]), big, Buffer.from([0x20])]),
    ],
  ])('%s', (_name, bytes) => {
    expect(readText(bytes)).toBe(text);
    expect(read('json', bytes)).toBe('{a@1:2: "ü😀"@1:7}@1:1');
  });

  test('binary is not taken for UTF-16, so that text in it can be found', () => {
    const binary = Buffer.concat([
      Buffer.from([1, 0, 0, 0, 8, 0, 0, 0]),
      Buffer.from('token=abc'),
      Buffer.alloc(9),
    ]);
    expect(readText(binary)).toContain('token=abc');
    expect(readText(Buffer.alloc(64))).toBe('\0'.repeat(64));
  });

  test('what is not valid is replaced, never refused', () => {
    expect(readText(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
    expect(readText(Buffer.alloc(0))).toBe('');
  });
});

describe('formats', () => {
  test('text is one scalar, whatever is in it', () => {
    expect(read('text', 'a\nb\0')).toBe('"a\\nb\\u0000"@1:1');
  });

  test('none reads nothing', () => {
    expect(decode('none', Buffer.from('{}'))).toEqual({ tree: null, flaws: [] });
  });

  test('a database goes to its own reader', () => {
    expect(values('sqlite', 'no database')).toMatch(/^none \| /);
    expect(decode('sqlite', Buffer.alloc(0), { journal: true })).toEqual({
      tree: null,
      flaws: [{ reason: 'hot-journal', at: null }],
    });
  });

  test.each([
    ['json', 'json'],
    ['JSONC', 'json'],
    ['code-workspace', 'json'],
    ['json5', 'json5'],
    ['toml', 'toml'],
    ['yaml', 'yaml'],
    ['yml', 'yaml'],
    ['md', 'frontmatter'],
    ['mdc', 'frontmatter'],
    ['plist', 'plist'],
    ['xml', 'xml'],
    ['vscdb', 'sqlite'],
    ['db', 'sqlite'],
    ['sqlite', 'sqlite'],
    ['sqlite3', 'sqlite'],
    ['env', 'dotenv'],
    ['log', 'text'],
    ['constructor', 'text'],
  ])('.%s is %s', (extension, format) => {
    expect(formatOf(`/home/u.json/file.${extension}`)).toBe(format);
    expect(formatOf(`C:\\Users\\u.json\\file.${extension}`)).toBe(format);
  });

  test.each([
    ['.env', 'dotenv'],
    ['.env.local', 'dotenv'],
    ['.envrc', 'dotenv'],
    ['.mcp.json', 'json'],
    ['.env.json', 'json'],
    ['config', 'text'],
    ['environment', 'text'],
    ['json', 'text'],
    ['', 'text'],
  ])('a file called "%s" is %s', (name, format) => {
    expect(formatOf(`/some.json/${name}`)).toBe(format);
  });
});
