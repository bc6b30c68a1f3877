/**
 * The SQLite library, loaded when the first database is met, and in one place for those who read the
 * databases of others from memory and for the program's own. It opens nothing itself.
 */
import { createRequire } from 'node:module';
import type Sqlite from 'better-sqlite3';

export type { Sqlite };
export type Connection = Sqlite.Database;

let loaded: typeof Sqlite | null | undefined;

/** The library; null where its native part is not made for this machine or may not be loaded. */
export function sqliteLibrary(): typeof Sqlite | null {
  if (loaded !== undefined) return loaded;
  loaded = null;
  try {
    const library = createRequire(import.meta.url)('better-sqlite3') as typeof Sqlite;
    new library(':memory:').close();
    loaded = library;
  } catch {
    // Databases of others become flaws, and an own one cannot be kept; all else goes on.
  }
  return loaded;
}
