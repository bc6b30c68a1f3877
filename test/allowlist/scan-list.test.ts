/** Lists with the program as people use it: digests of programs, waivers and exit codes, why, init, import. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Report } from '../../src/model/report.ts';
import { expand } from '../recipe.ts';

const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-list-'));
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const file = path.join(top, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

function run(args: string[], input = '') {
  const env = { PATH: process.env['PATH'], HOME: os.tmpdir() };
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env,
    input,
    maxBuffer: 1 << 28,
  });
  return { stdout, stderr, status };
}

const content = '#!/bin/sh\necho server\n';
const sha256 = createHash('sha256').update(content).digest('hex');
put('machine/opt/corp/mcp', content);
put('machine/opt/corp/other', content);
put(
  'machine/home/dev/.cursor/mcp.json',
  JSON.stringify({
    mcpServers: {
      mine: { command: '/opt/corp/mcp', args: ['--stdio'] },
      link: { command: '/opt/corp/link' },
      gone: { command: '/opt/corp/gone' },
      open: { command: 'npx', args: ['-y', 'a-mcp'] },
    },
  }),
);
fs.symlinkSync('/etc/hostname', path.join(top, 'machine/opt/corp/link'));
const where = ['--root', path.join(top, 'machine'), '--platform', 'linux'];

const head = 'version: 1\nname: test\n';
function scanWith(list: string, ...more: string[]) {
  const file = put('list.yaml', list);
  const done = run(['scan', ...where, '--allowlist', file, '--format', 'json', ...more]);
  return { ...done, report: Report.parse(JSON.parse(done.stdout)) };
}
function server(report: Report, name: string) {
  const found = report.facts.find((one) => one.kind === 'server' && one.name === name);
  if (found?.kind !== 'server') throw new Error(`no server ${name}`);
  return found;
}

describe('addresses that are secret', () => {
  const [ours, theirs] = [expand('{a40}', 1), expand('{a40}', 2)];
  const address = (token: string): string => `https://mcp.example.com/s/${token}/mcp`;
  const mcpServers = { ours: { url: address(ours) }, theirs: { url: `${address(theirs)}/` } };
  put('secret/home/dev/.cursor/mcp.json', JSON.stringify({ mcpServers }));
  const there = ['--root', path.join(top, 'secret'), '--platform', 'linux', '--format', 'json'];
  const scanThere = (list: string): { stdout: string; report: Report } => {
    const { stdout } = run(['scan', ...there, '--allowlist', put('secret.yaml', head + list)]);
    return { stdout, report: Report.parse(JSON.parse(stdout)) };
  };

  test('are compared whole, and shown by no part', () => {
    const { stdout, report } = scanThere(`approve:\n  - { url: "${address(ours)}" }\n`);
    expect(server(report, 'ours')).toMatchObject({ verdict: 'approved' });
    expect(server(report, 'ours').url).toBe('https://mcp.example.com/s/…/mcp');
    expect(server(report, 'theirs')).toMatchObject({ verdict: 'unapproved' });
    expect(stdout.includes(ours.slice(0, 12)) || stdout.includes(theirs.slice(0, 12))).toBe(false);
    const any = scanThere('approve:\n  - { url: "https://mcp.example.com/s/*/mcp" }\n');
    expect(server(any.report, 'theirs')).toMatchObject({ verdict: 'approved' });
  });

  test('are servers of their own', () => {
    const { report } = scanThere('deny: []\n');
    const both = [server(report, 'ours'), server(report, 'theirs')];
    expect(new Set(both.map(({ id }) => id)).size).toBe(2);
    expect(new Set(both.map(({ identity }) => identity)).size).toBe(2);
    const found = report.findings.filter(({ fact }) => both.some(({ id }) => id === fact));
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(found.length);
  });
});

describe('a program by its SHA-256', () => {
  const entry = (command: string, digest: string): string =>
    `  - { command: ${command}, sha256: "${digest}" }\n`;

  test('is read where the list asks for it, and nowhere else', () => {
    const { report } = scanWith(`${head}approve:\n${entry('/opt/corp/mcp', sha256)}`);
    expect(server(report, 'mine')).toMatchObject({
      verdict: 'approved',
      programs: [{ path: '/opt/corp/mcp', sha256 }],
    });
    expect(server(report, 'gone').programs).toBeUndefined();
    const plain = scanWith(`${head}approve:\n  - { command: /opt/corp/mcp }\n`).report;
    expect(server(plain, 'mine')).toMatchObject({ verdict: 'approved' });
    expect(server(plain, 'mine').programs).toBeUndefined();
  });

  test('of another content is not approved', () => {
    const { report } = scanWith(`${head}approve:\n${entry('/opt/corp/mcp', 'ab'.repeat(32))}`);
    expect(server(report, 'mine')).toMatchObject({
      verdict: 'unapproved',
      why: `approve[0]: the SHA-256 of its program is ${sha256.slice(0, 16)}...`,
    });
  });

  test('that is not there, or lies behind a link out of the machine, is not approved', () => {
    const list = `${head}approve:\n${entry('/opt/corp/gone', sha256)}${entry('/opt/corp/link', sha256)}`;
    const { report } = scanWith(list);
    for (const name of ['gone', 'link']) {
      expect(server(report, name)).toMatchObject({
        verdict: 'unapproved',
        why: expect.stringContaining('could not be told'),
      });
    }
  });

  test('is denied by its content', () => {
    const deny = (digest: string): string => `${head}deny:\n${entry('/opt/corp/mcp', digest)}`;
    expect(server(scanWith(deny(sha256)).report, 'mine').verdict).toBe('denied');
    expect(server(scanWith(deny('ab'.repeat(32))).report, 'mine').verdict).toBe('unapproved');
  });
});

