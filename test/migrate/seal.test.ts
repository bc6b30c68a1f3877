/** What of a command is sealed, and what a client may fill in. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyOne } from '../../src/migrate/carry-out.ts';
import { commandDigest, filledOtherwise, openArguments } from '../../src/migrate/command-digest.ts';
import { grant } from '../../src/migrate/grant.ts';
import { changedSince } from '../../src/migrate/reseal.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const token = expand('ghp_{a36}');
const desktop = '.config/Claude/claude_desktop_config.json';
const code = '.claude.json';
const cursor = '.cursor/mcp.json';
const unknown = '.codeium/windsurf/mcp_config.json';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A migrated definition in the config of a client. */
async function migrated(config: string, [command, ...args]: string[]) {
  const server = { command, args, env: { GITHUB_TOKEN: token } };
  const folder = homeWith({ [config]: JSON.stringify({ mcpServers: { it: server } }) });
  const aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-seal-'));
  folders.push(folder, aside);
  const { planning, kit } = planFor(folder);
  const vault = await vaultOn(memoryHost(aside));
  const work = { host: hostIn(path.join(aside, 'migrate')), vault, kit, written: new Map() };
  for (const one of planning.planned) expect((await applyOne(work, one)).refused).toBeNull();
  const labels = await vault.list();
  const entry = labels.find(({ id }) => !id.endsWith('-undo'));
  return {
    items: planning.items.map(({ reason, becomes }) => ({ reason, becomes })),
    entry,
    changed: changedSince(planFor(folder).layouts, labels).length,
    /** Whether an argv gets the secret, or why not. */
    ask: async (argv: string[]) => {
      const wanted = { id: entry!.id, mcpAuth: false, argv };
      const given = grant(vault, wanted, async () => null);
      return given.then(
        () => 'given',
        (error: unknown) => (error as Error).message,
      );
    },
  };
}

describe('variables of a shell', () => {
  const line = ['sh', '-c', 'exec gh-mcp --token $GITHUB_TOKEN --home ${HOME}'];

  test.each([desktop, cursor])('are no reference of a client that knows its own: %s', async (config) => {
    const { items, entry, changed, ask } = await migrated(config, line);
    expect(items[0]!.reason).toBeNull();
    expect([entry!.open, changed]).toEqual([undefined, 0]);
    expect(await ask(line)).toBe('given');
    expect(await ask(['sh', '-c', 'exec gh-mcp --token $GITHUB_TOKEN --home /x'])).toContain(
      'another command',
    );
  });

  test.each([code, unknown])(
    'in program text that a client may fill in are not sealed: %s',
    async (config) => {
      expect((await migrated(config, line)).items[0]!.reason).toBe('client-variable');
    },
  );

  test.each([
    [code, ['sh', '-c', 'exec gh-mcp "$1"', 'sh', '${PWD}']],
    [code, ['env', 'A=1', 'bash', '-lc', 'gh-mcp ${PWD}']],
    [code, ['cmd', '/c', 'gh-mcp', '${PWD}']],
    [code, ['node', '-e', 'run("${PWD}")']],
    [code, ['python3', '-c', 'run("${PWD}")']],
    [code, ['npx', '-c', 'gh-mcp ${PWD}']],
    [cursor, ['powershell', '-Command', 'gh-mcp ${workspaceFolder}']],
  ])('nothing of program text is open: %s %j', async (config, argv) => {
    expect((await migrated(config, argv)).items[0]!.reason).toBe('client-variable');
  });
});

const folder = '${workspaceFolder}';

