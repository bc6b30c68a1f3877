/**
 * What stands around an approved definition and may turn it into something else: launchers that only have
 * the name, folders to start in, files of variables, proxies and authorities of its own. Each is tried both
 * ways, and each can be accepted by an entry that says so.
 */
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import type { Decision } from '../../src/model/allowlist.ts';
import { fact } from '../evaluate/default-facts.ts';
import { type Sample, identified } from '../identity/sample.ts';

type Entry = Record<string, unknown>;
const known = '@corp/search-mcp@1.2.3';
const remote = 'https://mcp.example.com/mcp';
const entries: Entry[] = [
  { package: 'npm:@corp/search-mcp', version: '^1.2.0' },
  { package: 'pypi:corp-mcp', version: '>=1,<2' },
  { url: remote },
  { command: '/opt/corp/server.js', args: ['--stdio'] },
];

function decide(text: string, more: Partial<Sample> = {}, approve = entries): Decision {
  const [command = '', ...args] = text.split(' ').map((word) => word.replaceAll('+', ' '));
  const one = identified({ command, args, ...more });
  const { identity, via, registry, doubts, extras, shown } = one;
  const list = parseAllowlist(Buffer.from(JSON.stringify({ version: 1, name: 't', approve })), 'list.json');
  const server = fact('server', { identity, via, registry, doubts, extras, ...shown, package: one.package });
  return matcher(list, new Date('2026-11-20T12:00:00Z'))(server);
}
const verdict = (...args: Parameters<typeof decide>): string => decide(...args).verdict;

describe('a launcher where launchers are installed', () => {
  test.each([
    `npx -y ${known}`,
    `/usr/bin/npx -y ${known}`,
    `/opt/homebrew/bin/npx -y ${known}`,
    `/opt/node-v22/bin/npx -y ${known}`,
    `/Users/me/.nvm/versions/node/v22.1.0/bin/npx -y ${known}`,
    `/home/me/.local/share/fnm/node-versions/v22/installation/bin/npx -y ${known}`,
    `/home/me/.volta/bin/npx -y ${known}`,
    `~/.local/bin/uvx corp-mcp==1.4`,
    `/Users/me/.cargo/bin/uvx corp-mcp==1.4`,
    `/home/linuxbrew/.linuxbrew/bin/uvx corp-mcp==1.4`,
    `C:\\Program+Files\\nodejs\\npx.cmd -y ${known}`,
    `C:\\Users\\me\\AppData\\Roaming\\npm\\npx.cmd -y ${known}`,
    `C:/nvm4w/nodejs/npx.cmd -y ${known}`,
    `/mnt/c/Program+Files/nodejs/npx.cmd -y ${known}`,
  ])('%s', (text) => {
    expect(verdict(text)).toBe('approved');
  });

  test.each([
    `~/x/uvx corp-mcp==1.4`,
    `/home/me/x/npx -y ${known}`,
    `/Users/me/Downloads/npx -y ${known}`,
    `/root/x/npx -y ${known}`,
    `C:\\x\\npx.cmd -y ${known}`,
    `C:\\Users\\me\\x\\npx.cmd -y ${known}`,
    `env ~/x/npx -y ${known}`,
    `shadowscan exec -- /home/me/x/npx -y ${known}`,
    `/home/me/x/shadowscan exec -- npx -y ${known}`,
    `/home/me/x/node /opt/corp/server.js --stdio`,
    `/home/me/x/npx -y mcp-remote@0.1.20 ${remote}`,
  ])('and one that only has the name: %s', (text) => {
    expect(decide(text)).toMatchObject({
      verdict: 'unverifiable',
      approval: null,
      why: expect.stringContaining('its launcher lies in a folder'),
    });
  });

  test('an entry that names the launcher and all arguments has seen it', () => {
    const args = ['/opt/corp/server.js', '--stdio'];
    const text = '/home/me/x/node /opt/corp/server.js --stdio';
    expect(verdict(text, {}, [{ command: '/home/me/x/node', args }])).toBe('approved');
    expect(verdict(text, {}, [{ command: '/home/me/y/node', args }])).toBe('unapproved');
    expect(verdict(`${text} --more`, {}, [{ command: '/home/me/x/node', args }])).toBe('unapproved');
  });
});

