/** The main job from end to end, with the program as users run it: input files in, reports and exit codes out. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { Report } from '../src/model/report.ts';
import { jsonSchema } from '../src/model/schemas.ts';
import { formats } from '../src/report/formats.ts';
import { buildMachine } from './fixture.ts';
import { expand } from './recipe.ts';

const program = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const catalogue = path.join(import.meta.dirname, 'tools');
const folders: string[] = [];

function tree(files: Record<string, string>): string {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-scan-'));
  folders.push(top);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
    fs.writeFileSync(path.join(top, name), text);
  }
  return top;
}

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]) {
  const env = { PATH: process.env['PATH'], HOME: os.tmpdir() };
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env, maxBuffer: 1 << 28 });
}

function report(home: string, ...args: string[]): Report {
  const { stdout } = run('scan', '--home', home, '--platform', 'linux', '--format', 'json', ...args);
  return Report.parse(JSON.parse(stdout));
}

const verdicts = (from: Report): Record<string, string> =>
  Object.fromEntries(
    from.facts.flatMap((fact) => (fact.kind === 'server' ? [[fact.name, fact.verdict]] : [])),
  );

const config = (servers: Record<string, object>): string => JSON.stringify({ mcpServers: servers });

describe('the allowlist', () => {
  const home = tree({
    '.cursor/mcp.json': config({
      files: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem@2025.8.21', '/tmp'] },
      // The name of something approved changes nothing.
      linear: { command: 'npx', args: ['-y', 'linear-mcp-by-somebody@1.0.0'] },
      bridge: { command: 'npx', args: ['-y', 'mcp-remote@0.15.1', 'https://mcp.linear.app/mcp'] },
      other: { url: 'https://mcp.example.net/mcp' },
      moving: { command: 'npx', args: ['-y', '${PACKAGE}'] },
      bad: { command: 'npx', args: ['-y', 'postmark-mcp@1.0.16'] },
    }),
    'list.yaml': `version: 3
name: Test list
approve:
  - { package: "npm:@modelcontextprotocol/server-filesystem", version: ">=2025.8.0" }
  - { url: "https://mcp.linear.app/mcp" }
deny:
  - { url: "https://mcp.example.net/*", reason: not ours }
`,
  });

  test('without one nothing is judged but what is known to be malicious', () => {
    const { facts, allowlist, findings } = report(home);
    expect(allowlist).toBeNull();
    const { bad, ...others } = verdicts(report(home));
    expect(bad).toBe('denied');
    expect(new Set(Object.values(others))).toEqual(new Set(['unjudged']));
    expect(findings.some((one) => one.check === 'server-unapproved')).toBe(false);
    expect(facts.length).toBeGreaterThan(6);
  });

  test('what would run decides, never the name', () => {
    const judged = report(home, '--allowlist', path.join(home, 'list.yaml'));
    expect(verdicts(judged)).toEqual({
      files: 'approved',
      linear: 'unapproved',
      bridge: 'approved',
      other: 'denied',
      moving: 'unverifiable',
      bad: 'denied',
    });
    expect(judged.allowlist).toMatchObject({ name: 'Test list', version: '3', signature: 'none' });
    const checks = judged.findings.map((one) => one.check);
    expect(checks).toEqual(
      expect.arrayContaining([
        'server-unapproved',
        'server-denied',
        'server-unverifiable',
        'server-malicious',
      ]),
    );
  });

  test('the list that init prints is a list', () => {
    const folder = tree({ 'list.yaml': run('allowlist', 'init').stdout });
    expect(run('allowlist', 'check', path.join(folder, 'list.yaml')).stdout).toMatch(
      /2 approvals, 1 denials/,
    );
  });
});

describe('rules of one’s own', () => {
  const tool = `name: Next Month
vendor: Somebody
category: cli-agent
homepage: https://example.com
source: its documents
checked: 2026-11
installed: { binaries: next-month }
files:
  - path: ~/.next-month/servers.json
    proves: { server: "mcpServers.{name}" }
`;
  test('a tool is one file', () => {
    const rules = tree({ 'tools/next-month.yaml': tool });
    const home = tree({ '.next-month/servers.json': config({ a: { command: 'x' } }) });
    const tools = (...options: string[]): unknown[] =>
      report(home, ...options).facts.flatMap((fact) => (fact.kind === 'server' ? [fact.tools] : []));
    expect(tools()).toEqual([['unknown-agent']]);
    expect(tools('--rules', rules)).toEqual([['next-month']]);
    expect(run('rules', 'check', rules).status).toBe(0);
  });

  test('a folder without any is none', () => {
    for (const rules of [tree({}), tree({ 'tools/next-month.txt': tool })])
      for (const call of [
        ['rules', 'check', rules],
        ['scan', '--rules', rules],
      ])
        expect(run(...call)).toMatchObject({
          status: 2,
          stdout: '',
          stderr: expect.stringMatching(/holds no rule file .*\n$/) as unknown,
        });
  });

  test.each([
    ['an unknown key', tool.replace('files:', 'fils:'), /next-month\.yaml:8.*fils/],
    ['a bad selector', tool.replace('mcpServers.{name}', 'mcpServers.{name'), /mcpServers\.\{name/],
    ['broken YAML', tool.replace('installed: {', 'installed: [{'), /next-month\.yaml:\d+/],
  ])('%s is exit 2 and one line before anything is scanned', (_, text, message) => {
    const rules = tree({ 'tools/next-month.yaml': text });
    const { status, stdout, stderr } = run('scan', '--home', rules, '--platform', 'linux', '--rules', rules);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('outputs', () => {
  const secret = expand('ghp_{a36}', 99);
  const home = tree({ '.cursor/mcp.json': config({ a: { command: 'x', env: { GITHUB_TOKEN: secret } } }) });
  const base = ['scan', '--home', home, '--platform', 'linux'];

  test('JSON on a pipe, keys in the order of the contract', () => {
    const { stdout, stderr, status } = run(...base);
    expect([stderr, status]).toEqual(['', 1]);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(Object.keys(Report.shape));
    const validate = new Ajv2020({ strict: false }).compile(jsonSchema('report'));
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
  });

  test('several at once, whole and private', () => {
    const out = tree({});
    const { stdout } = run(
      ...base,
      '-o',
      path.join(out, 'a.json'),
      '-o',
      `ndjson=${out}/b.ndjson`,
      '-o',
      'human=-',
    );
    expect(stdout).toMatch(/What to do first/);
    Report.parse(JSON.parse(fs.readFileSync(path.join(out, 'a.json'), 'utf8')));
    const lines = fs.readFileSync(path.join(out, 'b.ndjson'), 'utf8').trim().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(['run', 'summary']);
    expect(fs.readdirSync(out).toSorted()).toEqual(['a.json', 'b.ndjson']);
    expect(fs.statSync(path.join(out, 'a.json')).mode & 0o777).toBe(0o600);
  });

  test('a place that cannot be written is exit 2', () => {
    const { status, stderr } = run(...base, '-o', path.join(home, 'nowhere', 'a.json'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/nowhere\/a\.json: cannot be written/);
  });

  test('a reader that goes away before the end has no whole report: exit 2', () => {
    const command = (format: string): string =>
      `'${process.execPath}' '${program}' ${base.join(' ')} -f ${format} --exit-zero | true; ` +
      'echo "${PIPESTATUS[0]}"';
    for (const format of ['html', 'sarif', 'ocsf']) {
      const { stdout, stderr } = spawnSync('bash', ['-c', command(format)], { encoding: 'utf8' });
      expect(stdout.trim()).toBe('2');
      expect(stderr).toMatch(
        /^shadowscan: standard output was closed before the whole report was out[^\n]*\n$/,
      );
    }
  });

  test('every format at once, and the others when one place cannot be written', () => {
    const out = tree({ '.gitkeep': '' });
    const names = Object.keys(formats);
    const all = names.flatMap((name) => ['-o', `${name}=${path.join(out, name)}`]);
    const { status, stderr } = run(...base, ...all, '-o', 'json=/dev/full', '--exit-zero');
    expect(status).toBe(2);
    expect(stderr).toBe(
      'shadowscan: --output /dev/full: cannot be written (ENOSPC); make room, or name a file elsewhere\n',
    );
    expect(fs.readdirSync(out).toSorted()).toEqual(['.gitkeep', ...names].toSorted());
    for (const name of names) expect(fs.statSync(path.join(out, name)).size).toBeGreaterThan(200);
    expect(run(...base, ...all, '--exit-zero').status).toBe(0);
  });

  test('only and skip', () => {
    const checks = (...args: string[]) => [
      ...new Set(report(home, ...args).findings.map((one) => one.check)),
    ];
    expect(checks('--only', 'secret-in-config')).toEqual(['secret-in-config']);
    expect(checks('--skip', 'secret-in-config')).not.toContain('secret-in-config');
    expect(checks()).toContain('secret-in-config');
  });

  test('explain and schema know every name they list', () => {
    for (const line of run('explain').stdout.trim().split('\n').slice(0, 3)) {
      const id = line.split(' ')[0]!;
      expect(run('explain', id).stdout).toMatch(new RegExp(`^${id} `));
    }
    expect(run('schema').stdout).toContain('allowlist\n');
    expect(JSON.parse(run('schema', 'report').stdout)).toMatchObject({ title: expect.any(String) });
  });
});

describe('the whole machine', () => {
  test('an image: its homes, its machine-wide files, each with the right owner', () => {
    const root = tree({
      'Users/Ann/.cursor/mcp.json': config({ anns: { command: 'x' } }),
      'Users/Bob/AppData/Roaming/Claude/claude_desktop_config.json': config({ bobs: { command: 'y' } }),
      'Users/Public/.cursor/mcp.json': config({ nobodys: { command: 'z' } }),
      'ProgramData/gemini-cli/settings.json': config({ managed: { command: 'm' } }),
    });
    const { stdout } = run('scan', '--root', root, '--platform', 'windows', '--format', 'json');
    const { facts, run: of, coverage } = Report.parse(JSON.parse(stdout));
    const owners = facts.flatMap((fact) =>
      fact.kind === 'server' ? [[fact.name, fact.user, fact.scope]] : [],
    );
    expect(owners.toSorted()).toEqual([
      ['anns', 'Ann', 'user'],
      ['bobs', 'Bob', 'user'],
      ['managed', null, 'managed'],
    ]);
    expect(of.homes.map((home) => home.user)).toEqual(['Ann', 'Bob']);
    const status = (tool: string, user: string) =>
      coverage.find((one) => one.tool === tool && one.user === user)?.status;
    expect([status('cursor', 'Ann'), status('cursor', 'Bob'), status('claude-desktop', 'Bob')]).toEqual([
      'found',
      'absent',
      'found',
    ]);
  });

  test('fingerprints survive edits, upgrades and reordering', () => {
    const machine = buildMachine(path.join(catalogue, 'lm-studio', 'linux'), 'linux');
    folders.push(machine.folder);
    const file = path.join(machine.home, '.lmstudio', 'mcp.json');
    const prints = () =>
      report(machine.home)
        .findings.map((one) => `${one.check} ${one.fingerprint}`)
        .toSorted();
    const before = prints();
    expect(before.length).toBeGreaterThan(0);
    const { mcpServers } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
      mcpServers: Record<string, object>;
    };
    fs.writeFileSync(file, `\n\n${config(Object.fromEntries(Object.entries(mcpServers).toReversed()))}`);
    expect(prints()).toEqual(before);
  });
});
