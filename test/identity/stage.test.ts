/** An approved package, image or URL as the stage on which another program runs; and what everybody writes. */
import { describe, expect, test } from 'vitest';
import { identified, line } from './sample.ts';

const doubts = (text: string, env: Record<string, string> = {}): string => line(text, env).doubts.join(' ');
const expected = (rows: [string, string][]): void => {
  test.each(rows)('%s: %s', (text, doubt) => {
    expect(doubts(text)).toBe(doubt);
  });
};

describe('a program that is not its package’s', () => {
  expected([
    ['npx -y --package=@modelcontextprotocol/server-filesystem@2025.8.21 evil-bin', 'other-program'],
    ['npx -p @corp/search-mcp@1.2.3 curl', 'other-program'],
    ['npm exec --package @corp/search-mcp@1.2.3 -- evil', 'other-program'],
    ['npm exec --package=@corp/search-mcp -- sh /x/y', 'local-script other-program'],
    ['pnpm --package=@corp/search-mcp dlx evil', 'other-program'],
    ['bunx -p @corp/search-mcp evil', 'other-program'],
    ['npx -p @corp/search-mcp ./search-mcp', 'other-program'],
    ['npx -p evil mcp-remote https://mcp.example.com/mcp', 'other-program'],
    ['uvx --from evil mcp-proxy https://mcp.example.com/mcp', 'other-program'],
    ["npx -p evil -c 'node /opt/corp/server.js'", 'local-script other-program'],
    ["npx -p @corp/search-mcp -c 'evil'", 'local-command other-program'],
    ['uvx --from corp-mcp==1 /tmp/evil', 'other-program'],
    ['npx -p @modelcontextprotocol/server-filesystem mcp-server-filesystem /x', ''],
    ['npx -p @corp/search-mcp@1.2.3 search-mcp', ''],
    ['npx -p @corp/search-mcp@1.2.3 mcp-server-search', ''],
    ['npx -p @corp/search search-cli', ''],
    ['npx -p @playwright/mcp mcp-server-playwright', ''],
    ['npx -p @anthropic-ai/claude-code claude', ''],
    ["npx -p @corp/search-mcp -c 'search-mcp --stdio'", ''],
    ['npx -p mcp-remote@0.1.37 mcp-remote-client https://mcp.example.com/mcp', ''],
    ['uvx --from corp-mcp==1 other-bin', 'other-program'],
    ['pipx run --spec corp-mcp==1 other-bin', 'other-program'],
    ['uvx --from corp.mcp==1 Corp_MCP.exe', ''],
    ['pipx run --spec corp-mcp==1 corp-mcp', ''],
  ]);
});

describe('a launcher that others can replace', () => {
  const places = [
    './',
    '../x/',
    'bin/',
    '/tmp/',
    '/usr/../tmp/',
    '/dev/shm/a/',
    '/Users/Shared/',
    '/private/tmp/',
  ];
  const windows = [
    'C:\\Windows\\Temp\\',
    'c:\\users\\me\\AppData\\Local\\Temp\\x\\',
    'C:\\Users\\Public\\',
    '\\\\h\\s\\',
  ];
  test.each([...places, ...windows])('%snpx', (place) => {
    expect(identified({ command: `${place}npx`, args: ['tool@1.0.0'] }).doubts).toEqual(['launcher-path']);
    const image = identified({ command: `${place}docker`, args: ['run', 'mcp/x'] });
    expect(image.doubts).toEqual(['launcher-path']);
  });
  test.each([
    '',
    '/usr/bin/',
    '/opt/homebrew/bin/',
    '/Users/me/.nvm/versions/node/v22.1.0/bin/',
    '~/.bun/bin/',
  ])('not %snpx', (place) => expect(doubts(`${place}npx tool@1.0.0`)).toBe(''));
  test.each(['C:\\Program Files\\nodejs\\npx.cmd', 'C:\\Users\\me\\AppData\\Roaming\\npm\\npx.cmd'])(
    'not %s',
    (command) => {
      expect(identified({ command, args: ['tool'] }).doubts).toEqual([]);
    },
  );
  expected([
    ['node /tmp/node_modules/mcp-remote/dist/proxy.js https://mcp.example.com/mcp', 'launcher-path'],
    ['node /usr/lib/node_modules/mcp-remote/dist/proxy.js https://mcp.example.com/mcp', ''],
  ]);
});

