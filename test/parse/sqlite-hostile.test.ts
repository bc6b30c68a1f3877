import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { decodeSqlite, type Tables, type Wanted } from '../../src/parse/sqlite.ts';
import { child, filesOf, items, itemsOf, itemTable, keysOf, reasons, sql } from './sqlite-fixture.ts';

function read(database: Buffer, tables: Tables = items, wanted: Wanted = { ItemTable: null }) {
  const decoded = decodeSqlite({ database, wal: null, hotJournal: false }, tables, wanted);
  return { tree: decoded.tree, table: child(decoded.tree, 'ItemTable'), flaws: reasons(decoded) };
}

/** A database whose schema is changed behind SQLite's back. */
function forged(before: string[], ...changes: string[]): Buffer {
  return filesOf((database) => {
    database.pragma('page_size = 4096');
    for (const statement of before) database.exec(statement);
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    for (const statement of changes) database.exec(statement);
  }).database;
}

/** Rows without end: who runs it, hangs. */
const endless =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS key, i AS value FROM n';

describe('what a schema declares is not run', () => {
  test('a view', () => {
    const { tree, flaws } = read(sql(`CREATE VIEW ItemTable AS ${endless}`).database);
    expect(keysOf(tree)).toEqual([]);
    expect(flaws).toEqual(['unsupported']);
  });

  test('views that multiply when they are only looked at', () => {
    const views = Array.from(
      { length: 30 },
      (_, index) => `CREATE VIEW v${index + 1} AS SELECT a.key, b.value FROM v${index} a, v${index} b`,
    );
    const files = sql(
      'CREATE VIEW v0 AS SELECT 1 AS key, 2 AS value',
      ...views,
      `CREATE VIEW ItemTable AS SELECT * FROM v30`,
    );
    expect(read(files.database).flaws).toEqual(['unsupported']);
  });

  test.each([
    ['its type says table', "UPDATE sqlite_master SET type = 'table' WHERE name = 'ItemTable'"],
    [
      'its text has another form',
      `UPDATE sqlite_master SET type = 'table', sql = 'CREATE/**/VIEW ItemTable AS ${endless}'`,
    ],
    ['in lower case', `UPDATE sqlite_master SET type = 'table', sql = 'create view ItemTable AS ${endless}'`],
    [
      'IF NOT EXISTS',
      `UPDATE sqlite_master SET type = 'table', sql = 'CREATE VIEW IF NOT EXISTS ItemTable AS ${endless}'`,
    ],
    ['its name is another', "UPDATE sqlite_master SET type = 'table', name = 'other', tbl_name = 'other'"],
  ])('a view in disguise: %s', (_, change) => {
    const { tree, flaws } = read(forged([`CREATE VIEW ItemTable AS ${endless}`], change));
    expect(keysOf(tree)).toEqual([]);
    expect(flaws.length).toBeGreaterThan(0);
  });

  test('a table in front of a view of the same name', () => {
    const view = `CREATE VIEW ItemTable AS ${endless}`;
    const { table, flaws } = read(
      forged(
        ['CREATE TABLE x (key, value)', `CREATE VIEW y AS ${endless}`],
        "UPDATE sqlite_master SET name = 'ItemTable', tbl_name = 'ItemTable' WHERE name = 'x'",
        `UPDATE sqlite_master SET sql = '${view}' WHERE name = 'y'`,
      ),
    );
    expect(table).toBe(undefined);
    expect(flaws.length).toBeGreaterThan(0);
  });

  test('names that only look alike do not stand for each other', () => {
    const { tree, flaws } = read(
      sql(`CREATE VIEW KV AS ${endless}`, 'CREATE TABLE "\u212aV" (key, value)').database,
      { KV: ['key', 'value'] },
      { KV: null },
    );
    expect(keysOf(tree)).toEqual([]);
    expect(flaws).toEqual(['unsupported']);
  });

  test('virtual tables and the tables they shadow', () => {
    const files = sql(
      'CREATE VIRTUAL TABLE ItemTable USING fts5(key, value)',
      "INSERT INTO ItemTable VALUES ('a', 'b')",
    );
    const { tree, flaws } = read(files.database, {}, { ItemTable: null, ItemTable_content: null });
    expect(flaws).toEqual(['unsupported']);
    expect(keysOf(tree)).toEqual(['ItemTable_content']);
  });

  test('columns that are computed when they are read', () => {
    const value = 'value TEXT GENERATED ALWAYS AS (hex(zeroblob(200000000))) VIRTUAL';
    const files = sql(
      `CREATE TABLE ItemTable (key TEXT, ${value})`,
      "INSERT INTO ItemTable (key) VALUES ('a')",
    );
    const map = read(files.database);
    expect(keysOf(map.tree)).toEqual([]);
    expect(map.flaws).toEqual(['unsupported']);
    const list = read(files.database, {});
    expect(itemsOf(list.table).map(keysOf)).toEqual([['key']]);
    expect(list.flaws).toEqual(['unsupported']);
  });

  test('a stored column, triggers, checks and odd indexes do no harm', () => {
    const files = sql(
      'CREATE TABLE ItemTable (key TEXT CHECK (length(key) > 0), value, size INT AS (length(value)) STORED)',
      'CREATE INDEX by_size ON ItemTable (length(value))',
      'CREATE INDEX some ON ItemTable (key) WHERE key IS NOT NULL',
      `CREATE TRIGGER t AFTER UPDATE ON ItemTable BEGIN ${endless}; END`,
      "INSERT INTO ItemTable (key, value) VALUES ('a', 'b')",
    );
    for (const keys of [null, ['a']]) {
      const { table, flaws } = read(files.database, items, { ItemTable: keys });
      expect(keysOf(table)).toEqual(['a']);
      expect(flaws).toEqual([]);
    }
    expect(itemsOf(read(files.database, {}).table).map(keysOf)).toEqual([['key', 'value', 'size']]);
  });

  test('a collation that nobody knows does not stop the reading', () => {
    const database = forged(
      ['CREATE TABLE ItemTable (key, value COLLATE NOCASE)', "INSERT INTO ItemTable VALUES ('a', 'b')"],
      "UPDATE sqlite_master SET sql = replace(sql, 'NOCASE', 'NOBODY')",
    );
    expect(keysOf(read(database).table)).toEqual(['a']);
  });
});

