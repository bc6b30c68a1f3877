import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { decodeSqlite } from '../../src/parse/sqlite.ts';
import {
  child,
  filesOf,
  holds,
  input,
  items,
  itemsOf,
  itemTable,
  keysOf,
  reasons,
  sql,
} from './sqlite-fixture.ts';

describe('tables that are maps', () => {
  const files = filesOf((database) => {
    database.exec(itemTable);
    const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
    insert.run('text', '{"a":1}');
    insert.run('utf8', Buffer.from('{"b":"ü"}'));
    insert.run('utf16', Buffer.from('{"c":"ü"}', 'utf16le'));
    insert.run('utf16be', Buffer.from('{"d":4}', 'utf16le').swap16());
    insert.run('marked', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('日本', 'utf16le')]));
    insert.run('binary', Buffer.from([0, 1, 2, 3, 0xfe, 0xff, 0x80]));
    insert.run('empty', Buffer.alloc(0));
    insert.run('number', 42.5);
    insert.run('none', null);
    insert.run('it\'s "quoted"', 'quoted');
    insert.run('__proto__', 'proto');
    insert.run(null, 'no key');
  });

  test('all rows, text held shut, other values as they are', () => {
    const decoded = decodeSqlite(input(files), items, { ItemTable: null });
    const table = child(decoded.tree, 'ItemTable');
    expect(reasons(decoded)).toEqual([]);
    expect(holds(child(table, 'text'), '{"a":1}')).toBe(true);
    expect(holds(child(table, 'utf8'), '{"b":"ü"}')).toBe(true);
    expect(holds(child(table, 'utf16'), '{"c":"ü"}')).toBe(true);
    expect(holds(child(table, 'utf16be'), '{"d":4}')).toBe(true);
    expect(holds(child(table, 'marked'), '日本')).toBe(true);
    expect(holds(child(table, 'binary'), null)).toBe(true);
    expect(holds(child(table, 'empty'), '')).toBe(true);
    expect(holds(child(table, 'number'), 42.5)).toBe(true);
    expect(holds(child(table, 'none'), null)).toBe(true);
    expect(holds(child(table, '__proto__'), 'proto')).toBe(true);
    expect(keysOf(table)).toHaveLength(11);
  });

  test('exact keys only, whatever is in them', () => {
    const wanted = ['it\'s "quoted"', 'text', 'not there', 'TEXT', '__proto__'];
    const decoded = decodeSqlite(input(files), items, { ItemTable: wanted });
    expect(keysOf(child(decoded.tree, 'ItemTable')).toSorted()).toEqual([
      '__proto__',
      'it\'s "quoted"',
      'text',
    ]);
  });

  test('no keys wanted, no rows', () => {
    const decoded = decodeSqlite(input(files), items, { ItemTable: [] });
    expect(keysOf(child(decoded.tree, 'ItemTable'))).toEqual([]);
    expect(keysOf(decoded.tree)).toEqual(['ItemTable']);
  });

  test('a column that compares loosely yields no other key', () => {
    const loose = sql(
      'CREATE TABLE ItemTable (key TEXT COLLATE NOCASE, value)',
      "INSERT INTO ItemTable VALUES ('token', 1), ('TOKEN', 2)",
    );
    const decoded = decodeSqlite(input(loose), items, { ItemTable: ['token'] });
    expect(keysOf(child(decoded.tree, 'ItemTable'))).toEqual(['token']);
  });

  test('without an index as well', () => {
    const plain = sql(
      'CREATE TABLE ItemTable (key, value)',
      "INSERT INTO ItemTable VALUES ('a', 1), ('b', 2)",
    );
    const decoded = decodeSqlite(input(plain), items, { ItemTable: ['b'] });
    expect(holds(child(child(decoded.tree, 'ItemTable'), 'b'), 2)).toBe(true);
    expect(keysOf(child(decoded.tree, 'ItemTable'))).toEqual(['b']);
  });

  test('a table whose columns have other names is a flaw, not an absence', () => {
    const other = sql('CREATE TABLE ItemTable (name, content)', "INSERT INTO ItemTable VALUES ('a', 'b')");
    const decoded = decodeSqlite(input(other), items, { ItemTable: null });
    expect(reasons(decoded)).toEqual(['unsupported']);
    expect(keysOf(decoded.tree)).toEqual([]);
  });
});

