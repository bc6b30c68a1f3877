/**
 * What Windows does differently, as far as it can be tried elsewhere: names that mean something other than a file,
 * and files that Windows PowerShell has written by redirecting output, which are UTF-16.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { entryOf } from '../src/host/list-folder.ts';
import { isOddName } from '../src/host/windows-names.ts';
import { expand } from './recipe.ts';

const main = path.join(import.meta.dirname, '..', 'src', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-windows-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('names', () => {
  test.each([
    String.raw`C:\Users\ann\.cursor\mcp.json`,
    'C:/Users/ann/.cursor/mcp.json',
    String.raw`\\?\C:\Users\ann\${'long\\'.repeat(80)}mcp.json`,
    String.raw`\\?\UNC\files\home\mcp.json`,
    String.raw`C:\Users\ann\console\comment\null\company1.json`,
    String.raw`C:\Users\ann\nul-mcp.json`,
    String.raw`C:\Users\ann\.con`,
  ])('a file: %s', (name) => expect(isOddName(name)).toBe(false));

  test.each([
    String.raw`C:\Users\ann\mcp.json:hidden`,
    String.raw`C:\Users\ann\mcp.json::$DATA`,
    String.raw`C:\Users\ann\project:x\mcp.json`,
    String.raw`C:\Users\ann\NUL`,
    'C:/Users/ann/con.json',
    String.raw`C:\Users\ann\COM1.txt`,
    String.raw`C:\Users\ann\lpt² .json`,
    String.raw`C:\CONIN$\x`,
    String.raw`\\.\PhysicalDrive0`,
    String.raw`\\?\GLOBALROOT\Device\HarddiskVolumeShadowCopy1\x`,
    String.raw`\\?\Volume{00000000-0000-0000-0000-000000000000}\x`,
  ])('no file: %s', (name) => expect(isOddName(name)).toBe(true));
});

test('a folder of a cloud service is no link, though a listing on Windows says so', () => {
  const kind = (type: 'link' | 'directory' | 'file') => ({
    name: 'OneDrive',
    isSymbolicLink: () => type === 'link',
    isDirectory: () => type === 'directory',
    isFile: () => type === 'file',
  });
  const listed = (seen: 'link' | 'directory' | null, platform: NodeJS.Platform) =>
    entryOf(kind('link'), () => (seen === null ? undefined : kind(seen)), platform).type;
  expect(listed('directory', 'win32')).toBe('directory');
  // Junctions and symbolic links are links in both.
  expect(listed('link', 'win32')).toBe('link');
  expect(listed(null, 'win32')).toBe('link');
  expect(listed('directory', 'linux')).toBe('link');
  expect(entryOf(kind('file'), () => kind('link'), 'win32').type).toBe('file');
});

describe('texts in UTF-16, as Windows PowerShell redirects output', () => {
  const run = (args: string[], input?: Buffer) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...args], {
      cwd: folder,
      encoding: 'utf8',
      input,
    });
    return { stdout, stderr, status };
  };
  /** With the mark in front, both ways round; the little end first is what PowerShell writes. */
  const wide = (text: string, order: 'little' | 'big'): Buffer => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return order === 'big' ? bytes.swap16() : bytes;
  };
  const list = 'version: 1\nname: Öffentlich\napprove: []\ndeny: []\n';
  const home = path.join(folder, 'home');
  fs.mkdirSync(home);

  test.each(['little', 'big'] as const)('a list and a saved report, %s end first', (order) => {
    fs.writeFileSync(path.join(folder, 'list.yaml'), wide(list, order));
    expect(run(['allowlist', 'check', 'list.yaml'])).toMatchObject({
      stdout: 'list.yaml: Öffentlich, version 1: 0 approvals, 0 denials\n',
      status: 0,
    });
    const scan = [
      'scan',
      '--home',
      home,
      '--platform',
      'linux',
      '--allowlist',
      'list.yaml',
      '--format',
      'json',
    ];
    const { stdout } = run(scan);
    expect(JSON.parse(stdout)).toMatchObject({ allowlist: { name: 'Öffentlich' } });
    fs.writeFileSync(path.join(folder, 'report.json'), wide(stdout, order));
    expect(run(['report', 'report.json', '--format', 'jamf']).stdout).toMatch(/^<result>PASS /);
  });

  test('what comes through a pipe; and bytes that are no text stay none', () => {
    const token = expand('ghp_{a36}', 7);
    const args = ['scan', '-', '--format', 'json', '--exit-zero'];
    const found = JSON.parse(run(args, wide(`token ${token}\r\n`, 'little')).stdout);
    expect(found.summary.byCheck).toMatchObject({ 'secret-in-log': 1 });
    const binary = JSON.parse(run(args, Buffer.from([0, 1, 2, 0, 0, 255, 254, 0, 65, 66, 67])).stdout);
    expect(binary.facts).toMatchObject([{ kind: 'gap', reason: 'unsupported' }]);
    fs.writeFileSync(path.join(folder, 'bad.yaml'), Buffer.from([0xc3, 0x28, 0x0a]));
    expect(run(['allowlist', 'check', 'bad.yaml'])).toMatchObject({
      stderr: 'shadowscan: bad.yaml: not UTF-8 text; save it as UTF-8\n',
      status: 2,
    });
  });
});
