/**
 * One statement against an open SQLite database, with bounds on what it may yield. It knows no table and
 * no key. What SQLite says of a broken file is told as a fact; its message, which can quote the file, is
 * dropped.
 */
import type { Reason } from './sqlite-image.ts';

/** What is used of a connection; the library itself is named in one file only. */
export type Connection = { prepare(sql: string): Statement };
type Statement = { raw(on: boolean): { iterate(...values: (string | number)[]): Iterable<unknown> } };

/**
 * What may still be read: rows of the table at hand, cells of all tables, and their characters or bytes.
 * An honest file has no more characters in its cells than it has bytes.
 */
export type Budget = { rows: number; cells: number; characters: number; flaws: Set<Reason> };

/** The rows as lists of cells; `broken` when SQLite could not go on to the end. */
export type Rows = { rows: unknown[][]; broken: boolean };

/** A name as SQLite takes it for a table or column, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Folds the letters that SQLite folds and no more, so that names which it tells apart stay apart. */
export function folded(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether an error is SQLite's judgment on the file; any other is ours and must not be hidden. */
export function isSqliteError(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && code.startsWith('SQLITE_');
}

/** Whether the budget still covers a row; its cost is taken off. */
function afford(row: unknown[], budget: Budget): boolean {
  budget.rows -= 1;
  budget.cells -= row.length;
  for (const cell of row) {
    if (typeof cell === 'string' || Buffer.isBuffer(cell)) budget.characters -= cell.length;
  }
  return budget.rows >= 0 && budget.cells >= 0 && budget.characters >= 0;
}

/** Reads until the rows, the budget (flaw `too-large`) or the sound part of the table end. */
export function collect(
  connection: Connection,
  sql: string,
  values: (string | number)[],
  budget: Budget,
): Rows {
  const rows: unknown[][] = [];
  try {
    for (const row of connection
      .prepare(sql)
      .raw(true)
      .iterate(...values)) {
      if (!Array.isArray(row)) continue;
      if (!afford(row, budget)) {
        budget.flaws.add('too-large');
        break;
      }
      rows.push(row);
    }
    return { rows, broken: false };
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return { rows, broken: true };
  }
}
