/** Approved servers that change under their approval, until somebody approves them again. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { expand } from '../recipe.ts';
import { folderWith, rows, scanKept, write } from './kept.ts';

const only = ['server-drifted'];
const npx = (...args: string[]): object => ({ command: 'npx', args: ['-y', ...args] });

type Entry = string;
const listText = (version: number, ...entries: Entry[]): string =>
  [`version: ${version}`, 'name: Example', 'approve:', ...entries.map((entry) => `  - { ${entry} }`)].join(
    '\n',
  );

/** A home with one server, and the list that approves it. */
function machine(server: object, ...entries: Entry[]) {
  const home = folderWith({ '.cursor/mcp.json': { mcpServers: { files: server } } });
  const state = folderWith();
  const list = path.join(folderWith({ 'list.yaml': listText(1, ...entries) }), 'list.yaml');
  return {
    home,
    become: (other: object): void => write(home, { '.cursor/mcp.json': { mcpServers: { files: other } } }),
    approve: (version: number, ...all: Entry[]): void => fs.writeFileSync(list, listText(version, ...all)),
    scan: (more: object = {}): Promise<Report> => scanKept(state, { home, only, list, ...more }),
    state,
  };
}

/** Severity, state and changes of what has drifted. */
const drifts = ({ findings }: Report): unknown[] =>
  findings.map(({ severity, state, evidence }) => [severity, state, evidence['drift.changes']]);

const loose = 'package: "npm:@example/files"';

describe('a change under an approval', () => {
  test('of arguments is told, with what they were, until the entry is written anew', async () => {
    const { become, approve, scan } = machine(npx('@example/files', '/srv'), loose);
    expect(drifts(await scan())).toEqual([]);
    expect(drifts(await scan())).toEqual([]);
    become(npx('@example/files', '/', '--allow-write'));
    const changes = ['args was "-y @example/files /srv", is "-y @example/files / --allow-write"'];
    expect(drifts(await scan())).toEqual([['medium', 'new', changes]]);
    expect(drifts(await scan())).toEqual([['medium', 'open', changes]]);
    // Another version of the list that says nothing new of this server, and an entry before it.
    approve(2, 'package: "npm:other"', loose);
    expect(drifts(await scan())).toEqual([['medium', 'open', changes]]);
    approve(3, `${loose}, reason: looked at --allow-write`);
    expect(drifts(await scan())).toEqual([['medium', 'resolved', changes]]);
    expect(drifts(await scan())).toEqual([]);
    become(npx('@example/files', '/srv'));
    expect(drifts(await scan())).toHaveLength(1);
  });

  test('is over when the server is what it was', async () => {
    const { become, scan } = machine(npx('@example/files', '/srv'), loose);
    await scan();
    become(npx('@example/files', '/'));
    expect(drifts(await scan())).toHaveLength(1);
    become(npx('@example/files', '/srv'));
    expect(drifts(await scan())).toMatchObject([['medium', 'resolved', expect.anything()]]);
  });

  test('of no more than the version is low', async () => {
    const { become, scan } = machine(npx('@example/files@1.2.0', '/srv'), `${loose}, version: ^1.2.0`);
    await scan();
    become(npx('@example/files@1.3.0', '/srv'));
    expect(drifts(await scan())).toEqual([
      ['low', 'new', ['args was "-y @example/files@1.2.0 /srv", is "-y @example/files@1.3.0 /srv"']],
    ]);
    become(npx('@example/files@1.3.0', '/'));
    expect(drifts(await scan())).toMatchObject([['medium', 'open', expect.anything()]]);
  });

  test('of the command, the address and the digest', async () => {
    const local = machine({}, loose);
    const program = path.join(local.home, 'bin/mcp');
    write(local.home, { 'bin/mcp': 'one' });
    local.become({ command: program });
    local.approve(1, `command: "${program}"`);
    await local.scan();
    expect(drifts(await local.scan())).toEqual([]);
    fs.writeFileSync(program, 'two');
    expect(drifts(await local.scan())).toMatchObject([
      ['medium', 'new', [expect.stringMatching(/^digest was "[0-9a-f]{64}", is "[0-9a-f]{64}"$/)]],
    ]);
    const launched = machine(npx('@example/files'), loose);
    await launched.scan();
    launched.become({ command: 'bunx', args: ['-y', '@example/files'] });
    expect(drifts(await launched.scan())).toMatchObject([
      ['medium', 'new', expect.arrayContaining(['command was "npx", is "bunx"'])],
    ]);
    const remote = machine({ url: 'https://a.example.com/mcp' }, 'url: "https://*.example.com/mcp"');
    await remote.scan();
    remote.become({ url: 'https://b.example.com/mcp' });
    expect(drifts(await remote.scan())).toMatchObject([
      [
        'medium',
        'new',
        expect.arrayContaining(['url was "https://a.example.com/mcp", is "https://b.example.com/mcp"']),
      ],
    ]);
    const image = (digit: string): object => ({
      command: 'docker',
      args: ['run', '-i', `docker.io/mcp/github@sha256:${digit.repeat(64)}`],
    });
    const pulled = machine(image('1'), 'image: docker.io/mcp/github');
    await pulled.scan();
    pulled.become(image('2'));
    expect(drifts(await pulled.scan())).toMatchObject([['low', 'new', expect.anything()]]);
  });
});

