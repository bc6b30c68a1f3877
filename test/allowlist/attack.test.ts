/**
 * Ways round a list that were tried against it: none of them may be approved, and what looks like one and is
 * honest must be.
 */
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import type { Identified } from '../../src/identity/identify.ts';
import { fact } from '../evaluate/default-facts.ts';
import { identified, line } from '../identity/sample.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const list = `
version: 1
name: test
approve:
  - { package: "npm:@corp/mcp", version: ^1.2.0 }
  - { package: "npm:open-mcp" }
  - { package: "pypi:corp-mcp", version: ">=1,<2" }
  - { url: "https://mcp.example.com/mcp" }
  - { url: "https://*.tenants.example.com/{tenant}/*" }
  - { image: ghcr.io/corp/mcp, digest: "${digest}" }
  - { command: /opt/corp/server.js, args: [--stdio] }
`;
const decide = matcher(parseAllowlist(Buffer.from(list), 'list.yaml'), new Date('2026-11-20T12:00:00Z'));

function verdict(one: Identified): string {
  const { identity, via, registry, doubts, extras, shown } = one;
  return decide(fact('server', { identity, via, registry, doubts, extras, ...shown, package: one.package }))
    .verdict;
}

const known = '@corp/mcp@1.2.3';
const npx = `npx -y ${known}`;
const image = `ghcr.io/corp/mcp@${digest}`;

describe('our own launcher', () => {
  test.each([
    `shadowscan exec --secret NODE_OPTIONS=keychain:x -- ${npx}`,
    `shadowscan exec --secret LD_PRELOAD=keychain:x -- ${npx}`,
    `shadowscan exec --secret npm_config_registry=keychain:x -- ${npx}`,
    `shadowscan exec --env NODE_OPTIONS=--require=/x -- ${npx}`,
    `shadowscan exec npx -y evil -- ${npx}`,
    `shadowscan --evil exec -- ${npx}`,
    `/tmp/shadowscan exec -- ${npx}`,
    `./shadowscan exec -- ${npx}`,
    `shadowscan exec --entry a -- npx -y evil`,
    `shadowscan exec --entry a --mcp-auth -- -- npx -y evil`,
  ])('%s', (text) => expect(verdict(line(text))).not.toBe('approved'));

  test.each([
    `shadowscan exec --entry a -- ${npx}`,
    `shadowscan exec --mcp-auth -- npx -y mcp-remote@0.1.20 https://mcp.example.com/mcp`,
    `shadowscan exec --secret TOKEN=keychain:x -- ${npx}`,
  ])('honest: %s', (text) => expect(verdict(line(text))).toBe('approved'));
});

