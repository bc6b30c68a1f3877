/**
 * A bundle -> the program as a function, and what V8 has compiled of it after a scan like most others. Both
 * deliveries, the bundle and the binary, start from these two files.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes `<dist>/shadowscan.program.js` and `<dist>/shadowscan.cache`. The scan that warms it must succeed. */
export function compileProgram(
  project: string,
  bundle: string,
  dist: string,
): { program: string; cache: string } {
  const home = path.join(project, '.build', 'home');
  rmSync(home, { recursive: true, force: true });
  mkdirSync(path.join(home, '.cursor'), { recursive: true });
  const server = { command: 'npx', args: ['-y', 'example@1.0.0'], env: { API_KEY: '${API_KEY}' } };
  writeFileSync(path.join(home, '.cursor', 'mcp.json'), JSON.stringify({ mcpServers: { example: server } }));
  const [program, cache] = [path.join(dist, 'shadowscan.program.js'), path.join(dist, 'shadowscan.cache')];
  const body = readFileSync(bundle, 'utf8').replace(/^#!.*/, '');
  writeFileSync(program, `(function (exports, require, module, __filename, __dirname) {${body}\n})`);
  const scan = ['scan', '--home', home, '--platform', 'linux', '--format', 'json', '--exit-zero'];
  const warm = path.join(import.meta.dirname, 'warm.ts');
  execFileSync(process.execPath, [warm, program, cache, ...scan], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { program, cache };
}
