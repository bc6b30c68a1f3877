/** `allowlist export` and `allowlist hook` as people and clients use them, hostile folders included. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expand } from '../../recipe.ts';

const program = path.join(import.meta.dirname, '..', '..', '..', 'src', 'cli', 'main.ts');
const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-export-'));
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

function put(name: string, text: string): string {
  const file = path.join(top, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

function run(args: string[], input = '') {
  const env = { PATH: process.env['PATH'], HOME: os.tmpdir() };
  const done = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env, input });
  return { stdout: done.stdout, stderr: done.stderr, status: done.status };
}

const list = put(
  'list.yaml',
  `version: 3
name: Example Corp
approve:
  - { package: "npm:@corp/search-mcp", version: ^1.2.0 }
  - { url: "https://mcp.example.com/mcp" }
deny:
  - { package: "npm:bad-mcp", reason: exfiltrates }
`,
);
const linked = path.join(top, 'output-link');
fs.mkdirSync(path.join(top, 'behind'));
fs.symlinkSync(path.join(top, 'behind'), linked);
const token = expand('ghp_{a36}');
put(
  'home/.claude.json',
  JSON.stringify({
    mcpServers: {
      search: { command: 'npx', args: ['-y', '@corp/search-mcp@1.2.3'], env: { TOKEN: token } },
      open: { command: 'npx', args: ['-y', '@corp/search-mcp'] },
      keyed: { command: 'npx', args: ['-y', '@corp/search-mcp@1.2.3', '--token', token] },
    },
  }),
);
const where = ['--home', path.join(top, 'home'), '--platform', 'linux'];
const out = path.join(top, 'out');
const exporting = (...more: string[]): ReturnType<typeof run> =>
  run(['allowlist', 'export', '-a', list, '-o', out, ...where, '--client', 'claude-code', 'codex', ...more]);

function filesBelow(folder: string): Map<string, string> {
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name): [string, string] => [name, fs.readFileSync(path.join(folder, name), 'latin1')]),
  );
}

describe('export', () => {
  test('writes files that all may read, the same each time, with no secret in any', () => {
    const first = exporting();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(/claude-code +1 allowed, 2 blocked; 1 that the list approves are BLOCKED/);
    const before = filesBelow(out);
    expect([...before.keys()]).toEqual(
      expect.arrayContaining([
        'INSTALL.md',
        'claude-code/expected.json',
        'claude-code/linux/managed-settings.d/50-shadowscan.json',
        'claude-code/macos/claude-code.mobileconfig',
        'claude-code/windows/claude-code.reg',
        'codex/linux/requirements.toml',
      ]),
    );
    for (const [name, text] of before) {
      expect(fs.statSync(path.join(out, name)).mode & 0o777, name).toBe(0o644);
      expect(text.replaceAll('\u0000', ''), name).not.toContain(token.slice(4, 14));
    }
    expect(exporting().status).toBe(0);
    expect(filesBelow(out)).toEqual(before);
  });

  test('the sidecar says of each server what the client would do, and by which row', () => {
    const sidecar = JSON.parse(fs.readFileSync(path.join(out, 'claude-code/expected.json'), 'utf8')) as {
      servers: Record<string, unknown>[];
      summary: unknown;
    };
    expect(sidecar.summary).toEqual({
      allowed: 1,
      blocked: 2,
      replaced: 0,
      approvedButBlocked: 1,
      allowedButNotApproved: 0,
    });
    expect(sidecar.servers).toContainEqual(
      expect.objectContaining({
        name: 'search',
        list: 'approved',
        client: 'allowed',
        row: 'allowedMcpServers[0]',
        why: 'by approve[0]',
      }),
    );
    expect(sidecar.servers).toContainEqual(
      expect.objectContaining({ name: 'open', list: 'unapproved', client: 'blocked', row: null }),
    );
  });

  test('from a report it is the same', () => {
    const report = path.join(top, 'report.json');
    run(['scan', ...where, '-o', report, '--exit-zero']);
    const other = path.join(top, 'out-report');
    const args = ['allowlist', 'export', '-a', list, '-o', other, '--client', 'codex', '--report', report];
    expect(run(args)).toMatchObject({ status: 0, stderr: '' });
    const name = 'codex/linux/requirements.toml';
    expect(filesBelow(other).get(name)).toBe(filesBelow(out).get(name));
  });

  test('what others wrote is not replaced, and then nothing is written', () => {
    const folder = path.join(top, 'taken');
    const foreign = put('taken/codex/linux/requirements.toml', 'mine = true\n');
    const done = run(['allowlist', 'export', '-a', list, '-o', folder, ...where]);
    expect(done).toMatchObject({ status: 2, stdout: '' });
    expect(done.stderr).toMatch(/requirements\.toml: was not written by an export; name another folder/);
    expect(fs.readFileSync(foreign, 'utf8')).toBe('mine = true\n');
    expect([...filesBelow(folder).keys()]).toEqual(['codex/linux/requirements.toml']);
  });

  test('a file is no folder, nor is anything below one', () => {
    const file = put('plain', 'mine\n');
    for (const [folder, why] of [
      [file, 'is not a folder'],
      [`${file}/`, 'is not a folder'],
      [`${file}/below`, 'cannot be looked at (ENOTDIR)'],
    ] as const) {
      const done = run(['allowlist', 'export', '-a', list, '-o', folder, ...where]);
      expect(done).toMatchObject({ status: 2, stdout: '' });
      expect(done.stderr).toContain(why);
      expect(done.stderr.trimEnd()).not.toContain('\n');
    }
    expect(fs.readFileSync(file, 'utf8')).toBe('mine\n');
  });

  test('no link is followed, of a folder or of a file', () => {
    const target = path.join(top, 'elsewhere');
    fs.mkdirSync(target);
    for (const link of ['linked/codex', 'linked-file/INSTALL.md']) {
      fs.mkdirSync(path.dirname(path.join(top, link)), { recursive: true });
      fs.symlinkSync(target, path.join(top, link));
      const done = run([
        'allowlist',
        'export',
        '-a',
        list,
        '-o',
        path.dirname(path.join(top, link)),
        ...where,
      ]);
      expect(done.status).toBe(2);
      expect(done.stderr).toMatch(/is in the way; name another folder/);
    }
    expect(fs.readdirSync(target)).toEqual([]);
  });

  test.each([
    [['-o', '/etc/claude-code'], /clients read what lies there/],
    [['-o', '/etc'], /clients read what lies there/],
    // Of clients that are not exported as well, and below the home of the user.
    [['-o', path.join(os.tmpdir(), '.cursor')], /clients read what lies there/],
    [['-o', path.join(os.tmpdir(), '.claude', 'new')], /clients read what lies there/],
    [['-o', linked], /is a link/],
    [['-o', 'x', '--client', 'notepad'], /notepad/],
    [['-o', 'x', '--namespace', 'a/b'], /--namespace a\/b: expected letters/],
    [['-o', 'x', '--registry-url', 'http://r.example'], /begins with https/],
    [['-o', 'x', '--report', 'r.json', '--home', '/'], /name reports, or what to scan, not both/],
    [[], /--output/],
  ])('%j ends with 2', (args, message) => {
    const done = run(['allowlist', 'export', '-a', list, ...args]);
    expect(done.status).toBe(2);
    expect(done.stderr).toMatch(message);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('hook', () => {
  const ask = (input: string): ReturnType<typeof run> =>
    run(['allowlist', 'hook', '-a', list, '--client', 'cursor'], input);

  test('answers what the list says, and ends with 2 where it is not asked rightly', () => {
    const yes = ask('{"command":"npx -y @corp/search-mcp@1.2.3","tool_name":"search"}');
    expect(yes).toMatchObject({ status: 0, stderr: '', stdout: '{"permission":"allow"}\n' });
    const no = ask('{"command":"npx -y bad-mcp"}');
    expect(JSON.parse(no.stdout)).toEqual({
      permission: 'deny',
      user_message: expect.stringContaining('denied by deny[0]') as unknown,
      agent_message: expect.stringContaining('exfiltrates') as unknown,
    });
    expect(ask('[')).toMatchObject({ status: 2, stdout: '' });
  });

  test('the script that is exported denies where the program is not installed', () => {
    const folder = path.join(top, 'out-cursor');
    run(['allowlist', 'export', '-a', list, '-o', folder, ...where, '--client', 'cursor']);
    const script = path.join(folder, 'cursor/linux/shadowscan-hook.sh');
    const done = spawnSync('sh', [script], { encoding: 'utf8', env: {}, input: '{}' });
    expect(JSON.parse(done.stdout)).toMatchObject({ permission: 'deny' });
    const copy = path.join(folder, 'cursor/linux/shadowscan-allowlist.yaml');
    expect(run(['allowlist', 'check', copy])).toMatchObject({ status: 0 });
  });
});
