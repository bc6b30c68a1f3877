/**
 * osquery opens the state by SQLite's read-only way without any lock (`unix-none`; osquery's source, August 2026), and
 * lets a query select, read and call functions. What it is given while a scan writes, or after one was killed, is
 * either the last whole state or an error, from which it makes no rows.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseSync, constants } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { tablesConfig } from '../../src/report/osquery.ts';
import { folderWith, scanKept } from './kept.ts';

type Tables = { auto_table_construction: Record<string, { query: string; columns: string[] }> };
const { auto_table_construction: tables } = tablesConfig('linux') as Tables;

const allowed = new Set([constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_FUNCTION]);

/** Rows of a table as osquery gets them, or `error`. */
function rowsOf(file: string, name: string): Record<string, unknown>[] | 'error' {
  const url = pathToFileURL(file);
  url.search = '?mode=ro&vfs=unix-none';
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    database.setAuthorizer((action) => (allowed.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY));
    return database.prepare(tables[name]!.query).all();
  } catch {
    return 'error';
  } finally {
    database.close();
  }
}

const bad = { command: 'npx', args: ['-y', 'postmark-mcp@1.0.16'] };
async function kept(): Promise<{ state: string; file: string; home: string }> {
  const [home, state] = [folderWith({ '.cursor/mcp.json': { mcpServers: { bad } } }), folderWith()];
  await scanKept(state, { home });
  return { state, home, file: path.join(state, 'state.db') };
}

/** Changes rows and fills more pages than are kept in memory, so that some reach the file before the end. */
const halfway = `PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE findings SET title = 'half';
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
  INSERT INTO outbox (sink, id, queued_at, time, kind, severity, body, bytes)
    SELECT 'a', i, '', '', '', '', hex(randomblob(2000)), 1 FROM n`;

test('every table is read without a lock, with the columns that are named', async () => {
  const { file } = await kept();
  for (const [name, { columns }] of Object.entries(tables)) {
    const rows = rowsOf(file, name);
    expect([name, rows === 'error' ? rows : Object.keys(rows[0]!)]).toEqual([name, columns]);
  }
});

test('while a scan writes there is no half of it', async () => {
  const { file } = await kept();
  const writer = new DatabaseSync(file);
  writer.exec('BEGIN IMMEDIATE');
  writer.exec("UPDATE findings SET title = 'half'");
  // Nothing has reached the file.
  const before = rowsOf(file, 'shadowscan_findings');
  expect(before).not.toBe('error');
  expect(JSON.stringify(before)).not.toContain('half');
  writer.exec('ROLLBACK');
  writer.exec(halfway);
  expect(fs.existsSync(`${file}-journal`)).toBe(true);
  expect(rowsOf(file, 'shadowscan_findings')).toBe('error');
  writer.exec('COMMIT');
  writer.close();
  expect(JSON.stringify(rowsOf(file, 'shadowscan_findings'))).toContain('half');
});

test('after one that was killed there are no rows until the next', async () => {
  const { file, state, home } = await kept();
  const script = `const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(${JSON.stringify(file)}).exec(${JSON.stringify(halfway)});
    process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, ['-e', script]).signal).toBe('SIGKILL');
  expect(rowsOf(file, 'shadowscan_findings')).toBe('error');
  await scanKept(state, { home });
  const rows = rowsOf(file, 'shadowscan_findings');
  expect(rows).not.toBe('error');
  expect(rows).not.toEqual([]);
  expect(JSON.stringify(rows)).not.toContain('half');
  expect(rowsOf(file, 'shadowscan_runs')).toHaveLength(2);
});
