/**
 * No secret ever comes out: random homes with canaries in every field that any row of the catalogue knows, in all
 * forms, sound and damaged; every output at every length; and the paths where something goes wrong. Not eight
 * characters of a canary in a row may be seen, but for the public prefix of its kind and two more.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { closeState, keepScan, keyOfState, openState, remembered } from '../../src/cli/scan-state.ts';
import { loadRules } from '../../src/cli/load.ts';
import { limits } from '../../src/limits.ts';
import type { Host } from '../../src/model/host.ts';
import type { AllowlistInfo, Report } from '../../src/model/report.ts';
import { profiles } from '../../src/model/sink.ts';
import { formats } from '../../src/report/formats.ts';
import { scan, scanSeen } from '../../src/scan.ts';
import { testHost } from '../fixture.ts';
import { expand } from '../recipe.ts';
import { run } from '../trust/program.ts';
import { type Canary, type Nest, fill, nest } from './home.ts';

const rules = await loadRules();
const made: string[] = [];
afterAll(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});
const length = 8;

function newFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-canary-'));
  made.push(folder);
  return folder;
}

/** Which hashes pieces have, as bits: texts of tens of megabytes are looked at by every character. */
const hashBits = 24;
const factor = 0x01_00_01_93;
const oldest = Array.from({ length: length - 1 }).reduce<number>((power) => Math.imul(power, factor), 1);
const slotOf = (hash: number): number => hash >>> (32 - hashBits);
const hashOf = (piece: string): number =>
  piece.split('').reduce((hash, one) => (Math.imul(hash, factor) + one.charCodeAt(0)) | 0, 0);

/** Pieces of canaries that are in a text, with what stands before them. */
function leaks(text: string, canaries: Canary[]): string[] {
  const pieces = new Set<string>();
  for (const canary of canaries) {
    // What may be shown is the prefix and two characters: all that goes on behind them is too much.
    const from = Math.max(0, canary.prefix + 3 - length);
    for (let at = from; at + length <= canary.text.length; at += 1)
      pieces.add(canary.text.slice(at, at + length));
  }
  const marked = new Uint8Array(1 << hashBits);
  for (const piece of pieces) marked[slotOf(hashOf(piece))] = 1;
  const found: string[] = [];
  let hash = hashOf(text.slice(0, length));
  let next = 0;
  for (let at = 0; at + length <= text.length && found.length < 5; at += 1) {
    if (at >= next && marked[slotOf(hash)] === 1 && pieces.has(text.slice(at, at + length))) {
      found.push(text.slice(Math.max(0, at - 80), at + length + 20));
      next = at + 201;
    }
    const left = Math.imul(text.charCodeAt(at), oldest);
    hash = (Math.imul(hash - left, factor) + text.charCodeAt(at + length)) | 0;
  }
  return found;
}

test('a piece of a canary is found wherever it is, and eight characters are enough', () => {
  const canary: Canary = { text: 'ghp_0123456789abcdef', prefix: 4 };
  for (const before of ['', 'x', '0123456'.repeat(3), 'é\u{1F600}'])
    for (const after of ['', 'y', '456789'])
      expect(leaks(`${before}3456789a${after}`, [canary])).toHaveLength(1);
  expect(leaks('ghp_01 3456789 9abcdef', [canary])).toEqual([]);
  expect(leaks('56789abc'.repeat(100), [canary])).toHaveLength(4);
});

/** Everything that is ever printed of a report. */
function printed(report: Report): string {
  const of = (format: keyof typeof formats, verbose: boolean, columns: number): string =>
    [...formats[format](report, { columns, colour: 0, unicode: true, verbose, failOn: 'high' })].join('');
  // Formats for machines have one length.
  const machines = (Object.keys(formats) as (keyof typeof formats)[]).filter((one) => one !== 'human');
  return [
    of('human', true, 40),
    of('human', true, 120),
    of('human', false, 80),
    ...machines.map((one) => of(one, true, 0)),
  ].join('\n');
}

/** A share of the tools, another one for each seed; together all of them. */
const shares = 6;
const toolsOf = (seed: number) => rules.tools.filter((_, at) => at % shares === seed % shares);

