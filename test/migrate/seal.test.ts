/** What of a command is sealed, and what a client may fill in. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyOne } from '../../src/migrate/carry-out.ts';
import { commandDigest, filledOption, openArguments } from '../../src/migrate/command-digest.ts';
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
    [code, ['sh', '-c', 'exec gh-mcp "$1"', 'sh', '${FOLDER}']],
    [code, ['env', 'A=1', 'bash', '-lc', 'gh-mcp ${FOLDER}']],
    [code, ['cmd', '/c', 'gh-mcp', '${FOLDER}']],
    [code, ['node', '-e', 'run("${FOLDER}")']],
    [code, ['python3', '-c', 'run("${FOLDER}")']],
    [code, ['npx', '-c', 'gh-mcp ${FOLDER}']],
    [cursor, ['powershell', '-Command', 'gh-mcp ${env:FOLDER}']],
  ])('nothing of program text is open: %s %j', async (config, argv) => {
    expect((await migrated(config, argv)).items[0]!.reason).toBe('client-variable');
  });
});

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
    const { entry } = await migrated(unknown, ['gh-mcp', '${FOLDER}', '{"a":"b"}']);
    expect(entry!.open!.map(({ at }) => at)).toEqual([1]);
  });

  test('cannot become an option', async () => {
    const { ask, items } = await migrated(code, ['python3', '${SCRIPT}', '--x', 'a${B}']);
    expect(items[0]!.becomes).toContain('decides which program gets the secret');
    expect(await ask(['python3', '/home/a/server.py', '--x', 'a-c'])).toBe('given');
    for (const filled of ['-cimport os', '-', '--version', '-e1'])
      expect(await ask(['python3', filled, '--x', 'ab'])).toContain('argument 1 was filled in as an option');
    expect(await ask(['python3', '-cimport os', '--x', '--'])).toContain('filled in as an option');
  });

  test('is told in the plan where it is not sealed', async () => {
    const plain = await migrated(code, ['gh-mcp', '--root', '${FOLDER}']);
    expect(plain.items[0]!.becomes).toMatch(/what the client fills in \(argument 2\) is not sealed$/);
    expect((await migrated(code, ['gh-mcp', '--root', '/x'])).items[0]!.becomes).not.toContain('sealed');
    for (const argv of [
      ['node', '${FOLDER}/server.js'],
      ['node', '--require', '${FOLDER}/x.js', 'server.js'],
      ['npx', '-y', '${PACKAGE}'],
      ['uv', 'run', '--directory', '${FOLDER}', 'server.py'],
    ])
      expect((await migrated(code, argv)).items[0]!.becomes).toContain('decides which program');
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

test('the sealed part of an argument that opens with a reference', () => {
  const open = openArguments(['x', '${A}/b', '-${A}']);
  expect(filledOption(['x', '-/b', '--a'], open)).toBe(1);
  expect(filledOption(['x', 'a/b', '--a'], open)).toBeNull();
  expect(commandDigest(['x', 'a/b', '--a'], open)).toBe(commandDigest(['x', '${A}/b', '-${A}'], open));
});
