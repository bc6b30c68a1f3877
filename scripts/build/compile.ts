/**
 * Packs -> the files of the program, each with what V8 has compiled of it after a scan like most others. Both
 * deliveries, the bundle and the binary, start from these files.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fitCaches, steady } from './fit-caches.ts';

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
  'rules/secrets/warm.yaml':
    'provider: Warm\nshapes:\n  - {id: warm-token, title: Token, pattern: "warm_[a-z0-9]{20}", anchors: [warm_], prefix: warm_,\n' +
    '     severity: low, confidence: low, matches: ["warm_{a20}"], clean: ["warm_"], source: none}\n',
  '.mcp-auth/mcp-remote-v1/00000000000000000000000000000000_tokens.json': '{"token_type":"bearer"}',
};

/** Calls that between them load every pack but what a policy or a database needs. */
function calls(home: string): string[][] {
  const scan = ['scan', '--home', home, '--platform', 'linux'];
  return [
    [...scan, '--transcripts', '--format', 'json', '--exit-zero'],
    [...scan, '--rules', path.join(home, 'rules'), '--format', 'json', '--exit-zero'],
  ];
}

/** Writes the packs and their caches into `<dist>/program`. The scans that warm them must succeed. */
export function compilePacks(
  project: string,
  files: Map<string, string>,
  main: string,
  dist: string,
): string {
  const home = path.join(project, '.build', 'home');
  rmSync(home, { recursive: true, force: true });
  for (const [name, text] of Object.entries(sampleHome)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  }
  const folder = path.join(dist, 'program');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
  const warm = path.join(import.meta.dirname, 'warm.ts');
  for (const call of calls(home))
    execFileSync(process.execPath, [...steady, warm, folder, main, ...call], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // What a scan looks at decides what is compiled: nothing of who builds.
      env: { HOME: home, TZ: 'UTC', LC_ALL: 'C' },
      cwd: home,
    });
  fitCaches(folder);
  return folder;
}