function homeOf(seed: number, bad: boolean): { folder: string; own: Nest } {
  const folder = newFolder();
  const own = nest(seed, bad);
  fs.mkdirSync(path.join(folder, 'work'), { recursive: true });
  fill(folder, toolsOf(seed), rules, own, bad);
  const state = { projects: { '/home/dev/work': {} } };
  if (!fs.existsSync(path.join(folder, '.claude.json')))
    fs.writeFileSync(path.join(folder, '.claude.json'), JSON.stringify(state));
  return { folder, own };
}

const seeds = Array.from({ length: shares }, (_, at) => at + 1);

describe.each(seeds)('home %i', (seed) => {
  test('with sound files', () => {
    const { folder, own } = homeOf(seed, false);
    const report = scan(testHost(), rules, { home: folder, platform: 'linux', key: Buffer.alloc(32, seed) });
    expect(report.facts.filter(({ kind }) => kind === 'credential').length).toBeGreaterThan(20);
    expect(leaks(printed(report), own.canaries)).toEqual([]);
    expect(report.facts.filter((fact) => fact.kind === 'gap' && fact.reason === 'internal')).toEqual([]);
  });

  test('with damaged files', () => {
    const { folder, own } = homeOf(seed + 1_000, true);
    const report = scan(testHost(), rules, { home: folder, platform: 'linux' });
    expect(leaks(printed(report), own.canaries)).toEqual([]);
    expect(report.facts.filter((fact) => fact.kind === 'gap' && fact.reason === 'internal')).toEqual([]);
  });
});

/** Every byte that a state folder holds, and what is packed in it. */
function keptIn(state: string): string {
  const files = fs.readdirSync(state).map((name) => fs.readFileSync(path.join(state, name), 'latin1'));
  const database = new Database(path.join(state, 'state.db'), { readonly: true });
  const packed = database.prepare<[], { report: Buffer }>('SELECT report FROM reports').all();
  const approvals = database.prepare<[], { shape: string }>('SELECT shape FROM approvals').all();
  const texts = database.prepare<[], { hits: string }>('SELECT hits FROM texts').all();
  const events = database.prepare<[], { body: string }>('SELECT body FROM outbox').all();
  const told = database.prepare<[], { name: string }>('SELECT name FROM assets').all();
  database.close();
  expect([events.length > 100, told.length > 10]).toEqual([true, true]);
  expect([packed.length, approvals.length > 0, texts.length > 0]).toEqual([1, true, true]);
  const whole = packed.map(({ report }) => gunzipSync(report).toString('utf8'));
  return [...files, ...whole, ...events.map(({ body }) => body)].join('\n');
}

/** One of each profile, who is told of everything and never comes for it. */
const receivers = profiles.map((profile) => ({
  sink: { name: profile, kind: 'file' as const, path: '/x', profile },
  open: () => expect.fail('nothing is sent by itself'),
}));

test('in what --state keeps and sends: known, drifted, changed and gone', { timeout: 180_000 }, () => {
  const { folder, own } = homeOf(12, false);
  const token = own.canaries[0]!.text;
  const server = (...args: string[]): object => ({ command: 'npx', args: ['-y', 'kept-mcp@1.0.0', ...args] });
  const put = (file: string, ...args: string[]): void => {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), JSON.stringify({ mcpServers: { kept: server(...args) } }));
  };
  const state = newFolder();
  const list = { version: '1', name: 'l', approve: [{ package: 'npm:kept-mcp' }], deny: [], waivers: [] };
  const scanOnce = (): Report => {
    const opened = openState(state, receivers);
    const key = keyOfState(opened, (line) => expect.fail(line));
    const scanned = scanSeen(testHost({ randomId: randomUUID }), rules, {
      home: folder,
      platform: 'linux',
      transcripts: true,
      deep: true,
      allowlist: { list, info: { ...listInfo } },
      ...(key !== null && { key }),
      ...remembered(opened, key, rules),
    });
    const report = keepScan(opened, scanned, list);
    expect([closeState(opened, 0), opened.trouble]).toEqual([0, null]);
    return report;
  };
  put('.cursor/mcp.json', `--token=${token}`);
  fs.appendFileSync(path.join(folder, '.bash_history'), `export GITHUB_TOKEN=${token}\n`);
  scanOnce();
  expect(leaks(keptIn(state), own.canaries)).toEqual([]);
  put('.cursor/mcp.json', `--other=${token}`, token);
  fs.appendFileSync(path.join(folder, '.bash_history'), `curl -H "Authorization: Bearer ${token}"\n`);
  for (const [nth, name] of fs.readdirSync(folder).entries())
    if (nth % 3 === 0 && !/^\.(?:cursor|bash_history)/.test(name))
      fs.rmSync(path.join(folder, name), { recursive: true });
  const report = scanOnce();
  const found = new Set(report.findings.map((one) => one.state));
  expect([...found].toSorted()).toEqual(['new', 'open', 'resolved']);
  expect(report.findings.map(({ check }) => check)).toContain('server-drifted');
  expect(leaks(keptIn(state), own.canaries)).toEqual([]);
  const past = run(['history', '--state', state, '--format', 'human', '-v']);
  expect(leaks(past.stdout + past.stderr, own.canaries)).toEqual([]);
});

