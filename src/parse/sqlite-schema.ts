/**
 * What an open SQLite database declares: which names are tables that hold rows of their own, and which of
 * their columns hold values of their own. A view, a virtual table or a computed column under a wanted name
 * would make SQLite run what the file says; nothing here asks about one, since asking runs it already.
 */
import { limits } from '../limits.ts';
import { collect, folded, quoted, type Connection } from './sqlite-query.ts';
import type { Reason } from './sqlite-image.ts';

/** Folded name -> whether it is a real table. */
export type Declared = Map<string, 'table' | 'other'>;
/** Folded name -> name as written, and whether reading it would compute it. */
export type Columns = Map<string, { name: string; computed: boolean }>;

/** The part of the declaration up to the name, whose quotes come in four kinds. */
const kinds = /^CREATE (TABLE|VIEW|VIRTUAL TABLE) /;
const names = [
  /^"((?:[^"]|"")+)"/,
  /^'((?:[^']|'')+)'/,
  /^`((?:[^`]|``)+)`/,
  /^\[([^\]]+)\]/,
  /^([\w$\u0080-\uffff]+)/,
];

function nameAt(text: string): string | null {
  const quote = text[0] ?? '';
  const name = names.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  // `IF NOT EXISTS` is nothing that SQLite keeps: the name behind it could be that of a view.
  if (name === undefined || (folded(name) === 'if' && folded(quote) === 'i')) return null;
  return `"'\``.includes(quote) ? name.replaceAll(quote + quote, quote) : name;
}

/**
 * Reads the declarations, by the text that SQLite compiles and not by the name beside it. SQLite writes
 * these texts in one form; another form is a flaw, since whoever wrote it may be hiding a table. Null when
 * SQLite cannot take the schema in.
 */
export function declaredTables(connection: Connection, flaws: Set<Reason>): Declared | null {
  const declared: Declared = new Map();
  const most = limits.databaseSchemaBytes;
  const budget = { rows: limits.databaseObjects, cells: most, characters: most, flaws };
  const sql = 'SELECT sql FROM main.sqlite_master WHERE sql IS NOT NULL';
  const { rows, broken } = collect(connection, sql, [], budget);
  if (broken) {
    flaws.add('malformed');
    return null;
  }
  for (const [cell] of rows) {
    const text = typeof cell === 'string' ? cell : '';
    if (/^CREATE (?:INDEX|UNIQUE INDEX|TRIGGER) /.test(text)) continue;
    const [start, kind] = kinds.exec(text) ?? [];
    const name = start === undefined ? null : nameAt(text.slice(start.length));
    if (name === null) flaws.add('malformed');
    else declared.set(folded(name), kind === 'TABLE' ? 'table' : 'other');
  }
  return declared;
}

/** The columns of a real table, in its order. */
export function columnsOf(connection: Connection, table: string, flaws: Set<Reason>): Columns {
  const most = limits.databaseSchemaBytes;
  const budget = { rows: limits.databaseObjects, cells: most, characters: most, flaws };
  const { rows, broken } = collect(connection, `PRAGMA main.table_xinfo(${quoted(table)})`, [], budget);
  if (broken) flaws.add('malformed');
  const columns: Columns = new Map();
  for (const row of rows) {
    // The second field is the name; the seventh is 2 for a column that is computed whenever it is read.
    if (typeof row[1] === 'string') columns.set(folded(row[1]), { name: row[1], computed: row[6] === 2 });
  }
  return columns;
}
