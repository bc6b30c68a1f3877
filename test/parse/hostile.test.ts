/** What an attacker can put into a file: depth, size, garbage. Nothing may throw, hang or be lost in silence. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Format } from '../../src/model/tool.ts';
import type { Tree } from '../../src/model/tree.ts';
import { decode } from '../../src/parse/decode.ts';
import { flawText, treeText, values } from './tree-text.ts';

const many = 100_000;
const deep = limits.treeDepth;

function depthOf(tree: Tree | null): number {
  if (!tree || tree.type === 'scalar') return 0;
  const below = tree.type === 'list' ? tree.items : tree.entries.map(({ value }) => value);
  return 1 + Math.max(0, ...below.map(depthOf));
}

function sizeOf(tree: Tree | null): number {
  let count = 0;
  for (const open = tree ? [tree] : []; open.length > 0; count += 1) {
    const node = open.pop();
    if (node?.type === 'list') for (const item of node.items) open.push(item);
    if (node?.type === 'map') for (const { value } of node.entries) open.push(value);
  }
  return count;
}

const nested = (count: number): string => '['.repeat(count) + ']'.repeat(count);
const elements = (count: number): string => '<a>'.repeat(count) + '</a>'.repeat(count);

describe('a hundred thousand brackets', () => {
  const cases: [string, Format, string, string][] = [
    ['JSON', 'json', `{"a": ${'['.repeat(many)}${']'.repeat(many)}, "b": 1}`, 'b'],
    ['JSON, never closed', 'json', `{"b": 1, "a": ${'['.repeat(many)}`, 'b'],
    ['JSON objects', 'json', `{"b": 1, "a": ${'{"a":'.repeat(many)}`, 'b'],
    ['JSON5', 'json5', `{a: ${'['.repeat(many)}${']'.repeat(many)}, b: 1}`, 'b'],
    ['TOML', 'toml', `a = ${'['.repeat(many)}${']'.repeat(many)}\nb = 1\n`, 'b'],
    ['TOML, never closed', 'toml', `a = ${'['.repeat(many)}\nb = 1\n`, 'b'],
    ['TOML inline tables', 'toml', `a = ${'{a='.repeat(many)}\nb = 1\n`, 'b'],
    ['TOML dotted key', 'toml', `a${'.a'.repeat(many)} = 1\nb = 1\n`, 'b'],
    ['TOML header', 'toml', `b = 1\n[a${'.a'.repeat(many)}]\nc = 1\n`, 'b'],
    ['YAML', 'yaml', `a: ${'['.repeat(many)}${']'.repeat(many)}\nb: 1\n`, 'b'],
    ['YAML, never closed', 'yaml', `b: 1\na: ${'['.repeat(many)}`, 'b'],
    ['YAML maps', 'yaml', `b: 1\na: ${'{a: '.repeat(many)}`, 'b'],
    ['YAML dashes', 'yaml', `b: 1\na:\n  ${'- '.repeat(many)}`, 'b'],
    ['frontmatter', 'frontmatter', `---\na: ${'['.repeat(many)}${']'.repeat(many)}\nb: 1\n---\n`, 'b'],
    ['XML', 'xml', `<r><b/>${'<a>'.repeat(many)}`, 'r'],
    ['XML with name spaces', 'xml', `<r><b/>${'<a xmlns:b="c">'.repeat(many / 2)}`, 'r'],
    ['property list', 'plist', `<plist><dict><key>b</key><true/><key>a</key>${'<array>'.repeat(many)}`, 'b'],
  ];
  test.each(cases)('%s: cut off, and the rest is there', (_name, format, text, key) => {
    const decoded = decode(format, Buffer.from(text));
    expect(flawText(decoded)).toContain('too-deep@');
    expect(depthOf(decoded.tree)).toBeLessThanOrEqual(deep);
    expect(decoded.tree?.type === 'map' && decoded.tree.entries.map((entry) => entry.key)).toContain(key);
  });
});

describe('the greatest depth is read, one more is not', () => {
  const cases: [Format, (count: number) => string][] = [
    ['json', nested],
    ['json5', (count) => `{a: ${nested(count - 1)}}`],
    ['toml', (count) => `a = ${nested(count - 1)}\n`],
    ['yaml', nested],
    ['plist', (count) => `<plist>${'<array>'.repeat(count)}${'</array>'.repeat(count)}</plist>`],
  ];
  test.each(cases)('%s', (format, text) => {
    const most = decode(format, Buffer.from(text(deep)));
    expect(flawText(most)).toBe('');
    expect(depthOf(most.tree)).toBe(deep);
    const more = decode(format, Buffer.from(text(deep + 1)));
    expect(flawText(more)).toMatch(/^too-deep@/);
    expect(depthOf(more.tree)).toBeLessThanOrEqual(deep);
  });

  test('xml, where an element takes two levels and the document one', () => {
    const most = Math.floor((deep - 1) / 2);
    expect(flawText(decode('xml', Buffer.from(elements(most))))).toBe('');
    expect(flawText(decode('xml', Buffer.from(elements(most + 1))))).toMatch(/^too-deep@/);
  });
});

describe('size', () => {
  test('more nodes than a tree may have', () => {
    const decoded = decode('json', Buffer.from(`[${'1,'.repeat(limits.treeNodes)}1]`));
    expect(flawText(decoded)).toMatch(/^too-large@1:\d+$/);
    expect(sizeOf(decoded.tree)).toBe(limits.treeNodes);
    expect(flawText(decode('json', Buffer.from(`[${'1,'.repeat(limits.treeNodes - 2)}1]`)))).toBe('');
  });

  test.each(['yaml', 'toml', 'xml', 'plist'] as const)('%s that is too long for its parser', (format) => {
    const text = (chars: number): string => {
      if (format === 'xml') return `<a>${'x'.repeat(chars - 7)}</a>`;
      if (format === 'plist') return `<plist><string>${'x'.repeat(chars - 32)}</string></plist>`;
      const [key, comment] = format === 'yaml' ? ['a: 1', ' # '] : ['a = 1', ' # '];
      return key + comment + 'x'.repeat(chars - key.length - comment.length);
    };
    expect(text(100)).toHaveLength(100);
    expect(flawText(decode(format, Buffer.from(text(limits.parsedChars))))).toBe('');
    expect(decode(format, Buffer.from(text(limits.parsedChars + 1)))).toEqual({
      tree: null,
      flaws: [{ reason: 'too-large', at: null }],
    });
  });

  const slow: [string, Format, string][] = [
    ['blank lines', 'dotenv', '\n'.repeat(2_000_000)],
    ['open quotes', 'dotenv', 'A="\nB=\'\nC=`\n'.repeat(many)],
    ['attributes', 'xml', `<a ${Array.from({ length: 80_000 }, (_, at) => `b${at}="1"`).join(' ')}/>`],
    ['ends of elements', 'xml', `<a/>${'</a>'.repeat(many)}`],
    ['opening brackets', 'xml', '<'.repeat(many)],
    ['tables', 'toml', Array.from({ length: many }, (_, at) => `[t${at}]`).join('\n')],
    ['headers that occur twice', 'toml', '[a]\n'.repeat(many)],
    ['block texts', 'toml', 'a = """\n'.repeat(many)],
    ['commas', 'yaml', `[${','.repeat(many)}`],
    ['documents', 'yaml', '---\n'.repeat(many)],
    ['aliases', 'yaml', `- &a 1\n${'- *a\n'.repeat(many)}`],
    ['blanks behind a glob', 'frontmatter', `---\na: **${' '.repeat(500_000)}x\n---\n`],
    ['names', 'ini', Array.from({ length: many }, (_, at) => `a${at}=1`).join('\n')],
    ['lines that go on', 'ini', `a=1\\\n${'\\\n'.repeat(1_000_000)}`],
    ['blanks before a sign', 'ini', `a${' '.repeat(500_000)}b`],
    ['words', 'json', 'x '.repeat(1_000_000)],
    ['words of a shell', 'shell', 'set -a '.repeat(150_000)],
    ['quotes of a shell', 'shell', 'A="'.repeat(300_000)],
    ['substitutions', 'shell', 'A=$('.repeat(250_000)],
    ['machines', 'netrc', 'machine a login b password c\n'.repeat(30_000)],
  ];
  test.each(slow)('%s take no more than their time', (_name, format, text) => {
    const start = performance.now();
    decode(format, Buffer.from(text));
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  test('flaws are bounded, and none of another reason is lost', () => {
    const decoded = decode('json', Buffer.from(`[${',,'.repeat(many)}${'['.repeat(many)}`));
    expect(decoded.flaws.length).toBeLessThanOrEqual(limits.flaws + 1);
    expect(flawText(decoded)).toContain('too-deep@');
  });
});

const samples: Record<Exclude<Format, 'none' | 'sqlite' | 'text'>, string> = {
  json: '{"a": [1, {"b": "sesame\\n"}], /* c */ "d": null,}',
  json5: "{a: [1, {b: 'sesame\\n'}], /* c */ d: null,}",
  toml: "[a.\"b\"]\nc = \"sesame\"\nd = [1, { e = 2020-01-01 }]\n[[f]]\ng = '''x\ny'''\n",
  yaml: 'a: &x [1, {b: "sesame"}]\nc: *x\n<<: {d: |\n  text\n  }\n- e\n',
  frontmatter: '---\na: [1, {b: "sesame"}]\nglobs: **/*.ts\n---\n# Body\n',
  xml: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "f">]><a b="sesame">&lt;<![CDATA[x]]><!-- c --><d/></a>',
  plist:
    '<plist><dict><key>a</key><array><string>sesame</string><data>aGk=</data><true/></array></dict></plist>',
  dotenv: 'A=sesame\nexport B="x\ny" # c\nC=\'z\'\n',
  ini: '; c\n[Unit]\nA = "sesame"\nA=b\\\nc\n[x.y]\nD\n__proto__=1\n',
  shell: '# c\nexport A=sesame B="x\\"y"; set -gx C $(d "e")\n$env:D = \'z\'\nA=b\\\nc\n__proto__=1\n',
  netrc: 'machine a login b password sesame\n# c\nmacdef m\nx\n\ndefault password "a\\"b"\n',
};
const formats = Object.keys(samples) as (keyof typeof samples)[];

