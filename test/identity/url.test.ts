/** One spelling for one place: URLs that must be equal, and URLs that must not. */
import { expect, test } from 'vitest';
import { normaliseUrl } from '../../src/identity/url.ts';

const urlOf = (text: string): string | null => normaliseUrl(text)?.url ?? null;

test.each([
  ['https://mcp.example.com/mcp', 'HTTPS://MCP.Example.COM:443/mcp/'],
  ['https://mcp.example.com/mcp', 'https://mcp.example.com./mcp?key=1#frag'],
  ['https://mcp.example.com/mcp', ' https://mcp.example.com/a/../mcp '],
  ['https://mcp.example.com/mcp', 'https://mcp.example.com/%6Dcp'],
  ['https://mcp.example.com/mcp', 'https://mcp.example.com/x/%2e%2E/mcp'],
  ['https://mcp.example.com', 'https://mcp.example.com//'],
  ['https://mcp.example.com/a%2Fb', 'https://mcp.example.com/a%2fb'],
  ['https://xn--bcher-kva.example', 'https://b\u00fccher.example/'],
  ['https://xn--bcher-kva.example', 'https://XN--BCHER-KVA.example'],
  ['http://localhost:3000/sse', 'http://LOCALHOST:03000/sse/'],
  ['http://[::1]:8080/mcp', 'http://[0:0:0:0:0:0:0:1]:8080/mcp'],
  ['ws://x.example/mcp', 'WS://x.example:80/mcp'],
  ['wss://x.example/mcp', 'wss://x.example:443/mcp'],
])('%s is %s', (normal, spelling) => {
  expect(urlOf(spelling)).toBe(normal);
  expect(urlOf(normal)).toBe(normal);
});

test.each([
  ['https://mcp.example.com/mcp', 'http://mcp.example.com/mcp'],
  ['https://mcp.example.com/mcp', 'wss://mcp.example.com/mcp'],
  ['https://mcp.example.com/mcp', 'https://mcp.example.com:8443/mcp'],
  ['https://mcp.example.com/mcp', 'https://mcp.example.com/MCP'],
  ['https://mcp.example.com/mcp', 'https://example.com/mcp'],
  ['https://mcp.example.com/a/b', 'https://mcp.example.com/a%2Fb'],
  ['https://b\u00fccher.example/', 'https://bucher.example/'],
])('%s is not %s', (one, other) => {
  expect(urlOf(one)).not.toBeNull();
  expect(urlOf(one)).not.toBe(urlOf(other));
});

test.each([
  'mcp.example.com/mcp',
  'localhost:3000/mcp',
  'ftp://example.com',
  'file:///etc/passwd',
  'https://',
  'https:///example.com',
  'https://ex%61mple.com/mcp',
  'https://good.example\\@evil.example/mcp',
  'https://good.example\t.evil.example/mcp',
  'https://example..com/',
  'https://example.com../',
  'https://example.com:99999/',
  'https://${HOST}/mcp',
  'https://%HOST%/mcp',
  'https://<host>/mcp',
  'javascript:alert(1)',
  '',
])('no URL of a server: %s', (text) => {
  expect(normaliseUrl(text)).toBeNull();
});

test('a user before the host is left out and is a doubt', () => {
  expect(normaliseUrl('https://good.example@evil.example/mcp')).toEqual({
    url: 'https://evil.example/mcp',
    host: 'evil.example',
    doubts: ['userinfo'],
  });
  expect(normaliseUrl('https://a:b@c@evil.example/')?.host).toBe('evil.example');
  expect(normaliseUrl('https://example.com/@scope/mcp')?.doubts).toEqual([]);
});

test('a variable in the path is a doubt, in the query it is not', () => {
  expect(normaliseUrl('https://x.example/${TENANT}/mcp')).toMatchObject({
    url: 'https://x.example/${TENANT}/mcp',
    doubts: ['variable'],
  });
  expect(normaliseUrl('https://x.example/{env:TENANT}/mcp')?.doubts).toEqual(['variable']);
  expect(normaliseUrl('https://x.example/%TENANT%/mcp')?.doubts).toEqual(['variable']);
  expect(normaliseUrl('https://x.example/mcp?key=${KEY}')?.doubts).toEqual([]);
  expect(normaliseUrl('https://x.example/%41%42%20%43')?.doubts).toEqual([]);
});

test('what is masked stays masked and readable', () => {
  expect(urlOf('https://x.example/s/tk_Qz\u2026/mcp')).toBe('https://x.example/s/tk_Qz\u2026/mcp');
});
