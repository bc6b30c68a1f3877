/**
 * What is shown must not depend on what is reported: secret places are hidden whatever stands in them, and what
 * identity is read from stays readable.
 */
import { describe, expect, test } from 'vitest';
import { withoutLoneTokens } from '../../src/secrets/lone.ts';
import { expand } from '../recipe.ts';
import { closed, secrets } from './kit.ts';

const shown = (...args: string[]): string[] => secrets.argv(args.map(closed)).shown;
const line = (text: string): string => secrets.show(text);
const url = (text: string): string => secrets.url(closed(text)).shown;

const words = 'correct horse battery staple orbit velvet candle marble window pencil castle guitar'.split(
  ' ',
);
const word = (seed: number): string => words[(seed * 7 + 3) % words.length]!;
/** Six kinds of secrets, most of which no judge would be sure of. */
const kinds: Record<string, (seed: number) => string> = {
  'sequential digits': (seed) => '1234567890123456789012345'.slice(seed % 9, (seed % 9) + 10 + (seed % 6)),
  'a word and digits': (seed) => word(seed) + expand('{d5}', seed),
  hex: (seed) => expand(seed % 2 ? '{h16}' : '{h40}', seed),
  base64: (seed) => expand(seed % 2 ? '{b27}=' : '{b62}==', seed),
  'a UUID': (seed) => expand('{U}', seed),
  'a passphrase': (seed) => [word(seed), word(seed + 1), word(seed + 5), word(seed + 2)].join('-'),
};
const seeds = [1, 2, 3, 4, 5, 6];

const names = [
  'api-key',
  'token',
  'password',
  'client-secret',
  'key',
  'auth',
  'access_token',
  'apiKey',
  'pat',
];
const variables = ['API_KEY', 'DB_PASSWORD', 'FOO_BAR', 'NODE_X', 'PGDATABASE'];
const headers = ['Authorization', 'X-Api-Key', 'X-Custom', 'Cookie'];

/** Command lines with a secret in a place that says so, by the place. */
const lines: Record<string, (secret: string) => string[][]> = {
  options: (secret) =>
    names.flatMap((name) => [
      ['run', `--${name}`, secret, 'x'],
      [`--${name}=${secret}`],
      [`${name}=${secret}`],
      [`${name}: ${secret}`],
    ]),
  'lines of shell': (secret) =>
    names.flatMap((name) => [
      ['-c', `cd /x && npx -y foo@1.0.0 --${name} ${secret} --bar`],
      ['-c', `npx -y foo@1.0.0 --${name}="${secret}"`],
      ['-lc', `exec npx foo --${name} '${secret}'`],
      ['-c', `bash -c "npx foo --${name} ${secret}"`],
    ]),
  variables: (secret) =>
    variables.flatMap((name) => [
      ['run', '-e', `${name}=${secret}`, 'mcp/x'],
      ['run', `--env=${name}=${secret}`],
      [`-e${name}=${secret}`],
      [`${name}=${secret}`, 'npx', 'foo'],
      ['-c', `${name}=${secret} npx -y foo`],
      ['-c', `export ${name}="${secret}"; npx foo`],
      ['/c', `set ${name}=${secret}&& npx foo`],
      ['-Command', `$env:${name} = '${secret}'; npx foo`],
    ]),
  headers: (secret) =>
    headers.flatMap((name) => [
      ['--header', `${name}: Bearer ${secret}`],
      ['-H', `${name}:${secret}`],
      [`--header=${name}: ${secret}`],
      ['--headers', JSON.stringify({ [name]: secret })],
      ['-H', name, secret],
      ['--header', `${name}:`, 'Bearer', secret],
      ['-c', `curl -H "${name}: ${secret}" https://x.example`],
    ]),
  JSON: (secret) =>
    names.flatMap((name) => [
      ['--config', JSON.stringify({ a: 1, [name]: secret })],
      ['--config', JSON.stringify({ a: { [name]: secret } }, null, 2)],
      [JSON.stringify({ x: JSON.stringify({ [name]: secret }) })],
      ['--config', JSON.stringify({ env: { OTHER_NAME: secret } })],
    ]),
  'the rest': (secret) => [
    ['-u', `bob:${secret}`],
    ['--api-key', `\${API_KEY:-${secret}}`],
    ['--token', `a\${X}${secret}`],
    ['--db', `postgres://u:${secret}@h.example/db`],
    ['-e', `DATABASE_URL=postgres://u:${secret}@h.example/db`],
    [`Server=db;User Id=sa;Password=${secret};Encrypt=true`],
  ],
};
const urls = (secret: string): string[] => [
  `https://u:${secret}@h.example/x`,
  `https://${encodeURIComponent(secret)}@h.example/x`,
  `redis://:${secret}@h.example:6379`,
  `https://h.example/x?session=${secret}`,
  `https://h.example/x?${secret}`,
  ...names.flatMap((name) => [
    `https://h.example/x?a=1&${name}=${secret}&z=2`,
    `https://h.example/x?${name}=${encodeURIComponent(secret)}`,
    `https://h.example/x#${name}=${secret}`,
  ]),
];

