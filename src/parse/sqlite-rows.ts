/**
 * The wanted tables of an open SQLite database as a tree: a map table becomes key -> scalar, any other a
 * list of maps column -> scalar. Tables that are not there are absent; tables that cannot be read without
 * running something are flaws.
 */
import { limits } from '../limits.ts';
import type { Entry, Tree } from '../model/tree.ts';
import { scalarOf, textOfBlob } from './sqlite-cell.ts';
import { collect, folded, quoted, type Budget, type Connection } from './sqlite-query.ts';
import { columnsOf, declaredTables, type Columns } from './sqlite-schema.ts';
import type { Reason } from './sqlite-image.ts';

/** Tables that are maps: table -> key column and value column. */
export type Tables = Record<string, [string, string]>;
/** Table -> exact keys wanted, or null for all rows. */
export type Wanted = Record<string, string[] | null>;

type Pair = [string, string] | null;
type Keys = string[] | null;

/** What to read of one table; `keys` narrows it to rows whose first column is one of them. */
type Plan = { table: string; columns: string[]; rowid: string | null; keys: Keys };

/** SQLite's bound on the columns of a result, which the row id would be one more of. */
const mostColumns = 2000;

/** A cell, cut off in SQLite already so that a huge one is never copied whole. */
function bounded(column: string): string {
  const most = limits.databaseCellBytes;
  const name = quoted(column);
  return `CASE WHEN octet_length(${name}) > ${most} THEN substr(${name}, 1, ${most + 1}) ELSE ${name} END`;
}

/** The name under which the table has row ids that can be ordered by; null when it has none. */
function rowidOf(connection: Connection, table: string, columns: Columns): string | null {
  const rowid = ['rowid', '_rowid_', 'oid'].find((name) => !columns.has(name));
  if (rowid === undefined || columns.size >= mostColumns) return null;
  const budget: Budget = { rows: 1, cells: 1, characters: 0, flaws: new Set() };
  const sql = `SELECT ${quoted(rowid)} FROM main.${quoted(table)} LIMIT 0`;
  return collect(connection, sql, [], budget).broken ? null : rowid;
}

/**
 * The rows of a plan. Wanted keys are looked up through whatever index there is; when that breaks, or all
 * rows are wanted, the table itself is read from its beginning, and when that breaks from its end as well,
 * so that one bad page costs no more than what lies behind it.
 */
function rowsOf(connection: Connection, plan: Plan, budget: Budget): unknown[][] {
  const cells = plan.columns.map(bounded).join(', ');
  const from = `FROM main.${quoted(plan.table)}`;
  const keys = plan.keys ?? [];
  const places = keys.map(() => '?').join(', ');
  const filter = plan.keys === null ? 'WHERE true' : `WHERE ${quoted(plan.columns[0] ?? '')} IN (${places})`;
  if (plan.keys !== null) {
    const spent: Budget = { ...budget };
    const found = collect(connection, `SELECT ${cells} ${from} ${filter}`, keys, spent);
    if (!found.broken) {
      Object.assign(budget, spent);
      return found.rows;
    }
    budget.flaws.add('malformed');
  }
  const rowid = quoted(plan.rowid ?? '');
  const scan = `SELECT ${cells}${plan.rowid === null ? '' : `, ${rowid}`} ${from} NOT INDEXED ${filter}`;
  const forward = collect(connection, scan, keys, budget);
  if (!forward.broken) return forward.rows;
  budget.flaws.add('malformed');
  if (plan.rowid === null) return forward.rows;
  const last = forward.rows.at(-1)?.at(-1);
  const rest = typeof last === 'number' ? `AND ${rowid} > ${last}` : '';
  const backward = collect(connection, `${scan} ${rest} ORDER BY ${rowid} DESC`, keys, budget);
  return [...forward.rows, ...backward.rows.toReversed()];
}

/** The key of a row of a map table; null when there is none. */
function keyOf(cell: unknown): string | null {
  if (Buffer.isBuffer(cell)) return textOfBlob(cell);
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : null;
}

function entryOf(key: string, cell: unknown, budget: Budget): Entry {
  const { scalar, cut } = scalarOf(cell);
  if (cut) budget.flaws.add('too-large');
  return { key, keyAt: null, value: scalar };
}

/** Columns of the wanted names, as the table writes them; null when one is missing or computed. */
function ownColumns(columns: Columns, names: string[]): string[] | null {
  const own = names.map((name) => columns.get(folded(name)));
  return own.every((column) => column?.computed === false) ? own.map((column) => column?.name ?? '') : null;
}

function mapOf(connection: Connection, plan: Plan, budget: Budget): Tree {
  const wanted = plan.keys === null ? null : new Set(plan.keys);
  const entries: Entry[] = [];
  for (const [keyCell, valueCell] of rowsOf(connection, plan, budget)) {
    const key = keyOf(keyCell);
    // A column may compare more loosely than we do.
    if (key !== null && wanted?.has(key) !== false) entries.push(entryOf(key, valueCell, budget));
  }
  return { type: 'map', entries, at: null };
}

function listOf(connection: Connection, plan: Plan, budget: Budget): Tree {
  const items = rowsOf(connection, plan, budget).map((row): Tree => {
    const entries = plan.columns.map((column, index) => entryOf(column, row[index], budget));
    return { type: 'map', entries, at: null };
  });
  return { type: 'list', items, at: null };
}

/** The tree of one declared table; null, with a flaw, when reading it would compute what the file says. */
function tableOf(connection: Connection, table: string, pair: Pair, keys: Keys, budget: Budget): Tree | null {
  const columns = columnsOf(connection, table, budget.flaws);
  const rowid = rowidOf(connection, table, columns);
  budget.rows = limits.databaseRows;
  if (pair !== null) {
    const own = ownColumns(columns, pair);
    if (own !== null) return mapOf(connection, { table, columns: own, rowid, keys }, budget);
    budget.flaws.add('unsupported');
    return null;
  }
  const own = [...columns.values()].filter((column) => !column.computed).map((column) => column.name);
  if (own.length < columns.size) budget.flaws.add('unsupported');
  return own.length === 0 ? null : listOf(connection, { table, columns: own, rowid, keys: null }, budget);
}

/**
 * Reads the wanted tables; `imageBytes` bounds what they may hold together. Null when SQLite cannot take in
 * the schema.
 */
export function readTables(
  connection: Connection,
  tables: Tables,
  wanted: Wanted,
  imageBytes: number,
  flaws: Set<Reason>,
): Tree | null {
  const declared = declaredTables(connection, flaws);
  if (declared === null) return null;
  const budget: Budget = { rows: 0, cells: limits.treeNodes, characters: imageBytes, flaws };
  const entries: Entry[] = [];
  for (const [table, keys] of Object.entries(wanted)) {
    const kind = declared.get(folded(table));
    if (kind === 'other') flaws.add('unsupported');
    if (kind !== 'table') continue;
    const pair = Object.hasOwn(tables, table) ? (tables[table] ?? null) : null;
    const value = tableOf(connection, table, pair, keys, budget);
    if (value !== null) entries.push({ key: table, keyAt: null, value });
  }
  return { type: 'map', entries, at: null };
}
