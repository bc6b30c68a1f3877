/** Shells, prefixes, secret managers, bridges and interpreters: what is left when they are taken off. */
import { describe, expect, test } from 'vitest';
import { identified, line, type Sample } from './sample.ts';

type Row = [command: string, identity: string | null, via: string, doubts?: string, env?: Sample['env']];

function table(rows: Row[]): void {
  test.each(rows)('%s', (command, identity, via, doubts = '', env = {}) => {
    const found = line(command, env);
    expect({ identity: found.identity, via: found.via.join(' '), doubts: found.doubts.join(' ') }).toEqual({
      identity,
      via,
      doubts,
    });
  });
}

describe('shells', () => {
  table([
    ['cmd /c npx -y tool', 'pkg:npm/tool', 'cmd npx'],
    ["CMD.EXE /d /s /C 'npx -y tool@1.0.0'", 'pkg:npm/tool@1.0.0', 'cmd npx'],
    ['C:\\Windows\\System32\\cmd.exe /c npx.cmd -y tool', 'pkg:npm/tool', 'cmd npx'],
    ['cmd /c npx -y tool && calc', null, 'cmd', 'shell-script'],
    ['cmd /c npx -y tool --x&calc', 'pkg:npm/tool', 'cmd npx', 'shell-script'],
    ["cmd /c 'npx -y tool & calc'", null, 'cmd', 'shell-script'],
    ["sh -c 'npx -y tool'", 'pkg:npm/tool', 'sh npx'],
    ["bash -lc 'npx -y tool'", 'pkg:npm/tool', 'sh npx'],
    ["bash -c -l 'npx -y tool' name extra", 'pkg:npm/tool', 'sh npx'],
    ["/bin/zsh -ic 'A=b exec npx -y tool@2.0.0'", 'pkg:npm/tool@2.0.0', 'sh prefix npx'],
    ["bash -c 'cd /x && npx -y tool'", null, 'sh', 'shell-script'],
    ["bash -c 'npx -y tool | tee x'", null, 'sh', 'shell-script'],
    ["bash -c 'npx -y $(cat x)'", null, 'sh', 'shell-script'],
    ["bash -c '$RUN tool'", 'command:${RUN}', 'sh', 'local-command variable'],
    ['bash /x/run.sh', 'command:/x/run.sh', 'sh', 'local-script'],
    ['bash', null, 'sh'],
    ["powershell -Command 'npx -y tool'", 'pkg:npm/tool', 'powershell npx'],
    [
      'powershell.exe -NoProfile -ExecutionPolicy Bypass -command npx -y tool',
      'pkg:npm/tool',
      'powershell npx',
    ],
    ["powershell -c 'C:\\Users\\me\\bin\\uvx.exe windows-mcp'", 'pkg:pypi/windows-mcp', 'powershell uvx'],
    ['pwsh -c \'& "C:\\Program Files\\nodejs\\npx.cmd" -y tool\'', 'pkg:npm/tool', 'powershell npx'],
    ['powershell -File C:\\x\\run.ps1', 'command:C:\\x\\run.ps1', 'powershell', 'local-script'],
    ["powershell -Command '$x = 1; npx tool'", null, 'powershell', 'shell-script'],
    ['pwsh -EncodedCommand AAAA', null, 'powershell', 'shell-script'],
    ["wsl bash -ic 'npx -y tool'", 'pkg:npm/tool', 'wsl sh npx'],
    ["wsl.exe -d Ubuntu-24.04 -e bash -lc 'uvx tool'", 'pkg:pypi/tool', 'wsl sh uvx'],
    ['wsl -d Ubuntu -- npx -y tool', 'pkg:npm/tool', 'wsl npx'],
    ['eval npx -y tool', 'pkg:npm/tool', 'eval npx'],
  ]);
});

