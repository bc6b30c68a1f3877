/** Facts against an allowlist: what is approved, what is denied, and how one might try to get past it. */
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { makePackage } from '../../src/identity/purl.ts';
import type { Approvable, Decision } from '../../src/model/allowlist.ts';
import type { Package, ServerFact } from '../../src/model/fact.ts';
import { fact } from '../evaluate/default-facts.ts';

type Entry = Record<string, unknown>;
const now = new Date('2026-11-20T12:00:00Z');

function decide(one: Approvable, approve: Entry[], deny: Entry[] = [], more: Entry = {}): Decision {
  const text = JSON.stringify({ version: 1, name: 'test', approve, deny, ...more });
  return matcher(parseAllowlist(Buffer.from(text), 'list.json'), now)(one);
}

/** A definition that runs a package: pinned when `exact` is given. */
function running(
  type: Package['type'],
  name: string,
  version: string | null,
  exact: string | null = version,
): ServerFact {
  const found = makePackage(type, name, version, exact);
  return fact('server', { package: found, identity: found?.purl ?? null });
}

const at = (identity: string, more: Entry = {}): ServerFact =>
  fact('server', {
    identity,
    url: identity,
    command: null,
    args: [],
    package: null,
    transport: 'http',
    ...more,
  });

const local = (command: string, args: string[], script?: string): ServerFact =>
  fact('server', {
    command,
    args,
    package: null,
    identity: `command:${script ?? command}`,
    doubts: [script === undefined ? 'local-command' : 'local-script'],
  });

const verdict = (...args: Parameters<typeof decide>): string => decide(...args).verdict;

describe('packages', () => {
  const pinned = { package: 'npm:some-mcp', version: '^1.2.0' };

  test.each([
    ['1.2.3', 'approved'],
    ['1.9.0', 'approved'],
    ['1.1.9', 'unapproved'],
    ['2.0.0', 'unapproved'],
    // A pre-release is not in a range that does not name it.
    ['1.3.0-evil.1', 'unapproved'],
  ])('version %s is %s', (version, expected) => {
    expect(verdict(running('npm', 'some-mcp', version), [pinned])).toBe(expected);
  });

  test('another name, ecosystem or scope is another package', () => {
    expect(verdict(running('npm', 'some-mcp-', '1.2.3'), [pinned])).toBe('unapproved');
    expect(verdict(running('pypi', 'some-mcp', '1.2.3'), [pinned])).toBe('unapproved');
    expect(verdict(running('npm', '@evil/some-mcp', '1.2.3'), [pinned])).toBe('unapproved');
  });

  test('what is missing is said as an entry would say it', () => {
    expect(decide(running('npm', '@corp/other', '1.0.0'), [pinned]).why).toBe('no entry for npm:@corp/other');
    expect(decide(running('oci', 'docker.io/mcp/fetch', null), []).why).toBe(
      'no entry for image docker.io/mcp/fetch',
    );
  });

  test('the name in the configuration counts for nothing', () => {
    const liar = { ...running('npm', 'evil-mcp', '1.2.3'), name: 'some-mcp' };
    expect(verdict(liar, [pinned])).toBe('unapproved');
    expect(verdict({ ...running('npm', 'some-mcp', '1.2.3'), name: 'whatever' }, [pinned])).toBe('approved');
  });

  test('PyPI names are one name in all spellings', () => {
    const entry = { package: 'pypi:Some_MCP.server' };
    expect(verdict(running('pypi', 'some-mcp-server', '1.0'), [entry])).toBe('approved');
  });

  test('what is not pinned needs an entry that says so', () => {
    const open = running('npm', 'some-mcp', null);
    expect(decide(open, [pinned])).toMatchObject({
      verdict: 'unapproved',
      why: 'approve[0]: the entry pins ^1.2.0, the definition is unpinned',
    });
    expect(verdict(running('npm', 'some-mcp', 'latest', null), [pinned])).toBe('unapproved');
    expect(verdict(running('npm', 'some-mcp', '^1.2.0', null), [pinned])).toBe('unapproved');
    expect(verdict(open, [{ ...pinned, allowUnpinned: true }])).toBe('approved');
    expect(verdict(open, [{ package: 'npm:some-mcp' }])).toBe('approved');
    // A range that can never give an approved version is not one.
    expect(verdict(running('npm', 'some-mcp', '^2.0.0', null), [{ ...pinned, allowUnpinned: true }])).toBe(
      'unapproved',
    );
  });

  test('a version by date is in no range that does not name dates', () => {
    const dated = running('npm', '@modelcontextprotocol/server-filesystem', '2025.8.21');
    const fixed = { package: 'npm:@modelcontextprotocol/server-filesystem', version: '>=2.4.0' };
    expect(verdict(dated, [fixed])).toBe('unapproved');
    expect(verdict(dated, [{ ...fixed, version: '>=0.6.2' }])).toBe('unapproved');
    expect(verdict(dated, [{ ...fixed, version: '>=2025.7.1' }])).toBe('approved');
    expect(verdict(dated, [{ ...fixed, version: '2025.8.21' }])).toBe('approved');
    expect(verdict(dated, [{ package: fixed.package }])).toBe('approved');
  });

  test('versions of Python count by its own rules', () => {
    const entry = { package: 'pypi:some-mcp', version: '>=1.0,<2' };
    expect(verdict(running('pypi', 'some-mcp', '1.5'), [entry])).toBe('approved');
    expect(verdict(running('pypi', 'some-mcp', '2.0'), [entry])).toBe('unapproved');
    expect(verdict(running('pypi', 'some-mcp', '2.0rc1'), [entry])).toBe('unapproved');
    expect(verdict(running('pypi', 'some-mcp', '1.5.post1'), [entry])).toBe('unapproved');
    expect(verdict(running('pypi', 'some-mcp', '1.5.post1'), [{ ...entry, version: '1.5.post1' }])).toBe(
      'approved',
    );
    expect(verdict(running('pypi', 'some-mcp', '1!1.5'), [entry])).toBe('unapproved');
  });
});