describe('what a client fills in', () => {
  test('is open, and what is no reference of its own is not', async () => {
    const argv = ['gh-mcp', '--root=${workspaceFolder}/a', '--price', '$5', '{"a":"${X}"}'];
    const { entry, changed, ask } = await migrated(cursor, argv);
    expect(entry!.open).toEqual([{ at: 1, before: '--root=', after: '/a' }]);
    expect(changed).toBe(0);
    expect(await ask(['gh-mcp', '--root=/w/a', '--price', '$5', '{"a":"${X}"}'])).toBe('given');
    expect(await ask(['gh-mcp', '--root=/w/a', '--price', '6', '{"a":"${X}"}'])).toContain('another command');
  });

  test('JSON is no reference, though others are', async () => {
    const { entry } = await migrated(unknown, ['gh-mcp', folder, '{"a":"b"}']);
    expect(entry!.open!.map(({ at }) => at)).toEqual([1]);
  });

  test('is a path and nothing else', async () => {
    const { ask } = await migrated(cursor, ['gh-mcp', folder, `--root=${folder}`]);
    for (const filled of ['/w', '/w/a b', 'C:\\w', 'c:/w', folder])
      expect(await ask(['gh-mcp', filled, `--root=${filled}`])).toBe('given');
    const others = ['-cimport os', '-', 'https://example.org/', 'w', '', '../w', '/w\nx', '; sh', '${A} sh'];
    for (const filled of others) {
      expect(await ask(['gh-mcp', filled, '--root=/w'])).toContain('argument 1 was filled in with something');
      expect(await ask(['gh-mcp', '/w', `--root=${filled}`])).toContain('argument 2 was filled in');
    }
    expect(await ask(['gh-mcp', '/w', '--boot=/w'])).toContain('another command');
  });

  test('is told in the plan where it is not sealed', async () => {
    const plain = await migrated(cursor, ['gh-mcp', '--root', folder]);
    expect(plain.items[0]!.becomes).toMatch(/what the client fills in \(argument 2\) is not sealed$/);
    expect((await migrated(cursor, ['gh-mcp', '--root', '/x'])).items[0]!.becomes).not.toContain('sealed');
  });
});