describe('declarations without end', () => {
  test('too many', () => {
    const tables = Array.from({ length: limits.databaseObjects }, (_, index) => `CREATE TABLE t${index} (a)`);
    const { tree, flaws } = read(sql(`BEGIN; ${tables.join(';')}; ${itemTable}; COMMIT`).database);
    expect(tree).toBe(null);
    expect(flaws).toEqual(['too-large']);
  });

  test('too long', () => {
    const files = sql(itemTable, `CREATE TABLE t (a DEFAULT '${'x'.repeat(limits.databaseSchemaBytes)}')`);
    expect(read(files.database).flaws).toEqual(['too-large']);
    const fits = sql(itemTable, `CREATE TABLE t (a DEFAULT '${'x'.repeat(limits.databaseSchemaBytes / 2)}')`);
    expect(read(fits.database).flaws).toEqual([]);
  });

  test('a default that fills every row', () => {
    const rows =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n';
    const files = sql(
      'CREATE TABLE ItemTable (key)',
      `INSERT INTO ItemTable ${rows}`,
      `ALTER TABLE ItemTable ADD COLUMN value DEFAULT '${'x'.repeat(500_000)}'`,
    );
    const { table, flaws } = read(files.database);
    expect(flaws).toEqual(['too-large']);
    expect(keysOf(table).length).toBeLessThan(10);
  });
});

const pageSize = 4096;

/** An interior page of a table all of whose children are the same page. */
function crossroads(child: number, head = 0): Buffer {
  const page = Buffer.alloc(pageSize);
  const rows = 300;
  page[head] = 5;
  page.writeUInt16BE(rows, head + 3);
  page.writeUInt16BE(pageSize - 5 * rows, head + 5);
  page.writeUInt32BE(child, head + 8);
  for (let index = 0; index < rows; index += 1) {
    const cell = pageSize - 5 * (index + 1);
    page.writeUInt32BE(child, cell);
    page[cell + 4] = 1;
    page.writeUInt16BE(cell, head + 12 + 2 * index);
  }
  return page;
}