/** No six characters in a row of a secret, in plain or escaped for a URL. */
function expectHidden(output: string, secret: string, from: string): void {
  for (const form of new Set([secret, encodeURIComponent(secret)])) {
    for (let at = 0; at + 6 <= form.length; at++) {
      if (output.includes(form.slice(at, at + 6))) expect.fail(`${from} is shown as ${output}`);
    }
  }
}

describe.each(Object.keys(kinds))('%s is not shown', (kind) => {
  const all = seeds.map((seed) => kinds[kind]!(seed));

  test.each(Object.keys(lines))('in %s', (place) => {
    for (const secret of all) {
      for (const args of lines[place]!(secret)) {
        const out = shown(...args);
        expectHidden(out.join('\n'), secret, JSON.stringify(args));
        expectHidden(line(args.join(' ')), secret, args.join(' '));
        expect(shown(...out), 'shown twice').toEqual(out);
        expect(out.map(line), 'shown by itself').toEqual(out);
      }
    }
  });

  test('in URLs', () => {
    for (const secret of all) {
      for (const text of urls(secret)) {
        for (const out of [url(text), line(text), line(`get ${text} now`), ...shown('--url', text)]) {
          expectHidden(out, secret, text);
          expect(line(out), 'shown twice').toBe(out);
        }
      }
    }
  });

  test('as a long word that stands alone', () => {
    if (kind === 'a passphrase') return;
    for (const seed of seeds) {
      const secret = `${kinds[kind]!(seed)}${expand('{h24}', seed)}`.replace(/[^A-Za-z0-9-]/g, '');
      expectHidden(shown('some-mcp', secret).join(' '), secret, secret);
      expectHidden(line(`uvx some-mcp ${secret} --x`), secret, secret);
      expectHidden(shown(`--session=${secret}`).join(' '), secret, secret);
    }
  });
});

test('what joins commands stays in sight, so that nobody takes two for one', () => {
  expect(shown('/c', 'set API_KEY=hunter2&& evil.exe')).toEqual(['/c', 'set API_KEY=…&& evil.exe']);
  expect(shown('-Command', "$env:API_KEY='hunter2'; evil")).toEqual(['-Command', "$env:API_KEY='…'; evil"]);
  expect(line('npx foo --password hunter2;evil|more')).toBe('npx foo --password …;evil|more');
  expect(line('npx foo https://h.example/x?a=1234567890|evil')).toBe('npx foo https://h.example/x?a=…|…');
  expect(shown('ssh', 'API_KEY=hunter2 x && evil $(more)')).toEqual(['ssh', 'API_KEY=…&&…$(…']);
});

test('what is reported is masked as before, inside of what is hidden', () => {
  const token = expand('{a32}');
  const start = token.slice(0, 2);
  expect(shown('--header', `Authorization: Bearer ${token}`)).toEqual([
    '--header',
    `Authorization: Bearer ${start}…`,
  ]);
  expect(shown('--config', `{"apiKey":"${token}","a":1}`)).toEqual([
    '--config',
    `{"apiKey":"${start}…","a":1}`,
  ]);
  expect(shown('-e', `DATABASE_URL=https://u:${token}@h.example`)).toEqual(['-e', 'DATABASE_URL=…']);
  expect(line(`npx foo --api-key ${token} x`)).toBe(`npx foo --api-key ${start}… x`);
});

/** Random forms that no judge knows, each without any name. */
const randoms = ['{a20}', '{a24}', '{a32}', '{a64}', '{h32}', '{h40}', '{h64}', '{l20}', '{A32}'];
const manySeeds = Array.from({ length: 12 }, (_, at) => at + 1);

