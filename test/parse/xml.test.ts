/** XML: the shape of elements, places, and what is never followed. */
import { describe, expect, test } from 'vitest';
import { decode } from '../../src/parse/decode.ts';
import { flawText, read, treeText, values } from './tree-text.ts';

describe('a whole file', () => {
  test('attributes by name, children by tag in lists, with places', () => {
    const text =
      '<?xml version="1.0"?>\n<app v="1">\n  <!-- c -->\n  <part name = \'x\'/>\n  <other/>\n  <part/>\n</app>\n';
    expect(read('xml', text)).toBe(
      '{app@2:1: [{v@2:6: "1"@2:8, part@4:3: [{name@4:9: "x"@4:16}@4:3, {}@6:3]@4:3, other@5:3: [{}@5:3]@5:3}' +
        '@2:1]@2:1}@2:1',
    );
  });

  test('an attribute on a line of its own', () => {
    expect(read('xml', '<a\n   b="1"\n   c=\n"2"/>')).toBe(
      '{a@1:1: [{b@2:4: "1"@2:6, c@4:1: "2"@4:1}@1:1]@1:1}@1:1',
    );
  });

  test('text is trimmed and starts where it can be read; CDATA counts', () => {
    expect(read('xml', '<a>\n  x &amp; &#65;&lt;\n</a>')).toBe(
      '{a@1:1: [{#text@2:3: "x & A<"@2:3}@1:1]@1:1}@1:1',
    );
    expect(read('xml', '<a><![CDATA[ <b> ]]></a>')).toBe('{a@1:1: [{#text@1:14: "<b>"@1:14}@1:1]@1:1}@1:1');
    expect(values('xml', '<a>x<b>y</b>z</a>')).toBe('{a: [{#text: "xz", b: [{#text: "y"}]}]}');
  });

  test('an attribute and a child of one name are both kept, the child last', () => {
    expect(values('xml', '<a b="1"><b/></a>')).toBe('{a: [{b: "1", b: [{}]}]}');
  });

  test('names with prefixes, bound or not, are names; __proto__ is one too', () => {
    expect(values('xml', '<x:a xmlns:x="u" y:b="1"><__proto__/></x:a>')).toBe(
      '{x:a: [{xmlns:x: "u", y:b: "1", __proto__: [{}]}]}',
    );
  });

  test('CRLF, UTF-16 and a byte order mark', () => {
    const text = '\ufeff<?xml version="1.0" encoding="UTF-16"?>\r\n<a>\r\n<b/></a>';
    expect(read('xml', Buffer.from(text, 'utf16le'))).toBe('{a@2:1: [{b@3:1: [{}@3:1]@3:1}@2:1]@2:1}@2:1');
  });

  test('nothing is none, and no flaw', () => {
    expect(read('xml', ' \n')).toBe('none');
  });
});

describe('nothing is declared or fetched', () => {
  const subset = '<!ENTITY in "inner"><!ENTITY out SYSTEM "file:///etc/hostname"><!-- ]> -->';
  test('an entity stays the text that it is, and is a flaw', () => {
    const decoded = decode('xml', Buffer.from(`<!DOCTYPE a [${subset}]>\n<a b="&in;">&out;</a>`));
    expect(treeText(decoded.tree)).toContain('"&in;"@2:6, #text@2:13: "&out;"@2:13');
    expect(flawText(decoded)).toMatch(/^malformed/);
  });

  test('a document type alone is no flaw, and moves no line', () => {
    const text = '<!DOCTYPE a\n PUBLIC "-//x//[>" "http://127.0.0.1/a.dtd"\n [ <!ELEMENT a ANY> ]>\n<a/>';
    expect(read('xml', text)).toBe('{a@4:1: [{}@4:1]@4:1}@4:1');
  });

  test('one that never ends leaves nothing', () => {
    expect(values('xml', '<!DOCTYPE a [ <!ENTITY x "y">\n<a/>')).toBe('none | malformed');
  });
});

describe('what a broken file still yields', () => {
  const cases: [string, string, string][] = [
    ['element never closed', '<a><b>x</b><c>', '{a: [{b: [{#text: "x"}], c: [{}]}]} | malformed'],
    ['wrong end', '<a><b>x</a></b>', '{a: [{b: [{#text: "x"}]}]} | malformed'],
    ['bare ampersand', '<a>x & y</a>', '{a: [{#text: "x & y"}]}'],
    ['text after the root', '<a/>x', '{a: [{}]} | malformed'],
    ['second root', '<a/><b/>', '{a: [{}]} | malformed'],
    ['attribute twice', '<a><b c="1" c="2"/></a>', '{a: [{}]} | malformed'],
    ['no XML at all', 'a: 1\n', 'none | malformed'],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    expect(values('xml', text)).toBe(expected);
  });
});