describe('URLs', () => {
  const entry = { url: 'https://mcp.example.com/mcp' };

  test.each([
    'https://mcp.example.com/mcp',
    'https://mcp.example.com/mcp/',
    'https://MCP.Example.com:443/mcp',
    'https://mcp.example.com./mcp',
    'https://mcp.example.com/x/../mcp',
  ])('%s is the approved one', (url) => {
    expect(verdict(at(url), [entry])).toBe('approved');
  });

  test.each([
    'http://mcp.example.com/mcp',
    'https://mcp.example.com:8443/mcp',
    'https://mcp.example.com/mcp2',
    'https://mcp.example.com/',
    'https://mcp.example.com/mcp/evil',
    'https://mcp.example.com.evil.example/mcp',
    'https://evil.example/mcp.example.com/mcp',
    'https://mcp.example.com@evil.example/mcp',
    'https://evil.example/?https://mcp.example.com/mcp',
    'https://evil.example#@mcp.example.com/mcp',
    'https://evil.example\\@mcp.example.com/mcp',
    'https://xmcp.example.com/mcp',
    'wss://mcp.example.com/mcp',
    'https://mcp.example.com/MCP',
  ])('%s is not', (url) => {
    expect(verdict(at(url), [entry])).not.toBe('approved');
  });

  test('a wildcard in the host is one label', () => {
    const wild = { url: 'https://*.example.com/mcp' };
    expect(verdict(at('https://eu.example.com/mcp'), [wild])).toBe('approved');
    expect(verdict(at('https://example.com/mcp'), [wild])).toBe('unapproved');
    expect(verdict(at('https://a.b.example.com/mcp'), [wild])).toBe('unapproved');
    expect(verdict(at('https://evil.example/x.example.com/mcp'), [wild])).toBe('unapproved');
    expect(verdict(at('https://eu.example.com.evil.example/mcp'), [wild])).toBe('unapproved');
    const part = { url: 'https://mcp-*.example.com/mcp' };
    expect(verdict(at('https://mcp-eu.example.com/mcp'), [part])).toBe('approved');
    expect(verdict(at('https://mcp-a.evil.example.com/mcp'), [part])).toBe('unapproved');
  });

  test('a name or wildcard in the path is one segment, the last wildcard all the rest', () => {
    const tenant = { url: 'https://mcp.example.com/tenants/{tenant}/mcp' };
    expect(verdict(at('https://mcp.example.com/tenants/a/mcp'), [tenant])).toBe('approved');
    expect(verdict(at('https://mcp.example.com/tenants/a/b/mcp'), [tenant])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/tenants//mcp'), [tenant])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/tenants/a%2Fb/mcp'), [tenant])).toBe('unapproved');
    const rest = { url: 'https://mcp.example.com/ours/*' };
    expect(verdict(at('https://mcp.example.com/ours/a/b'), [rest])).toBe('approved');
    expect(verdict(at('https://mcp.example.com/ours'), [rest])).toBe('approved');
    expect(verdict(at('https://mcp.example.com/oursevil'), [rest])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/ours/../theirs'), [rest])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/ours/%2e%2e/theirs'), [rest])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/ours/..%2Ftheirs'), [rest])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/ours/..%5ctheirs'), [rest])).toBe('unapproved');
    expect(verdict(at('https://mcp.example.com/anything'), [{ url: 'https://mcp.example.com/*' }])).toBe(
      'approved',
    );
  });

  test('a bridge is approved by the URL that it reaches, and denied by itself', () => {
    const bridge = at('https://mcp.example.com/mcp', {
      command: 'npx',
      package: makePackage('npm', 'some-bridge', '0.1.15', '0.1.15'),
    });
    expect(verdict(bridge, [entry])).toBe('approved');
    expect(verdict(bridge, [{ package: 'npm:some-bridge' }])).toBe('unapproved');
    expect(verdict(bridge, [entry], [{ package: 'npm:some-bridge', version: '<0.1.16' }])).toBe('denied');
    expect(verdict(bridge, [entry], [{ package: 'npm:some-bridge', version: '<0.1.15' }])).toBe('approved');
  });

  test('a bridge to a local command is judged by what it runs', () => {
    const inner = fact('server', {
      package: makePackage('npm', 'some-bridge', '3.0.0', '3.0.0'),
      identity: 'pkg:npm/%40scope/inner@1.0.0',
    });
    expect(verdict(inner, [{ package: 'npm:some-bridge' }])).toBe('unapproved');
    expect(verdict(inner, [{ package: 'npm:@scope/inner', version: '1.0.0' }])).toBe('approved');
    expect(verdict(inner, [{ package: 'npm:@scope/inner' }], [{ package: 'npm:some-bridge' }])).toBe(
      'denied',
    );
  });
});