describe.each(randoms)('%s is not shown', (recipe) => {
  const all = manySeeds.map((seed) => expand(recipe, seed));

  test.each<[string, (secret: string) => string[]]>([
    ['alone', (secret) => ['run', secret]],
    ['behind a short option', (secret) => ['-t', secret]],
    ['behind any option', (secret) => [`--foo=${secret}`]],
    ['on a short option', (secret) => [`-k${secret}`]],
    ['on a short option in a line', (secret) => ['-c', `mysql -p${secret} x`]],
    ['in JSON', (secret) => [JSON.stringify({ k: secret })]],
    ['in lists', (secret) => ['--query', JSON.stringify([['x', secret]])]],
    ['in JSON in JSON', (secret) => [JSON.stringify({ k: JSON.stringify({ a: secret }) })]],
    ['in a call', (secret) => ['-e', `f("${secret}")`]],
    ['in code', (secret) => ['-c', `k="${secret}"`]],
    ['in a substitution', (secret) => ['-c', `T=$(printf ${secret}) x`]],
  ])('%s', (_, argsOf) => {
    for (const secret of all) {
      const args = argsOf(secret);
      const out = shown(...args);
      expectHidden(out.join('\n'), secret, JSON.stringify(args));
      expect(shown(...out), 'shown twice').toEqual(out);
    }
  });
});

describe('what stands on a short option', () => {
  const pat = expand('ghp_{crc30}');
  test.each([
    [[`-p${pat}`], ['-pghp_']],
    [['-pSuperSecret99'], ['-p…']],
    [['-pOrbit!velvet'], ['-p…']],
    [
      ['-c', 'mysql -u root -pSuperSecret99 db'],
      ['-c', 'mysql -u root -p… db'],
    ],
    [['-ubob:Hunter2hunter2'], ['-ubob:…']],
    [
      ['--basic', 'bob:Hunter2hunter2'],
      ['--basic', 'bob:…'],
    ],
  ])('%j is hidden', (args, out) => {
    const got = shown(...args);
    expect(got.map((text, at) => (out[at] === '-pghp_' ? text.slice(0, 6) : text))).toEqual(out);
    expect(got.join(' ')).not.toContain(pat.slice(0, 10));
  });

  test('and found where its form is known', () => {
    for (const args of [[`-p${pat}`], ['-c', `mysql -p${pat} x`]]) {
      const { found } = secrets.argv(args.map(closed));
      expect(found.map((one) => one.info.type)).toEqual(['github-pat-classic']);
    }
  });

  test.each([
    ['-p8080:80'],
    ['-p127.0.0.1:8080:80'],
    ['-p3.11'],
    ['-pfoo@1.2.3'],
    ['-p@scope/foo2@1.2.3'],
    ['-parallel'],
    ['-pluginDir'],
    ['-Path'],
    ['-NoProfile'],
    ['-ExecutionPolicy'],
    ['-Xmx512m'],
    ['-Dspring.profiles.active=Dev1'],
    ['-u1000:1000'],
    ['-v/home/u:/data'],
    ['-I/usr/lib/x86_64-linux-gnu'],
    ['-std=c++17'],
    ['-lc'],
  ])('%s stays', (text) => {
    expect(shown('run', text)).toEqual(['run', text]);
    expect(line(`run ${text} x`)).toBe(`run ${text} x`);
  });
});

describe('names that are not random stay', () => {
  test.each([
    ['claude35sonnet20241022'],
    ['MyVeryLongServerClassName'],
    ['StreamableHTTPServerTransport'],
    ['MyHTTPXMLServerForGPTClients'],
    ['projects/Server2/Modules/V1/Handlers/Main'],
    [`archive/v0/${expand('{h40}')}/bin`],
    ['TheBloke/Llama-2-7B-Chat-GGUF/q4'],
    ['StreamableHttpServerTransport'],
    ['modelcontextprotocolserver'],
    ['{"model":"claude-3-5-sonnet-20241022"}'],
    ['{"package":"@modelcontextprotocol/server-filesystem"}'],
    ['{"path":"/home/bob/projects/Server2/x1"}'],
    ["require('./node_modules/some-package/dist/index2.js')"],
  ])('%s', (text) => {
    expect(shown('run', text)).toEqual(['run', text]);
  });
});

