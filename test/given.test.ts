/** Files and standard input named on the command line, with the program as a pre-commit hook runs it. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { addedIn, isDiff } from '../src/parse/diff.ts';
import { expand } from './recipe.ts';

const program = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const [token, key, other] = [expand('ghp_{crc30}'), expand('{a40}'), expand('{a32}', 3)];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-given-'));

const files: Record<string, string> = {
  'api/.cursor/mcp.json': `// ${token}
{ "mcpServers": { "gh": { "command": "npx", "args": ["-y", "a@1.0.0"], "env": { "ACME_API_KEY": "${key}" } } } }`,
  '.env.local': `A=1\n# OLD=${token}\nAPI_KEY=${key}\n`,
  'a.py': `x = 1\ntoken = "${token}"\n`,
  'b.yaml': `a:\n  client_secret: ${key}\n  signing_key: ${other}\n`,
  'broken.json': `{ "a": "${token}", `,
  'clean.md': 'Set API_KEY=your-key-here and run `npm test`.\n',
};
for (const [name, text] of Object.entries(files)) {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}
fs.writeFileSync(path.join(folder, 'picture.bin'), Buffer.concat([Buffer.alloc(20), Buffer.from(token)]));

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(args: string[], input = '') {
  const env = { PATH: process.env['PATH'], HOME: folder };
  return spawnSync(process.execPath, [program, 'scan', ...args], {
    encoding: 'utf8',
    env,
    cwd: folder,
    input,
  });
}

function report(args: string[], input = ''): Report {
  return JSON.parse(run([...args, '--format', 'json'], input).stdout) as Report;
}

const secretsOf = ({ facts }: Report): [string, number | undefined, string][] =>
  facts.flatMap((fact) =>
    fact.kind === 'credential'
      ? [[path.basename(fact.origin.path), fact.origin.line, fact.secret.type] as const]
      : [],
  ) as [string, number | undefined, string][];

test('an error does not repeat a token that was given as a name', () => {
  const { status, stderr } = run([`/x/${key}`]);
  expect([status, stderr.includes('no such file'), stderr.includes(key.slice(4, 12))]).toEqual([
    2,
    true,
    false,
  ]);
});

describe('files', () => {
  test('of one name, with fields of one name, are told apart by their folders', () => {
    for (const [name, seed] of [
      ['one', 11],
      ['two', 12],
      ['three', 13],
    ] as const) {
      fs.mkdirSync(path.join(folder, name), { recursive: true });
      fs.writeFileSync(path.join(folder, name, '.env'), `API_KEY=${expand('{a40}', seed)}\n`);
    }
    const all = report(['one/.env', 'two/.env', 'three/.env']);
    const folders = all.findings.map(({ origin }) => path.basename(path.dirname(origin.path)));
    expect(folders.toSorted()).toEqual(['one', 'three', 'two']);
    expect(new Set(all.facts.map(({ id }) => id)).size).toBe(all.facts.length);
    expect(new Set(all.findings.map(({ fingerprint }) => fingerprint)).size).toBe(3);
    // Folders are no different.
    expect(secretsOf(report(['one', 'two', 'three']))).toHaveLength(3);
  });

  test('a record of a name and a value has the field that it names', () => {
    const text = `env:\n  - name: EXA_API_KEY\n    value: "${expand('{U}')}"\n  - name: LOG_ID\n    value: "${expand('{U}', 2)}"\n`;
    fs.writeFileSync(path.join(folder, 'deployment.yaml'), text);
    const [fact, ...more] = report(['deployment.yaml']).facts;
    expect(more).toEqual([]);
    expect(fact).toMatchObject({ field: 'EXA_API_KEY', origin: { pointer: '/env/0/value', line: 3 } });
  });

  test('a password that is a number or a date is not told by a time', () => {
    fs.writeFileSync(path.join(folder, 'numbers.env'), 'DB_PASSWORD=1763000000\nPIN_PASSWORD=2027-01-15x\n');
    const { stdout } = run(['numbers.env', '--format', 'json']);
    expect(stdout).toContain('DB_PASSWORD');
    expect(stdout).not.toMatch(/"expiresAt": "/);
  });

  test('a key of several lines is one, escaped or not', () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${expand('MIIE{b60}\n{b64}\n{b64}')}\n-----END PRIVATE KEY-----\n`;
    fs.writeFileSync(path.join(folder, 'account.json'), JSON.stringify({ a: 1, private_key: pem }, null, 2));
    expect(secretsOf(report(['account.json']))).toEqual([['account.json', 3, 'pem-private-key']]);
  });

  test('each by what its name promises, and as text', () => {
    const given = ['api/.cursor/mcp.json', '.env.local', 'a.py', 'b.yaml', 'broken.json', 'clean.md'];
    const found = report(given);
    expect(secretsOf(found).toSorted()).toEqual(
      [
        ['mcp.json', 1, 'github-pat-classic'],
        ['mcp.json', 2, 'generic-secret'],
        ['.env.local', 2, 'github-pat-classic'],
        ['.env.local', 3, 'generic-secret'],
        ['a.py', 2, 'github-pat-classic'],
        ['b.yaml', 2, 'generic-secret'],
        ['b.yaml', 3, 'generic-secret'],
        ['broken.json', 1, 'github-pat-classic'],
      ].toSorted(),
    );
    expect(found.run).toMatchObject({ status: 'complete', sourcesRead: 6, homes: [] });
  });

  test('a config is read as the tools read it that know its name', () => {
    const found = report(['api/.cursor/mcp.json']);
    expect(found.facts.filter(({ kind }) => kind === 'server')).toMatchObject([
      { name: 'gh', tools: ['cursor'] },
    ]);
    // The one in the comment as well.
    expect(secretsOf(found).map(([, line]) => line)).toContain(1);
  });

  test('what is binary is a gap', () => {
    const { run: done, facts } = report(['picture.bin']);
    expect(done.status).toBe('partial');
    expect(facts).toMatchObject([{ kind: 'gap', reason: 'unsupported' }]);
    expect(run(['picture.bin', '--strict']).status).toBe(2);
  });

  test('a folder stays a workspace', () => {
    const found = report(['api', 'a.py']);
    expect(found.facts.map(({ kind }) => kind)).toContain('server');
    // Of the folder the variable and the comment, and the one of the file.
    expect(secretsOf(found)).toHaveLength(3);
  });

  test('the terminal gets a line for each finding, and no secret', () => {
    const { stdout, status } = run(['a.py', '.env.local', '--format', 'human']);
    expect(status).toBe(1);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(/a\.py:2: critical\s+github-pat-classic in token ghp_/);
    for (const secret of [token, key]) expect(stdout).not.toContain(secret.slice(7, 15));
  });

  test.each([
    [['nothing-here.txt'], /no such file or folder/],
    [['-', '-'], /once only/],
    [['a.py', '--stdin-name', 'x'], /--stdin-name/],
    [['a.py', '--home', '.'], /not both/],
    [[''], /empty/],
  ])('%j is a usage error of one line', (args, message) => {
    const { stderr, status, stdout } = run(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('standard input', () => {
  test('free text', () => {
    expect(secretsOf(report(['-'], files['a.py']))).toEqual([['-', 2, 'github-pat-classic']]);
    expect(run(['-', '--format', 'human'], 'nothing at all').status).toBe(0);
    expect(run(['-', '--format', 'human'], '').stdout).toBe('No findings in 1 file\n');
  });

  test('with a name it is that file', () => {
    const yaml = files['b.yaml']!;
    expect(secretsOf(report(['-', '--stdin-name', 'conf/b.yaml'], yaml))).toHaveLength(2);
    const named = report(['-', '--stdin-name', '.cursor/mcp.json'], files['api/.cursor/mcp.json']);
    expect(named.facts.map(({ kind }) => kind)).toContain('server');
  });

  test('of a diff what it adds, at its place', () => {
    const diff = [
      'diff --git a/src/a.py b/src/a.py',
      '--- a/src/a.py',
      '+++ b/src/a.py',
      '@@ -10,3 +10,3 @@ def f():',
      ' x = 1',
      `-token = "${expand('ghp_{crc30}', 9)}"`,
      `+token = "${token}"`,
      ' y = 2',
      '',
    ].join('\n');
    const found = report(['-'], diff);
    expect(found.facts).toMatchObject([{ kind: 'credential', origin: { path: 'src/a.py', line: 11 } }]);
    expect(run(['-'], diff.replaceAll(/^\+token.*$/gm, '+pass')).status).toBe(0);
  });
});

test('the lines that a diff adds', () => {
  const diff =
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n+b\n+++ c\n@@ -9,0 +11 @@\n+d\n--- a/y\n+++ b/y\n@@ -0,0 +1 @@\n+e\n';
  expect(isDiff(diff)).toBe(true);
  expect(addedIn(diff)).toEqual([
    { path: 'x', text: 'b\n++ c\n\n\n\n\n\n\n\n\nd' },
    { path: 'y', text: 'e' },
  ]);
  expect(isDiff('--- a\n+++ b')).toBe(true);
  expect(isDiff('some text\ndiff --git')).toBe(false);
  expect(addedIn('@@ -1 +1 @@\n+lost')).toEqual([]);
});