describe('only a folder for a server is open', () => {
  test.each([
    ['gh-mcp', folder],
    ['/opt/x/gh-mcp', '--root', `${folder}/src`],
    ['gh-mcp', `--db-path=${folder}/x.db`],
    ['gh-mcp', '--log=x', folder],
    ['npx', '-y', '@modelcontextprotocol/server-filesystem@1.0.0', folder, '${userHome}'],
    ['npx', '-y', '-p', '@x/tools@1.0.0', 'x-mcp', folder],
    ['bunx', 'gh-mcp', folder],
    ['pnpm', 'dlx', 'gh-mcp', `--allow=${folder}`],
    ['uvx', 'mcp-server-git', '--repository', folder],
    ['uvx', '--from', 'git+https://github.com/x/y', 'y-mcp-server', '--project', folder],
    ['uv', 'run', '--directory', '/opt/x', 'x-mcp', folder],
    ['pipx', 'run', 'mcp-server-git', folder],
    ['python3', '-m', 'mcp_server_git', '--repository', folder],
    ['python3', '/opt/x/main.py', folder],
    ['node', '/opt/x/index.js', folder],
    ['node', '/opt/x/node_modules/@x/mcp-files/dist/cli.js', folder],
    ['tsx', '/opt/x/index.ts', folder],
    ['deno', 'run', '-A', '/opt/x/main.ts', folder],
    ['bun', 'run', '/opt/x/main.ts', folder],
    [
      'docker',
      'run',
      '-i',
      '--rm',
      '-e',
      'GITHUB_TOKEN',
      'ghcr.io/github/github-mcp-server',
      '--root',
      folder,
    ],
    ['env', 'A=b', 'npx', '-y', 'gh-mcp', folder],
    ['nice', 'npx', '-y', 'gh-mcp', folder],
  ])('%s %s %s', async (...argv) => {
    expect((await migrated(cursor, argv)).items[0]!.reason).toBeNull();
  });

  test.each([
    // Programs that run what they are given, by an argument, a file or the folder.
    ['awk', folder],
    ['awk', '-f', `${folder}/x.awk`],
    ['php', '-r', folder],
    ['script', '-qc', folder],
    ['R', '-e', folder],
    ['expect', '-c', folder],
    ['gdb', '-ex', folder],
    ['watch', folder],
    ['watch', 'gh-mcp', folder],
    ['flock', '/tmp/l', '-c', folder],
    ['flock', '-c', '/tmp/l', 'gh-mcp', folder],
    ['find', '/', '-exec', folder, ';'],
    ['just', '-f', folder],
    ['git', '-c', folder],
    ['git', '-C', folder, 'log'],
    ['make', '-C', folder],
    ['npx', '-y', 'concurrently', folder],
    ['npx', '-y', 'nodemon', '--exec', folder],
    ['uvx', 'invoke', folder],
    ['docker', 'run', 'busybox', folder],
    ['docker', 'run', '--entrypoint', 'sh', 'mcp/git', folder],
    ['ssh', 'host', 'gh-mcp', folder],
    ['su', '-c', folder],
    ['xargs', '-I', folder, 'gh-mcp'],
    ['sh', '/opt/run.sh', folder],
    ['some-tool', folder],
    ['node', '/usr/lib/node_modules/concurrently/dist/index.js', folder],
    ['node', '/usr/bin/npx', folder],
    // Bridges, which start or reach what they are told.
    ['npx', '-y', 'mcp-remote', folder],
    ['npx', '-y', 'supergateway', '--stdio', folder],
    ['uvx', 'mcp-proxy', folder],
    ['uvx', '--from', 'mcp-proxy', 'mcp-proxy', folder],
    ['npx', '-y', '@modelcontextprotocol/inspector', folder],
    ['python3', '-m', 'mcp', folder],
    ['python3', '-m', 'invoke', folder],
    // What decides which program runs, and options of launchers.
    ['node', `${folder}/server.js`],
    ['node', '--require', `${folder}/x.js`, '/opt/x/server.js'],
    ['python3', folder],
    ['npx', '-y', folder],
    ['npx', '--prefix', folder, 'gh-mcp'],
    ['npx', '-y', `--userconfig=${folder}`, 'gh-mcp'],
    ['npx', '-p', folder, 'gh-mcp'],
    ['uv', 'run', '--directory', folder, 'server.py'],
    ['uv', '--directory', folder, 'run', 'gh-mcp'],
    ['docker', 'run', '-v', folder, 'mcp/git'],
    ['docker', 'run', '-v', `${folder}:/w`, 'mcp/git'],
    ['env', `NODE_OPTIONS=${folder}`, 'gh-mcp'],
    ['env', '-S', folder, 'gh-mcp'],
    ['env', folder, 'gh-mcp'],
    ['npx', '-y', 'cross-env', `A=${folder}`, 'gh-mcp'],
    // Options of a server that may name a program, code or an address.
    ['gh-mcp', '--config', folder],
    ['gh-mcp', '--executable-path', folder],
    ['gh-mcp', '--verbose', folder],
    ['gh-mcp', `--plugin-dir=${folder}`],
    ['gh-mcp', '--baseUrl', folder],
    ['gh-mcp', '-c', folder],
    ['gh-mcp', `--${folder}`],
    ['gh-mcp', `a${folder}`],
    ['gh-mcp', `{"command":"${folder}"}`],
    // Any text.
    ['gh-mcp', '${env:X}'],
    ['gh-mcp', `${folder}\${env:X}`],
  ])('and not: %s %s %s', async (...argv) => {
    expect((await migrated(cursor, argv)).items[0]!.reason).toBe('client-variable');
  });
});

test.each([
  [true, ['node', 'server.js']],
  [true, ['./server']],
  [true, ['python3', '-u', 'tools/server.py']],
  [false, ['node', '/opt/x/server.js']],
  [false, ['npx', '-y', 'gh-mcp@1.0.0']],
  [false, ['python3', '-m', 'server']],
  [false, ['deno', 'run', 'https://example.org/x.ts']],
  [false, ['gh-mcp', 'server.js']],
])('a program of the working folder is told: %s %j', async (isTold, argv) => {
  const { becomes } = (await migrated(desktop, argv)).items[0]!;
  expect(becomes!.includes('working folder')).toBe(isTold);
});

test('the sealed part of an argument', () => {
  const open = openArguments(['x', '${PWD}/b', '-${A}']);
  expect(filledOtherwise(['x', '-/b', '-/a'], open)).toBe(1);
  expect(filledOtherwise(['x', '/a/b', '-/a'], open)).toBeNull();
  expect(commandDigest(['x', '/a/b', '-a'], open)).toBe(commandDigest(['x', '${PWD}/b', '-${A}'], open));
});
