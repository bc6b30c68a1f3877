/** Real SQLite databases for the tests, made in a temporary folder that is gone when the function returns. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Decoded, Tree } from '../../src/model/tree.ts';
import { Secret } from '../../src/secrets/secret.ts';
import type { DatabaseInput } from '../../src/parse/sqlite.ts';

export type Files = { database: Buffer; wal: Buffer | null };

/** Runs `write` on a new database and reads its files while it is still open, as a scan would find them. */
export function filesOf(write: (database: Database.Database, path: string) => void): Files {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  const path = join(folder, 'state.vscdb');
  const connection = new Database(path);
  try {
    write(connection, path);
    const log = `${path}-wal`;
    return { database: readFileSync(path), wal: existsSync(log) ? readFileSync(log) : null };
  } finally {
    connection.close();
    rmSync(folder, { recursive: true });
  }
}

/** A database made by statements alone. */
export function sql(...statements: string[]): Files {
  return filesOf((database) => statements.forEach((statement) => database.exec(statement)));
}

export function input(files: Files, hotJournal = false): DatabaseInput {
  return { ...files, hotJournal };
}

export const itemTable = 'CREATE TABLE ItemTable (key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)';
export const items = { ItemTable: ['key', 'value'] as [string, string] };

export function child(tree: Tree | null | undefined, key: string): Tree | undefined {
  return tree?.type === 'map' ? tree.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

export function itemsOf(tree: Tree | undefined): Tree[] {
  return tree?.type === 'list' ? tree.items : [];
}

export function keysOf(tree: Tree | null | undefined): string[] {
  return tree?.type === 'map' ? tree.entries.map((entry) => entry.key) : [];
}

/** A scalar for comparison: text as whether it is the expected one. */
export function holds(tree: Tree | undefined, expected: string | number | null): boolean {
  if (tree?.type !== 'scalar') return false;
  if (typeof expected === 'string')
    return tree.value instanceof Secret && tree.value.equals(new Secret(expected));
  return tree.value === expected;
}

export function reasons(decoded: Decoded): string[] {
  return decoded.flaws.map((flaw) => flaw.reason).toSorted();
}
