/**
 * What clients' own code was asked: a list, what a scan has seen of it, and definitions, approved and not.
 * `scripts/client-proof.ts` puts the exported files before the client itself and records its answers here.
 */
import { listOf, server } from '../sample.ts';

export const list = listOf(`
approve:
  - { package: "npm:@corp/search-mcp", version: ^1.2.0 }
  - { package: "npm:@corp/pinned-mcp", version: 2.0.1 }
  - { url: "https://mcp.example.com/mcp" }
  - { url: "https://api.example.com/*" }
  - { url: "https://{tenant}.t.example.com/{team}/mcp" }
  - { command: corp-local, args: [] }
  - { command: /opt/corp/server, args: [--stdio] }
deny:
  - { package: "npm:bad-mcp" }
  - { url: "https://bad.example.com/mcp" }
`);

export type Definition = { command: string; args: string[]; env?: Record<string, string> } | { url: string };

const line = (text: string, env?: Record<string, string>): Definition => {
  const [command = '', ...args] = text.split(' ');
  return { command, args, ...(env && { env }) };
};

/** What a scan has seen: of what is approved two, and one that is not. */
export const seen: Record<string, Definition> = {
  search: line('npx -y @corp/search-mcp@1.2.3'),
  docs: { url: 'https://mcp.example.com/mcp' },
  evil: line('npx -y evil-mcp'),
};

export const asked: [name: string, definition: Definition][] = [
  ['search', line('npx -y @corp/search-mcp@1.2.3')],
  ['search', line('npx -y @corp/search-mcp@1.2.4')],
  ['search', line('npx -y @corp/search-mcp')],
  ['search', line('npx -y @corp/search-mcp@1.2.3 --more')],
  ['search', line('npx @corp/search-mcp@1.2.3')],
  ['search', line('/tmp/npx -y @corp/search-mcp@1.2.3')],
  ['search', { command: 'npx', args: ['-y @corp/search-mcp@1.2.3'] }],
  ['search', line('npx -y evil-mcp')],
  ['search', line('npx -y @corp/search-mcp@1.2.3', { NODE_OPTIONS: '--require /tmp/x.js' })],
  ['other', line('npx -y @corp/search-mcp@1.2.3')],
  ['pinned-mcp', line('npx -y @corp/pinned-mcp@2.0.1')],
  ['pinned-mcp', line('npx -y @corp/pinned-mcp@2.0.2')],
  ['corp-local', line('corp-local')],
  ['corp-local', line('corp-local --admin')],
  ['server', line('/opt/corp/server --stdio')],
  ['server', line('/opt/corp/server --stdio --admin')],
  ['bad', line('npx -y bad-mcp')],
  ['docs', { url: 'https://mcp.example.com/mcp' }],
  ['docs', { url: 'https://mcp.example.com/mcp/' }],
  ['docs', { url: 'https://MCP.example.com/mcp' }],
  ['docs', { url: 'https://mcp.example.com:443/mcp' }],
  ['docs', { url: 'https://mcp.example.com:8443/mcp' }],
  ['docs', { url: 'https://mcp.example.com/mcp?team=a' }],
  ['docs', { url: 'https://mcp.example.com/other' }],
  ['docs', { url: 'https://mcp.example.com/mcp/../other' }],
  ['docs', { url: 'http://mcp.example.com/mcp' }],
  ['docs', { url: 'https://mcp.example.com.evil.example/mcp' }],
  ['docs', { url: 'https://mcp.example.com@evil.example/mcp' }],
  ['docs', { url: 'https://user@mcp.example.com/mcp' }],
  ['docs', { url: 'https://mcp.example.com/%6dcp' }],
  ['docs', { url: 'https://evil.example/https://mcp.example.com/mcp' }],
  ['example', { url: 'https://api.example.com/any/thing' }],
  ['example', { url: 'https://api.example.com.evil.example/any' }],
  ['example', { url: 'https://evil.example/?https://api.example.com/any' }],
  ['t', { url: 'https://eu.t.example.com/blue/mcp' }],
  ['t', { url: 'https://eu.us.t.example.com/blue/mcp' }],
  ['t', { url: 'https://eu.t.example.com/blue/green/mcp' }],
  ['t', { url: 'https://evil.example/x.t.example.com/blue/mcp' }],
  ['bad', { url: 'https://bad.example.com/mcp' }],
  ['bad', { url: 'https://bad.example.com/mcp?x=1' }],
];

/** As a scan would have them. */
export const factOf = (client: string, name: string, definition: Definition) =>
  server(name, definition, { tools: [client] });
