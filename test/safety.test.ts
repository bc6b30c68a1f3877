/**
 * What never happens (ARCHITECTURE.md, section 5): each promise tried for real, with the program as users run
 * it. Hostile homes must neither hang it, nor lead it out, nor make it say what it read.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { buildMachine } from './fixture.ts';
import { expand } from './recipe.ts';

const program = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const catalogue = path.join(import.meta.dirname, 'tools');
const folders: string[] = [];

function newHome(files: Record<string, string> = {}): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-safety-'));
  folders.push(home);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text);
  }
  return home;
}

function run(args: string[], wrapper: string[] = [], timeout = 60_000) {
  const [command, ...rest] = [...wrapper, process.execPath, program, ...args];
  return spawnSync(command!, rest, {
    encoding: 'utf8',
    timeout,
    env: { PATH: process.env['PATH'], HOME: os.tmpdir() },
    maxBuffer: 1 << 28,
  });
}

function scanHome(
  home: string,
  ...more: string[]
): { report: Report; status: number | null; stderr: string } {
  const { stdout, status, stderr } = run([
    'scan',
    '--home',
    home,
    '--platform',
    'linux',
    '--format',
    'json',
    ...more,
  ]);
  return { report: JSON.parse(stdout) as Report, status, stderr };
}

const gaps = (report: Report): string[] =>
  report.facts.flatMap((fact) =>
    fact.kind === 'gap' ? [`${path.basename(fact.origin.path)}: ${fact.reason}`] : [],
  );

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

const isThread = (line: string): boolean => /clone3?\(.*CLONE_THREAD/.test(line);

describe('a default scan', () => {
  const strace = spawnSync('strace', ['-V']).status === 0;

  test.skipIf(process.platform !== 'linux')(
    'starts no process, makes no connection, opens nothing for writing',
    () => {
      expect(strace, 'strace is needed; .ci/run installs it').toBe(true);
      const machine = buildMachine(path.join(catalogue, 'cursor', 'linux'), 'linux');
      folders.push(machine.folder);
      const log = path.join(newHome(), 'trace');
      const calls =
        'trace=execve,execveat,fork,vfork,clone,clone3,socket,connect,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,chmod,fchmod,fchmodat,chown,fchown,link,symlink,symlinkat,truncate,ftruncate,utimensat';
      const traced = run(
        ['scan', '--home', machine.home, '--platform', 'linux', '--format', 'json', '--exit-zero'],
        ['strace', '-f', '-qq', '-e', calls, '-o', log],
      );
      expect(traced.status).toBe(0);
      const lines = fs.readFileSync(log, 'utf8').split('\n');
      expect(lines.length).toBeGreaterThan(50);
      const bad = lines.filter(
        (line) =>
          (/\b(?:execve|execveat|fork|vfork|clone3?)\(/.test(line) && !isThread(line)) ||
          /\b(?:socket|connect|creat|unlink(?:at)?|rename\w*|mkdir(?:at)?|f?chmod(?:at)?|f?chown|link|symlink(?:at)?|f?truncate|utimensat)\(/.test(
            line,
          ) ||
          (/\bopen(?:at2?)?\(/.test(line) &&
            /O_WRONLY|O_RDWR|O_CREAT/.test(line) &&
            !/"\/dev\/(?:null|tty)"|\/proc\/self/.test(line)),
      );
      // The first line is the program's own start.
      expect(bad.filter((line) => !line.includes(process.execPath) || !line.includes('execve('))).toEqual([]);
    },
  );

  test('leaves no file and no time stamp behind', () => {
    const machine = buildMachine(path.join(catalogue, 'cursor', 'linux'), 'linux');
    folders.push(machine.folder);
    const state = (): string =>
      fs
        .readdirSync(machine.home, { recursive: true, encoding: 'utf8' })
        .toSorted()
        .map((name) => {
          const { mtimeMs, ctimeMs, size, mode } = fs.lstatSync(path.join(machine.home, name));
          return [name, mtimeMs, ctimeMs, size, mode].join(' ');
        })
        .join('\n');
    const before = state();
    scanHome(machine.home);
    expect(state()).toBe(before);
  });
});

describe('hostile homes', () => {
  test('FIFO, device, folder and socket in the place of a file neither block nor end the scan', () => {
    const home = newHome({ '.codeium/windsurf/mcp_config.json': '{"mcpServers":{"ok":{"command":"ok"}}}' });
    fs.mkdirSync(path.join(home, '.cursor'));
    expect(spawnSync('mkfifo', [path.join(home, '.cursor', 'mcp.json')]).status).toBe(0);
    fs.mkdirSync(path.join(home, '.claude.json'));
    fs.symlinkSync('/dev/zero', path.join(home, '.continue'));
    fs.mkdirSync(path.join(home, '.codex'));
    fs.symlinkSync('/dev/zero', path.join(home, '.codex', 'config.toml'));
    const { report } = scanHome(home);
    expect(report.run.status).toBe('partial');
    expect(gaps(report)).toContain('mcp.json: not-a-file');
    expect(gaps(report)).toContain('config.toml: link-out-of-place');
    expect(report.facts.some((fact) => fact.kind === 'server' && fact.name === 'ok')).toBe(true);
  });

  test('links out of the home are not followed, links within are', () => {
    const outside = newHome({
      'mcp.json': '{"mcpServers":{"outside":{"command":"x"}}}',
      'dir/mcp_config.json': '{"mcpServers":{"outside2":{"command":"x"}}}',
    });
    const home = newHome({ 'dotfiles/mcp.json': '{"mcpServers":{"inside":{"command":"x"}}}' });
    fs.mkdirSync(path.join(home, '.cursor'));
    fs.symlinkSync(path.join(outside, 'mcp.json'), path.join(home, '.cursor', 'mcp.json'));
    fs.mkdirSync(path.join(home, '.codeium'));
    fs.symlinkSync(path.join(outside, 'dir'), path.join(home, '.codeium', 'windsurf'));
    fs.mkdirSync(path.join(home, '.lmstudio'));
    fs.symlinkSync('../dotfiles/mcp.json', path.join(home, '.lmstudio', 'mcp.json'));
    const { report } = scanHome(home);
    const names = report.facts.flatMap((fact) => (fact.kind === 'server' ? [fact.name] : []));
    expect(names).toEqual(['inside']);
    expect(gaps(report).toSorted()).toEqual(['mcp.json: link-out-of-place', 'windsurf: link-out-of-place']);
  });

  test('huge, endless and deep files are bounded', () => {
    const home = newHome({
      '.cursor/mcp.json': `${'['.repeat(200_000)}`,
      '.codeium/windsurf/mcp_config.json': `{"mcpServers":${'{"a":'.repeat(100_000)}`,
      '.continue/config.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((key, at) => `${key}: &${key} [${`*${'abcdefghij'[at]},`.repeat(9)}]`)
        .join('\n')}\n`,
      '.codex/config.toml': `a = ${'['.repeat(100_000)}`,
    });
    fs.truncateSync(path.join(home, '.cursor', 'mcp.json'), 2 ** 33);
    const { report } = scanHome(home);
    expect(gaps(report)).toContain('mcp.json: too-large');
    expect(gaps(report).some((line) => line.startsWith('mcp_config.json: '))).toBe(true);
    expect(gaps(report).some((line) => line.startsWith('config.yaml: '))).toBe(true);
    expect(gaps(report).some((line) => line.startsWith('config.toml: '))).toBe(true);
  });

  test('a folder of more entries than are looked at is a gap, not an empty one', () => {
    const home = newHome({ '.mcp-auth/mcp-remote-v1/x': '' });
    const folder = path.join(home, '.mcp-auth', 'mcp-remote-v1');
    for (let i = 0; i < 100_001; i += 1) fs.closeSync(fs.openSync(path.join(folder, String(i)), 'w'));
    const { report, status } = scanHome(home, '--strict');
    expect(status).toBe(2);
    expect(report.run.status).toBe('partial');
    expect(gaps(report).filter((one) => one.includes('too-many'))).not.toEqual([]);
  });

  test('names with escapes and markup are inert in every format', () => {
    const name = 'evil\u001b]0;owned\u0007\u001b[31m\u202etxt\u200b\n::error::';
    const home = newHome({
      '.cursor/mcp.json': JSON.stringify({ mcpServers: { [name]: { command: 'npx', args: ['-y', name] } } }),
    });
    for (const format of ['human', 'json', 'ndjson']) {
      const { stdout } = run([
        'scan',
        '--home',
        home,
        '--platform',
        'linux',
        '--format',
        format,
        '--verbose',
        '--color',
        'never',
      ]);
      expect(stdout.includes('evil')).toBe(true);
      expect(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/.test(stdout),
        format,
      ).toBe(false);
      if (format === 'human') expect(stdout).not.toMatch(/^::error::/m);
    }
  });
});

describe('definitions in disguise', () => {
  const serversOf = (servers: unknown, file = '.cursor/mcp.json') => {
    const { report } = scanHome(newHome({ [file]: JSON.stringify({ mcpServers: servers }) }));
    return report.facts.filter((fact) => fact.kind === 'server');
  };

  test.each([
    { command: '/opt/other', args: ['-y', 'good'], transport: { command: 'npx' } },
    { command: '/opt/other', config: { command: '/opt/good' } },
    { command: 'npx', cmd: '/opt/other', args: ['-y', 'good'] },
    { url: 'https://good.example/mcp', httpUrl: 'https://other.example/mcp' },
    { command: 'npx', args: ['-y', 'good'], arguments: ['other'] },
  ])('what runs is said twice: %j', (definition) => {
    expect(serversOf({ one: definition }).map(({ doubts }) => doubts.includes('ambiguous'))).toEqual([true]);
  });

  test.each([
    { command: { path: 'npx', args: ['-y', 'good'] } },
    { transport: { type: 'stdio', command: 'npx', args: ['-y', 'good'] } },
    { command: 'npx', args: ['-y', 'good'], url: '', transport: 'stdio' },
  ])('and what is said once is no doubt: %j', (definition) => {
    expect(serversOf({ one: definition })).toMatchObject([{ identity: 'pkg:npm/good', doubts: [] }]);
  });

  test('variables and headers of every spelling are looked at', () => {
    const token = expand('%%{ghpat}%%');
    const { report } = scanHome(
      newHome({
        '.cursor/mcp.json': JSON.stringify({
          mcpServers: {
            one: {
              command: 'x',
              env: { A: '1' },
              envs: { GH_TOKEN: token, NODE_OPTIONS: '--require /x.js' },
            },
          },
        }),
      }),
    );
    expect(report.facts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'credential', field: 'GH_TOKEN' }),
        expect.objectContaining({ kind: 'server', doubts: expect.arrayContaining(['injected-options']) }),
      ]),
    );
  });

  test('another client’s word for off turns nothing off', () => {
    const off = { a: { command: 'x', disabled: true }, b: { command: 'y', enabled: false } };
    const loads = (file: string): unknown => serversOf(off, file).map(({ name, load }) => `${name} ${load}`);
    expect(loads('.cursor/mcp.json')).toEqual(['a active', 'b active']);
    expect(loads('.kiro/settings/mcp.json')).toEqual(['a disabled', 'b active']);
  });

  test('keys that are URLs keep their secrets', () => {
    const key = expand('%%{a40}%%');
    const home = newHome({
      '.continue/index/globalContext.json': JSON.stringify({
        mcpOauthStorage: { [`https://x.example/?api_key=${key}`]: { tokens: { access_token: key } } },
      }),
    });
    for (const format of ['human', 'json', 'ndjson']) {
      const { stdout } = run(['scan', '--home', home, '--platform', 'linux', '--format', format]);
      expect(stdout).toContain('x.example');
      expect(stdout).not.toContain(key);
    }
  });
});

describe('broken files quote nothing', () => {
  let secrets: string[];
  let home: string;
  beforeAll(() => {
    secrets = [1, 2, 3, 4, 5, 6].map((seed) => expand('ghp_{a36}', seed));
    const [json, toml, yaml, xml, env, md] = secrets;
    home = newHome({
      '.cursor/mcp.json': `{"mcpServers":{"a":{"command":"x","env":{"GITHUB_TOKEN": ${json} }}}`,
      '.codex/config.toml': `[mcp_servers.a]\ncommand = "x"\nenv = { TOKEN = ${toml} }\n[mcp_servers.b]\ncommand = "y"\n`,
      '.continue/config.yaml': `mcpServers:\n  - name: a\n    command: x\n    env: {T: "${yaml}\n  - name: b\n\tcommand: [\n`,
      '.codex/.env': `TOKEN="${env}\nX='\n=${xml}\n`,
      '.claude/agents/a.md': `---\nname: [${md}\nmcpServers: {{\n---\n`,
    });
  });

  test.each(['human', 'json', 'ndjson'])('%s', (format) => {
    const { stdout, stderr } = run([
      'scan',
      '--home',
      home,
      '--platform',
      'linux',
      '--format',
      format,
      '--verbose',
    ]);
    for (const secret of secrets) {
      for (let at = 6; at + 8 <= secret.length; at += 1) {
        expect((stdout + stderr).includes(secret.slice(at, at + 8))).toBe(false);
      }
    }
  });

  test('each one is a gap, and what can be read of it is reported', () => {
    const { report } = scanHome(home);
    expect(report.run.status).toBe('partial');
    expect(gaps(report).map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['mcp.json', 'config.toml', 'config.yaml']),
    );
    const names = report.facts.flatMap((fact) => (fact.kind === 'server' ? [fact.name] : []));
    expect(names).toEqual(expect.arrayContaining(['a', 'b']));
  });
});

describe('the call', () => {
  const cases: [string, string[], RegExp][] = [
    ['unknown option', ['scan', '--nope'], /unknown option/],
    ['unknown command', ['scann'], /unknown command/],
    ['unknown format', ['scan', '--format', 'pdf'], /pdf: unknown format; one of/],
    ['unknown check', ['scan', '--only', 'nope'], /nope: no such check/],
    ['home that is not there', ['scan', '--home', '/nonexistent-home'], /no such folder/],
    ['allowlist that is not there', ['scan', '--allowlist', '/nonexistent.yaml'], /no such file|not found/],
    ['bad severity', ['scan', '--fail-on', 'awful'], /awful/],
    ['bad time limit', ['scan', '--time-limit', 'soon'], /expected seconds/],
    ['time limit below a second', ['scan', '--time-limit', '0.01'], /expected seconds between 1 and 86400/],
    ['rules that are not there', ['scan', '--rules', '/nonexistent-rules'], /not found|cannot read/],
    ['unknown schema', ['schema', 'nope'], /nope: unknown; one of/],
    ['unknown check to explain', ['explain', 'nope'], /nope: no such check/],
  ];
  test.each(cases)('%s is exit 2, one line, nothing on standard output', (_, args, message) => {
    const { status, stdout, stderr } = run(args);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.skipIf(process.platform === 'win32')('a working folder that is gone', () => {
    const home = newHome({ '.cursor/mcp.json': '{"mcpServers":{}}' });
    const from = (...args: string[]) => {
      const gone = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-gone-'));
      const script = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
      return spawnSync('sh', ['-c', script, 'sh', gone, process.execPath, program, ...args], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: home },
      });
    };
    expect(from('scan', '--home', home, '--platform', 'linux').status).toBe(0);
    expect(from('scan', 'relative').stderr).toContain('relative: no such f');
    const { status, stderr } = from('scan', '--allowlist', 'relative.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain('working folder no longer exists');
  });

  test.skipIf(process.platform !== 'linux')('a time zone that is a pipe, and a umask that locks out', () => {
    const home = newHome({ '.cursor/mcp.json': '{"mcpServers":{}}' });
    const pipe = path.join(home, 'pipe');
    spawnSync('mkfifo', [pipe]);
    const zones = [{ TZ: pipe }, { TZ: `:${pipe}` }, { TZ: `../../..${pipe}` }, { TZ: 'pipe', TZDIR: home }];
    for (const zone of zones) {
      const args = [program, 'scan', '--home', home, '--platform', 'linux', '--format', 'json'];
      const { status, stdout } = spawnSync(process.execPath, args, {
        env: { PATH: process.env['PATH'], ...zone },
        timeout: 30_000,
      });
      expect([zone, status, stdout.length > 0]).toEqual([zone, 0, true]);
    }
    const output = path.join(home, 'report.json');
    const script = 'umask 777 && exec "$@"';
    const scan = ['scan', '--home', home, '--platform', 'linux', '--output', output];
    expect(spawnSync('sh', ['-c', script, 'sh', process.execPath, program, ...scan]).status).toBe(0);
    expect(fs.statSync(output).mode & 0o777).toBe(0o600);
  });

  test('an invalid allowlist names file and line before anything is scanned', () => {
    const home = newHome({ 'list.yaml': 'version: 1\nname: x\napprove:\n  - pakage: npm:x\n' });
    const { status, stdout, stderr } = run([
      'scan',
      '--home',
      home,
      '--platform',
      'linux',
      '--allowlist',
      path.join(home, 'list.yaml'),
    ]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/list\.yaml:4/);
    expect(stderr).toMatch(/package/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('exit codes: 0 clean, 1 findings, 0 with --exit-zero, 2 incomplete under --strict', () => {
    const clean = newHome({ '.cursor/mcp.json': '{"mcpServers":{}}' });
    const findings = newHome({
      '.cursor/mcp.json': JSON.stringify({
        mcpServers: { a: { command: 'x', env: { GITHUB_TOKEN: expand('ghp_{a36}', 7) } } },
      }),
    });
    const broken = newHome({ '.cursor/mcp.json': '{"mcpServers":' });
    expect(scanHome(clean).status).toBe(0);
    expect(scanHome(findings).status).toBe(1);
    expect(scanHome(findings, '--exit-zero').status).toBe(0);
    expect(scanHome(findings, '--fail-on', 'none').status).toBe(0);
    expect(scanHome(broken, '--fail-on', 'none').status).toBe(0);
    expect(scanHome(broken, '--strict').status).toBe(2);
  });

  test('equal input gives equal output but for run id and times', () => {
    const machine = buildMachine(path.join(catalogue, 'cursor', 'linux'), 'linux');
    folders.push(machine.folder);
    const once = (): string => {
      const { report } = scanHome(machine.home);
      const { id: _, startedAt: __, endedAt: ___, durationMs: ____, ...rest } = report.run;
      return JSON.stringify({ ...report, run: rest });
    };
    expect(once()).toBe(once());
  });
});