describe('waivers', () => {
  const waiver = (check: string, expires: string): string =>
    `  - { check: ${check}, place: "~/.cursor/*", reason: a lab machine, owner: sec@example.com, expires: ${expires} }\n`;
  const approve = `${head}approve:\n  - { package: "npm:b" }\n`;

  test('mark findings that then neither fail the scan nor count', () => {
    const before = scanWith(approve);
    expect(before.status).toBe(1);
    const list = `${approve}waivers:\n${waiver('server-*', '2099-01-01')}${waiver('package-*', '2099-01-01')}`;
    const { status, report } = scanWith(list);
    expect(report.findings).toHaveLength(before.report.findings.length);
    expect(report.findings.filter((one) => one.check === 'server-unapproved')).not.toEqual([]);
    for (const one of report.findings.filter(({ check }) => check.startsWith('server-'))) {
      expect(one.waiver).toEqual({
        reason: 'a lab machine',
        owner: 'sec@example.com',
        expires: '2099-01-01',
      });
    }
    expect(report.summary.byCheck['server-unapproved']).toBeUndefined();
    expect(report.summary.score.achieved).toBeGreaterThan(before.report.summary.score.achieved);
    expect(status).toBe(0);
  });

  test('that have ended bring findings back', () => {
    const { status, report } = scanWith(`${approve}waivers:\n${waiver('server-*', '2020-01-01')}`);
    expect(status).toBe(1);
    const found = report.findings.find((one) => one.check === 'server-unapproved');
    expect(found?.waiver).toBeUndefined();
    expect(found?.expiredWaiver).toMatchObject({ expires: '2020-01-01' });
    expect(found?.message).toMatch(/The waiver by sec@example\.com ended on 2020-01-01\.$/);
  });
});

test('from a scan to a list that approves what was seen', () => {
  const report = run(['scan', ...where, '--format', 'json']).stdout;
  const made = run(['allowlist', 'init', '--from-scan', '-'], report);
  expect(made.status).toBe(0);
  expect(made.stdout).toContain('# seen: "open"');
  const { report: judged } = scanWith(made.stdout);
  expect(server(judged, 'open').verdict).toBe('approved');
  expect(server(judged, 'mine').verdict).toBe('approved');
  expect(judged.facts.filter((one) => one.kind === 'agent').every((one) => one.verdict === 'approved')).toBe(
    true,
  );
  const live = run(['allowlist', 'init', '--from-scan', ...where]).stdout;
  expect(live.split('\n').filter((line) => /^ {2}- /.test(line))).toEqual(
    made.stdout.split('\n').filter((line) => /^ {2}- /.test(line)),
  );
  const lines = run(['scan', ...where, '--format', 'ndjson']).stdout;
  expect(run(['allowlist', 'init', '--from-scan', '-'], lines).stdout).toContain('npm:a-mcp');
});

test('why', () => {
  const file = put('why.yaml', `${head}approve:\n  - { package: "npm:a-mcp", version: ^1 }\n`);
  const { stdout, status } = run(['allowlist', 'why', 'open', ...where, '--allowlist', file]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/Verdict: +unapproved/);
  expect(stdout).toMatch(/Nearest entry: +approve\[0\] \(npm:a-mcp \^1\)\n +differs: the entry pins \^1/);
  const none = run(['allowlist', 'why', 'opn', ...where]);
  expect(none).toMatchObject({ status: 2, stderr: expect.stringContaining('did you mean "open"?') });
});

test('import', () => {
  const file = put(
    'managed.json',
    JSON.stringify({ allowedMcpServers: [{ serverName: 'x' }, { serverUrl: 'https://x.example/mcp' }] }),
  );
  const into = put('into.yaml', `# ours\n${head}approve:\n  # the first\n  - { package: "npm:a" }\n`);
  const { stdout, stderr, status } = run(['allowlist', 'import', file, '--into', into]);
  expect(status).toBe(0);
  expect(stdout).toContain('# ours');
  expect(stdout).toContain('# the first');
  expect(stdout).toContain('- url: https://x.example/mcp');
  expect(stderr).toContain('1 entries added, 1 could not be carried over:');
  expect(run(['allowlist', 'import', put('other.json', '{"a": 1}')])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('neither managed settings'),
  });
  expect(run(['allowlist', 'import', put('bad.json', '{"a": ')]).stderr).toMatch(/bad\.json:1:\d+: /);
});

test('check tells what has no effect', () => {
  const waiver = (check: string, expires: string): string =>
    `  - { check: ${check}, place: "~/**", reason: r, owner: ann, expires: ${expires} }\n`;
  const list = put(
    'idle.yaml',
    `${head}approve:\n  - { id: old, package: "npm:a", expires: 2020-01-31 }\nwaivers:\n${waiver('package-unpined', '2099-01-01')}${waiver('server-*', '2020-01-01')}`,
  );
  const { stdout, status } = run(['allowlist', 'check', list]);
  expect(status).toBe(0);
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    expect.stringContaining('1 approvals, 0 denials, 2 waivers'),
    '  old expired on 2020-01-31',
    '  waivers[0]: there is no check "package-unpined"; did you mean "package-unpinned"?',
    '  waivers[1]: ended on 2020-01-01 (ann)',
  ]);
});