describe('where a launcher looks', () => {
  test.each([
    ['PATH', '/tmp/x:/usr/bin'],
    ['Path', 'C:\\Users\\Public;C:\\Windows'],
    ['PATH', 'bin:/usr/bin'],
    ['PATH', ':/usr/bin'],
    ['PATH', './node_modules/.bin:${PATH}'],
    ['PATH', '${workspaceFolder}/bin:$PATH'],
    ['PATH', '${TMPDIR}/x:$PATH'],
    ['npm_config_cache', '/tmp/cache'],
    ['HOME', '/tmp/home'],
    ['UV_PYTHON', '/home/me/python'],
  ])('%s=%s', (name, value) => {
    expect(doubts('npx tool', { [name]: value })).toBe('search-path');
    expect(doubts(`env '${name}=${value}' npx tool`)).toBe('search-path');
  });
  test.each([
    ['PATH', '/Users/me/.nvm/versions/node/v22.1.0/bin:/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin'],
    ['PATH', '${PATH}'],
    ['PATH', '${env:PATH}:/usr/local/bin'],
    ['PATH', '{env:PATH}:~/.local/bin:$HOME/bin'],
    ['Path', 'C:\\Program Files\\nodejs;C:\\Users\\me\\AppData\\Roaming\\npm;%PATH%;'],
    ['MY_PATH', '/tmp'],
    ['HOME', '/Users/me'],
    ['npm_config_cache', '/Users/me/.npm'],
    ['UV_PYTHON', '3.12'],
  ])('not %s=%s', (name, value) => {
    expect(doubts('npx tool', { [name]: value })).toBe('');
  });
  expected([
    ['npx --prefix /x tool', 'search-path'],
    ['npx -C /x tool', 'search-path'],
    ['npm exec --prefix=/x tool', 'search-path'],
    ['pnpm -C /x dlx tool', 'search-path'],
    ['bunx --cwd /x tool', 'search-path'],
    ['npx --cache /tmp/c tool', 'search-path'],
    ['npx --cache /home/me/.npm tool', ''],
    ['npx --replace-registry-host always tool', 'other-program'],
    ['uvx --overrides x.txt tool', 'other-program'],
    ['uvx --python /home/me/python tool', 'search-path'],
    ['uvx --python 3.12 tool', ''],
    ['uvx -p cpython@3.12 tool', ''],
  ]);
});

describe('containers', () => {
  const remote = 'remote-command';
  const wide = 'privileged';
  const rows: [string, string][] = [
    ['-H tcp://evil.example:2375 run mcp/x', remote],
    ['--host=ssh://evil.example run mcp/x', remote],
    ['--context other run mcp/x', remote],
    ['-c other run mcp/x', remote],
    ['-H unix:///var/run/docker.sock run mcp/x', ''],
    ['--context desktop-linux run mcp/x', ''],
    ['run --privileged mcp/x', wide],
    ['run --cap-add SYS_ADMIN mcp/x', wide],
    ['run --pid=host mcp/x', wide],
    ['run --userns host mcp/x', wide],
    ['run --device /dev/sda mcp/x', wide],
    ['run --security-opt seccomp=unconfined mcp/x', wide],
    ['run --security-opt no-new-privileges:true --cap-drop ALL --pids-limit 9 -c 512 mcp/x', ''],
    ['run --privileged=false mcp/x', ''],
    ...['/', '/etc', '/etc/', '/x/../', '/root', '/var/run/docker.sock'].flatMap(
      (from): [string, string][] => [
        [`run -v ${from}:/host mcp/x`, wide],
        [`run --mount type=bind,source=${from},target=/host mcp/x`, wide],
      ],
    ),
    ['run -v C:\\:/host mcp/x', wide],
    // A home is what servers of files are given, and what any server without a container sees.
    ['run --mount type=bind,src=/Users/me,dst=/Users/me mcp/x', ''],
    ['run -v $HOME:/host mcp/x', ''],
    ['run -v %USERPROFILE%:/host mcp/x', ''],
    ['run -v/:/host mcp/x', wide],
    ['run -v /Users/me/Documents:/projects -v data:/data -v ./x:/x mcp/x', ''],
    ['run -v ${HOME}/.aws:/root/.aws:ro -v /etc/localtime:/etc/localtime:ro mcp/x', ''],
    [
      'run --mount type=bind,src=/Users/me/Desktop,dst=/projects --mount type=volume,source=home,target=/d mcp/x',
      '',
    ],
    ['run -v C:\\Users\\me\\Documents:/projects mcp/x', ''],
    ['run --entrypoint evil mcp/x', 'injected-options other-program'],
    ['run mcp/x sh -c evil', 'other-program'],
    ['run mcp/x /usr/bin/env evil', 'other-program'],
    ['run mcp/x python /data/evil.py', 'other-program'],
    ['run mcp/x npx evil', 'other-program'],
    ['run mcp/x stdio --read-only', ''],
    ['run mcp/x start', ''],
    ['run mcp/x --shell sh', ''],
  ];
  expected(rows.map(([text, doubt]) => [`docker ${text}`, doubt]));
  test('variables', () => {
    expect(doubts('docker run mcp/x', { DOCKER_HOST: 'tcp://evil.example:2375' })).toBe(remote);
    expect(doubts('docker run mcp/x', { DOCKER_HOST: 'unix:///var/run/docker.sock' })).toBe('');
    expect(doubts('npx docker-tool', { DOCKER_HOST: 'tcp://other.example:2375' })).toBe('');
  });
});