describe('a package by the folder that it lies in', () => {
  const entry = [{ package: 'npm:open-mcp' }];

  test.each([
    ['node /usr/lib/node_modules/open-mcp/dist/index.js', 'approved'],
    ['node /Users/me/.nvm/versions/node/v22/lib/node_modules/open-mcp/dist/index.js', 'approved'],
    ['node C:\\Users\\me\\AppData\\Roaming\\npm\\node_modules\\open-mcp\\dist\\index.js', 'approved'],
    ['node /home/me/x/node_modules/open-mcp/dist/index.js', 'unverifiable'],
    ['node ~/x/node_modules/open-mcp/dist/index.js', 'unverifiable'],
    ['node ./node_modules/open-mcp/dist/index.js', 'unverifiable'],
    ['/home/me/x/node_modules/.bin/npx -y open-mcp', 'unverifiable'],
  ])('%s is %s', (text, expected) => {
    expect(verdict(text, {}, entry)).toBe(expected);
  });

  test('unless the entry accepts it', () => {
    const accepting = [{ package: 'npm:open-mcp', accept: ['package-folder'] }];
    expect(verdict('node /home/me/x/node_modules/open-mcp/dist/index.js', {}, accepting)).toBe('approved');
  });
});

describe('our own launcher changes nothing of what runs', () => {
  test.each([
    [`shadowscan exec -- npx -y ${known}`, 'approved'],
    [`shadowscan exec --secret TOKEN=keychain:x -- npx -y ${known}`, 'approved'],
    [`npx -y shadowscan exec -- npx -y ${known}`, 'approved'],
    [`shadowscan exec -- npx -y evil-mcp`, 'unapproved'],
    [`shadowscan exec -- shadowscan exec -- npx -y evil-mcp`, 'unapproved'],
    [`shadowscan exec -- sh -c npx+evil-mcp;npx+${known}`, 'unverifiable'],
    [`npx -y npx -y evil-mcp`, 'unapproved'],
    [`npx -y ${known} -- npx evil-mcp`, 'approved'],
    [`cmd /c npx -y npx -y cmd /c npx -y evil-mcp`, 'unapproved'],
  ])('%s is %s', (text, expected) => {
    expect(verdict(text)).toBe(expected);
  });
});

describe('a folder to start in', () => {
  const cwd = '/home/me/project';

  test('has packages of its own that npx takes first', () => {
    expect(verdict(`npx -y ${known}`)).toBe('approved');
    expect(decide(`npx -y ${known}`, { cwd })).toMatchObject({
      verdict: 'unverifiable',
      why: expect.stringContaining('own code may run instead'),
    });
    expect(verdict(`npm exec -- ${known}`, { cwd })).toBe('unverifiable');
    expect(verdict(`bunx ${known}`, { cwd })).toBe('unverifiable');
    expect(verdict(`env -C ${cwd} npx -y ${known}`)).toBe('unverifiable');
    expect(verdict(`npx -y -w part ${known}`)).toBe('unverifiable');
    expect(verdict(`npx -y ${known}`, { env: { npm_config_workspace: 'part' } })).toBe('unverifiable');
  });

  test('matters nothing to what is fetched anyway, or named by its path', () => {
    expect(verdict('uvx corp-mcp==1.4', { cwd })).toBe('approved');
    expect(verdict('node /opt/corp/server.js --stdio', { cwd })).toBe('approved');
    expect(verdict(`npx -y ${known}`, { cwd: '' })).toBe('approved');
  });

  test('decides which file a relative path means', () => {
    const entry = [{ command: 'node', args: ['dist/server.js'] }];
    expect(verdict('node dist/server.js', { cwd }, entry)).toBe('unverifiable');
  });
});

describe('a file of variables', () => {
  test.each([
    'node --env-file=/home/me/x.env /opt/corp/server.js --stdio',
    'node --env-file-if-exists x.env /opt/corp/server.js --stdio',
    'uvx --env-file x.env corp-mcp==1.4',
    `bunx --env-file=x.env ${known}`,
  ])('%s', (text) => {
    expect(decide(text)).toMatchObject({
      verdict: 'unverifiable',
      why: expect.stringContaining('a file sets'),
    });
  });

  test('that the entry names with all arguments has been seen', () => {
    const entry = [{ command: 'node', args: ['--env-file=/etc/corp.env', '/opt/corp/server.js'] }];
    expect(verdict('node --env-file=/etc/corp.env /opt/corp/server.js', {}, entry)).toBe('approved');
    expect(verdict('node --env-file=/tmp/corp.env /opt/corp/server.js', {}, entry)).toBe('unapproved');
  });

  test('named by a variable', () => {
    expect(verdict('uvx corp-mcp==1.4', { env: { UV_ENV_FILE: 'x' } })).toBe('unverifiable');
    expect(verdict('uvx corp-mcp==1.4', { env: { ENV_FILE: 'x' } })).toBe('approved');
  });
});