describe('a URL with signs in it that should have been escaped', () => {
  test.each([
    ['postgres://u:p@ss/SECRETONE#SECRETTWO!@h/db', 'postgres://…:…@h/db'],
    ['https://u:"SECRETONE"@h/', 'https://…:…@h/'],
    ["https://u:it's SECRETONE@h.example/x", 'https://…:…@h.example/x'],
    ['--db=postgres://u:p@ss SECRETONE@h/db', '--db=…'],
    ['https://h.example/?token=correct SECRETONE horse SECRETTWO', 'https://h.example/?token=…'],
    ['https://h.example/?token=a SECRETONE b&x=1', 'https://h.example/?token=…&x=1'],
    ['https://h.example/?a=1&api_key=a "SECRETONE" b', 'https://h.example/?a=…&api_key=…'],
  ])('%s is hidden to where it ends', (text) => {
    for (const out of [url(text), ...shown('--url', text), ...shown(text)]) {
      expect(out).not.toMatch(/SECRET|horse/);
      expect(line(out)).toBe(out);
    }
  });

  test('and no further', () => {
    expect(url('postgres://u:p@ss/SECRETONE#SECRETTWO!@h/db')).toBe('postgres://…:…@h/db');
    expect(url('https://u:p@ss"w@h.example/x')).toBe('https://…:…@h.example/x');
    expect(url('https://h.example/?token=a SECRET b&x=1')).toBe('https://h.example/?token=…&x=1');
    expect(url('https://u:hunter2@r.example/@scope/pkg')).toBe('https://…:…@r.example/@scope/pkg');
    expect(url('git+https://u:hunter2@h.example/a/x.git@v1.2.0')).toBe(
      'git+https://…:…@h.example/a/x.git@v1.2.0',
    );
    for (const text of [
      'https://h.example:8443/a@b',
      'http://localhost:3000/users/@me',
      'https://medium.com/@someone/a-story',
      'https://h.example/?q=a b',
      'https://h.example/a b@c',
    ]) {
      expect(shown(text)[0]!.replace('q=…', 'q=a')).toBe(text);
    }
  });

  test('a random fragment is hidden, the revision of a repository is not', () => {
    for (const recipe of ['{h32}', '{h40}', '{h64}', '{a20}', '{a32}', '{A32}']) {
      for (const seed of manySeeds) {
        const secret = expand(recipe, seed);
        const text = `https://h.example/mcp#${secret}`;
        for (const out of [url(text), ...shown(text), line(`get ${text} now`)]) {
          expectHidden(out, secret, text);
        }
      }
    }
    for (const text of [
      `https://github.com/acme/x#${expand('{h40}')}`,
      `https://git.example.com/a/b/x.git#${expand('{h40}')}`,
      'https://h.example/mcp#section-two',
    ]) {
      expect([url(text), ...shown(text)]).toEqual([text, text]);
    }
  });
});

test('long base64 with a slash in it is hidden', () => {
  for (const seed of manySeeds) {
    const secret = `${expand('{a20}', seed)}/${expand('{a20}', seed + 100)}`;
    for (const args of [
      ['run', secret],
      [`-k${secret}`],
      [`--foo=${secret}`],
      ['-c', `run $(printf ${secret}) x`],
    ]) {
      expectHidden(shown(...args).join(' '), secret, args.join(' '));
    }
    expectHidden(url(`https://h.example/mcp#${secret}`), secret, secret);
  }
});

test('what is left of a word around a known shape is hidden', () => {
  const [sid, other] = [expand('{h32}', 1), expand('{h32}', 2)];
  const secret = expand('{a32}', 3);
  const triple = `AC${sid}/SK${other}:${secret}`;
  const found = secrets.argv(['-y', '@acme/mcp', triple].map(closed)).found;
  expect(found.map((one) => one.info.type)).toEqual(['twilio-api-secret']);
  expectHidden(shown('-y', '@acme/mcp', triple).join(' '), secret, triple);
  expectHidden(line(`npx -y @acme/mcp ${triple}`), secret, triple);

  const pat = expand('ghp_{crc30}');
  for (const rest of [secret, 'Hunter2hunter2', 'correct-horse', 'pa/ss']) {
    expect(shown('run', `${pat}:${rest}`)[1]).toMatch(/^ghp_[^:]*…:…$/);
  }
  expectHidden(shown(`${pat}/${other}`).join(' '), other, other);
  // Neither pins and references nor what a URL names.
  expect(shown(`${pat}:latest`)[0]).toMatch(/…:latest$/);
  expect(shown(`${pat}:\${TOKEN}`)[0]).toMatch(/…:\$\{TOKEN\}$/);
  const repo = `github.com/acme/x.git#${expand('{h40}')}`;
  expect(shown(`git+https://${pat}@${repo}`)[0]).toMatch(new RegExp(`…@${repo}$`));
});

