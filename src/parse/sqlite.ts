/**
 * SQLite databases of agents and editors, read from memory: nothing is opened, locked or left beside the
 * file, and the file's write-ahead log counts as far as it is committed. The only importer of the SQLite
 * library, which is loaded when the first database is met. It does not look at rows that nobody asked for,
 * and runs nothing that a database declares.
 */
import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';
import { limits } from '../limits.ts';
import type { Decoded } from '../model/tree.ts';
import { untangle } from './sqlite-guard.ts';
import { imageOf, type Reason } from './sqlite-image.ts';
import { isSqliteError } from './sqlite-query.ts';
import { readTables, type Tables, type Wanted } from './sqlite-rows.ts';

export type { Tables, Wanted };

/** The file, the `-wal` beside it, and whether a rollback journal beside it says that it is half written. */
export type DatabaseInput = { database: Buffer; wal: Buffer | null; hotJournal: boolean };

let loaded: typeof Sqlite | null | undefined;

/** The library; null where its native part is not made for this machine or may not be loaded. */
function load(): typeof Sqlite | null {
  if (loaded !== undefined) return loaded;
  loaded = null;
  try {
    const library = createRequire(import.meta.url)('better-sqlite3') as typeof Sqlite;
    new library(':memory:').close();
    loaded = library;
  } catch {
    // Databases become flaws; all other files can still be read.
  }
  return loaded;
}

/** Loads the library now, for who may not load it later. Databases are flaws when it cannot be loaded. */
export function loadDatabases(): void {
  load();
}

function open(library: typeof Sqlite, bytes: Buffer): Sqlite.Database {
  const connection = new library(bytes, { readonly: true });
  connection.pragma('trusted_schema = OFF');
  connection.pragma('query_only = ON');
  connection.pragma('cell_size_check = ON');
  connection.pragma('temp_store = MEMORY');
  return connection;
}

function decoded(tree: Decoded['tree'], flaws: Set<Reason>): Decoded {
  return { tree, flaws: [...flaws].map((reason) => ({ reason, at: null })) };
}

/**
 * Decodes the wanted tables of a database. The tree is a map: table -> map of key -> scalar for the tables
 * named in `tables`, otherwise table -> list of maps column -> scalar. Tables that do not exist are absent.
 * The tree is null when nothing could be read; each reason appears once among the flaws.
 */
export function decodeSqlite(input: DatabaseInput, tables: Tables, wanted: Wanted): Decoded {
  const flaws = new Set<Reason>();
  // Without playing the journal back, rows of a half-written transaction would pass for facts.
  if (input.hotJournal) return decoded(null, flaws.add('hot-journal'));
  const size = input.database.length + (input.wal?.length ?? 0);
  if (size > limits.databaseBytes) return decoded(null, flaws.add('too-large'));
  const image = imageOf(input.database, input.wal, flaws);
  if (image === null) return decoded(null, flaws);
  if (image.bytes.length === 0) return decoded({ type: 'map', entries: [], at: null }, flaws);
  if (!untangle(image)) return decoded(null, flaws.add('too-large'));
  const library = load();
  if (library === null) return decoded(null, flaws.add('unsupported'));
  let connection: Sqlite.Database | null = null;
  try {
    connection = open(library, image.bytes);
    const tree = readTables(connection, tables, wanted, image.bytes.length, flaws);
    return decoded(tree, flaws);
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return decoded(null, flaws.add('malformed'));
  } finally {
    connection?.close();
  }
}
