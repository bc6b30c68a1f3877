/**
 * Fixtures: a tiny machine as a folder, `test/tools/<tool>/<os>/` with `home/`, `root/` and `fixture.yaml`.
 * What git cannot keep is in the yaml: modes, databases as SQL, encodings, links, and secrets, which are
 * recipes between `%%` that are expanded here, so that the repository holds nothing that looks live.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Platform } from '../src/model/common.ts';
import type { Host } from '../src/model/host.ts';
import { systemHost } from '../src/host/system.ts';
import { expand } from './recipe.ts';

const Special = z.strictObject({
  /** Octal mode, as text. */
  mode: z.string().optional(),
  /** Content that git would not keep as it is. */
  text: z.string().optional(),
  encoding: z.enum(['utf8', 'utf8-bom', 'utf16le', 'utf16be', 'base64']).optional(),
  /** Statements that make a database; with `wal`, they stay in the write-ahead log. */
  sql: z.string().optional(),
  wal: z.boolean().optional(),
  link: z.string().optional(),
  crlf: z.boolean().optional(),
});

export const Fixture = z.strictObject({
  /** What says that the product's files look like this. */
  source: z.string(),
  checked: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  /** Scanned with `--transcripts`. */
  transcripts: z.literal(true).optional(),
  /** Facts by kind, counted by hand from the fixture before the first run. */
  expect: z.record(z.string(), z.int().nonnegative()),
  /** Servers by name -> load, counted by hand as well. */
  servers: z.record(z.string(), z.string()).optional(),
  /** Files that need more than a plain copy, by path below the fixture: `home/.codex/auth.json`. */
  files: z.record(z.string(), Special).default({}),
});
export type Fixture = z.infer<typeof Fixture>;

export type Machine = {
  folder: string;
  home: string;
  root: string;
  platform: Platform;
  /** Every secret that was planted. */
  planted: string[];
  env: Record<string, string>;
};

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Expands `%%recipe%%`; `%%jwt {...}%%` is an unsigned token with these claims. */
export function plant(text: string, seed: string, planted: string[]): string {
  let nth = 0;
  return text.replace(/%%(.+?)%%/gs, (_, recipe: string) => {
    const number = createHash('sha256').update(`${seed}\0${nth++}`).digest().readUInt32BE(0);
    const claims = /^jwt (\{.*\})$/s.exec(recipe)?.[1];
    const secret =
      claims === undefined
        ? expand(recipe, number)
        : `${base64url({ alg: 'RS256', typ: 'JWT' })}.${base64url(JSON.parse(claims))}.${expand('{w86}', number)}`;
    planted.push(secret);
    return secret;
  });
}

function encode(text: string, encoding: z.infer<typeof Special>['encoding']): Buffer {
  if (encoding === 'utf16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (encoding === 'utf16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  if (encoding === 'utf8-bom') return Buffer.from(`\ufeff${text}`);
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
}

function writeDatabase(file: string, sql: string, wal: boolean): void {
  const building = `${file}.building`;
  const database = new Database(building);
  if (wal) {
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
  }
  database.exec(sql);
  // Copied while it is open, so that the log is what a running program leaves.
  if (wal) fs.copyFileSync(`${building}-wal`, `${file}-wal`);
  fs.copyFileSync(building, file);
  database.close();
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(building + suffix, { force: true });
}

function copyTree(from: string, to: string, seed: string, planted: string[]): void {
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) {
      fs.mkdirSync(target, { recursive: true });
      copyTree(source, target, `${seed}/${entry.name}`, planted);
    } else if (entry.name !== '.gitkeep') {
      fs.writeFileSync(target, plant(fs.readFileSync(source, 'utf8'), `${seed}/${entry.name}`, planted), {
        mode: 0o600,
      });
    }
  }
}

/** Reads and checks `fixture.yaml` of a fixture folder. */
export function readFixture(folder: string): Fixture {
  return Fixture.parse(parse(fs.readFileSync(path.join(folder, 'fixture.yaml'), 'utf8')));
}

/** Builds the machine of a fixture in a new folder below the system's temporary one. */
export function buildMachine(folder: string, platform: Platform): Machine {
  const fixture = readFixture(folder);
  const built = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-test-'));
  const planted: string[] = [];
  for (const part of ['home', 'root']) {
    fs.mkdirSync(path.join(built, part), { mode: 0o700 });
    if (fs.existsSync(path.join(folder, part)))
      copyTree(path.join(folder, part), path.join(built, part), part, planted);
  }
  for (const [name, special] of Object.entries(fixture.files)) {
    const target = path.join(built, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    if (special.link !== undefined) fs.symlinkSync(special.link, target);
    else if (special.sql !== undefined)
      writeDatabase(target, plant(special.sql, name, planted), special.wal ?? false);
    else if (special.text !== undefined || special.encoding !== undefined || special.crlf) {
      const text =
        special.text === undefined ? fs.readFileSync(target, 'utf8') : plant(special.text, name, planted);
      fs.writeFileSync(target, encode(special.crlf ? text.replaceAll('\n', '\r\n') : text, special.encoding));
    }
    if (special.mode !== undefined) fs.chmodSync(target, Number.parseInt(special.mode, 8));
  }
  const env = Object.fromEntries(
    Object.entries(fixture.env).map(([name, value]) => [name, value.replace(/^~/, path.join(built, 'home'))]),
  );
  return {
    folder: built,
    home: path.join(built, 'home'),
    root: path.join(built, 'root'),
    platform,
    planted,
    env,
  };
}

/** The real host with the parts replaced that differ from run to run. */
export function testHost(over: Partial<Host> = {}): Host {
  let clock = 0;
  return {
    ...systemHost(),
    hostname: 'laptop-1',
    osVersion: '1.0',
    arch: 'x64',
    deviceId: '0'.repeat(32),
    env: {},
    now: () => new Date('2026-11-20T08:00:00Z'),
    elapsed: () => (clock += 1),
    randomId: () => '00000000-0000-4000-8000-000000000000',
    ...over,
  };
}
