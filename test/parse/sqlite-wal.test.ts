import type Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { committedPages } from '../../src/parse/sqlite-wal.ts';
import { decodeSqlite } from '../../src/parse/sqlite.ts';
import {
  child,
  filesOf,
  holds,
  input,
  items,
  itemTable,
  keysOf,
  reasons,
  type Files,
} from './sqlite-fixture.ts';

/** A database in WAL mode whose first `checkpointed` rows are in the file and the rest in the log. */
function walDatabase(
  write: (put: (key: string, value: string) => void, database: Database.Database) => void,
  pageSize = 4096,
): Files {
  return filesOf((database) => {
    database.pragma(`page_size = ${pageSize}`);
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
    database.exec(itemTable);
    database.exec("INSERT INTO ItemTable VALUES ('old', 'in the file'), ('changed', 'before')");
    database.pragma('wal_checkpoint(TRUNCATE)');
    const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
    write((key, value) => insert.run(key, value), database);
  });
}

function read(files: Files) {
  const decoded = decodeSqlite(input(files), items, { ItemTable: null });
  return { table: child(decoded.tree, 'ItemTable'), flaws: reasons(decoded), tree: decoded.tree };
}

const frame = 24 + 4096;

function changed(bytes: Buffer | null, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes ?? Buffer.alloc(0));
  copy[at] = value ^ (copy[at] ?? 0);
  return copy;
}

describe('committed frames', () => {
  test.each([512, 1024, 4096, 32_768, 65_536])('rows that are in the log only, page size %i', (pageSize) => {
    const files = walDatabase((put) => {
      put('changed', 'after');
      put('new', 'n'.repeat(100_000));
    }, pageSize);
    const { table, flaws } = read(files);
    expect(flaws).toEqual([]);
    expect(keysOf(table).toSorted()).toEqual(['changed', 'new', 'old']);
    expect(holds(child(table, 'changed'), 'after')).toBe(true);
    expect(holds(child(table, 'new'), 'n'.repeat(100_000))).toBe(true);
    const without = read({ ...files, wal: null });
    expect(holds(child(without.table, 'changed'), 'before')).toBe(true);
    expect(keysOf(without.table).toSorted()).toEqual(['changed', 'old']);
  });

  test('the newest content of a page that was written again and again', () => {
    const files = walDatabase((put) => {
      for (let index = 0; index < 50; index += 1) put('changed', `round ${index}`);
    });
    const { table, flaws } = read(files);
    expect(flaws).toEqual([]);
    expect(holds(child(table, 'changed'), 'round 49')).toBe(true);
  });

  test('a log that was started over: frames of the round before do not count', () => {
    const files = walDatabase((put, database) => {
      for (let index = 0; index < 20; index += 1) put(`first ${index}`, 'x'.repeat(2000));
      database.pragma('wal_checkpoint(RESTART)');
      put('second', 'newest');
    });
    const log = committedPages(files.wal ?? Buffer.alloc(0));
    expect(log?.pages.size).toBeLessThan((files.wal?.length ?? 0) / frame - 2);
    const { table, flaws } = read(files);
    expect(flaws).toEqual([]);
    expect(keysOf(table)).toHaveLength(23);
    expect(holds(child(table, 'second'), 'newest')).toBe(true);
  });

  test('a transaction that is not committed does not count', () => {
    const files = walDatabase((put, database) => {
      put('kept', 'yes');
      // A cache of one page makes SQLite write to the log before the transaction ends.
      database.pragma('cache_size = 1');
      database.exec('BEGIN');
      for (let index = 0; index < 200; index += 1) put(`lost ${index}`, 'x'.repeat(3000));
    });
    const frames = Math.floor(((files.wal?.length ?? 0) - 32) / frame);
    expect(committedPages(files.wal ?? Buffer.alloc(0))?.pages.size).toBeLessThan(frames);
    const { table, flaws } = read(files);
    expect(flaws).toEqual([]);
    expect(keysOf(table).toSorted()).toEqual(['changed', 'kept', 'old']);
  });

  test('the database grows and shrinks with its log', () => {
    const grown = walDatabase((put) => put('big', 'x'.repeat(500_000)));
    expect(grown.database.length).toBeLessThan(100_000);
    expect(holds(child(read(grown).table, 'big'), 'x'.repeat(500_000))).toBe(true);
    const shrunk = walDatabase((put, database) => {
      put('big', 'x'.repeat(500_000));
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.exec("DELETE FROM ItemTable WHERE key = 'big'");
      database.exec('VACUUM');
    });
    expect(shrunk.database.length).toBeGreaterThan(500_000);
    const { table, flaws } = read(shrunk);
    expect(flaws).toEqual([]);
    expect(keysOf(table).toSorted()).toEqual(['changed', 'old']);
    expect(committedPages(shrunk.wal ?? Buffer.alloc(0))?.size).toBeLessThan(10);
  });

  test('a table that only the log knows', () => {
    const files = filesOf((database) => {
      database.pragma('journal_mode = WAL');
      database.exec(itemTable);
      database.exec("INSERT INTO ItemTable VALUES ('a', 'b')");
    });
    expect(keysOf(read(files).table)).toEqual(['a']);
    expect(keysOf(read({ ...files, wal: null }).tree)).toEqual([]);
    // Even when nothing has reached the file yet.
    expect(keysOf(read({ ...files, database: Buffer.alloc(0) }).table)).toEqual(['a']);
  });

  test('big-endian checksums, as a big-endian machine writes them', () => {
    const files = walDatabase((put) => put('changed', 'after'));
    const { table, flaws } = read({ ...files, wal: inBigEndian(files.wal ?? Buffer.alloc(0)) });
    expect(flaws).toEqual([]);
    expect(holds(child(table, 'changed'), 'after')).toBe(true);
  });
});

