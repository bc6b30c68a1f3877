/** Scans that follow each other with one state folder, in this process; folders vanish after the tests. */
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect } from 'vitest';
import { loadAllowlist, loadRules } from '../../src/cli/load.ts';
import type { Receiver } from '../../src/cli/sinks.ts';
import { closeState, keepScan, keyOfState, openState, remembered } from '../../src/cli/scan-state.ts';
import type { Host } from '../../src/model/host.ts';
import type { Report } from '../../src/model/report.ts';
import { type ScanOptions, scanSeen } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';

export const rules = await loadRules();
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

export type Files = Record<string, string | object>;

/** Writes files below a folder; what is no text becomes JSON. */
export function write(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    fs.writeFileSync(file, text, { mode: 0o600 });
  }
}

/** A new folder with these files, closed to others. */
export function folderWith(files: Files = {}): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-state-')));
  folders.push(folder);
  write(folder, files);
  return folder;
}

let day = 0;

export type Asked = ScanOptions & {
  list?: string;
  host?: Partial<Host>;
  /** To whom the run is told, and whether all of it is. */
  receivers?: Receiver[];
  full?: boolean;
};

/** One scan of a home on the next day, and its report with the state of every finding. */
export async function scanKept(state: string, asked: Asked): Promise<Report> {
  const { list, host, receivers, full, ...options } = asked;
  const now = new Date(Date.UTC(2026, 10, 1 + day++));
  const opened = openState(state, receivers, full);
  if (opened.trouble !== null) throw new Error(opened.trouble);
  const allowlist: Pick<ScanOptions, 'allowlist'> =
    list === undefined ? {} : { allowlist: await loadAllowlist(list, now) };
  const key = options.key ?? keyOfState(opened, (line) => expect.fail(line));
  const scanned = scanSeen(testHost({ now: () => now, randomId: randomUUID, ...host }), rules, {
    platform: 'linux',
    ...allowlist,
    ...(key !== null && { key }),
    ...remembered(opened, key, rules),
    ...options,
  });
  const report = keepScan(opened, scanned, options.allowlist?.list ?? allowlist.allowlist?.list ?? null);
  closeState(opened, 0);
  if (opened.trouble !== null) throw new Error(opened.trouble);
  return report;
}

/** `check name: state` of every finding, sorted; the name is that of a server or field, or of the file. */
export function states(report: Report): string[] {
  return report.findings
    .map(({ check, origin, state }) => `${check} ${path.basename(origin.path)}: ${state}`)
    .toSorted();
}

/** Rows of the database. */
export function rows<T>(state: string, sql: string): T[] {
  const database = new Database(path.join(state, 'state.db'), { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}

/** `check file: state` of what is kept. */
export function kept(state: string): string[] {
  return rows<{ check_id: string; file_path: string; state: string }>(state, 'SELECT * FROM findings')
    .map((row) => `${row.check_id} ${path.basename(row.file_path)}: ${row.state}`)
    .toSorted();
}