/** A leaf with some of the cells of another. */
function leaf(page: Buffer, from: number, cells: number[]): Buffer {
  const copy = Buffer.alloc(pageSize);
  page.copy(copy, page.readUInt16BE(from + 5), page.readUInt16BE(from + 5));
  copy[0] = 13;
  copy.writeUInt16BE(cells.length, 3);
  copy.writeUInt16BE(page.readUInt16BE(from + 5), 5);
  cells.forEach((cell, index) => copy.writeUInt16BE(page.readUInt16BE(from + 8 + 2 * cell), 8 + 2 * index));
  return copy;
}

/** The pages, with a first page that counts them. */
function assembled(...pages: Buffer[]): Buffer {
  const database = Buffer.concat(pages);
  database.writeUInt32BE(pages.length, 28);
  return database;
}

/** Six pages from number `first` on that lead to the page behind them on 300 to the power of six ways. */
function maze(first: number): Buffer[] {
  return Array.from({ length: 6 }, (_, index) => crossroads(first + index + 1));
}

describe('pages that point at each other crosswise', () => {
  const plain = sql(
    'CREATE TABLE ItemTable (key, value)',
    "INSERT INTO ItemTable VALUES ('a', 1), ('b', 2)",
  ).database;
  const schema = plain.subarray(0, pageSize);
  const rows = plain.subarray(pageSize);

  test('in a table that is read from its beginning', () => {
    const { table, flaws } = read(assembled(schema, crossroads(3), ...maze(3), rows));
    expect(keysOf(table)).toEqual(['a', 'b']);
    expect(flaws).toEqual(['malformed']);
  });

  test('in a table that is searched for a key', () => {
    const database = assembled(schema, crossroads(3), ...maze(3), rows);
    const { table, flaws } = read(database, items, { ItemTable: ['none'] });
    expect(keysOf(table)).toEqual([]);
    expect(flaws).toEqual(['malformed']);
  });

  test('in the schema', () => {
    const indexed = sql('CREATE TABLE ItemTable (key UNIQUE, value)').database;
    const first = Buffer.from(indexed.subarray(0, pageSize));
    const forked = crossroads(5, 100);
    first.copy(forked, 0, 0, 100);
    forked.writeUInt32BE(4, pageSize - 5);
    // The first way leads to the table and its index, all others to the index, which SQLite takes again.
    const whole = leaf(first, 100, [0, 1]);
    const index = leaf(first, 100, [1]);
    const pages = [indexed.subarray(pageSize, 2 * pageSize), indexed.subarray(2 * pageSize)];
    const { tree, flaws } = read(assembled(forked, ...pages, whole, ...maze(5), index));
    expect(tree).toBe(null);
    expect(flaws).toEqual(['malformed']);
  });

  test('in the statistics, which SQLite reads with the schema', () => {
    const analysed = sql(
      'CREATE TABLE ItemTable (key UNIQUE, value)',
      "INSERT INTO ItemTable VALUES ('a', 1)",
      'ANALYZE',
    ).database;
    const pages = Array.from({ length: analysed.length / pageSize }, (_, index) =>
      analysed.subarray(index * pageSize, (index + 1) * pageSize),
    );
    const hit = pages.findIndex(
      (page, index) => index > 0 && page[0] === 13 && page.includes('sqlite_autoindex'),
    );
    const stat = pages[hit] ?? Buffer.alloc(0);
    pages[hit] = crossroads(pages.length + 1);
    const { table } = read(assembled(...pages, ...maze(pages.length + 1), stat), items, { ItemTable: ['a'] });
    expect(keysOf(table)).toEqual(['a']);
  });

  test('a loop', () => {
    const { flaws } = read(assembled(schema, crossroads(2)));
    expect(flaws).toEqual(['malformed']);
  });

  test('cells that share their bytes', () => {
    const page = Buffer.from(rows);
    const count = 600;
    page.writeUInt16BE(count, 3);
    for (let index = 0; index < count; index += 1) page.writeUInt16BE(rows.readUInt16BE(8), 8 + 2 * index);
    const { table, flaws } = read(assembled(schema, page));
    expect(keysOf(table)).toEqual([]);
    expect(flaws).toEqual(['malformed']);
  });

  test('an overflow chain that runs in a circle costs its own row', () => {
    const long = sql(
      'CREATE TABLE ItemTable (key, value)',
      "INSERT INTO ItemTable VALUES ('a', 1), ('long', hex(zeroblob(50000))), ('b', 2), ('c', 3)",
    ).database;
    const last = long.length / pageSize;
    long.writeUInt32BE(last - 5, (last - 3) * pageSize);
    const { table, flaws } = read(long);
    expect(keysOf(table)).toEqual(['a', 'b', 'c']);
    expect(flaws).toEqual(['malformed']);
  });
});

