/** What no record and no catalogue names: the deep walk and the probe, over honest and hostile homes. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { limits } from '../src/limits.ts';
import type { Report } from '../src/model/report.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';
import { expand } from './recipe.ts';

const rules = await loadRules();
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

const config = (name: string): string =>
  JSON.stringify({ mcpServers: { [name]: { command: 'npx', args: ['-y', `${name}@1.0.0`] } } });

function homeWith(files: Record<string, string>): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-deep-'));
  folders.push(home);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text);
  }
  return home;
}

const look = (home: string, deep: boolean): Report =>
  scan(testHost({ platform: 'linux' }), rules, { home, platform: 'linux', deep });

const servers = ({ facts }: Report): string[] =>
  facts.flatMap((fact) => (fact.kind === 'server' ? [`${fact.name} ${fact.tools.join()}`] : [])).toSorted();

const gaps = ({ facts }: Report): string[] =>
  facts.flatMap((fact) => (fact.kind === 'gap' ? [`${fact.reason} ${path.basename(fact.origin.path)}`] : []));

describe('--deep', () => {
  const home = homeWith({
    'src/one/.cursor/mcp.json': config('cursor-project'),
    'src/two/nested/far/.mcp.json': config('dot-mcp'),
    'src/app/node_modules/dep/.mcp.json': config('of-a-dependency'),
    'src/app/.git/.mcp.json': config('in-git'),
    'src/app/docs/sample.json': config('no-place-of-anybody'),
    'backup/.mcp-auth/mcp-remote-v1/0123456789abcdef0123456789abcdef_tokens.json': JSON.stringify({
      access_token: expand('{a40}'),
      token_type: 'Bearer',
    }),
  });

  test('projects and token stores that no record names', () => {
    const report = look(home, true);
    expect(servers(report).map((one) => one.split(' ')[0])).toEqual(['cursor-project', 'dot-mcp']);
    const tokens = report.facts.filter((fact) => fact.kind === 'credential');
    expect(tokens.map(({ tools, field }) => [tools.join(), field])).toEqual([['mcp-remote', 'access_token']]);
    expect(report.run.status).toBe('complete');
  });

  test('without it they are left alone', () => {
    const report = look(home, false);
    expect(servers(report)).toEqual([]);
    expect(report.facts.filter((fact) => fact.kind === 'credential')).toEqual([]);
  });

  test('links are not followed, loops end, and what is locked is a gap', () => {
    const outside = homeWith({ 'secret/.mcp.json': config('outside') });
    const trap = homeWith({ 'work/a/.mcp.json': config('inside') });
    fs.symlinkSync(outside, path.join(trap, 'work/out'));
    fs.symlinkSync(trap, path.join(trap, 'work/loop'));
    fs.symlinkSync(path.join(outside, 'secret/.mcp.json'), path.join(trap, 'work/.mcp.json'));
    execFileSync('mkfifo', [path.join(trap, 'work/a/.mcp.pipe')]);
    const report = look(trap, true);
    expect(servers(report).map((one) => one.split(' ')[0])).toEqual(['inside']);
    expect(gaps(report)).toContain('link-out-of-place .mcp.json');
  });

  test('what lies too deep is a gap', () => {
    const far = Array.from({ length: limits.deepDepth + 2 }, (_, at) => `d${at}`).join('/');
    const report = look(homeWith({ [`${far}/.mcp.json`]: config('far') }), true);
    expect([servers(report), gaps(report).map((one) => one.split(' ')[0])]).toEqual([[], ['too-deep']]);
  });

  test('a walk that meets its bound says so', () => {
    const host = testHost({ platform: 'linux' });
    const many = Array.from({ length: 1000 }, (_, at) => ({ name: `d${at}`, type: 'directory' as const }));
    const endless = { ...host, list: () => ({ entries: many, device: 1, cut: false }) };
    const start = performance.now();
    const report = scan(endless, rules, { home: homeWith({}), platform: 'linux', deep: true });
    expect(gaps(report).filter((one) => one.startsWith('too-many')).length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(60_000);
    expect(limits.deepEntries).toBeGreaterThan(100_000);
  });
});

describe('the probe', () => {
  test('FIFOs, links out and large files neither stop nor mislead it', () => {
    const outside = homeWith({ 'mcp.json': config('outside') });
    const trap = homeWith({
      '.some/mcp.json': config('inside'),
      '.some/big.json': config('big') + ' '.repeat(limits.probeBytes),
      '.some/mcp_big.json': config('big') + ' '.repeat(limits.probeBytes),
    });
    execFileSync('mkfifo', [path.join(trap, '.some/pipe.json')]);
    fs.symlinkSync(path.join(outside, 'mcp.json'), path.join(trap, '.some/linked.json'));
    fs.symlinkSync(path.join(outside, 'mcp.json'), path.join(trap, '.some/mcp_linked.json'));
    fs.symlinkSync(outside, path.join(trap, '.other'));
    fs.symlinkSync('..', path.join(trap, '.some/loop'));
    const report = look(trap, false);
    expect(servers(report)).toEqual(['inside unknown-agent']);
    // What its name says to be a list of servers is missed by nobody.
    expect(gaps(report).toSorted()).toEqual(['link-out-of-place mcp_linked.json', 'too-large mcp_big.json']);
  });

  test('what nobody claims is told apart by its folder, and a new tool file takes it over', () => {
    const home = homeWith({ '.fresh/mcp.json': config('a'), '.other/x/settings.json': config('b') });
    const names = look(home, false).facts.flatMap((fact) => (fact.kind === 'agent' ? [fact.name] : []));
    expect(names.toSorted()).toEqual(['Unknown agent (~/.fresh)', 'Unknown agent (~/.other)']);
  });

  test('words alone are no server', () => {
    const home = homeWith({
      '.notes/readme.json': JSON.stringify({ mcpServers: 'see the manual', servers: ['a', 'b'] }),
      '.lsp/config.json': JSON.stringify({ servers: { ts: { command: 'tsserver' } } }),
      '.proxy/settings.yaml': 'servers:\n  web:\n    url: https://www.example.com\n    port: 80\n',
      '.task/tasks.json': JSON.stringify({ tasks: [{ command: 'npm', args: ['test'] }] }),
    });
    const report = look(home, false);
    expect([servers(report), report.facts.filter((fact) => fact.kind === 'agent')]).toEqual([[], []]);
  });
});

describe('variables of shell profiles', () => {
  test('a tool is found where a profile has moved it', () => {
    const home = homeWith({
      '.bashrc': 'export CODEX_HOME=~/.local/share/codex\n',
      '.zshenv':
        'export XDG_CONFIG_HOME="$HOME/.cfg"\nexport NOW=$(date)\nexport CLAUDE_CONFIG_DIR=/no/such/place\n',
      '.local/share/codex/config.toml':
        '[mcp_servers.moved]\ncommand = "npx"\nargs = ["-y", "moved@1.0.0"]\n',
      '.cfg/opencode/opencode.json': JSON.stringify({
        mcp: { far: { type: 'local', command: ['npx', 'far@1.0.0'] } },
      }),
    });
    const report = look(home, false);
    expect(servers(report)).toEqual(['far opencode', 'moved codex']);
    expect(report.run.status).toBe('complete');
  });
});