describe('references and placeholders made for people stay', () => {
  test.each([
    [['--api-key', '${API_KEY}']],
    [['--api-key', '$API_KEY']],
    [['--api-key', '%API_KEY%']],
    [['--api-key', '${input:api-key}']],
    [['--api-key', '{env:API_KEY}']],
    [['--api-key', 'op://vault/item/field']],
    [['--api-key', 'OPENAI_API_KEY']],
    [['--api-key', '<YOUR_TOKEN>']],
    [['--api-key', 'your-api-key-here']],
    [['--api-key', 'sk-...']],
    [['--api-key', 'xxxxxxxx']],
    [['--api-key', '********']],
    [['--auth', 'true']],
    [['--key', './certs/server.key']],
    [['--key', 'C:\\certs\\server.key']],
    [['-e', 'API_KEY']],
    [['-e', 'API_KEY=${API_KEY}']],
    [['-e', 'API_KEY=${env:API_KEY}']],
    [['--header', 'Authorization: Bearer ${TOKEN}']],
    [['--header', 'Authorization:${AUTH_HEADER}']],
    [['--header', 'X-Api-Key: <your-key>']],
    [['-c', 'API_KEY=$API_KEY npx -y foo --token "${TOKEN}"']],
    [['https://${USER}:${PASSWORD}@h.example/x?token=${TOKEN}&key=YOUR_KEY&x=1']],
  ])('%j', (args) => {
    expect(shown(...args)).toEqual(args);
  });

  test.each([
    ['--api-key ${API_KEY:-abc123}', '--api-key ${API_KEY:-…}'],
    ['--api-key my-secret-token', '--api-key …'],
    ['--api-key pass:hunter2', '--api-key …'],
    ['--password pa$WORD1234', '--password …'],
    ['--token correct-horse${X}', '--token …'],
    ['--key /9+hqsntBxG+bP92M/0zuYRzd', '--key …'],
    ['-e API_KEY=<your-key>', '-e API_KEY=<…>'],
    ['-e PORT=3000', '-e PORT=…'],
    ['--header Content-Type:text/plain', '--header Content-Type:…'],
  ])('%s is shown as %s', (from, to) => {
    expect(line(from)).toBe(to);
    expect(shown(...from.split(' '))).toEqual(to.split(' '));
  });
});

const sha = expand('{h40}');
const readable = [
  '@modelcontextprotocol/server-filesystem@2025.8.21',
  'mcp-server-fetch==0.6.2',
  'mcp-auth==0.6.2',
  'auth==1.0',
  'pkg[auth]>=1.0,<2',
  'mcp-server-kubernetes-20250821',
  '@acme/secret-token@1.2.3',
  'npm:@acme/token-tool@^1.0.0',
  'foo@npm:@acme/token-tool@1.0.0',
  'ghcr.io/github/github-mcp-server:v0.13.0',
  'acme/mcp-auth:v1.2.3',
  'mcp-token:latest',
  `mcp/github@sha256:${expand('{h64}')}`,
  `github:user/repo#${sha}`,
  `git+ssh://git@git.example.com/team/project.git#${sha}`,
  'git+https://github.com/acme/mcp-auth.git@v1.2.0#egg=mcp-server-token&subdirectory=src/foo',
  'git@github.com:acme/auth-token.git',
  `/home/u/.cache/uv/archive-v0/${sha}/bin/x`,
  `C:\\Users\\bob\\AppData\\Local\\${sha}\\x.js`,
  `server-${sha}.js`,
  'com.acme.server-0.1.0-SNAPSHOT-all.jar',
  'claude-3-5-sonnet-20241022',
  'llama-3.1-8b-instruct-q4_K_M',
  'ip-10-0-12-34.us-west-2.compute.internal',
  'https://mcp.example.com/v1/sse',
  'https://packages.example/@acme/x/-/x-1.0.0.tgz',
  'postgresql://localhost:5432/mydb',
  '--max-tokens=4096',
  '--scopes=repo,user',
  '--network=host',
  'type=bind,src=/home/u/token.json,dst=/t',
  '/home/u/.aws/credentials:/root/.aws/credentials:ro',
  '${workspaceFolder}/x',
];