describe('images', () => {
  const digest = `sha256:${'0a'.repeat(32)}`;
  const entry = { image: 'docker.io/mcp/fetch' };
  const pinned = running('oci', 'docker.io/mcp/fetch', digest);
  const tagged = running('oci', 'docker.io/mcp/fetch', '1.2', null);

  test('by repository', () => {
    expect(verdict(pinned, [entry])).toBe('approved');
    expect(verdict(running('oci', 'evil.example/mcp/fetch', digest), [entry])).toBe('unapproved');
    expect(verdict(running('oci', 'docker.io/mcp/fetcher', digest), [entry])).toBe('unapproved');
  });

  test('by digest and tag', () => {
    expect(verdict(pinned, [{ ...entry, digest }])).toBe('approved');
    expect(verdict(tagged, [{ ...entry, digest }])).toBe('unapproved');
    expect(verdict(tagged, [{ ...entry, tag: '1.2' }])).toBe('approved');
    expect(verdict(running('oci', 'docker.io/mcp/fetch', null), [{ ...entry, tag: '1.2' }])).toBe(
      'unapproved',
    );
    expect(verdict(running('oci', 'docker.io/mcp/fetch', null), [{ ...entry, tag: 'latest' }])).toBe(
      'approved',
    );
    expect(verdict(pinned, [{ ...entry, digest: `sha256:${'0b'.repeat(32)}` }])).toBe('unapproved');
  });
});