describe('other tables', () => {
  test('a list of maps, one entry a column', () => {
    const files = sql(
      'CREATE TABLE "odd ""name" ("a ""b" TEXT, [select] INT, rowid TEXT)',
      `INSERT INTO "odd ""name" VALUES ('x', 1, 'r'), ('y', NULL, 's')`,
    );
    const decoded = decodeSqlite(input(files), {}, { 'odd "name': null });
    const rows = itemsOf(child(decoded.tree, 'odd "name'));
    expect(rows.map(keysOf)).toEqual([
      ['a "b', 'select', 'rowid'],
      ['a "b', 'select', 'rowid'],
    ]);
    expect(holds(child(rows[0], 'a "b'), 'x')).toBe(true);
    expect(holds(child(rows[1], 'select'), null)).toBe(true);
    expect(holds(child(rows[1], 'rowid'), 's')).toBe(true);
  });

  test('only wanted tables, under the wanted name; missing ones are absent', () => {
    const files = sql(
      'CREATE TABLE Auth_KV (key, value)',
      'CREATE TABLE other (a)',
      'INSERT INTO other VALUES (1)',
    );
    const decoded = decodeSqlite(
      input(files),
      { auth_kv: ['KEY', 'Value'] },
      { auth_kv: null, missing: null },
    );
    expect(keysOf(decoded.tree)).toEqual(['auth_kv']);
    expect(reasons(decoded)).toEqual([]);
  });

  test('WITHOUT ROWID', () => {
    const files = sql(
      'CREATE TABLE t (a TEXT PRIMARY KEY, b) WITHOUT ROWID',
      "INSERT INTO t VALUES ('x', 1), ('y', 2)",
    );
    const list = decodeSqlite(input(files), {}, { t: null });
    expect(itemsOf(child(list.tree, 't'))).toHaveLength(2);
    const map = decodeSqlite(input(files), { t: ['a', 'b'] }, { t: ['y'] });
    expect(holds(child(child(map.tree, 't'), 'y'), 2)).toBe(true);
    expect([...reasons(list), ...reasons(map)]).toEqual([]);
  });

  test.each(['users', "us'ers", 'us]ers', 'us`ers', '"users"', 'üsers', 'if', 'us\ners'])(
    'a table named %j',
    (name) => {
      const quoted = `"${name.replaceAll('"', '""')}"`;
      const files = sql(`CREATE TABLE ${quoted} (a)`, `INSERT INTO ${quoted} VALUES (7)`);
      const decoded = decodeSqlite(input(files), {}, { [name]: null });
      expect(reasons(decoded)).toEqual([]);
      expect(itemsOf(child(decoded.tree, name))).toHaveLength(1);
    },
  );

  test.each(['[t t]', '`t t`', "'t t'"])('a table declared as %s', (name) => {
    const files = sql(`CREATE TABLE ${name} (a)`, `INSERT INTO ${name} VALUES (7)`);
    expect(itemsOf(child(decodeSqlite(input(files), {}, { 't t': null }).tree, 't t'))).toHaveLength(1);
  });

  test('as many columns as there may be', () => {
    const names = Array.from({ length: 2000 }, (_, index) => `c${index}`);
    const files = sql(`CREATE TABLE t (${names.join(', ')})`, 'INSERT INTO t (c1999) VALUES (5)');
    const decoded = decodeSqlite(input(files), {}, { t: null });
    expect(holds(child(itemsOf(child(decoded.tree, 't'))[0], 'c1999'), 5)).toBe(true);
    expect(reasons(decoded)).toEqual([]);
  });

  test('a table that was renamed', () => {
    const files = sql('CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)', 'ALTER TABLE a RENAME TO ItemTable');
    expect(
      itemsOf(child(decodeSqlite(input(files), {}, { ItemTable: null }).tree, 'ItemTable')),
    ).toHaveLength(1);
  });
});