describe('no drift', () => {
  test('when only a secret in the arguments is another, which is not shown either', async () => {
    const [one, two] = [1, 2].map((seed) => expand('ghp_{crc30}', seed));
    const { become, scan, state } = machine(npx('@example/files', `--token=${one}`), loose);
    await scan();
    become(npx('@example/files', `--token=${two}`));
    expect(drifts(await scan())).toEqual([]);
    become(npx('@example/files', '--all', `--token=${two}`));
    const report = await scan();
    expect(drifts(report)).toHaveLength(1);
    const text = JSON.stringify([report, rows(state, 'SELECT * FROM approvals')]);
    for (const token of [one!, two!]) expect(text).not.toContain(token.slice(4, 12));
  });

  test('without state, without a list, or in another home', async () => {
    const { home, become, scan } = machine(npx('@example/files', '/srv'), loose);
    await scan();
    become(npx('@example/files', '/'));
    expect(drifts(await scan({ list: undefined }))).toEqual([]);
    const copy = folderWith();
    fs.cpSync(home, copy, { recursive: true });
    expect(drifts(await scan({ home: copy }))).toEqual([]);
    expect(drifts(await scan())).toHaveLength(1);
  });

  test('when the server is not approved any more: that is told by its verdict', async () => {
    const { become, scan } = machine(npx('@example/files@1.0.0'), `${loose}, version: 1.0.0`);
    await scan();
    become(npx('@example/files@2.0.0'));
    const report = await scan({ only: ['server-drifted', 'server-unapproved'] });
    expect(report.findings.map(({ check }) => check)).toEqual(['server-unapproved']);
  });
});

test('the inventory: first and last seen, and gone only when it was looked for', async () => {
  const { home, become, scan, state } = machine(npx('@example/files@1.0.0'), loose);
  const first = (await scan()).run.startedAt;
  become(npx('@example/files@1.1.0'));
  const second = (await scan()).run.startedAt;
  const servers = (): unknown[] =>
    rows(
      state,
      `SELECT kind, name, version, package, verdict, first_seen, last_seen, gone_at FROM inventory
        WHERE kind = 'server'`,
    );
  const seen = {
    kind: 'server',
    name: 'files',
    version: '1.1.0',
    package: 'pkg:npm/%40example/files@1.1.0',
    verdict: 'approved',
    first_seen: first,
    last_seen: second,
    gone_at: null,
  };
  expect(servers()).toEqual([seen]);
  const agents = rows(state, `SELECT name, version, gone_at FROM inventory WHERE kind = 'agent'`);
  expect(agents).toEqual([{ name: 'Cursor', version: null, gone_at: null }]);
  write(home, { '.cursor/mcp.json': '{' });
  await scan();
  expect(servers()).toEqual([seen]);
  write(home, { '.cursor/mcp.json': '{}' });
  const last = (await scan()).run.startedAt;
  expect(servers()).toEqual([{ ...seen, gone_at: last }]);
  become(npx('@example/files@1.1.0'));
  expect((await scan()).run.startedAt).toBe((servers()[0] as { last_seen: string }).last_seen);
  expect(servers()).toMatchObject([{ first_seen: first, gone_at: null }]);
});