/** Numbers below a bound, the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each(formats)('garbage: %s', (format) => {
  test.each([
    ['zeros', Buffer.alloc(4096)],
    ['zeros behind text', Buffer.concat([Buffer.from(samples[format]), Buffer.alloc(64)])],
    ['every byte', Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256))],
  ])('%s: a flaw, never an error', (_name, bytes) => {
    expect(flawText(decode(format, bytes))).toMatch(/malformed|unsupported/);
  });

  test('a sound sample has no flaw of its own making that text could leak from', () => {
    const cut = samples[format].slice(0, samples[format].indexOf('sesame') + 4);
    const { flaws } = decode(format, Buffer.from(cut));
    for (const flaw of flaws) expect(Object.keys(flaw).toSorted()).toEqual(['at', 'reason']);
    expect(JSON.stringify(flaws)).not.toContain('sesa');
  });

  test('samples with bytes changed, cut and doubled never throw, and give the same twice', () => {
    const roll = dice(formats.indexOf(format) + 1);
    const special = Buffer.from('[]{}"\'`\\:,=<>&*!|-#\n\r\t \0.%?/');
    for (let round = 0; round < 400; round += 1) {
      let bytes = Buffer.from(samples[format]);
      for (let change = roll(4); change >= 0; change -= 1) {
        const at = roll(bytes.length);
        const to = at + roll(bytes.length - at);
        const kind = roll(4);
        if (kind === 0) bytes[at] = special[roll(special.length)] ?? 0;
        else if (kind === 1) bytes[at] = roll(256);
        else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
        else bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
      }
      const once = decode(format, bytes);
      expect(treeText(decode(format, bytes).tree)).toBe(treeText(once.tree));
      for (const { at } of once.flaws) if (at) expect(Math.min(at.line, at.column)).toBeGreaterThan(0);
    }
  });
});

test('text that a parser would quote in its complaint is in no flaw', () => {
  const secret = 'sesame-sesame';
  for (const [format, text] of [
    ['toml', `key = ${secret}\n`],
    ['yaml', `key: [${secret}\nb: {`],
    ['json', `{"key": ${secret}}`],
    ['xml', `<a b=${secret}></c>`],
    ['dotenv', `${secret}\0`],
  ] as const) {
    const { flaws } = decode(format, Buffer.from(text));
    expect(flaws.length, format).toBeGreaterThan(0);
    expect(JSON.stringify(flaws), format).not.toContain('sesame');
  }
});

test('nothing leaks into what every object has', () => {
  for (const format of formats) {
    decode(format, Buffer.from('{"__proto__": {"polluted": 1}}'));
    decode(format, Buffer.from('__proto__:\n  polluted: 1\n'));
    decode(format, Buffer.from('[__proto__]\npolluted = 1\n'));
  }
  expect(values('json', '{"toString": 1}')).toBe('{toString: 1}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