describe('kinds of files', () => {
  const long = 'päge '.repeat(50_000);
  const write = (pragmas: string[]) =>
    filesOf((database) => {
      for (const pragma of pragmas) database.pragma(pragma);
      database.exec(itemTable);
      const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
      for (let index = 0; index < 500; index += 1) insert.run(`key ${index}`, `value ${index}`);
      insert.run('long', long);
      insert.run('blob', Buffer.from(long));
    });

  test.each(
    [
      ...[512, 1024, 4096, 8192, 16_384, 65_536].map((size) => [`page_size = ${size}`]),
      ['auto_vacuum = FULL'],
      ['auto_vacuum = INCREMENTAL', 'page_size = 512'],
      ["encoding = 'UTF-16le'"],
      ["encoding = 'UTF-16be'", 'page_size = 512'],
      ['journal_mode = PERSIST'],
      ['journal_mode = WAL'],
      ["encoding = 'UTF-16le'", 'journal_mode = WAL'],
    ].map((pragmas) => ({ pragmas })),
  )('$pragmas', ({ pragmas }) => {
    const files = write(pragmas);
    const all = decodeSqlite(input(files), items, { ItemTable: null });
    expect(reasons(all)).toEqual([]);
    expect(keysOf(child(all.tree, 'ItemTable'))).toHaveLength(502);
    const some = decodeSqlite(input(files), items, { ItemTable: ['long', 'blob', 'key 499'] });
    expect(holds(child(child(some.tree, 'ItemTable'), 'long'), long)).toBe(true);
    expect(holds(child(child(some.tree, 'ItemTable'), 'blob'), long)).toBe(true);
    expect(holds(child(child(some.tree, 'ItemTable'), 'key 499'), 'value 499')).toBe(true);
  });

  test('deep trees, rows deleted, statistics', () => {
    const files = filesOf((database) => {
      database.pragma('page_size = 512');
      database.exec(`${itemTable}; CREATE INDEX by_value ON ItemTable (value)`);
      const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
      database.transaction(() => {
        for (let index = 0; index < 15_000; index += 1)
          insert.run(`key ${index}`, `value ${index}`.repeat(5));
      })();
      database.exec("DELETE FROM ItemTable WHERE key LIKE '%7'; ANALYZE");
    });
    const decoded = decodeSqlite(input(files), items, { ItemTable: null });
    expect(reasons(decoded)).toEqual([]);
    expect(keysOf(child(decoded.tree, 'ItemTable'))).toHaveLength(13_500);
  });

  test('an empty file is a database without tables', () => {
    const decoded = decodeSqlite({ database: Buffer.alloc(0), wal: null, hotJournal: false }, items, {
      ItemTable: null,
    });
    expect(decoded).toEqual({ tree: { type: 'map', entries: [], at: null }, flaws: [] });
  });

  test.each([
    ['malformed', Buffer.from('just some text, no database'.repeat(100))],
    ['malformed', Buffer.from('SQLite format 3\0')],
    ['malformed', Buffer.alloc(4096)],
    ['malformed', randomBytes(100)],
    ['malformed', Buffer.concat([sql('CREATE TABLE t (a)').database.subarray(0, 100), Buffer.alloc(3996)])],
    ['encrypted', randomBytes(8192)],
    ['encrypted', randomBytes(1024)],
    [
      'encrypted',
      Buffer.concat([
        sql('CREATE TABLE t (a)').database.subarray(0, 100),
        Buffer.alloc(1, 1),
        randomBytes(8091),
      ]),
    ],
  ])('no database: %s', (reason, database) => {
    const decoded = decodeSqlite({ database, wal: null, hotJournal: false }, items, { ItemTable: null });
    expect(decoded.tree).toBe(null);
    expect(reasons(decoded)).toEqual([reason]);
  });

  test('a hot journal is not read past', () => {
    const decoded = decodeSqlite(input(sql(itemTable), true), items, { ItemTable: null });
    expect(decoded).toEqual({ tree: null, flaws: [{ reason: 'hot-journal', at: null }] });
  });

  test('the buffers of the caller stay as they are', () => {
    const files = write(['journal_mode = WAL', 'wal_autocheckpoint = 100']);
    const before = [Buffer.from(files.database), Buffer.from(files.wal ?? [])];
    decodeSqlite(input(files), items, { ItemTable: null });
    expect(files.database.equals(before[0] ?? Buffer.alloc(0))).toBe(true);
    expect(files.wal?.equals(before[1] ?? Buffer.alloc(0))).toBe(true);
  });
});

describe('bounds', () => {
  test('rows', () => {
    const count = limits.databaseRows + 1;
    const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
    const files = sql('CREATE TABLE t (a)', `INSERT INTO t ${rows} SELECT i FROM n`);
    const over = decodeSqlite(input(files), {}, { t: null });
    expect(itemsOf(child(over.tree, 't'))).toHaveLength(limits.databaseRows);
    expect(reasons(over)).toEqual(['too-large']);
    const exact = decodeSqlite(
      input(sql('CREATE TABLE t (a)', `INSERT INTO t ${rows} SELECT i FROM n LIMIT ${count - 1}`)),
      {},
      { t: null },
    );
    expect(reasons(exact)).toEqual([]);
  });

  test('a wanted key is found behind more rows than are read', () => {
    const count = limits.databaseRows * 2;
    const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
    const files = sql(itemTable, `INSERT INTO ItemTable ${rows} SELECT 'key ' || i, i FROM n`);
    const decoded = decodeSqlite(input(files), items, { ItemTable: [`key ${count}`] });
    expect(keysOf(child(decoded.tree, 'ItemTable'))).toHaveLength(1);
    expect(reasons(decoded)).toEqual([]);
  });

  test('cells are cut, not dropped', () => {
    const most = limits.databaseCellBytes;
    const files = filesOf((database) => {
      database.exec(itemTable);
      const insert = database.prepare('INSERT INTO ItemTable VALUES (?, ?)');
      insert.run('fits', 'x'.repeat(most));
      insert.run('text', 'x'.repeat(most + 1));
      insert.run('blob', Buffer.from(`x${'ü'.repeat(most / 2)}`));
    });
    const read = (key: string) => decodeSqlite(input(files), items, { ItemTable: [key] });
    expect(reasons(read('fits'))).toEqual([]);
    for (const key of ['text', 'blob']) expect(reasons(read(key))).toEqual(['too-large']);
    expect(holds(child(child(read('text').tree, 'ItemTable'), 'text'), 'x'.repeat(most))).toBe(true);
    const blob = child(child(read('blob').tree, 'ItemTable'), 'blob');
    expect(holds(blob, `x${'ü'.repeat(most / 2 - 1)}`)).toBe(true);
  });

  test('the file with its log', () => {
    const database = Buffer.alloc(limits.databaseBytes);
    const decoded = decodeSqlite({ database, wal: Buffer.alloc(1), hotJournal: false }, items, {
      ItemTable: null,
    });
    expect(decoded).toEqual({ tree: null, flaws: [{ reason: 'too-large', at: null }] });
  });
});
