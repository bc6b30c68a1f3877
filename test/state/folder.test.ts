/** Which folders are taken for state, and what happens to a database that is not as it should be. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { closeState, openState } from '../../src/cli/scan-state.ts';
import { guarded, isTrouble, openStateDatabase, transaction } from '../../src/host/state-database.ts';
import { makeFolders } from '../../src/host/make-folders.ts';
import { demandStateFolder } from '../../src/host/state-folder.ts';
import { forgetOld } from '../../src/host/state-findings.ts';
import { limits } from '../../src/limits.ts';
import { stateSteps } from '../../src/model/state.ts';
import { Report } from '../../src/model/report.ts';
import { run, runBeside } from '../trust/program.ts';
import { folderWith, rows, scanKept } from './kept.ts';

const isRoot = process.getuid?.() === 0;
const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

/** A folder with the state of one scan. */
async function used(): Promise<string> {
  const state = folderWith();
  await scanKept(state, { home: folderWith() });
  return state;
}

describe('the folder', () => {
  test('is made closed to others, with the folders above it', async () => {
    const state = path.join(folderWith(), 'a', 'b');
    await scanKept(state, { home: folderWith() });
    expect([modeOf(path.dirname(state)), modeOf(state), modeOf(path.join(state, 'state.db'))]).toEqual([
      0o700, 0o700, 0o600,
    ]);
    expect(fs.readdirSync(state).filter((name) => name.includes('journal'))).toEqual([]);
  });

  const flaws: [string, (folder: string) => string, RegExp][] = [
    ['open to others', (folder) => (fs.chmodSync(folder, 0o755), folder), /can be entered by others/],
    [
      'a link',
      (folder) => (fs.symlinkSync(folder, `${folder}-link`), `${folder}-link`),
      /is a link; name the folder itself/,
    ],
    [
      'behind a link',
      (folder) => {
        fs.mkdirSync(path.join(folder, 'in'), { mode: 0o700 });
        fs.symlinkSync(folder, `${folder}-way`);
        if (isRoot) fs.lchownSync(`${folder}-way`, 1234, 1234);
        return path.join(`${folder}-way`, 'in');
      },
      /is reached through the link/,
    ],
    [
      'in a folder that others can write',
      (folder) => {
        fs.mkdirSync(path.join(folder, 'in'), { mode: 0o700 });
        fs.chmodSync(folder, 0o777);
        return path.join(folder, 'in');
      },
      /others can write/,
    ],
    [
      'a file',
      (folder) => (fs.writeFileSync(path.join(folder, 'f'), ''), path.join(folder, 'f')),
      /is no folder/,
    ],
    [
      'with a database that others can read',
      (folder) => (fs.writeFileSync(path.join(folder, 'state.db'), '', { mode: 0o644 }), folder),
      /state\.db can be read or written by others/,
    ],
    [
      'with a link for a database',
      (folder) => (fs.symlinkSync('/etc/passwd', path.join(folder, 'state.db')), folder),
      /state\.db is no plain file/,
    ],
    [
      'with a database that has a second name',
      (folder) => {
        fs.writeFileSync(path.join(folder, 'other'), '', { mode: 0o600 });
        fs.linkSync(path.join(folder, 'other'), path.join(folder, 'state.db'));
        return folder;
      },
      /state\.db has a second name/,
    ],
    [
      'with a journal that is a link',
      (folder) => (fs.symlinkSync('/etc/passwd', path.join(folder, 'state.db-journal')), folder),
      /state\.db-journal is no plain file/,
    ],
  ];
  test.each(flaws)('%s is refused before anything is written', (_, make, message) => {
    const given = make(folderWith());
    expect(() => demandStateFolder(given, true)).toThrow(message);
    fs.rmSync(`${given}-link`, { force: true });
  });

  test.runIf(isRoot)("somebody else's is refused, as is what lies in one", () => {
    const folder = folderWith();
    fs.mkdirSync(path.join(folder, 'in'), { mode: 0o700 });
    fs.chownSync(folder, 1234, 1234);
    expect(() => demandStateFolder(folder, true)).toThrow(/belongs to somebody else/);
    expect(() => demandStateFolder(path.join(folder, 'in'), true)).toThrow(/belongs to somebody else/);
  });

  test('a wrong one ends the program with 2 before the scan, in one line', () => {
    const [state, home] = [folderWith(), folderWith()];
    fs.chmodSync(state, 0o750);
    const ended = run(['scan', '--home', home, '--platform', 'linux', '--state', state]);
    expect([ended.status, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).toBe(`shadowscan: --state ${state}: can be entered by others (chmod 700)\n`);
  });

  test('folders are made level by level, up to a bound, and never where the OS lets nobody make any', () => {
    const top = folderWith();
    const deep = path.join(top, 'a', 'b', 'c');
    makeFolders(deep, 0o700);
    makeFolders(deep, 0o755);
    expect(fs.statSync(path.dirname(deep)).mode & 0o777).toBe(0o700);
    expect(() => makeFolders(path.join(top, ...'x'.repeat(limits.foldersAbove + 1)), 0o700)).toThrow();
    expect(fs.readdirSync(top)).toEqual(['a']);
    fs.writeFileSync(path.join(top, 'file'), '');
    expect(() => makeFolders(path.join(top, 'file', 'x'), 0o700)).toThrow(/ENOTDIR/);
    fs.symlinkSync(path.join(top, 'nowhere'), path.join(top, 'link'));
    expect(() => makeFolders(path.join(top, 'link', 'x'), 0o700)).toThrow();
    expect(fs.existsSync(path.join(top, 'nowhere'))).toBe(false);
  });

  test.skipIf(process.platform !== 'linux')('below /proc it ends with 2', () => {
    for (const folder of ['/proc/1/x', '/proc/1/x/y', '/proc/self/x']) {
      const ended = run(['scan', '--home', folderWith(), '--platform', 'linux', '--state', folder]);
      expect([ended.status, ended.stdout]).toEqual([2, '']);
      expect(ended.stderr).toMatch(/^shadowscan: --state \/proc\/.*\n$/);
    }
  });

  test('a disk that is read-only is called so', () => {
    for (const code of ['EROFS', 'SQLITE_READONLY', 'SQLITE_READONLY_DIRECTORY']) {
      const trouble = guarded('state.db', () => {
        throw Object.assign(new Error('x'), { code });
      });
      expect(trouble).toEqual({
        trouble: 'state.db cannot be written: it or its disk is read-only; name a folder that can be',
      });
    }
  });

  test('without --state nothing is written', () => {
    const home = folderWith();
    const ended = run(['scan', '--home', home, '--platform', 'linux', '-f', 'json']);
    expect(Report.parse(JSON.parse(ended.stdout)).run.sideEffects).toEqual([]);
    expect(fs.readdirSync(home)).toEqual([]);
  });
});

describe('a database that is not as it should be', () => {
  const broken: [string, (file: string) => void, RegExp][] = [
    ['no database', (file) => fs.writeFileSync(file, 'x'.repeat(8192)), /is damaged.*move it away/],
    [
      'damaged inside',
      (file) => {
        const bytes = fs.readFileSync(file);
        bytes.fill(0x5a, 4096);
        fs.writeFileSync(file, bytes);
      },
      /is damaged.*move it away/,
    ],
    ['cut short', (file) => fs.truncateSync(file, 5000), /is damaged.*move it away/],
    [
      'newer',
      (file) => {
        const database = new Database(file);
        database.pragma(`user_version = ${stateSteps.length + 1}`);
        database.close();
      },
      /was written by a newer version; use that version/,
    ],
    [
      "another program's",
      (file) => {
        fs.rmSync(file);
        new Database(file).exec('CREATE TABLE t (a)').close();
        fs.chmodSync(file, 0o600);
      },
      /is no database of this program/,
    ],
  ];
  test.each(broken)('%s: the report comes, then one line and exit code 2', async (_, change, message) => {
    const state = await used();
    change(path.join(state, 'state.db'));
    const before = fs.readFileSync(path.join(state, 'state.db'));
    const args = ['scan', '--home', folderWith(), '--platform', 'linux', '-f', 'json', '--state', state];
    const ended = run([...args, '--new']);
    expect(ended.status).toBe(2);
    expect(Report.parse(JSON.parse(ended.stdout)).run.onlyNew).toBeUndefined();
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toMatch(message);
    expect(fs.readFileSync(path.join(state, 'state.db')).equals(before)).toBe(true);
  });

  test('one that is held for too long is waited for, and then told', async () => {
    const state = await used();
    const holder = new Database(path.join(state, 'state.db'));
    holder.exec('BEGIN EXCLUSIVE');
    const opened = openStateDatabase(state, false, stateSteps, 50);
    expect(isTrouble(opened) && opened.trouble).toMatch(/in use by another program for too long/);
    holder.close();
  });

  test('an older one is brought to this layout, once', async () => {
    const state = folderWith();
    const old = openStateDatabase(state, false, stateSteps.slice(0, 1));
    if (isTrouble(old)) throw new Error(old.trouble);
    expect(old.pragma('user_version', { simple: true })).toBe(1);
    old.close();
    await scanKept(state, { home: folderWith() });
    expect(rows(state, 'PRAGMA user_version')).toEqual([{ user_version: stateSteps.length }]);
    expect(rows(state, 'SELECT count(*) AS runs FROM runs')).toEqual([{ runs: 1 }]);
  });

  test('a step that fails leaves the file as it was', async () => {
    const state = await used();
    const opened = openStateDatabase(state, false, [...stateSteps, 'CREATE TABLE more (a); CREATE TABL x;']);
    expect(isTrouble(opened)).toBe(true);
    expect(rows(state, "SELECT name FROM sqlite_schema WHERE name = 'more'")).toEqual([]);
    expect(rows(state, 'PRAGMA user_version')).toEqual([{ user_version: stateSteps.length }]);
  });
});

describe('whatever happens meanwhile', () => {
  test('several scans at once are all kept', async () => {
    const [state, home] = [folderWith(), folderWith()];
    const args = ['scan', '--home', home, '--platform', 'linux', '-f', 'json', '--state', state];
    const all = await Promise.all([1, 2, 3].map(() => runBeside(args)));
    expect(all.map(({ status, stderr }) => [status, stderr])).toEqual(all.map(() => [0, '']));
    expect(rows(state, 'SELECT count(*) AS runs, count(DISTINCT id) AS ids FROM runs')).toEqual([
      { runs: 3, ids: 3 },
    ]);
    expect(rows(state, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  }, 120_000);

  test('one that is killed in the middle of writing leaves what was there', async () => {
    const state = await used();
    const file = path.join(state, 'state.db');
    const before = rows(state, 'SELECT * FROM runs');
    // A cache of ten pages makes SQLite write to the file long before the end of the transaction.
    const script = `
      const database = new (require('better-sqlite3'))(${JSON.stringify(file)});
      database.pragma('cache_size = 10');
      database.exec('BEGIN IMMEDIATE; DELETE FROM runs;');
      database.exec('CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE ' +
        'i < 3000) SELECT hex(randomblob(400)) FROM n;');
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['-e', script], { cwd: path.join(import.meta.dirname) });
    expect(signal).toBe('SIGKILL');
    expect(fs.existsSync(`${file}-journal`)).toBe(true);
    const opened = openState(state);
    expect(opened.trouble).toBeNull();
    closeState(opened, 0);
    expect(rows(state, 'SELECT * FROM runs')).toEqual(before);
    expect(rows(state, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('it is bounded in runs, findings and bytes', async () => {
    const state = await used();
    const opened = openStateDatabase(state);
    if (isTrouble(opened)) throw new Error(opened.trouble);
    const names = (table: string): string =>
      opened
        .prepare<[], { name: string }>(`PRAGMA table_info(${table})`)
        .all()
        .map(({ name }) => name)
        .filter((name) => name !== 'number' && name !== 'id')
        .join(', ');
    const count = (what: string): number =>
      opened.prepare<[], { n: number }>(`SELECT count(*) AS n FROM ${what}`).get()!.n;
    const numbers = (last: number): string =>
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;
    const all = names('runs');
    opened.exec(`${numbers(limits.stateRuns + 50)} INSERT INTO runs (id, ${all})
      SELECT i, ${all} FROM n, runs WHERE number = 1`);
    const finding = (state: string, seen: string, gone: string): string =>
      `'t', '', i || '${state}', '${state}', 'c', 'low', 'low', '', '', '[]', '', '', 0, '${seen}', '${seen}',
        ${gone}, 1, '[]', 1, '{}'`;
    const columns = names('findings');
    transaction(opened, () => {
      opened.exec(`${numbers(limits.stateFindings)} INSERT INTO findings (${columns})
        SELECT ${finding('open', '2026-01-01', 'NULL')} FROM n`);
      opened.exec(`${numbers(100)} INSERT INTO findings (${columns})
        SELECT ${finding('resolved', '2026-02-01', "'2026-02-01T00:00:00.000Z'")} FROM n`);
      opened.exec(
        `${numbers(100)} INSERT INTO findings (${columns})
        SELECT ${finding('resolved', '2020-02-01', "'2020-02-01T00:00:00.000Z'")} FROM n`.replaceAll(
          "i || 'r",
          "i || 'x",
        ),
      );
      opened.exec(`UPDATE findings SET last_seen = '2025-01-01' WHERE number <= 10 AND state = 'open'`);
    });
    forgetOld(opened, new Date('2026-03-01'));
    expect(count('runs')).toBe(limits.stateRuns);
    expect(count('findings')).toBe(limits.stateFindings);
    // Resolved ones are the first to go.
    expect(count("findings WHERE state = 'resolved'")).toBe(0);
    const pages = opened.pragma('max_page_count', { simple: true }) as number;
    expect(pages * 4096).toBeLessThanOrEqual(limits.stateBytes);
    opened.close();
  }, 60_000);
});
