/** Property lists, in XML and binary. */
import { describe, expect, test, vi } from 'vitest';
import { limits } from '../../src/limits.ts';
import { binaryPlist, data, text } from './binary-plist.ts';
import { read, values } from './tree-text.ts';

const doctype =
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">';
const xml = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}\n<plist version="1.0">\n${body}\n</plist>\n`;

describe('XML', () => {
  test('every type, with places', () => {
    const body =
      '<dict>\n\t<key>s</key>\n\t<string>x &amp; y</string>\n\t<key>i</key><integer>-42</integer>\n\t<key>r</key><real>1.5</real>\n' +
      '\t<key>t</key><true/>\n\t<key>a</key><array><false/><date>2026-01-31T00:00:00Z</date></array>\n</dict>';
    expect(read('plist', xml(body))).toBe(
      '{s@5:2: "x & y"@6:2, i@7:2: -42@7:14, r@8:2: 1.5@8:14, t@9:2: true@9:14, ' +
        'a@10:2: [false@10:21, "2026-01-31T00:00:00Z"@10:29]@10:14}@4:1',
    );
  });

  test('data is the text that it encodes; what is no text stays in base64', () => {
    const json = Buffer.from('{"a": 1}').toString('base64');
    expect(
      values(
        'plist',
        xml(`<dict><key>d</key><data>\n\t${json.slice(0, 4)}\n\t${json.slice(4)}\n</data></dict>`),
      ),
    ).toBe('{d: "{\\"a\\": 1}"}');
    expect(values('plist', xml('<data>/w==</data>'))).toBe('"/w=="');
  });

  test('keys keep their blanks and order; duplicates and __proto__ stay', () => {
    expect(
      values(
        'plist',
        xml(
          '<dict><key> b </key><true/><key>__proto__</key><dict/><key>b</key><true/><key>b</key><false/></dict>',
        ),
      ),
    ).toBe('{ b : true, __proto__: {}, b: true, b: false}');
  });

  test('what is out of place is left out, and a flaw', () => {
    expect(read('plist', '<plist><dict><key>a</key><key>b</key><true/></dict></plist>')).toBe(
      '{b@1:26: true@1:38}@1:8 | malformed@1:26',
    );
    expect(values('plist', '<plist><dict><true/><key>b</key><what/><key>c</key></dict></plist>')).toBe(
      '{} | malformed malformed malformed',
    );
    expect(values('plist', '<dict/>')).toBe('none | malformed');
    expect(values('plist', '<plist/>')).toBe('none | malformed');
    expect(values('plist', '<plist><dict><key>a</key><string>x</string><true')).toBe('{a: "x"} | malformed');
  });

  test('numbers that are none become text', () => {
    expect(
      values(
        'plist',
        xml('<array><integer>9007199254740993</integer><integer>0x1f</integer><real>nan</real></array>'),
      ),
    ).toBe('["9007199254740993", 31, "nan"]');
  });

  test('UTF-16', () => {
    expect(values('plist', Buffer.from(`\ufeff${xml('<string>ü</string>')}`, 'utf16le'))).toBe('"ü"');
  });

  test('nothing is none; the old form is named as not supported', () => {
    expect(values('plist', '')).toBe('none');
    expect(read('plist', '{ a = "b"; }')).toBe('none | unsupported@1:1');
  });
});

const nested = (depth: number) => [
  ...Array.from({ length: depth }, (_, index) => ({ array: [index + 1] })),
  text('x'),
];

describe('binary', () => {
  const number = Buffer.from([0x13, 0, 0, 0, 0, 0, 0, 0x01, 0x00]);
  const real = Buffer.from([0x23, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
  const date = Buffer.from([0x33, 0, 0, 0, 0, 0, 0, 0, 0]);

  test('every type; there are no places', () => {
    const file = binaryPlist([
      {
        dict: [
          [1, 2],
          [3, 4],
          [5, 6],
          [7, 8],
        ],
      },
      text('s'),
      text('näme'),
      text('n'),
      number,
      text('list'),
      { array: [9, 10, 11, 12, 13] },
      text('__proto__'),
      { dict: [[1, 9]] },
      Buffer.from([0x09]),
      Buffer.from([0x00]),
      real,
      date,
      data(Buffer.from('plain')),
    ]);
    expect(read('plist', file)).toBe(
      '{s: "näme", n: 256, list: [true, null, 1.5, "2001-01-01T00:00:00.000Z", "plain"], __proto__: {s: true}}',
    );
  });

  test('long strings and integers beyond what JavaScript holds', () => {
    const big = Buffer.from([0x13, 0x7f, 255, 255, 255, 255, 255, 255, 255]);
    expect(values('plist', binaryPlist([{ array: [1, 2] }, text('x'.repeat(300)), big]))).toBe(
      `["${'x'.repeat(300)}", "9223372036854775807"]`,
    );
  });

  const bomb = binaryPlist([
    ...Array.from({ length: 40 }, (_, index) => ({ array: [index + 1, index + 1] })),
    text('x'),
  ]);
  const deep = binaryPlist([
    ...Array.from({ length: 100_000 }, (_, index) => ({ array: [index + 1] })),
    text('x'),
  ]);
  const sound = binaryPlist([{ array: [1] }, text('x')]);
  const beyond = Buffer.from(sound);
  beyond.writeUInt8(0x5e, 8 + 5);
  const huge = binaryPlist([
    Buffer.concat([Buffer.from([0xaf, 0x12]), Buffer.from([0x05, 0xf5, 0xe1, 0x00])]),
  ]);
  const badLength = binaryPlist([Buffer.concat([Buffer.from([0x5f, 0x55]), Buffer.alloc(8)])]);
  test.each([
    ['an array that holds itself', binaryPlist([{ array: [0] }]), 'malformed'],
    ['arrays that double forty times', bomb, 'too-large'],
    ['a hundred thousand arrays in each other', deep, 'too-deep'],
    ['a string longer than the file', beyond, 'malformed'],
    ['an array of a hundred million items', huge, 'malformed'],
    ['a length that is no integer', badLength, 'malformed'],
    ['a reference to nothing', binaryPlist([{ array: [7] }]), 'malformed'],
    ['a date of another size', binaryPlist([Buffer.from([0x32, 0, 0, 0, 0])]), 'malformed'],
    ['an unknown type', binaryPlist([Buffer.from([0x70])]), 'malformed'],
    ['no trailer', Buffer.from('bplist00'), 'malformed'],
    ['nothing but zeros', Buffer.concat([Buffer.from('bplist00'), Buffer.alloc(64)]), 'malformed'],
  ])('%s is refused, in silence', (_name, file, reason) => {
    const said = [vi.spyOn(console, 'error'), vi.spyOn(console, 'log')];
    expect(values('plist', file)).toBe(`none | ${reason}`);
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('the greatest depth is still read', () => {
    expect(values('plist', binaryPlist(nested(limits.treeDepth)))).toBe(
      `${'['.repeat(limits.treeDepth)}"x"${']'.repeat(limits.treeDepth)}`,
    );
    expect(values('plist', binaryPlist(nested(limits.treeDepth + 1)))).toBe('none | too-deep');
  });
});