const listInfo: AllowlistInfo = {
  source: 'l',
  name: 'l',
  version: '1',
  sha256: '',
  fetchedAt: '2026-11-20T08:00:00.000Z',
  expiresAt: null,
  signature: 'none',
};

test('when reading fails in ways that nobody foresaw', () => {
  const { folder, own } = homeOf(7, false);
  const host = testHost();
  const failing: Host = {
    ...host,
    read(file, boundary, most) {
      const read = host.read(file, boundary, most);
      // Sources alone: what is read on the way to them is no file that a parser sees.
      if (most < limits.sourceBytes || own.roll(3) > 0 || read === null || 'refused' in read) return read;
      throw own.roll(2) === 0
        ? new Error(`cannot read ${read.bytes.toString('latin1')}`)
        : new RangeError(read.bytes.toString('latin1'));
    },
  };
  const report = scan(failing, rules, { home: folder, platform: 'linux' });
  expect(report.facts.some((fact) => fact.kind === 'gap' && fact.reason === 'internal')).toBe(true);
  expect(leaks(printed(report), own.canaries)).toEqual([]);
});

describe('the program', () => {
  const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
  const call = (...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: os.tmpdir() },
      maxBuffer: 1 << 28,
    });

  test('on both streams, and in the files that it writes', () => {
    const { folder, own } = homeOf(8, true);
    const out = newFolder();
    for (const more of [[], ['--verbose', '--format', 'human'], ['--deep', '--strict']]) {
      const file = path.join(out, 'report.ndjson');
      const given = [
        'scan',
        '--home',
        folder,
        '--platform',
        'linux',
        '-o',
        `ndjson=${file}`,
        '-o',
        'human=-',
      ];
      const { stdout, stderr, status } = call(
        ...given,
        ...more.filter((one) => one !== '--format' && one !== 'human'),
      );
      expect(status).not.toBeNull();
      expect(leaks(stdout + stderr + fs.readFileSync(file, 'utf8'), own.canaries)).toEqual([]);
      expect(stderr).not.toMatch(/internal error/);
    }
  });

  test('when its own files are broken', () => {
    const canaries = [1, 2, 3].map((seed) => ({ text: expand('ghp_{crc30}', seed), prefix: 4 }));
    const [one, two, three] = canaries.map(({ text }) => text);
    const folder = newFolder();
    const put = (name: string, text: string): string => {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
      return file;
    };
    const broken = [
      `version: 1\napprove:\n  - { url: "https://u:${one}@h.example", ${two}: x }\n`,
      `version: 1\napprove: [ "${three}\n`,
      `{"version": ${one}, "deny": [{"package": "${two}"}]}`,
    ];
    for (const [nth, text] of broken.entries()) {
      const { stdout, stderr, status } = call(
        'scan',
        '--home',
        folder,
        '--allowlist',
        put(`list${nth}.yaml`, text),
      );
      expect(status).toBe(2);
      expect(leaks(stdout + stderr, canaries)).toEqual([]);
      put(`rules${nth}/tools/some-tool.yaml`, text);
      const checked = call('rules', 'check', path.join(folder, `rules${nth}`));
      expect(checked.status).toBe(2);
      expect(leaks(checked.stdout + checked.stderr, canaries)).toEqual([]);
    }
  });
});
