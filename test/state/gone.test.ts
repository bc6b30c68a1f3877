/** Homes that are no more: what was found there is resolved, and nothing of a home that only cannot be seen. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Receiver } from '../../src/cli/sinks.ts';
import { goneHomes } from '../../src/evaluate/gone-homes.ts';
import { listFolder } from '../../src/host/list-folder.ts';
import type { HomeList } from '../../src/model/account.ts';
import type { Telling } from '../../src/model/telling.ts';
import { folderWith, kept, rows, scanKept } from './kept.ts';

const config = { mcpServers: { one: { command: 'npx', args: ['one-mcp'] } } };
const user = (name: string, uid: number): string => `${name}:x:${uid}:${uid}::/home/${name}:/bin/sh\n`;
const receivers: Receiver[] = [
  { sink: { name: 'siem', kind: 'file', path: '/x' }, open: () => expect.fail('nothing is sent by itself') },
];
let root: string;
let state: string;
const scan = (options: object = {}) =>
  scanKept(state, { root, only: ['package-unpinned', 'source-unreadable'], ...options });
const ofUsers = (): string[] =>
  rows<{ user: string; state: string }>(state, 'SELECT user, state FROM findings ORDER BY user').map(
    (row) => `${row.user} ${row.state}`,
  );
const passwd = (...users: string[]): void => fs.writeFileSync(path.join(root, 'etc/passwd'), users.join(''));

describe('of an image', () => {
  beforeEach(async () => {
    root = folderWith({
      'home/ann/.cursor/mcp.json': config,
      'home/bob/.cursor/mcp.json': config,
      'etc/x': '',
    });
    state = folderWith();
    passwd(user('ann', 1000), user('bob', 1001));
    await scan();
    expect(ofUsers()).toEqual(['ann open', 'bob open']);
    fs.rmSync(path.join(root, 'home/bob'), { recursive: true });
  });

  test('a user who is deleted with the home: findings are resolved, servers and agents gone', async () => {
    passwd(user('ann', 1000));
    const report = await scan();
    expect(report.findings.map((one) => [one.user, one.state])).toEqual([
      ['ann', 'open'],
      ['bob', 'resolved'],
    ]);
    expect(ofUsers()).toEqual(['ann open', 'bob resolved']);
    expect(rows(state, 'SELECT DISTINCT user FROM inventory WHERE gone_at IS NULL')).toEqual([
      { user: 'ann' },
    ]);
    expect((await scan()).findings.map((one) => [one.user, one.state])).toEqual([['ann', 'open']]);
  });

  test('not when only one of both is gone, nor by a scan of another home', async () => {
    await scan();
    expect(ofUsers()).toEqual(['ann open', 'bob open']);
    passwd(user('ann', 1000));
    await scanKept(state, { home: path.join(root, 'home/ann'), only: ['package-unpinned'] });
    expect(ofUsers()).toEqual(['ann open', 'bob open']);
  });

  test('not when the list of users is none', async () => {
    fs.rmSync(path.join(root, 'etc/passwd'));
    fs.mkdirSync(path.join(root, 'etc/passwd'));
    await scan();
    expect(ofUsers()).toEqual(['ann open', 'bob open']);
  });
});

test('receivers are told of what is removed and resolved, and a telling of all counts as whole again', async () => {
  root = folderWith({
    'home/ann/.cursor/mcp.json': config,
    'home/bob/.cursor/mcp.json': config,
    'etc/x': '',
  });
  state = folderWith();
  type Event = Telling & {
    type: string;
    change: string;
    fact: { user: string };
    finding: Event['fact'] & { state: string };
  };
  let at = 0;
  const events = async (): Promise<Event[]> => {
    const report = await scanKept(state, { root, receivers, full: at > 0 });
    expect(report.run.homes.length).toBeGreaterThan(0);
    const all = rows<{ number: number; body: string }>(
      state,
      'SELECT number, body FROM outbox ORDER BY number',
    );
    const news = all.filter(({ number }) => number > at);
    at = all.at(-1)!.number;
    return news.map(({ body }) => JSON.parse(body) as Event);
  };
  const ofBob = (all: Event[]): string[] =>
    all.flatMap(({ type, change, fact, finding }) => {
      if (type === 'asset' && fact.user === 'bob') return [change];
      return type === 'finding' && finding.user === 'bob' ? [finding.state] : [];
    });
  await events();
  fs.rmSync(path.join(root, 'home/bob'), { recursive: true });
  const gone = await events();
  expect(new Set(ofBob(gone))).toEqual(new Set(['removed', 'resolved']));
  expect(gone[0]!.inventory).toMatchObject({ told: 'all', removed: 2, assets: 2 });
  const next = await events();
  expect(ofBob(next)).toEqual([]);
  expect(next[0]!.inventory).toMatchObject({ told: 'all', assets: 2 });
  expect(kept(state).filter((one) => one.endsWith('open')).length).toBe(next[0]!.inventory.findings);
});

describe('what hides a home', () => {
  const host = { list: listFolder };
  const gone = (top: string, more: Partial<HomeList> = {}) =>
    goneHomes(host, { parents: [top], homes: [], isWhole: true, isRemote: () => false, ...more });

  test('one that is neither there nor listed is gone, with all that lay in it', () => {
    const top = folderWith({ 'ann/x': '' });
    const isGone = gone(top);
    expect(isGone(`linux ${top}/bob`)).toBe(true);
    expect(isGone(`linux ${top}/bob/work/project`)).toBe(true);
    expect(isGone(`linux ${top}/ann`)).toBe(false);
    expect(isGone(`linux ${top}/ann/gone`)).toBe(false);
    expect(isGone(`linux machine ${top}/bob`)).toBe(false);
    expect(isGone('linux files')).toBe(false);
    expect(isGone(`linux ${path.dirname(top)}/elsewhere`)).toBe(false);
  });

  test.each<[string, (top: string) => Partial<HomeList>]>([
    ['it is listed', (top) => ({ homes: [`${top}/bob`] })],
    ['the list was not read whole', () => ({ isWhole: false })],
    ['homes lie on a network', () => ({ isRemote: () => true })],
    ['this home lies on a network', (top) => ({ isRemote: (file) => file === `${top}/bob` })],
    ['the folder is empty', (top) => ({ parents: [path.join(top, 'empty')] })],
    ['the folder is not there', (top) => ({ parents: [path.join(top, 'none')] })],
    ['the folder is the top of all', () => ({ parents: ['/'] })],
  ])('no: %s', (_, more) => {
    const top = folderWith({ 'ann/x': '' });
    fs.mkdirSync(path.join(top, 'empty'));
    const list = more(top);
    const parent = list.parents?.[0] ?? top;
    expect(gone(top, list)(`linux ${parent === '/' ? '' : parent}/bob`)).toBe(false);
  });

  test('a folder that somebody else has put a file into is there', () => {
    const top = folderWith({ bob: 'x' });
    expect(gone(top)(`linux ${top}/bob`)).toBe(false);
  });
});