describe('what identity is read from stays readable', () => {
  test.each(readable)('%s', (text) => {
    expect(shown(text)).toEqual([text]);
    expect(shown('run', text, '--stdio')).toEqual(['run', text, '--stdio']);
    expect(line(text)).toBe(text);
    expect(line(`npx -y ${text} --stdio`)).toBe(`npx -y ${text} --stdio`);
  });

  test.each([
    [['--pass-environment', 'npx', '-y', 'foo']],
    [['--dangerously-omit-auth', 'npx', 'foo']],
    [['run', '-i', '--rm', '-e', 'GITHUB_TOKEN', 'ghcr.io/github/github-mcp-server:v0.13.0']],
    [['run', '-e', 'API_KEY', 'mcp-image']],
    [['--user', '1000:1000', '-u', 'node:node']],
    [['-u', 'C:\\x\\server.py']],
    [['-H', 'npx', 'foo']],
  ])('%j', (args) => {
    expect(shown(...args)).toEqual(args);
  });

  test('names, pointers and places', () => {
    for (const text of [
      'My Server (prod)',
      'issue-tracker@official',
      `/Users/a/Library/Application Support/Code/User/workspaceStorage/${expand('{h32}')}/state.vscdb`,
      'C:\\Users\\bob\\OneDrive - Acme\\x.json',
      'Bash(git commit -m:*)',
      'Read(./secrets/**)',
      expand('{U}'),
      '2025.8.21',
    ])
      expect(line(text)).toBe(text);
  });
});

test('a token behind a long path of plain names is one', () => {
  const token = expand('ghp_{crc30}');
  const path = `/home/dev/some/longer/folder/knowledge/a1/artifacts/${token}.md`;
  expect(secrets.show(path)).not.toContain(token.slice(8));
});

test('showing what is shown changes nothing, whatever it is', () => {
  const pieces = [
    '--api-key',
    '--token=',
    'API_KEY=',
    '-e',
    '-H',
    'Authorization:',
    ' ',
    'Bearer',
    '"',
    "'",
    '{',
    '}',
  ]
    .concat([
      '${',
      '$X',
      '${A:-',
      'https://',
      'u:',
      '@',
      'h.example',
      '/',
      '?',
      '&',
      '#',
      '=',
      ':',
      'token',
      'password',
    ])
    .concat([
      ';',
      '\\',
      '…',
      '<',
      '>',
      '[',
      ',',
      'a1b2c3d4e5f6',
      'key',
      ' ',
      '123456789',
      '%3D',
      '\n',
      'npx',
      'hunter2',
    ]);
  for (let seed = 1; seed <= 3_000; seed++) {
    const picks = Buffer.from(expand('{h24}', seed), 'hex');
    const text = Array.from(picks, (pick) => pieces[pick % pieces.length]).join('');
    const once = line(text);
    expect(line(once), text).toBe(once);
    const args = shown(...text.split(' '));
    expect(shown(...args), text).toEqual(args);
    expect(url(url(text)), text).toBe(url(text));
  }
});

test('a segment of a URL that is written like a token is hidden, and an id is not', () => {
  for (const recipe of ['{a40}', '{w43}']) {
    const token = expand(recipe, 3);
    expect(secrets.url(closed(`https://mcp.example.com/s/${token}/mcp`)).shown).toBe(
      'https://mcp.example.com/s/…/mcp',
    );
    expect(secrets.show(`see https://mcp.example.com/${token} there`)).toBe(
      'see https://mcp.example.com/… there',
    );
  }
  for (const recipe of [
    '{U}',
    '{h40}',
    'my-Very-Long-Name-of-Some-Service-V2',
    'release-2026.11.20-Final-Candidate',
  ]) {
    const url = `https://mcp.example.com/s/${expand(recipe, 3)}/mcp`;
    expect(secrets.url(closed(url)).shown, recipe).toBe(url);
  }
});

test('a message does not repeat a token, and does repeat a folder', () => {
  for (const recipe of ['ghp_{crc30}', '{a40}', 'sk-or-v1-{h64}', '{h40}'])
    expect(withoutLoneTokens(`scan: --format ${expand(recipe, 5)}: unknown`), recipe).toBe(
      'scan: --format …: unknown',
    );
  for (const path of [
    `/x/${expand('{h40}')}/y`,
    `/x/${expand('{U}')}/my-long-folder-of-projects-2026/a.json`,
  ])
    expect(withoutLoneTokens(`scan ${path}: no such file`)).toBe(`scan ${path}: no such file`);
});
