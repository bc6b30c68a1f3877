/**
 * What is new, changed and resolved from scan to scan, and above all what must not be called resolved: whatever
 * a run did not look at.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { closeState, keepScan, openState, remembered } from '../../src/cli/scan-state.ts';
import { scanSeen } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';
import { expand } from '../recipe.ts';
import { folderWith, kept, rows, rules, scanKept, states, write } from './kept.ts';

const only = ['package-unpinned', 'server-unapproved', 'source-malformed', 'source-unreadable'];
const config = (...names: string[]): object => ({
  mcpServers: Object.fromEntries(names.map((name) => [name, { command: 'npx', args: [`${name}-mcp`] }])),
});
const unpinned = { '.cursor/mcp.json': config('one') };
const open = ['package-unpinned mcp.json: open'];
const resolved = ['package-unpinned mcp.json: resolved'];

/** A home whose one finding has been seen by a scan with these options. */
async function known(files: object, options: object = {}) {
  const home = folderWith(files as Record<string, object>);
  const state = folderWith();
  await scanKept(state, { home, only, ...options });
  return { home, state };
}

describe('from scan to scan', () => {
  test('new, then open, then resolved, then new again', async () => {
    const { home, state } = await known({});
    write(home, unpinned);
    const first = await scanKept(state, { home, only });
    expect(states(first)).toEqual(['package-unpinned mcp.json: new']);
    const second = await scanKept(state, { home, only });
    expect(states(second)).toEqual(open);
    expect(second.findings[0]!.firstSeen).toBe(first.run.startedAt);
    write(home, { '.cursor/mcp.json': config() });
    const third = await scanKept(state, { home, only });
    expect(states(third)).toEqual(resolved);
    expect(third.findings[0]).toMatchObject({
      firstSeen: first.run.startedAt,
      lastSeen: second.run.startedAt,
    });
    expect(third.summary.bySeverity).toEqual({ critical: 0, high: 0, medium: 0, low: 0, info: 0 });
    expect(states(await scanKept(state, { home, only }))).toEqual([]);
    write(home, unpinned);
    const back = await scanKept(state, { home, only });
    expect(states(back)).toEqual(['package-unpinned mcp.json: new']);
    expect(back.findings[0]!.firstSeen).toBe(first.run.startedAt);
    expect(rows(state, 'SELECT run, change FROM changes ORDER BY run')).toEqual([
      { run: 2, change: 'new' },
      { run: 4, change: 'resolved' },
      { run: 6, change: 'back' },
    ]);
  });

  test('an edit that moves it is no change; another version is one', async () => {
    const { home, state } = await known(unpinned);
    const text = fs.readFileSync(path.join(home, '.cursor/mcp.json'), 'utf8');
    write(home, { '.cursor/mcp.json': `\n\n${text}` });
    const moved = await scanKept(state, { home, only });
    expect(moved.findings.map(({ state: is, changed }) => [is, changed])).toEqual([['open', undefined]]);
    write(home, {
      '.cursor/mcp.json': { mcpServers: { one: { command: 'npx', args: ['one-mcp@latest'] } } },
    });
    const changed = (await scanKept(state, { home, only })).findings[0]!;
    expect([changed.state, changed.changed]).toEqual(['open', ['package.version', 'args']]);
    expect(rows(state, "SELECT what FROM changes WHERE change = 'changed'")).toEqual([
      { what: '["package.version","args"]' },
    ]);
  });

  test.each([
    ['the entry is gone', (home: string) => write(home, { '.cursor/mcp.json': config() })],
    ['the file is gone', (home: string) => fs.rmSync(path.join(home, '.cursor/mcp.json'))],
    ['its folder is gone', (home: string) => fs.rmSync(path.join(home, '.cursor'), { recursive: true })],
  ])('resolved when %s', async (_, change) => {
    const { home, state } = await known(unpinned);
    change(home);
    expect(states(await scanKept(state, { home, only }))).toEqual(resolved);
  });

  test('resolved when the list approves it, not when no list is given', async () => {
    const list = path.join(folderWith({ 'none.yaml': 'version: 1\nname: none\n' }), 'none.yaml');
    const { home, state } = await known(
      {
        '.cursor/mcp.json': { mcpServers: { one: { command: 'npx', args: ['one-mcp@1.0.0'] } } },
      },
      { list },
    );
    expect(kept(state)).toEqual(['server-unapproved mcp.json: open']);
    expect(states(await scanKept(state, { home, only }))).toEqual([]);
    expect(kept(state)).toEqual(['server-unapproved mcp.json: open']);
    fs.writeFileSync(list, 'version: 2\nname: some\napprove:\n  - { package: "npm:one-mcp" }\n');
    expect(states(await scanKept(state, { home, only, list }))).toEqual([
      'server-unapproved mcp.json: resolved',
    ]);
  });

  test('what no list has a say in is resolved without one, too', async () => {
    const list = path.join(folderWith({ 'none.yaml': 'version: 1\nname: none\n' }), 'none.yaml');
    const env = { GITHUB_TOKEN: expand('ghp_{crc30}', 5) };
    const held = { '.cursor/mcp.json': { mcpServers: { one: { command: 'x', env } } } };
    const { home, state } = await known(held, { list, only: ['secret-in-config'] });
    write(home, { '.cursor/mcp.json': config() });
    expect(states(await scanKept(state, { home, only: ['secret-in-config'] }))).toEqual([
      'secret-in-config mcp.json: resolved',
    ]);
  });

  test('a finding that is waived stays open, and counts for nothing', async () => {
    const list = path.join(folderWith({ 'list.yaml': 'version: 1\nname: none\n' }), 'list.yaml');
    const { home, state } = await known(unpinned, { list });
    const waiver = '{ check: package-unpinned, place: "~/**", reason: r, owner: o, expires: 2027-01-01 }';
    fs.writeFileSync(list, `version: 2\nname: some\nwaivers:\n  - ${waiver}\n`);
    const [finding] = (await scanKept(state, { home, only: ['package-unpinned'], list })).findings;
    expect([finding!.state, finding!.changed]).toEqual(['open', ['waiver']]);
    expect(rows(state, 'SELECT state, waived FROM findings')).toContainEqual({ state: 'open', waived: 1 });
  });
});