describe('the environment', () => {
  test.each<[string, Record<string, string>]>([
    [npx, { PREFIX: '/tmp/x' }],
    [npx, { APPDATA: 'C:\\Temp' }],
    [npx, { npm_config_git: '/tmp/evil' }],
    [npx, { npm_config_node_gyp: '/tmp/evil' }],
    [npx, { ComSpec: 'C:\\x\\evil.exe' }],
    [npx, { GCONV_PATH: '/tmp/x' }],
    [npx, { OPENSSL_CONF: '/tmp/openssl.cnf' }],
    [npx, { OPENSSL_MODULES: '/tmp/x' }],
    ['uvx corp-mcp==1.4', { PYTHONWARNINGS: 'all:0:antigravity.x:0:0' }],
    ['uvx corp-mcp==1.4', { BROWSER: '/tmp/evil %s' }],
    ['uvx corp-mcp==1.4', { PYTHONPYCACHEPREFIX: '/tmp/x' }],
    ['uvx corp-mcp==1.4', { UV_PYTHON_DOWNLOADS_JSON_URL: 'https://evil.example/p.json' }],
    ['uvx corp-mcp==1.4', { UV_PYTHON_INSTALL_MIRROR: 'https://evil.example' }],
    ['bunx open-mcp', { XDG_CONFIG_HOME: '/tmp/x' }],
    ['bunx open-mcp', { BUN_INSTALL: '/tmp/x' }],
    ['deno run -A npm:open-mcp', { DENO_DIR: '/tmp/x' }],
    ['yarn dlx open-mcp', { YARN_YARN_PATH: '/tmp/x.js' }],
    ['pnpm dlx open-mcp', { PNPM_HOME: '/tmp/x' }],
    [npx, { JDK_JAVA_OPTIONS: '-javaagent:/tmp/x.jar' }],
    [npx, { USERPROFILE: 'C:\\Temp' }],
    ...['VOLTA_HOME', 'FNM_DIR', 'MISE_DATA_DIR', 'ASDF_DATA_DIR'].map(
      (name): [string, Record<string, string>] => [npx, { [name]: '/tmp/x' }],
    ),
    ...['uvx corp-mcp==1.4', 'uv run --with corp-mcp==1.4 corp-mcp', 'pipx run corp-mcp==1.4'].flatMap(
      (text) =>
        ['XDG_DATA_HOME', 'XDG_CACHE_HOME', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA'].map(
          (name): [string, Record<string, string>] => [
            text,
            { [name]: name.startsWith('X') ? '/tmp/x' : 'C:\\Temp' },
          ],
        ),
    ),
    ['uvx corp-mcp==1.4', { XDG_CONFIG_DIRS: '/etc/xdg:/tmp/x' }],
    ['uv run --with corp-mcp==1.4 corp-mcp', { XDG_CONFIG_DIRS: '/tmp/x' }],
    ['uv run --with corp-mcp==1.4 corp-mcp', { UV_PROJECT: '/home/me/evil' }],
    ['uv run --with corp-mcp==1.4 corp-mcp', { UV_PROJECT_ENVIRONMENT: '/tmp/x' }],
    ['pipx run corp-mcp==1.4', { PIPX_DEFAULT_PYTHON: '/home/me/evil' }],
    ['pipx run corp-mcp==1.4', { PIPX_HOME: '/tmp/x' }],
    ['pipx run corp-mcp==1.4', { PIPX_SHARED_LIBS: '/tmp/x' }],
  ])('%s with %j', (text, env) => expect(verdict(line(text, env))).not.toBe('approved'));

  test.each<[string, Record<string, string>]>([
    [npx, { APPDATA: 'C:\\Users\\me\\AppData\\Roaming' }],
    [npx, { ComSpec: 'C:\\WINDOWS\\system32\\cmd.exe' }],
    [npx, { OPENSSL_CONF: '/etc/ssl/openssl.cnf', BROWSER: 'none' }],
    ['uvx corp-mcp==1.4', { PYTHONWARNINGS: 'ignore::DeprecationWarning' }],
    ['uvx corp-mcp==1.4', { UV_PYTHON_INSTALL_DIR: '/home/me/.local/share/uv/python' }],
    ['uvx corp-mcp==1.4', { XDG_CONFIG_DIRS: '/etc/xdg', XDG_CACHE_HOME: '/home/me/.cache' }],
    ['uvx corp-mcp==1.4', { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local', PROGRAMDATA: 'C:\\ProgramData' }],
    ['pipx run corp-mcp==1.4', { PIPX_DEFAULT_PYTHON: 'python3.12', PIPX_HOME: '/home/me/.local/pipx' }],
    [npx, { USERPROFILE: 'C:\\Users\\me', VOLTA_HOME: '/home/me/.volta', FNM_DIR: '/home/me/.fnm' }],
    [npx, { MISE_DATA_DIR: '/home/me/.local/share/mise', ASDF_DATA_DIR: '/home/me/.asdf' }],
  ])('honest: %s with %j', (text, env) => expect(verdict(line(text, env))).toBe('approved'));
});

describe('options of launchers and interpreters', () => {
  test.each([
    `npx --git=/tmp/evil ${known}`,
    `npx --node-gyp /tmp/evil ${known}`,
    `env -P /tmp npx -y ${known}`,
    `arch -e LD_PRELOAD=/tmp/x ${npx}`,
    `chroot /tmp ${npx}`,
    `mise x npm:evil -- ${npx}`,
    'uvx --from corp-mcp==1.4 pip install evil',
    ...['curl', 'git', 'evil', 'corp', 'mcp-corp', 'corp-mcp-evil', '/tmp/corp-mcp'].flatMap((program) => [
      `uvx --from corp-mcp==1.4 ${program}`,
      `uv tool run --from corp-mcp==1.4 ${program}`,
      `pipx run --spec corp-mcp==1.4 ${program}`,
    ]),
    'uv run --with corp-mcp==1.4 --project /home/me/evil corp-mcp',
    'uv run --with corp-mcp==1.4 --directory /home/me/evil corp-mcp',
    `conda run -p /tmp/x ${npx}`,
    `conda run -p /home/me/evil ${npx}`,
    `conda run --prefix=/home/me/evil ${npx}`,
    `micromamba run -n evil ${npx}`,
    `conda run --name evil ${npx}`,
    `pixi run --manifest-path /home/me/evil/pixi.toml ${npx}`,
    `poetry run -C /home/me/evil ${npx}`,
    `direnv exec /home/me/evil ${npx}`,
    `sops exec-env evil.yaml '${npx}'`,
    `firejail --env=NODE_OPTIONS=--require=/x ${npx}`,
    `firejail --private=/home/me/evil ${npx}`,
    `firejail --profile=/home/me/evil.profile ${npx}`,
    `flatpak-spawn --host --env=LD_PRELOAD=/x ${npx}`,
    `flatpak-spawn --host --directory=/home/me/evil ${npx}`,
    `systemd-run --user -p Environment=NODE_OPTIONS=--require=/x ${npx}`,
    `systemd-run --property=ExecStartPre=/home/me/evil ${npx}`,
    `systemd-run -E NODE_OPTIONS=--require=/x ${npx}`,
    `systemd-run --working-directory=/home/me/evil ${npx}`,
    `systemd-run -t evil ${npx}`,
    `fnm exec --fnm-dir /tmp/x ${npx}`,
    `fnm exec --fnm-dir /home/me/evil ${npx}`,
    `nix-shell -I nixpkgs=/home/me/evil -p nodejs --run '${npx}'`,
    `dotenv -e /tmp/e -- ${npx}`,
    `op run --env-file=/tmp/e -- ${npx}`,
    'bun run --config=/tmp/bunfig.toml /opt/corp/server.js --stdio',
    'bun --cwd /home/me/x /opt/corp/server.js --stdio',
    'deno run --config /tmp/deno.json /opt/corp/server.js --stdio',
  ])('%s', (text) => expect(verdict(line(text))).not.toBe('approved'));

  test.each([
    `mise exec -- ${npx}`,
    `mise x node@22 uv -- ${npx}`,
    `arch -arm64 ${npx}`,
    'uvx --from corp-mcp==1.4 corp-mcp',
    'uvx --from Corp_MCP==1.4 corp_mcp.exe',
    'pipx run --spec corp-mcp==1.4 corp-mcp',
    'uv run --with corp-mcp==1.4 corp-mcp',
    `conda run -n base ${npx}`,
    `poetry run ${npx}`,
    `sops exec-file x.yaml '${npx}'`,
    `firejail --env=TOKEN=x --private --profile=/etc/firejail/node.profile ${npx}`,
    `flatpak-spawn --host --env=TOKEN=x ${npx}`,
    `systemd-run --user --scope -t -p MemoryMax=1G -E TOKEN=x ${npx}`,
    `fnm exec --fnm-dir /home/me/.fnm --using 22 ${npx}`,
    `nix-shell -p nodejs --run '${npx}'`,
  ])('honest: %s', (text) => expect(verdict(line(text))).toBe('approved'));

  test('a folder whose project says where code comes from', () => {
    for (const text of ['uv run --with corp-mcp==1.4 corp-mcp', `nix-shell --run '${npx}'`]) {
      const [command = '', ...args] = [...text.matchAll(/'([^']*)'|(\S+)/g)].map((one) => one[1] ?? one[0]);
      expect(verdict(identified({ command, args }))).toBe('approved');
      expect(verdict(identified({ command, args, cwd: '/home/me/evil' }))).toBe('unverifiable');
    }
  });
});

describe('containers', () => {
  test.each([
    '-v /home/me/evil:/app',
    '-v /home/me/evil:/app/dist:ro',
    '-v /home/me/evil:/app/node_modules',
    '-v /home/me/evil.js:/app/index.js:ro',
    '-v C:\\Users\\me\\evil:/usr/local/bin',
    '--mount type=bind,src=/home/me/e,dst=/usr/local/bin',
    '--mount=type=bind,source=/home/me/e,target=/opt/venv/lib/python3.12/site-packages',
    '-v /home/me/e:/data/../app',
    '--volumes-from evil',
    '--env-file /home/me/e',
    '--health-cmd evil',
    '--use-api-socket',
  ])('%s', (words) => expect(verdict(line(`docker run -i ${words} ${image}`))).not.toBe('approved'));

  test.each([
    '-v /home/me/Documents:/projects',
    '-v ${HOME}/.aws:/root/.aws:ro',
    '-v data:/data',
    '-v /etc/localtime:/etc/localtime:ro',
    '-v C:\\Users\\me\\work:/workspace',
    '--mount type=bind,src=/home/me/work,dst=/app/data',
  ])('honest: %s', (words) => expect(verdict(line(`docker run -i ${words} ${image}`))).toBe('approved'));
});

describe('words that a shell would read', () => {
  const npxWith = (command: string, ...more: string[]) =>
    verdict(identified({ command, args: ['-y', known, ...more] }));
  test.each([
    ['npx', '&&', 'evil'],
    ['npx', '&', 'evil'],
    ['npx', ';', 'evil'],
    ['npx.cmd', '"&calc&"'],
    ['C:\\Program Files\\nodejs\\npx.cmd', 'a|calc'],
  ])('%s %s', (command, ...more) => expect(npxWith(command, ...more)).not.toBe('approved'));

  test('and those in an address are none', () => {
    expect(npxWith('npx', 'https://a.example/?x=1&y=2')).toBe('approved');
    expect(npxWith('npx.cmd', '--name', 'a b')).toBe('approved');
  });
});

describe('addresses that a wildcard means', () => {
  const at = (url: string): string => verdict(identified({ url }));
  test.each([
    'https://x.tenants.example.com/a/..;/b',
    'https://x.tenants.example.com/a%00/b',
    'https://x.tenants.example.com/a%252f..%252fb/c',
    'https://x.tenants.example.com/%T%/x',
    'https://*.tenants.example.com/t/x',
    'https://{x}.tenants.example.com/t/x',
  ])('%s is none', (url) => expect(at(url)).not.toBe('approved'));

  test.each(['https://x.tenants.example.com/a%20b/c', 'https://x-1.tenants.example.com/t/x;v=1'])(
    '%s is one',
    (url) => expect(at(url)).toBe('approved'),
  );
});

/** What the documentation of clients and registries says that their own lists let through. */
describe('ways round the lists of others', () => {
  const at = (url: string): string => verdict(identified({ url }));

  test('a name: what is called like an approved server and runs something else', () => {
    const one = identified({ command: 'npx', args: ['-y', 'evil-mcp@1.2.3'] });
    for (const name of ['com.corp/mcp', '@corp/mcp', 'npm:@corp/mcp'])
      expect(
        decide(
          fact('server', {
            ...one.shown,
            name,
            identity: one.identity,
            via: one.via,
            doubts: one.doubts,
            package: one.package,
          }),
        ).verdict,
      ).toBe('unapproved');
  });

  test('an address: a dot that fits anything, a star across slashes and dots, a domain without its name', () => {
    for (const url of [
      'https://mcpXexample.com/mcp',
      'https://evil.example/x.tenants.example.com/t/x',
      'https://a.b.tenants.example.com/t/x',
      'https://tenants.example.com/t/x',
      'https://x.tenants.example.com.evil.example/t/x',
      'https://mcp.example.com/mcpx',
      'https://mcp.example.com/mcp/x',
      'https://mcp.example.com:8443/mcp',
      'https://mcp.example.com%2eevil.example/mcp',
      'https://mcp.example.c\u043em/mcp',
      'https://mcp.example.com\\@evil.example/mcp',
    ])
      expect(at(url), url).not.toBe('approved');
    for (const url of ['https://MCP.example.com.:443/mcp/', 'https://mcp.example.com/%6dcp#x'])
      expect(at(url), url).toBe('approved');
  });

  test('a command whose arguments nobody compares, and a package by a part of its name', () => {
    for (const text of [
      'npx',
      'npx -y',
      'npx -y @corpXmcp@1.2.3',
      'npx -y @corp/mcp-evil@1.2.3',
      'npx -y mcp@1.2.3',
    ])
      expect(verdict(line(text)), text).not.toBe('approved');
  });
});

describe('names that differ by case', () => {
  const judge = (text: string, sides: object): string => {
    const one = line(text);
    const { identity, via, registry, doubts, extras, shown } = one;
    const written = JSON.stringify({ version: 1, name: 't', approve: [], ...sides });
    const decided = matcher(
      parseAllowlist(Buffer.from(written), 'list.json'),
      new Date('2026-11-20T12:00:00Z'),
    );
    const server = { identity, via, registry, doubts, extras, ...shown, package: one.package };
    return decided(fact('server', server)).verdict;
  };

  test('are two packages to an approval of npm', () => {
    for (const text of [
      'npx -y Open-MCP',
      'npx -y OPEN-mcp@1.0.0',
      'npx -y @Corp/mcp@1.2.3',
      'bunx Open-MCP',
      'npx -y dotenv-cli -- npx -y Open-MCP',
    ])
      expect(verdict(line(text)), text).not.toBe('approved');
    expect(judge('npx -y JSONStream@1.0.0', { approve: [{ package: 'npm:jsonstream' }] })).toBe('unapproved');
    expect(judge('npx -y jsonstream@1.0.0', { approve: [{ package: 'npm:JSONStream' }] })).toBe('unapproved');
    expect(judge('npx -y JSONStream@1.0.0', { approve: [{ package: 'npm:JSONStream' }] })).toBe('approved');
    expect(judge('npx cross-env A=b npx -y @A/B@1.0.0', { approve: [{ package: 'npm:@A/B' }] })).toBe(
      'approved',
    );
    expect(judge('npx -p JSONStream@1 jsonstream', { approve: [{ package: 'npm:JSONStream' }] })).toBe(
      'approved',
    );
    expect(verdict(line('uvx Corp_MCP==1.4'))).toBe('approved');
  });

  test('are one to a denial', () => {
    for (const text of ['npx -y Evil-MCP', 'npx -y evil-mcp@1.0.0', 'npx cross-env A=b npx -y EVIL-mcp'])
      for (const name of ['evil-mcp', 'Evil-Mcp'])
        expect(judge(text, { deny: [{ package: `npm:${name}` }] }), text).toBe('denied');
  });
});