describe('prefixes', () => {
  table([
    ['env A=b C=d npx -y tool', 'pkg:npm/tool', 'env npx'],
    ['/usr/bin/env -i -u X PATH=/bin npx -y tool', 'pkg:npm/tool', 'env npx'],
    ["/usr/bin/env -S 'A=b npx -y' tool", 'pkg:npm/tool', 'env npx'],
    ['env -C /srv node server.js', 'command:/srv/server.js', 'env node', 'local-script'],
    ['sudo -u me -E npx -y tool', 'pkg:npm/tool', 'sudo npx'],
    ['nohup npx tool', 'pkg:npm/tool', 'prefix npx'],
    ['nice -n 10 npx tool', 'pkg:npm/tool', 'prefix npx'],
    ['timeout -s KILL 30 npx tool', 'pkg:npm/tool', 'timeout npx'],
    ['time npx tool', 'pkg:npm/tool', 'prefix npx'],
    ['arch -arm64 npx tool', 'pkg:npm/tool', 'arch npx'],
    ['arch -arch x86_64 -e LD_PRELOAD=/x npx tool', 'pkg:npm/tool', 'arch npx', 'injected-options'],
    ['xargs -n 1 npx tool', 'pkg:npm/tool', 'xargs npx'],
    ["su - me -c 'npx tool'", 'pkg:npm/tool', 'su npx'],
    ['npx cross-env A=b npx tool', 'pkg:npm/tool', 'npx cross-env npx'],
    ['doppler run --project x --config dev -- npx tool', 'pkg:npm/tool', 'doppler npx'],
    ["doppler run --command 'npx tool'", 'pkg:npm/tool', 'doppler npx'],
    ['op run --env-file=.env -- npx tool', 'pkg:npm/tool', 'onepassword npx', 'env-file'],
    ['op run other -- npx @approved/tool', 'command:other', 'onepassword', 'local-command'],
    ['infisical run --env dev -- uvx tool', 'pkg:pypi/tool', 'infisical uvx'],
    ['dotenv -e .env -- npx tool', 'pkg:npm/tool', 'dotenv npx', 'env-file'],
    ['npx -y dotenv-cli -e .env -- npx tool', 'pkg:npm/tool', 'npx dotenv npx', 'env-file'],
    ['dotenvx run -f .env -- npx tool', 'pkg:npm/tool', 'dotenv npx', 'env-file'],
    ['aws-vault exec me --duration=1h -- uvx tool', 'pkg:pypi/tool', 'aws-vault uvx'],
    ['chamber exec a b -- uvx tool', 'pkg:pypi/tool', 'chamber uvx'],
    ['mise exec node@20 -- npx tool', 'pkg:npm/tool', 'mise npx'],
    ['mise x -- npx tool', 'pkg:npm/tool', 'mise npx'],
    ['asdf exec npx tool', 'pkg:npm/tool', 'version-manager npx'],
    ['volta run --node 20 npx tool', 'pkg:npm/tool', 'version-manager npx'],
    ['fnm exec --using=20 npx tool', 'pkg:npm/tool', 'version-manager npx'],
    ["nix-shell -p nodejs --run 'npx tool'", 'pkg:npm/tool', 'nix npx'],
    ['pipelock mcp proxy --config x.yaml -- npx tool', 'pkg:npm/tool', 'pipelock npx'],
    [
      'pipelock mcp proxy --agent dev --workspace /srv --sandbox -- uvx tool',
      'pkg:pypi/tool',
      'pipelock uvx',
    ],
    ['shadowscan exec --secret A=keychain:x -- npx tool@1.0.0', 'pkg:npm/tool@1.0.0', 'shadowscan-exec npx'],
    ['C:\\tools\\shadowscan.exe exec -- npx tool', 'pkg:npm/tool', 'shadowscan-exec npx'],
    ['ssh -p 22 me@host npx tool', 'command:ssh me@host', 'ssh', 'remote-command'],
    ['kubectl exec -n x -i pod -- npx tool', 'command:kubectl exec pod', 'elsewhere', 'remote-command'],
    ['thv run fetch', 'command:thv run fetch', 'gateway', 'local-command'],
  ]);

  test('no more than eight deep', () => {
    expect(line(`${'sudo '.repeat(7)}npx tool`)).toMatchObject({ identity: 'pkg:npm/tool', doubts: [] });
    expect(line(`${'sudo '.repeat(8)}npx tool`)).toMatchObject({
      identity: null,
      kind: 'unknown',
      doubts: ['too-many-wrappers'],
    });
  });
});