describe('commands', () => {
  test('a program by its path, and by its bare name', () => {
    expect(verdict(local('/opt/corp/mcp', ['--stdio']), [{ command: '/opt/corp/mcp' }])).toBe('approved');
    expect(verdict(local('corp-mcp', []), [{ command: 'corp-mcp' }])).toBe('approved');
    expect(verdict(local('/tmp/corp-mcp', []), [{ command: 'corp-mcp' }])).toBe('unapproved');
    expect(verdict(local('/opt/corp/../../tmp/mcp', []), [{ command: '/opt/corp/mcp' }])).toBe('unapproved');
    expect(verdict(local('C:\\Corp\\MCP.exe', []), [{ command: 'c:/corp/mcp.exe' }])).toBe('approved');
    expect(verdict(local('/opt/Corp/mcp', []), [{ command: '/opt/corp/mcp' }])).toBe('unapproved');
  });

  test('an interpreter says nothing of what it runs', () => {
    const server = local('node', ['/opt/corp/server.js', '--stdio'], '/opt/corp/server.js');
    expect(verdict(server, [{ command: 'node' }])).toBe('unapproved');
    expect(verdict(server, [{ command: '/opt/corp/server.js' }])).toBe('approved');
    expect(verdict(server, [{ command: '/opt/corp/server.js', args: ['--stdio'] }])).toBe('approved');
    expect(verdict(server, [{ command: '/opt/corp/server.js', args: [] }])).toBe('unapproved');
    expect(verdict(server, [{ command: 'node', args: ['/opt/corp/server.js', '--stdio'] }])).toBe('approved');
    // A bare name is a program in the path, not whatever file lies in the working folder.
    expect(verdict(local('node', ['server.js'], 'server.js'), [{ command: 'server.js' }])).toBe('unapproved');
  });

  test('arguments one by one', () => {
    const entry = { command: 'node', args: ['/opt/corp/*.js', '--port=*', '*'] };
    const run = (...args: string[]): string => verdict(local('node', args, args[0]), [entry]);
    expect(run('/opt/corp/a.js', '--port=80', 'x')).toBe('approved');
    expect(run('/opt/corp/sub/a.js', '--port=80', 'x')).toBe('unapproved');
    expect(run('/opt/corp/../../tmp/a.js', '--port=80', 'x')).toBe('unapproved');
    expect(run('/opt/corp/a.js', '--port=', 'x')).toBe('unapproved');
    expect(run('/opt/corp/a.js', '--port=80', '--eval')).toBe('unapproved');
    expect(run('/opt/corp/a.js', '--port=80', 'a/b')).toBe('unapproved');
    expect(run('/opt/corp/a.js', '--port=80', '..')).toBe('unapproved');
    expect(run('/opt/corp/a.js', '--port=80')).toBe('unapproved');
    expect(run('/opt/corp/a.js', '--port=80', 'x', 'y')).toBe('unapproved');
    expect(run('/opt/corp\\..\\a.js', '--port=80', 'x')).toBe('unapproved');
  });

  test('our own launcher before a command changes nothing', () => {
    const moved = (args: string[], via: string[]): ServerFact => ({
      ...local('node', ['/opt/corp/server.js', '--stdio'], '/opt/corp/server.js'),
      command: '/usr/local/bin/shadowscan',
      args: ['exec', '--entry', 'corp-1', '--', ...args],
      via,
    });
    const entry = { command: 'node', args: ['/opt/corp/server.js', '--stdio'] };
    const same = ['node', '/opt/corp/server.js', '--stdio'];
    expect(verdict(moved(same, ['shadowscan-exec', 'node']), [entry])).toBe('approved');
    expect(verdict(moved(same, ['shadowscan-exec', 'node']), [], [entry])).toBe('denied');
    expect(verdict(moved([...same, '--evil'], ['shadowscan-exec', 'node']), [entry])).toBe('unapproved');
    // Something else that takes such words is not our launcher.
    expect(verdict(moved(same, ['node']), [entry])).toBe('unapproved');
    const twice = ['/usr/local/bin/shadowscan', 'exec', '--entry', 'corp-2', '--', ...same];
    expect(verdict(moved(twice, ['shadowscan-exec', 'shadowscan-exec', 'node']), [entry])).toBe('approved');
  });

  test('only a command entry means a local program', () => {
    const disguised = fact('server', {
      doubts: ['local-script'],
      command: '/opt/corp/node_modules/.bin/some-mcp',
    });
    expect(verdict(disguised, [{ package: 'npm:some-mcp' }])).toBe('unapproved');
  });

  test('a denied program is denied wherever it lies', () => {
    const deny = [{ command: 'ngrok-mcp' }];
    expect(verdict(local('/tmp/ngrok-mcp', []), [], deny)).toBe('denied');
    expect(verdict(local('C:\\Tools\\ngrok-mcp.exe', ['x']), [], deny)).toBe('denied');
    expect(verdict(local('ngrok', []), [], deny)).toBe('unapproved');
  });
});