describe('what a run did not look at stays open', () => {
  const untouched = async (
    { home, state }: { home: string; state: string },
    change: (home: string) => void,
    options: object = {},
  ): Promise<void> => {
    change(home);
    const report = await scanKept(state, { home, only, ...options });
    expect(report.findings.filter((one) => one.state === 'resolved')).toEqual([]);
    expect(kept(state)).toEqual(expect.arrayContaining(open));
    expect(rows<{ unseen: number }>(state, 'SELECT unseen FROM runs ORDER BY number DESC')[0]!.unseen).toBe(
      (options as { home?: string }).home === undefined ? 1 : 0,
    );
  };
  const empty = (home: string): void => write(home, { '.cursor/mcp.json': config() });

  test('another home', async () => {
    await untouched(await known(unpinned), empty, { home: folderWith() });
  });

  test('other checks, by --only and --skip', async () => {
    await untouched(await known(unpinned), empty, { only: ['server-unapproved'] });
    await untouched(await known(unpinned), empty, { only: [], skip: ['package-unpinned'] });
  });

  test('a workspace instead of the home', async () => {
    const { home, state } = await known(unpinned);
    empty(home);
    await scanKept(state, { workspaces: [path.join(home, '.cursor')], only });
    expect(kept(state)).toEqual(open);
  });

  test('a file that is broken, a link out of the home, or no file any more', async () => {
    const file = (home: string): string => path.join(home, '.cursor/mcp.json');
    await untouched(await known(unpinned), (home) => fs.writeFileSync(file(home), '{"mcpServers": {'));
    await untouched(await known(unpinned), (home) => {
      fs.rmSync(file(home));
      fs.symlinkSync(path.join(folderWith(unpinned), '.cursor/mcp.json'), file(home));
    });
    await untouched(await known(unpinned), (home) => {
      fs.rmSync(file(home));
      fs.mkdirSync(file(home));
    });
  });

  test('a scan that had no time', async () => {
    let clock = 0;
    await untouched(await known(unpinned), empty, {
      timeLimit: 1,
      host: { elapsed: () => (clock += 600) },
    });
  });

  test('a project that no record names any more, until its file is gone or clean', async () => {
    const project = { 'work/.mcp.json': config('one') };
    const { home, state } = await known(project);
    write(home, { '.claude.json': { projects: { [path.join(home, 'work')]: {} } } });
    expect(states(await scanKept(state, { home, only }))).toEqual(['package-unpinned .mcp.json: new']);
    write(home, { '.claude.json': { projects: {} } });
    const lost = await scanKept(state, { home, only });
    expect(states(lost)).toEqual([]);
    expect(kept(state)).toEqual(['package-unpinned .mcp.json: open']);
    fs.rmSync(path.join(home, 'work/.mcp.json'));
    expect(states(await scanKept(state, { home, only }))).toEqual(['package-unpinned .mcp.json: resolved']);
  });

  test('what only --deep or --transcripts finds', async () => {
    const { home, state } = await known({ 'far/away/.mcp.json': config('one') }, { deep: true });
    expect(kept(state)).toEqual(['package-unpinned .mcp.json: open']);
    fs.rmSync(path.join(home, 'far/away/.mcp.json'));
    expect(states(await scanKept(state, { home, only }))).toEqual([]);
    expect(kept(state)).toEqual(['package-unpinned .mcp.json: open']);
    expect(states(await scanKept(state, { home, only, deep: true }))).toEqual([
      'package-unpinned .mcp.json: resolved',
    ]);
  });

  test('what a later scan has seen while this one ran', async () => {
    const { home, state } = await known({ '.cursor/mcp.json': config() });
    // It reads the file before there is an entry, and ends after the scan that finds it.
    const slow = openState(state);
    const scanned = scanSeen(testHost(), rules, {
      home,
      platform: 'linux',
      only,
      ...remembered(slow, null, rules),
    });
    write(home, unpinned);
    expect(states(await scanKept(state, { home, only }))).toEqual(['package-unpinned mcp.json: new']);
    expect(states(keepScan(slow, scanned, null))).toEqual([]);
    closeState(slow, 0);
    expect(kept(state)).toEqual(open);
  });
});