describe('bridges', () => {
  const remote = 'https://mcp.example.com/sse';
  table([
    [`npx -y mcp-remote ${remote}`, remote, 'npx mcp-remote'],
    [`npx -y mcp-remote@latest ${remote} 3334 --allow-http --transport sse-only`, remote, 'npx mcp-remote'],
    [`npx mcp-remote --header A:b ${remote}`, remote, 'npx mcp-remote'],
    [`npx -p mcp-remote@latest mcp-remote-client ${remote}`, remote, 'npx mcp-remote'],
    [`cmd /c npx -y mcp-remote ${remote}`, remote, 'cmd npx mcp-remote'],
    [`bunx mcp-remote ${remote}`, remote, 'bunx mcp-remote'],
    [`pnpm dlx mcp-remote ${remote}`, remote, 'pnpm-dlx mcp-remote'],
    [`yarn dlx mcp-remote ${remote}`, remote, 'yarn-dlx mcp-remote'],
    [`deno run -A npm:mcp-remote ${remote}`, remote, 'deno-run mcp-remote'],
    [`mcp-remote ${remote}`, remote, 'mcp-remote'],
    [`node /usr/lib/node_modules/mcp-remote/dist/proxy.js ${remote}`, remote, 'node mcp-remote'],
    [`node /tmp/mcp-remote/dist/proxy.js ${remote}`, remote, 'node mcp-remote', 'launcher-path local-script'],
    [`node ./node_modules/.bin/mcp-remote ${remote}`, remote, 'node mcp-remote'],
    [`docker run -i node:20 npx mcp-remote ${remote}`, remote, 'docker runtime-image npx mcp-remote'],
    [`npx -y @gleanwork/mcp-remote ${remote}`, remote, 'npx mcp-remote-fork'],
    [
      'npx mcp-remote https://mcp.example.com/${TENANT}/mcp',
      'https://mcp.example.com/${TENANT}/mcp',
      'npx mcp-remote',
      'variable',
    ],
    ['npx mcp-remote ${URL}', null, 'npx mcp-remote', 'variable'],
    [
      'npx mcp-remote https://a:b@mcp.example.com/mcp',
      'https://mcp.example.com/mcp',
      'npx mcp-remote',
      'userinfo',
    ],
    [
      'npx mcp-remote@github:user/repo https://mcp.example.com',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    ['npx mcp-remote', 'pkg:npm/mcp-remote', 'npx mcp-remote'],
    [`npx -y supergateway --sse ${remote} --oauth2Bearer x`, remote, 'npx supergateway'],
    [`npx -y supergateway --header A:b --streamableHttp ${remote}`, remote, 'npx supergateway'],
    ["npx -y supergateway --port 8000 --stdio 'npx -y tool'", 'pkg:npm/tool', 'npx supergateway npx'],
    [`docker run -i supercorp/supergateway --sse ${remote}`, remote, 'docker supergateway'],
    [`uvx mcp-proxy ${remote}`, remote, 'uvx mcp-proxy'],
    [`uvx mcp-proxy --transport streamablehttp -H A b ${remote}`, remote, 'uvx mcp-proxy'],
    [`mcp-proxy --transport=streamablehttp ${remote}`, remote, 'mcp-proxy'],
    ['mcp-proxy --port 8080 -- uvx tool', 'pkg:pypi/tool', 'mcp-proxy uvx'],
    ['mcp-proxy', remote, 'mcp-proxy', '', { SSE_URL: remote }],
    ['npx -y mcp-proxy --port 8080 npx -- -y tool', 'pkg:npm/tool', 'npx mcp-proxy-npm npx'],
    [
      'npx mcp-proxy --port 8080 --upstreamProtocol auto --maxBodySize 0 -- uvx tool',
      'pkg:pypi/tool',
      'npx mcp-proxy-npm uvx',
    ],
    ['npx mcp-proxy --port 8080 --tunnel -- npx -y tool', 'pkg:npm/tool', 'npx mcp-proxy-npm npx'],
    [
      'npx @modelcontextprotocol/inspector node build/index.js --flag',
      'command:build/index.js',
      'npx mcp-inspector node',
      'local-script',
    ],
    [
      'npx -y @modelcontextprotocol/inspector -e A=b --config x.json uvx tool',
      'pkg:pypi/tool',
      'npx mcp-inspector uvx',
    ],
    [
      `mcp-inspector --cli --server-url ${remote} --transport http --method tools/list`,
      remote,
      'mcp-inspector',
    ],
    ['uvx mcpo --port 8000 -- uvx tool', 'pkg:pypi/tool', 'uvx http-bridge uvx'],
    [`uvx mcp-proxy-for-aws@latest ${remote} --metadata A=b`, remote, 'uvx http-bridge'],
    [`npx workers-mcp run name ${remote} /x`, remote, 'npx workers-mcp'],
    [`uv run --with fastmcp fastmcp run ${remote}`, remote, 'uv-run fastmcp'],
    [`uv run --with fastmcp --with other fastmcp run ${remote}`, remote, 'uv-run fastmcp', 'extra-packages'],
    [`pipelock mcp proxy --upstream ${remote}`, remote, 'pipelock'],
    [
      'npx -y @smithery/cli@latest run @exa-labs/exa --key x',
      'command:smithery run @exa-labs/exa',
      'npx smithery',
      'remote-command',
    ],
    [
      'cmd /c npx -y @smithery/cli@latest run exa --config {} --profile quiet-otter',
      'command:smithery run exa',
      'cmd npx smithery',
      'remote-command',
    ],
    ['smithery mcp run @exa-labs/exa', 'command:smithery run @exa-labs/exa', 'smithery', 'remote-command'],
    ['npx -y @smithery/cli install x', 'pkg:npm/%40smithery/cli', 'npx'],
  ]);

  test('the bridge is the package, the server is the identity', () => {
    expect(line(`npx -y mcp-remote@0.1.37 ${remote}/`)).toMatchObject({
      kind: 'remote',
      identity: remote,
      remoteUrl: remote,
      target: null,
      package: { type: 'npm', name: 'mcp-remote', version: '0.1.37', pinned: true },
    });
    expect(line(`npx -y supergateway --stdio 'uvx tool'`)).toMatchObject({
      package: { name: 'supergateway' },
      target: { name: 'tool' },
    });
    expect(line(`node /usr/lib/node_modules/mcp-remote/dist/proxy.js ${remote}`).package?.name).toBe(
      'mcp-remote',
    );
  });
});

describe('scripts and programs of this machine', () => {
  table([
    ['node /x/server.js --flag', 'command:/x/server.js', 'node', 'local-script'],
    ['node --max-old-space-size=4096 build/index.js', 'command:build/index.js', 'node', 'local-script'],
    ['node --env-file=.env /x/../tmp/./server.js', 'command:/tmp/server.js', 'node', 'env-file local-script'],
    [
      'node ${workspaceFolder}/dist/index.js',
      'command:${workspaceFolder}/dist/index.js',
      'node',
      'local-script variable',
    ],
    ['node ./node_modules/@scope/tool/dist/index.js', 'pkg:npm/%40scope/tool', 'node', 'launcher-path'],
    ['node /opt/node_modules/@scope/tool/dist/index.js', 'pkg:npm/%40scope/tool', 'node'],
    ['node C:\\x\\node_modules\\tool\\index.js', 'pkg:npm/tool', 'node', 'package-folder'],
    ['node /x/node_modules/.pnpm/a@1.0.0/node_modules/a/index.js', 'pkg:npm/a', 'node'],
    ['/opt/homebrew/lib/node_modules/tool/cli.js', 'pkg:npm/tool', ''],
    ['node /usr/lib/node_modules/npm/bin/npx-cli.js -y tool', 'pkg:npm/tool', 'node npx'],
    [
      'node /x/my_node_modules/tool/index.js',
      'command:/x/my_node_modules/tool/index.js',
      'node',
      'local-script',
    ],
    ['node --require /tmp/x.js server.js', 'command:server.js', 'node', 'injected-options local-script'],
    ['node --import=/tmp/x.mjs /x/node_modules/tool/index.js', 'pkg:npm/tool', 'node', 'injected-options'],
    ["node -e 'code'", null, 'node', 'shell-script'],
    ['bun run /x/index.ts', 'command:/x/index.ts', 'bun', 'local-script'],
    ['bun run start', 'command:bun run start', 'bun', 'local-script'],
    ['npx tsx src/index.ts', 'command:src/index.ts', 'npx node', 'local-script'],
    ['tsx watch src/index.ts', 'command:src/index.ts', 'node', 'local-script'],
    ['ts-node --esm x.ts', 'command:x.ts', 'node', 'local-script'],
    ['deno run -A server.ts', 'command:server.ts', 'deno-run', 'local-script'],
    [
      'deno run https://example.com/mod.ts',
      'pkg:generic/mod.ts?download_url=https://example.com/mod.ts',
      'deno-run',
      'tarball-source',
    ],
    ['npm run start', 'command:npm run start', 'npm-task', 'local-script'],
    ['npm --prefix /x start -- --stdio', 'command:npm start in /x', 'npm-start', 'local-script'],
    ['python server.py', 'command:server.py', 'python', 'local-script'],
    ['/x/.venv/bin/python3 -u /x/server.py', 'command:/x/server.py', 'python', 'local-script'],
    ['python3 -m mcp_server_git --x', 'command:python -m mcp_server_git', 'python', 'local-script'],
    ['python3.12 -um mcp_server_git', 'command:python -m mcp_server_git', 'python', 'local-script'],
    ["python -c 'code'", null, 'python', 'shell-script'],
    ['uv run server.py', 'command:server.py', 'uv-run', 'local-script'],
    ['uv --directory /srv run server.py', 'command:/srv/server.py', 'uv-run', 'local-script'],
    [
      'uv run --directory /srv --with mcp mcp run server.py',
      'command:/srv/server.py',
      'uv-run fastmcp',
      'local-script',
    ],
    ['uv --directory /srv run my-server', 'command:/srv/my-server', 'uv-run', 'local-command'],
    [
      'uv run --directory /srv python -m foo',
      'command:python -m foo in /srv',
      'uv-run python',
      'local-script',
    ],
    ["uvx --from 'mcp[cli]==1.2.0' mcp run server.py", 'command:server.py', 'uvx fastmcp', 'local-script'],
    [
      'uvx --from approved python -m foo',
      'command:python -m foo',
      'uvx python',
      'local-script other-program',
    ],
    ['npx -p @approved/tool node /tmp/x.js', 'command:/tmp/x.js', 'npx node', 'local-script other-program'],
    ['uvx --from approved python /tmp/x.py', 'command:/tmp/x.py', 'uvx python', 'local-script other-program'],
    ['poetry -C /srv run my-server', 'command:/srv/my-server', 'python-env', 'local-command'],
    [
      'conda run -n x --no-capture-output python /x/s.py',
      'command:/x/s.py',
      'python-env python',
      'launcher-folder local-script',
    ],
    ['java -Dx=y -jar /x/server.jar', 'command:/x/server.jar', 'java', 'local-script'],
    ['dotnet run --project /x/y', 'command:dotnet run /x/y', 'dotnet-run', 'local-script'],
    ['cargo run --release -- --stdio', 'command:cargo run', 'cargo-run', 'local-script'],
    ['github-mcp-server stdio', 'command:github-mcp-server', '', 'local-command'],
    ['Server.EXE', 'command:Server', '', 'local-command'],
    ['/usr/local/bin/../../tmp/x', 'command:/usr/tmp/x', '', 'local-command'],
    ['$HOME/bin/server', 'command:$HOME/bin/server', '', 'local-command variable'],
    ['${HOME}/.local/bin/uvx tool', 'pkg:pypi/tool', 'uvx', 'variable'],
    ['%APPDATA%\\npm\\npx.cmd tool', 'pkg:npm/tool', 'npx', 'variable'],
  ]);
});

describe('spellings of the command', () => {
  const cases: [Sample, string | null][] = [
    [{ command: 'npx -y tool' }, 'pkg:npm/tool'],
    [{ command: 'npx -y', args: ['tool'] }, 'pkg:npm/tool'],
    [{ command: ' npx ', args: ['tool'] }, 'pkg:npm/tool'],
    [{ command: 'A=b npx tool' }, 'pkg:npm/tool'],
    [{ command: '/usr/local/bin/npx -y tool --x' }, 'pkg:npm/tool'],
    [{ command: 'NPX.CMD', args: ['tool'] }, 'pkg:npm/tool'],
    [{ command: 'C:\\Program Files\\nodejs\\npx.cmd', args: ['tool'] }, 'pkg:npm/tool'],
    [{ command: '"C:\\Program Files\\nodejs\\npx.cmd"', args: ['tool'] }, 'pkg:npm/tool'],
    [{ command: '"C:\\Program Files\\nodejs\\npx.cmd" -y tool' }, 'pkg:npm/tool'],
    [{ command: 'C:\\Program Files\\nodejs\\npx.cmd -y tool' }, 'pkg:npm/tool'],
    [
      { command: 'C:\\Program Files\\My App\\server.exe', args: ['--x'] },
      'command:C:\\Program Files\\My App\\server.exe',
    ],
    [
      { command: '/Applications/My App.app/Contents/MacOS/server' },
      'command:/Applications/My App.app/Contents/MacOS/server',
    ],
    [{ command: 'C:/Program Files/nodejs/node.exe C:/x/index.js' }, 'command:C:/x/index.js'],
    [{ command: 'C:/Program Files/nodejs/node.exe', args: ['C:/x/index.js'] }, 'command:C:/x/index.js'],
    [{ command: 'npx tool && calc' }, null],
    [{ command: '', url: '' }, null],
    [{}, null],
    [{ args: ['npx', 'tool'] }, null],
  ];
  test.each(cases)('%o', (sample, identity) => {
    expect(identified(sample).identity).toBe(identity);
  });
});

const doubtsOf = (command: string, env: Record<string, string>): string[] => line(command, env).doubts;

describe('code that runs first', () => {
  test.each([
    ['NODE_OPTIONS', '--require=/tmp/x.js'],
    ['NODE_OPTIONS', '--max-old-space-size=4096 --import /tmp/x.mjs'],
    ['node_options', '-r /tmp/x.js'],
    ['LD_PRELOAD', '/tmp/x.so'],
    ['npm_config_package', 'other'],
    ['DYLD_INSERT_LIBRARIES', '/tmp/x.dylib'],
    ['PYTHONSTARTUP', '/tmp/x.py'],
    ['BASH_ENV', '/tmp/x.sh'],
    ['ENV', '/tmp/x.sh'],
  ])('%s=%s', (name, value) => {
    expect(doubtsOf('npx tool', { [name]: value })).toEqual(['injected-options']);
  });

  test.each([
    ['NODE_OPTIONS', ''],
    ['NODE_OPTIONS', '--max-old-space-size=4096'],
    ['NODE_OPTIONS', '--no-warnings --dns-result-order=ipv4first'],
    ['ENV', 'production'],
    ['NODE_ENV', 'production'],
    ['PATH', '/usr/bin'],
    ['MY_NODE_OPTIONS', '--require x'],
  ])('not %s=%s', (name, value) => {
    expect(doubtsOf('npx tool', { [name]: value })).toEqual([]);
  });

  test('also when a wrapper sets the variable', () => {
    expect(doubtsOf('env LD_PRELOAD=/tmp/x.so npx tool', {})).toEqual(['injected-options']);
    expect(doubtsOf('docker run -e NODE_OPTIONS=--require=/x mcp/x', {})).toEqual(['injected-options']);
    expect(doubtsOf('npx --node-options=--require=/x tool', {})).toEqual(['injected-options']);
    expect(doubtsOf('npx --node-options=--experimental-vm-modules tool', {})).toEqual([]);
  });

  test('where to look for code is a doubt of its own', () => {
    expect(doubtsOf('npx tool', { PYTHONPATH: '/tmp' })).toEqual(['search-path']);
    expect(doubtsOf('npx tool', { NODE_PATH: '/tmp' })).toEqual(['search-path']);
    expect(doubtsOf("sh -c 'PYTHONPATH=/x uvx tool'", {})).toEqual(['search-path']);
  });
});

describe('remote definitions', () => {
  test.each([
    ['HTTPS://Mcp.Example.com:443/mcp/?key=x#y', 'https://mcp.example.com/mcp', []],
    ['https://b\u00fccher.example/mcp', 'https://xn--bcher-kva.example/mcp', []],
    ['https://good.example@evil.example/mcp', 'https://evil.example/mcp', ['userinfo']],
    ['https://mcp.example.com/mcp?key=${KEY}', 'https://mcp.example.com/mcp', []],
    ['https://${HOST}/mcp', null, ['variable']],
    ['${input:url}', null, ['variable']],
    ['unix:/tmp/x', null, []],
  ])('%s', (url, identity, doubts) => {
    expect(identified({ url })).toMatchObject({
      kind: 'remote',
      identity,
      remoteUrl: identity,
      doubts,
      via: [],
      package: null,
    });
  });

  test('a definition with both is ambiguous', () => {
    const both = identified({ command: 'npx', args: ['@approved/tool'], url: 'https://evil.example/mcp' });
    expect(both).toMatchObject({ identity: 'pkg:npm/%40approved/tool', doubts: ['ambiguous'] });
    expect(identified({ command: 'npx', args: ['tool'], url: '' }).doubts).toEqual([]);
  });

  test('arguments beyond the bound cannot hide behind an approved package', () => {
    const args = [
      'exec',
      '@approved/tool',
      ...Array.from({ length: 1_000 }, () => 'x'),
      '--registry',
      'https://other.example',
    ];
    expect(identified({ command: 'npm', args }).doubts).toEqual(['ambiguous']);
  });
});

test('hostile definitions end', () => {
  const samples: Sample[] = [
    { command: 'npx', args: ['__proto__'] },
    { command: '__proto__', args: ['constructor'] },
    { command: 'npx', args: ['constructor:user/repo'] },
    { command: 'x'.repeat(100_000) },
    { command: `${'${'.repeat(50_000)} x` },
    { command: 'cmd', args: ['/c', `"'`.repeat(50_000)] },
    { command: 'sh', args: ['-c', '"'.repeat(50_000)] },
    { command: 'npx', args: Array.from({ length: 50_000 }, () => '-p') },
    { command: 'uvx', args: [`a${'-'.repeat(50_000)}!`] },
    { command: 'docker', args: ['run', `${'a-'.repeat(50_000)}!`] },
    { command: 'npx', args: [`git+https://${'a@'.repeat(50_000)}`] },
    { url: `https://${'a.'.repeat(50_000)}` },
    { url: `https://x.example/${'%41'.repeat(50_000)}` },
  ];
  const start = performance.now();
  for (const sample of samples) expect(identified(sample).doubts).toBeInstanceOf(Array);
  expect(performance.now() - start).toBeLessThan(5_000);
});