describe('doubts', () => {
  const all = [
    'variable',
    'git-source',
    'tarball-source',
    'file-source',
    'shell-script',
    'registry-override',
    'injected-options',
    'too-many-wrappers',
    'userinfo',
    'alias',
    'extra-packages',
    'remote-command',
    'ambiguous',
  ];

  test.each(all)('%s cannot be approved away', (doubt) => {
    const server = fact('server', { doubts: [doubt] });
    const approve = [{ package: 'npm:some-mcp' }, { command: 'npx', args: ['-y', 'some-mcp@1.2.3'] }];
    const decision = decide(server, approve);
    expect(decision).toMatchObject({ verdict: 'unverifiable', approval: null });
    expect(decision.why).toMatch(/\w+ \w+/);
    expect(verdict(server, approve, [{ package: 'npm:some-mcp' }])).toBe('denied');
  });

  test('a doubt beside a local script still counts', () => {
    const server = {
      ...local('node', ['/opt/corp/server.js'], '/opt/corp/server.js'),
      doubts: ['injected-options', 'local-script'],
    };
    expect(verdict(server, [{ command: '/opt/corp/server.js' }])).toBe('unverifiable');
  });

  test('without an identity nothing can be approved', () => {
    expect(
      verdict(fact('server', { identity: null, package: null, command: 'x' }), [{ command: 'x', args: [] }]),
    ).toBe('unverifiable');
  });

  test('a doubt that nobody has heard of is one all the same', () => {
    expect(verdict(fact('server', { doubts: ['brand-new'] }), [{ package: 'npm:some-mcp' }])).toBe(
      'unverifiable',
    );
  });
});

