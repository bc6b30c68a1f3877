/**
 * A bundle -> the program as a function, and what V8 has compiled of it after a scan like most others. Both
 * deliveries, the bundle and the binary, start from these two files.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const server = {
  command: 'npx',
  args: ['-y', 'example@1.0.0'],
  env: { API_KEY: '${API_KEY}', LOG: 'debug' },
};
const servers = {
  example: server,
  remote: { url: 'https://mcp.example.com/mcp', headers: { 'X-Team': 'a' } },
};

/** A home with a file of each format that text comes in, so that every reader is warm. */
const sampleHome: Record<string, string> = {
  '.cursor/mcp.json': `// comment\n${JSON.stringify({ mcpServers: servers })}`,
  '.claude.json': JSON.stringify({
    mcpServers: servers,
    projects: { '/home/dev/work': { mcpServers: servers } },
  }),
  'work/.mcp.json': JSON.stringify({ mcpServers: servers }),
  '.codex/config.toml':
    '[mcp_servers.a]\ncommand = "uvx"\nargs = ["example==1.0"]\n[mcp_servers.a.env]\nTOKEN = "${T}"\n',
  '.continue/config.yaml':
    'mcpServers:\n  - name: a\n    command: docker\n    args: [run, -i, example/image]\n',
  '.openclaw/openclaw.json': "{mcp: {servers: {a: {command: 'sh', args: ['-c', 'npx -y example']}}}}",
  '.codex/.env': 'TOKEN=${TOKEN}\nMODE=fast\n',
  '.claude/agents/a.md': '---\nname: a\n---\ntext\n',
  '.bash_history': 'export API_TOKEN=${TOKEN}\ncurl https://example.com/v1/things?token=none\n',
  '.mcp-auth/mcp-remote-v1/00000000000000000000000000000000_tokens.json': '{"token_type":"bearer"}',
};

/**
 * Everything beyond ASCII as an escape: the program is read as one byte a character, which is fast, and the bundler
 * leaves patterns as they are.
 */
function plain(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Writes a bundle as a function, which is called with what a module has. */
export function writeProgram(bundle: string, program: string): void {
  const body = plain(readFileSync(bundle, 'utf8').replace(/^#!.*/, ''));
  writeFileSync(program, `(function (exports, require, module, __filename, __dirname) {${body}\n})`);
}

/** Writes `<dist>/shadowscan.program.js` and `<dist>/shadowscan.cache`. The scan that warms it must succeed. */
export function compileProgram(
  project: string,
  bundle: string,
  dist: string,
): { program: string; cache: string } {
  const home = path.join(project, '.build', 'home');
  rmSync(home, { recursive: true, force: true });
  for (const [name, text] of Object.entries(sampleHome)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  }
  const [program, cache] = [path.join(dist, 'shadowscan.program.js'), path.join(dist, 'shadowscan.cache')];
  writeProgram(bundle, program);
  const scan = [
    'scan',
    '--home',
    home,
    '--platform',
    'linux',
    '--transcripts',
    '--format',
    'json',
    '--exit-zero',
  ];
  const warm = path.join(import.meta.dirname, 'warm.ts');
  execFileSync(process.execPath, [warm, program, cache, ...scan], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { program, cache };
}