describe('broken files', () => {
  const count = 3000;
  const files = filesOf((database) => {
    database.exec(itemTable);
    const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
    database.transaction(() => {
      for (let index = 0; index < count; index += 1) insert.run(`key ${index}`, `value ${index} `.repeat(10));
    })();
  });
  const pages = files.database.length / pageSize;
  const wipe = (choose: (page: number, bytes: Buffer) => boolean, byte = 0xa5) => {
    const database = Buffer.from(files.database);
    let wiped = 0;
    for (let page = 2; page <= pages; page += 1) {
      const bytes = database.subarray((page - 1) * pageSize, page * pageSize);
      if (!choose(page, bytes)) continue;
      bytes.fill(byte);
      wiped += 1;
    }
    expect(wiped).toBeGreaterThan(0);
    return database;
  };

  test.each([0, 0xa5, 0xff])('a page in the middle: what lies before and behind it is read (%i)', (byte) => {
    const { table, flaws } = read(wipe((_, bytes) => bytes[0] === 13 && bytes.includes('value 1500 '), byte));
    expect(flaws).toEqual(['malformed']);
    expect(keysOf(table).length).toBeGreaterThan(count - 100);
    expect(keysOf(table)).toContain('key 0');
    expect(keysOf(table)).toContain(`key ${count - 1}`);
    expect(keysOf(table)).not.toContain('key 1500');
    expect(new Set(keysOf(table)).size).toBe(keysOf(table).length);
  });

  test('the whole index: keys are found without it', () => {
    const database = wipe((_, bytes) => bytes[0] === 10 || bytes[0] === 2);
    const { table, flaws } = read(database, items, { ItemTable: ['key 7', 'key 2999', 'key 3000'] });
    expect(keysOf(table)).toEqual(['key 7', 'key 2999']);
    expect(flaws).toEqual(['malformed']);
  });

  test('a page that is not looked at makes no flaw', () => {
    const database = wipe((_, bytes) => bytes[0] === 13 && bytes.includes('value 1500 '));
    const { table, flaws } = read(database, items, { ItemTable: ['key 7'] });
    expect(keysOf(table)).toEqual(['key 7']);
    expect(flaws).toEqual([]);
  });

  test('a file that was cut off', () => {
    for (const length of [
      files.database.length - 100,
      files.database.length / 2,
      pageSize,
      pageSize + 1,
      512,
      100,
    ]) {
      const { flaws } = read(files.database.subarray(0, length));
      expect(flaws).toEqual(['malformed']);
    }
    expect(keysOf(read(files.database.subarray(0, files.database.length / 2)).table).length).toBeGreaterThan(
      100,
    );
  });

  test('any damage ends in a tree, a flaw or both', () => {
    // A fixed sequence, so that a failure can be repeated.
    let seed = 1;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
      return seed % below;
    };
    let hurt = 0;
    for (let round = 0; round < 300; round += 1) {
      const database = Buffer.from(files.database.subarray(0, pageSize * (2 + random(pages - 1))));
      for (let change = 0; change < 20; change += 1)
        database[random(round % 2 ? 4200 : database.length)] = random(256);
      const { tree, flaws } = read(database);
      if (flaws.length > 0) hurt += 1;
      expect(tree !== null || flaws.length > 0).toBe(true);
    }
    expect(hurt).toBeGreaterThan(100);
  });
});
