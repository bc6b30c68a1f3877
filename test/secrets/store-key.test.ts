/**
 * Names of token files, against vectors taken from real runs of the bridge (mcp-remote 0.0.11 - 0.15.1,
 * checked 2026-11) and from its source.
 */
import { describe, expect, test } from 'vitest';
import type { Wrapper } from '../../src/model/rules.ts';
import { closed, secrets } from './kit.ts';

const spec: NonNullable<Wrapper['storeKey']> = {
  algorithm: 'md5',
  join: '|',
  parts: [
    { position: 0, as: 'text' },
    { options: ['--resource'], as: 'trimmed', unless: '--disable-resource-parameter' },
    { options: ['--authorize-param'], as: 'json', pattern: '^([^=]+)=(.*)$' },
    { options: ['--header'], as: 'json', pattern: '^([A-Za-z0-9_-]+):\\s*(.*)$' },
    { options: ['--client-metadata-url'], as: 'text' },
    { options: ['--token-endpoint'], as: 'url' },
  ],
  older: [],
  unknowable: [],
};

/** A command line as the identity kit hands it over: every option of these takes a value. */
function keyOf(...args: string[]): string | null {
  const positions: string[] = [];
  const options: [string, string][] = [];
  for (let at = 0; at < args.length; at++) {
    if (args[at] === '--disable-resource-parameter') options.push([args[at]!, '']);
    else if (args[at]!.startsWith('--')) options.push([args[at]!, args[++at]!]);
    else positions.push(args[at]!);
  }
  return secrets.storeKey(spec, {
    position: (n) => (positions[n] === undefined ? null : closed(positions[n])),
    values: (names) => options.filter(([name]) => names.includes(name)).map(([, value]) => closed(value)),
    has: (name) => options.some(([other]) => other === name),
  });
}

describe('store keys', () => {
  test.each([
    ['0bbe16f25f21e2567f6370b34ee87e1c', ['http://localhost:41000/mcp']],
    ['2d1a8aae3765090858d82f5630192064', ['https://mcp.linear.app/sse']],
    ['bbcf3c111998d8af66c1b0d7523c9a05', ['https://mcp.atlassian.com/v1/sse']],
    ['cb42d1a06ae8db4e5585a26f2e5ca947', ['https://mcp.notion.com/mcp']],
    [
      '224d1023ed8b747f99479d42f28f0bb6',
      ['https://mcp.atlassian.com/v1/sse', '--resource', ' https://tenant1.atlassian.net/ '],
    ],
    [
      '84a9481f7be5e7530bf1d6faa8624dac',
      [
        'http://localhost:41000/mcp',
        '--header',
        'X-Env: ${T_TOKEN}',
        '--resource',
        'http://localhost:41000/mcp',
        '--header',
        'A-Static:static-val',
      ],
    ],
    [
      'fb53d203db488e76987b2e9c559cc201',
      ['https://mcp.example.com/mcp', '--header', 'Authorization: Bearer FAKE-token-for-tests'],
    ],
    [
      'd93d83b65808022e53f082e29cb45201',
      ['https://mcp.example.com/mcp', '--authorize-param', 'access_type=offline'],
    ],
    [
      'ba273e3042eee708732392e77af18d70',
      ['https://mcp.example.com/mcp', '--client-metadata-url', 'https://client.example.com/oauth/meta'],
    ],
    [
      '004c36f49d151b5cf458f57552c32412',
      ['https://mcp.example.com/mcp', '--token-endpoint', 'https://AUTH.example.com/oauth/token'],
    ],
  ])('%s', (key, args) => {
    expect(keyOf(...args)).toBe(key);
  });

  test('nothing of a URL is normalised, and a dropped part is left out', () => {
    const plain = keyOf('https://mcp.linear.app/sse');
    expect(keyOf('https://mcp.linear.app/sse/')).not.toBe(plain);
    expect(keyOf('https://MCP.linear.app/sse')).not.toBe(plain);
    expect(keyOf('https://mcp.linear.app/sse', '--resource', '  ')).toBe(plain);
    expect(keyOf('https://mcp.linear.app/sse', '--header', 'no header line')).toBe(plain);
    expect(keyOf('https://mcp.linear.app/sse', '--header', '__proto__: x')).toBe(plain);
    expect(
      keyOf('https://mcp.linear.app/sse', '--resource', 'https://r.example', '--disable-resource-parameter'),
    ).toBe(plain);
  });

  test('without a server, or with an endpoint that is no URL, there is no key', () => {
    expect(keyOf('--resource', 'https://r.example')).toBeNull();
    expect(keyOf('https://mcp.example.com/mcp', '--token-endpoint', 'not a url')).toBeNull();
  });
});
