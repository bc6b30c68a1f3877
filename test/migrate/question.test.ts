/** The question before a change, on a terminal: what each answer does, and that only a yes begins. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expand } from '../recipe.ts';
import { homeWith, program } from './desk.ts';

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const token = expand('ghp_{a36}');
const name = '.config/Claude/claude_desktop_config.json';
const text = JSON.stringify({ mcpServers: { it: { command: 'gh-mcp', env: { GITHUB_TOKEN: token } } } });
const home = homeWith({ [name]: text });
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

/** `script` of util-linux gives the program a terminal. */
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** What is told on the terminal and the exit code, with these keys pressed at the question. */
function answered(keys: string): Promise<{ said: string; code: number | null }> {
  const words = [process.execPath, main, 'migrate', '--apply', '--program', program];
  const env = { PATH: process.env['PATH'], HOME: home, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
  const child = spawn('script', ['-qec', words.map((word) => `'${word}'`).join(' '), '/dev/null'], { env });
  let said = '';
  let isAsked = false;
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString('utf8');
    if (isAsked || !said.includes('[y/N]')) return;
    isAsked = true;
    child.stdin.write(keys);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ said, code })));
}

describe.skipIf(!hasTerminal)('the question', () => {
  test.each([
    ['no', 'n\r', 0],
    ['nothing', '\r', 0],
    ['Ctrl-D', '\u0004', 0],
    ['Ctrl-C', '\u0003', 130],
    ['yes, where there is no keychain', 'y\r', 2],
  ])('%s', async (what, keys, wanted) => {
    const { said, code } = await answered(keys);
    const [, after = ''] = said.split('[y/N]');
    expect(code).toBe(wanted);
    expect(said).not.toContain('internal error');
    if (what.startsWith('yes')) expect(after).toContain('keychain_unavailable');
    else expect(after).not.toContain('shadowscan:');
    expect(fs.readFileSync(path.join(home, name), 'utf8')).toBe(text);
    expect(fs.existsSync(path.join(home, '.local/share/shadowscan/vault'))).toBe(false);
  });
});