describe('constraints say where a package comes from', () => {
  test.each([
    ['uvx corp-mcp==1.4', { UV_CONSTRAINT: 'https://evil.example/c.txt' }],
    ['uvx corp-mcp==1.4', { UV_BUILD_CONSTRAINT: 'c.txt' }],
    ['uvx corp-mcp==1.4', { UV_OVERRIDE: 'c.txt' }],
    ['pipx run corp-mcp==1.4', { PIP_CONSTRAINT: 'c.txt' }],
    ['uvx -c c.txt corp-mcp==1.4', {}],
    ['uvx --constraints https://evil.example/c.txt corp-mcp==1.4', {}],
  ])('%s with %j', (text, env) => {
    expect(verdict(text, { env })).toBe('unverifiable');
  });

  test('and without', () => {
    expect(verdict('pipx run corp-mcp==1.4')).toBe('approved');
    expect(verdict('uvx corp-mcp==1.4', { env: { UV_CONSTRAINT: '' } })).toBe('approved');
  });
});

describe('through whom it talks, and whom it trusts', () => {
  const bridge = `npx -y mcp-remote@0.1.20 ${remote}`;
  const proxy = { HTTPS_PROXY: 'http://proxy.evil.example:8080' };
  const authority = { NODE_EXTRA_CA_CERTS: '/home/me/ca.pem' };

  test.each<Record<string, string>>([
    proxy,
    authority,
    { https_proxy: 'http://x' },
    { ALL_PROXY: 'socks5://x' },
    { SSL_CERT_FILE: '/x' },
    { REQUESTS_CA_BUNDLE: '/x' },
    { npm_config_cafile: '/x' },
  ])('a bridge with %j', (env) => {
    expect(decide(bridge, { env })).toMatchObject({
      verdict: 'unverifiable',
      why: expect.stringMatching(/proxy|certificates/),
    });
  });

  test('a package of a registry is replaced only by both together', () => {
    expect(verdict(`npx -y ${known}`, { env: proxy })).toBe('approved');
    expect(verdict(`npx -y ${known}`, { env: authority })).toBe('approved');
    expect(verdict(`npx -y ${known}`, { env: { ...proxy, ...authority } })).toBe('unverifiable');
    expect(verdict(`npx -y --https-proxy http://x --cafile /x ${known}`)).toBe('unverifiable');
  });

  test('an URL that the client itself calls has no variables', () => {
    const one = identified({ url: remote, env: proxy });
    expect(one.doubts).toEqual([]);
  });

  test('what an entry accepts is no doubt, and nothing else is accepted by it', () => {
    const accepting = (...accept: string[]): Entry[] => [{ url: remote, accept }];
    expect(verdict(bridge, { env: proxy }, accepting('own-proxy'))).toBe('approved');
    expect(verdict(bridge, { env: authority }, accepting('own-proxy'))).toBe('unverifiable');
    expect(verdict(bridge, { env: { ...proxy, ...authority } }, accepting('own-proxy', 'own-ca'))).toBe(
      'approved',
    );
    const off = { ...proxy, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(verdict(bridge, { env: off }, accepting('own-proxy', 'own-ca'))).toBe('unverifiable');
  });
});

describe('options that a bridge does not have', () => {
  test.each([
    `npx -y mcp-remote@0.1.20 --unknown ${remote} https://evil.example/mcp`,
    `npx -y mcp-remote@0.1.20 ${remote} --unknown https://evil.example/mcp`,
    `npx -y mcp-remote@0.1.20 --evil=1 ${remote}`,
    `npx -y supergateway --weird https://evil.example/mcp --sse ${remote}`,
    `uvx mcp-proxy --weird ${remote} https://evil.example/mcp`,
  ])('%s', (text) => {
    expect(verdict(text)).not.toBe('approved');
  });

  test.each([
    `npx -y mcp-remote@0.1.20 ${remote} 3334 --allow-http --debug --transport http-only`,
    `npx -y mcp-remote@0.1.20 ${remote} --header X-Team:a --static-oauth-client-info @/x --silent`,
    `npx -y mcp-remote@0.15.1 ${remote} --resource x --ignore-tool delete_* --auth-timeout 60 --enable-proxy`,
    `npx -y supergateway --sse ${remote} --logLevel none --cors`,
    `uvx mcp-proxy --transport streamablehttp ${remote}`,
  ])('and those that it has: %s', (text) => {
    expect(verdict(text)).toBe('approved');
  });
});