/** The same log with the other magic number and the checksums that go with it. */
function inBigEndian(wal: Buffer): Buffer {
  const log = Buffer.from(wal);
  const sum: [number, number] = [0, 0];
  const add = (from: number, to: number) => {
    for (let at = from; at < to; at += 8) {
      sum[0] = (sum[0] + log.readUInt32BE(at) + sum[1]) >>> 0;
      sum[1] = (sum[1] + log.readUInt32BE(at + 4) + sum[0]) >>> 0;
    }
  };
  log.writeUInt32BE(0x377f0683, 0);
  add(0, 24);
  log.writeUInt32BE(sum[0], 24);
  log.writeUInt32BE(sum[1], 28);
  for (let at = 32; at + frame <= log.length; at += frame) {
    add(at, at + 8);
    add(at + 24, at + frame);
    log.writeUInt32BE(sum[0], at + 16);
    log.writeUInt32BE(sum[1], at + 20);
  }
  return log;
}

describe('logs that end early', () => {
  const files = walDatabase((put) => {
    put('one', '1');
    put('two', '2');
    put('three', '3');
  });
  const frames = ((files.wal?.length ?? 0) - 32) / frame;

  test('every cut leaves whole transactions', () => {
    let before = 0;
    for (let cut = 0; cut <= frames; cut += 1) {
      for (const more of [0, 1, frame - 1]) {
        const { table, flaws } = read({
          ...files,
          wal: (files.wal ?? Buffer.alloc(0)).subarray(0, 32 + cut * frame + more),
        });
        expect(flaws).toEqual([]);
        const count = keysOf(table).length;
        expect(count).toBeGreaterThanOrEqual(before);
        before = count;
      }
    }
    expect(before).toBe(5);
  });

  test('an empty log is no log', () => {
    const { table, flaws } = read({ ...files, wal: Buffer.alloc(0) });
    expect(flaws).toEqual([]);
    expect(keysOf(table).toSorted()).toEqual(['changed', 'old']);
  });

  test.each([
    ['salt of the first frame', 32 + 8],
    ['second salt of the first frame', 32 + 12],
    ['checksum of the first frame', 32 + 16],
    ['page number of the first frame', 32 + 3],
    ['content of the first frame', 32 + 24 + 2000],
  ])('wrong %s', (_, at) => {
    const { table, flaws } = read({ ...files, wal: changed(files.wal, at, 1) });
    expect(flaws).toEqual([]);
    expect(keysOf(table).toSorted()).toEqual(['changed', 'old']);
  });

  test('a wrong salt in the last frame undoes the last transaction only', () => {
    const { table } = read({ ...files, wal: changed(files.wal, 32 + (frames - 1) * frame + 8, 1) });
    expect(keysOf(table).toSorted()).toEqual(['changed', 'old', 'one', 'two']);
  });

  test.each([
    ['magic number', 0],
    ['version', 7],
    ['page size', 10],
    ['salt', 16],
    ['checksum', 24],
  ])('a header with a wrong %s is a flaw, and the file is read alone', (_, at) => {
    const { table, flaws } = read({ ...files, wal: changed(files.wal, at, 0x40) });
    expect(flaws).toEqual(['malformed']);
    expect(keysOf(table).toSorted()).toEqual(['changed', 'old']);
  });
});

describe('logs of something else', () => {
  test('another page size', () => {
    const files = walDatabase((put) => put('new', 'x'));
    const other = walDatabase((put) => put('other', 'x'), 1024);
    const { table, flaws } = read({ ...files, wal: other.wal });
    expect(flaws).toContain('malformed');
    expect(keysOf(table)).toContain('old');
  });

  test('a log that claims a huge database', () => {
    const files = walDatabase((put) => put('new', 'x'));
    const wal = Buffer.from(files.wal ?? Buffer.alloc(0));
    for (let at = 32; at < wal.length; at += frame)
      wal.writeUInt32BE(limits.databaseBytes / 4096 + 1, at + 4);
    const { tree, flaws } = read({ ...files, wal: inBigEndian(wal) });
    expect(tree).toBe(null);
    expect(flaws).toEqual(['too-large']);
  });
});