describe('denials and dates', () => {
  const server = running('npm', 'some-mcp', '1.2.3');
  const entry = { id: 'search', package: 'npm:some-mcp', owner: 'ann@example.com', reason: 'needed' };

  test('a denial wins, wherever it stands', () => {
    expect(decide(server, [entry], [{ package: 'npm:some-mcp', reason: 'leaks' }])).toEqual({
      verdict: 'denied',
      approval: { entry: 'deny[0]', reason: 'leaks' },
      why: 'denied by deny[0] (npm:some-mcp): leaks',
    });
  });

  test('a denial by range means what is not pinned, when the newest version is in it', () => {
    const open = running('npm', 'some-mcp', null);
    expect(
      verdict(open, [{ package: 'npm:some-mcp' }], [{ package: 'npm:some-mcp', version: '>=1.0.16' }]),
    ).toBe('denied');
    expect(
      verdict(open, [{ package: 'npm:some-mcp' }], [{ package: 'npm:some-mcp', version: '<1.0.16' }]),
    ).toBe('approved');
    expect(
      verdict(running('npm', 'some-mcp', '1.1.0-rc.1'), [], [{ package: 'npm:some-mcp', version: '<2.0.0' }]),
    ).toBe('denied');
  });

  test('an approval says who and why', () => {
    expect(decide(server, [entry])).toEqual({
      verdict: 'approved',
      approval: { entry: 'search', owner: 'ann@example.com', reason: 'needed' },
      why: 'approved by search (npm:some-mcp)',
    });
  });

  test('an entry counts to the end of its last day', () => {
    expect(verdict(server, [{ ...entry, expires: '2026-11-20' }])).toBe('approved');
    expect(decide(server, [{ ...entry, expires: '2026-11-19' }])).toMatchObject({
      verdict: 'unapproved',
      why: 'search expired on 2026-11-19',
    });
    expect(verdict(server, [{ ...entry, expires: '2026-11-20T11:59:00Z' }])).toBe('unapproved');
    expect(verdict(server, [], [{ ...entry, id: 'no', expires: '2026-11-19' }])).toBe('unapproved');
  });

  test('no approval outlives its list', () => {
    expect(decide(server, [entry], [], { expires: '2026-11-01' })).toMatchObject({
      verdict: 'unapproved',
      why: 'search expired on 2026-11-01',
    });
    expect(verdict(server, [entry], [{ package: 'npm:some-mcp' }], { expires: '2026-11-01' })).toBe('denied');
  });

  test('a second entry may approve what the first misses', () => {
    expect(
      verdict(server, [
        { package: 'npm:some-mcp', version: '2.x' },
        { package: 'npm:some-mcp', version: '1.x' },
      ]),
    ).toBe('approved');
  });
});

describe('agents and extensions', () => {
  test('are judged only by a list that speaks of them', () => {
    expect(verdict(fact('agent'), [{ package: 'npm:x' }])).toBe('unjudged');
    expect(verdict(fact('extension'), [{ agent: 'some-agent' }])).toBe('unjudged');
    expect(verdict(fact('agent'), [{ agent: 'other' }])).toBe('unapproved');
    expect(verdict(fact('extension'), [{ extension: 'other.one' }])).toBe('unapproved');
  });

  test('by id and lowest version', () => {
    expect(verdict(fact('agent'), [{ agent: 'some-agent' }])).toBe('approved');
    expect(verdict(fact('agent'), [{ agent: 'some-agent', version: '1.2.0' }])).toBe('approved');
    expect(verdict(fact('agent'), [{ agent: 'some-agent', version: '1.10.0' }])).toBe('unapproved');
    expect(verdict(fact('agent', { version: null }), [{ agent: 'some-agent', version: '1.0.0' }])).toBe(
      'unapproved',
    );
    expect(
      verdict(fact('agent', { version: '1.2.0.0' }), [{ agent: 'some-agent', version: '>=1.2 <2' }]),
    ).toBe('approved');
  });

  test('a denied version is that version', () => {
    const approve = [{ agent: 'some-agent' }];
    expect(verdict(fact('agent'), approve, [{ agent: 'some-agent', version: '1.2.2' }])).toBe('approved');
    expect(verdict(fact('agent'), approve, [{ agent: 'some-agent', version: '1.2.3' }])).toBe('denied');
    expect(verdict(fact('agent'), [], [{ agent: 'some-agent' }])).toBe('denied');
  });

  test('an extension by publisher and name, in any case, or by the agent that it is', () => {
    const entry = { extension: 'Example.Some-Extension' };
    expect(verdict(fact('extension'), [entry])).toBe('approved');
    expect(verdict(fact('extension', { extension: 'evil.some-extension' }), [entry])).toBe('unapproved');
    const other = { extension: 'other.one' };
    expect(verdict(fact('extension', { agent: 'some-agent' }), [other, { agent: 'some-agent' }])).toBe(
      'approved',
    );
    expect(verdict(fact('extension', { agent: 'some-agent' }), [], [{ agent: 'some-agent' }])).toBe('denied');
    expect(verdict(fact('extension'), [entry], [{ extension: 'example.some-extension' }])).toBe('denied');
  });
});
