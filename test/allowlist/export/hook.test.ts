/** What a hook is told in one line: approved where its words are clear, and never where they are not. */
import { expect, test } from 'vitest';
import { toldServer } from '../../../src/allowlist/hook.ts';
import type { HookInput } from '../../../src/allowlist/hook.ts';
import { wrappers } from '../../identity/rules.ts';
import { secrets } from '../../identity/secrets.ts';
import { decide, listOf } from './sample.ts';

const list = listOf(`
approve:
  - { package: "npm:@corp/search-mcp", version: ^1.2.0 }
  - { url: "https://mcp.example.com/mcp" }
  - { command: /opt/corp/server, args: [--stdio], clients: [cursor], users: [ann] }
deny:
  - { package: "npm:bad-mcp" }
`);
const client = { tools: ['cursor'], user: 'ann' };
const verdict = (told: HookInput, by = client): string => {
  const fact = toldServer(told, by, { rules: { wrappers }, secrets });
  return fact === null ? 'unclear' : decide(list, fact, '').verdict;
};

test.each<HookInput>([
  { command: 'npx -y @corp/search-mcp@1.2.3' },
  { command: 'npx -y @corp/search-mcp@1.9.0 --verbose' },
  { command: 'cmd /c npx -y @corp/search-mcp@1.2.3' },
  { command: '/opt/corp/server --stdio' },
  { url: 'https://mcp.example.com/mcp' },
])('%j is approved', (told) => {
  expect(verdict(told)).toBe('approved');
});

test.each<[HookInput, string]>([
  [{ command: 'npx -y @corp/search-mcp' }, 'unapproved'],
  [{ command: 'npx -y bad-mcp' }, 'denied'],
  [{ command: 'npx --registry https://evil.example @corp/search-mcp@1.2.3' }, 'unverifiable'],
  [{ command: 'npx -y  @corp/search-mcp@1.2.3' }, 'unclear'],
  [{ command: ' npx -y @corp/search-mcp@1.2.3' }, 'unclear'],
  [{ command: 'sh -c npx -y @corp/search-mcp@1.2.3' }, 'unclear'],
  [{ command: 'env /bin/bash -c /opt/corp/server' }, 'unclear'],
  [{ command: 'npx -y "@corp/search-mcp@1.2.3"' }, 'unclear'],
  [{ command: 'npx -y @corp/search-mcp@1.2.3\nevil' }, 'unclear'],
  [{ command: String.raw`npx -y @corp/search-mcp@1.2.3\ x` }, 'unclear'],
  [{ command: String.raw`C:\corp\mcp.exe --stdio` }, 'unapproved'],
  [{ url: 'https://mcp.example.com/other' }, 'unapproved'],
  [{ url: 'https://mcp.example.com/mcp', command: 'evil' }, 'unclear'],
  [{ command: '', url: '' }, 'unclear'],
  [{}, 'unclear'],
])('%j is %s', (told, expected) => {
  expect(verdict(told)).toBe(expected);
});

test('entries for some clients and users are for those', () => {
  const told = { command: '/opt/corp/server --stdio' };
  expect(verdict(told, { tools: ['cursor'], user: 'bob' })).toBe('unapproved');
  expect(verdict(told, { tools: ['codex'], user: 'ann' })).toBe('unapproved');
});
