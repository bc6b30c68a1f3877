/** The program as users run it, with folders that vanish after the tests. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll } from 'vitest';
import { Report } from '../../src/model/report.ts';

export const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files. */
export function folderWith(files: Record<string, string> = {}): string {
  const top = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-trust-'));
  folders.push(top);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
    fs.writeFileSync(path.join(top, name), text);
  }
  return top;
}

export type Ended = { stdout: string; stderr: string; status: number | null };

/** Runs the program, by way of another one where `wrapper` says so. */
export function run(args: string[], env: Record<string, string> = {}, wrapper: string[] = []): Ended {
  const [command, ...rest] = [...wrapper, process.execPath, program, ...args];
  const { stdout, stderr, status } = spawnSync(command!, rest, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: os.tmpdir(), ...env },
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  return { stdout, stderr, status };
}

/** The report of a scan of a home with these arguments. */
export function scanArgs(home: string, ...more: string[]): string[] {
  return ['scan', '--home', home, '--platform', 'linux', '--format', 'json', '--exit-zero', ...more];
}

export function reportOf({ stdout, stderr }: Ended): Report {
  if (stdout === '') throw new Error(stderr);
  return Report.parse(JSON.parse(stdout));
}

/** The verdicts on servers, by the names of their definitions. */
export function verdicts(report: Report): Record<string, string> {
  return Object.fromEntries(
    report.facts.flatMap((fact) => (fact.kind === 'server' ? [[fact.name, fact.verdict]] : [])),
  );
}

/** A home whose one agent has these servers. */
export function homeWith(servers: Record<string, object>): string {
  return folderWith({ '.cursor/mcp.json': JSON.stringify({ mcpServers: servers }) });
}

/** The same without waiting in the way of servers of the test's own. */
export function runBeside(
  args: string[],
  env: Record<string, string> = {},
  wrapper: string[] = [],
): Promise<Ended> {
  const [command, ...rest] = [...wrapper, process.execPath, program, ...args];
  return new Promise((resolve) => {
    const child = spawn(command!, rest, {
      env: { PATH: process.env['PATH'] ?? '', HOME: os.tmpdir(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('close', (status) => {
      const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
      resolve({ stdout: text(stdout), stderr: text(stderr), status });
    });
  });
}