describe('who is talked to', () => {
  test('unchecked', () => {
    expect(doubts('npx tool', { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toBe('no-tls-check');
    expect(doubts('uvx tool', { PYTHONHTTPSVERIFY: '0' })).toBe('no-tls-check');
    expect(doubts('npx --strict-ssl=false tool')).toBe('no-tls-check');
    expect(doubts('uvx mcp-proxy --no-verify-ssl https://mcp.example.com/mcp')).toBe('no-tls-check');
  });
  test('checked', () => {
    expect(doubts('npx tool', { NODE_TLS_REJECT_UNAUTHORIZED: '1' })).toBe('');
    expect(doubts('npx tool', { HTTPS_PROXY: 'http://proxy.example.com:8080' })).toBe('');
    expect(doubts('npx tool', { NODE_EXTRA_CA_CERTS: '/etc/ssl/corp.pem' })).toBe('');
  });
});

describe('packages in lines of more than one command', () => {
  test.each([
    ["sh -c 'npx some-bad-server; true'", 'some-bad-server'],
    ["bash -c 'cd /x && A=b npx -y some-bad-server@1.0.0 2>&1 | tee log'", 'some-bad-server'],
    ["sh -c 'if true; then uvx bad-py; fi'", 'bad-py'],
    ['cmd /c npx -y some-bad-server && calc', 'some-bad-server'],
    ["cmd /c 'npx -y some-bad-server & calc'", 'some-bad-server'],
    ["sh -c 'true; npx bridge --stdio x'", 'bridge'],
  ])('%s', (text, name) => {
    const found = line(text);
    expect(found).toMatchObject({ identity: null, doubts: ['shell-script'], package: { name } });
    expect(found.via).toHaveLength(1);
  });
  test.each(["sh -c 'cd /x; ./run'", "sh -c 'echo npx bad; true'"])('%s', (text) => {
    expect(line(text).package).toBeNull();
  });
  test('many commands end', () => {
    const start = performance.now();
    identified({ command: 'sh', args: ['-c', 'sh -c "x; npx y";'.repeat(20_000)] });
    identified({ command: 'npx', args: ['tool'], env: { PATH: '/a:{'.repeat(50_000) } });
    for (const text of [
      '/../a'.repeat(20_000),
      '${'.repeat(50_000),
      '/'.repeat(100_000),
      'src='.repeat(25_000),
    ]) {
      identified({ command: 'docker', args: ['run', '-v', text, 'mcp/x'] });
      identified({ command: 'npx', args: ['-p', 'a', text], env: { PATH: text } });
      identified({ command: `${text}/npx`, args: ['a'] });
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
