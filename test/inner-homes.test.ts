/** Linux homes on a Windows machine: files of WSL 1 are scanned, the disk of WSL 2 is reported as not seen. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import type { Report } from '../src/model/report.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';

const rules = await loadRules();
const folders: string[] = [];
const packages = 'Users/ann/AppData/Local/Packages';
const ubuntu = `${packages}/CanonicalGroupLimited.Ubuntu_79rhkp1fndgsc/LocalState`;

afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function report(files: Record<string, string>): Report {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-wsl-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  return scan(testHost({ platform: 'linux' }), rules, { root, platform: 'windows' });
}

const config = (name: string): string =>
  JSON.stringify({ mcpServers: { [name]: { command: 'npx', args: ['-y', `${name}@1.0.0`] } } });

test('WSL 1: each Linux home is a home of its own', () => {
  const { facts, run } = report({
    'Users/ann/.cursor/mcp.json': config('outer'),
    [`${ubuntu}/rootfs/home/dev/.cursor/mcp.json`]: config('inner'),
    [`${ubuntu}/rootfs/home/dev/.config/Code/User/mcp.json`]: config('inner').replace(
      'mcpServers',
      'servers',
    ),
    [`${ubuntu}/rootfs/root/.claude.json`]: config('root'),
  });
  const user = 'ann/dev in CanonicalGroupLimited.Ubuntu_79rhkp1fndgsc';
  const servers = facts.flatMap((fact) =>
    fact.kind === 'server' ? [[fact.name, fact.user, fact.tools.join()]] : [],
  );
  expect(servers.toSorted()).toEqual([
    ['inner', user, 'cursor'],
    ['inner', user, 'vscode'],
    ['outer', 'ann', 'cursor'],
    ['root', user.replace('dev', 'root'), 'claude-code'],
  ]);
  expect(run.homes.map((home) => home.user)).toContain(user);
  expect(run.status).toBe('complete');
});

test('WSL 2: a disk is a gap, and never a silent zero', () => {
  const { facts, run, findings } = report({
    'Users/ann/.cursor/mcp.json': config('outer'),
    [`${ubuntu}/ext4.vhdx`]: '',
    'Users/ann/AppData/Local/wsl/{0c5e}/ext4.vhdx': '',
  });
  const gaps = facts.flatMap((fact) => (fact.kind === 'gap' ? [[fact.reason, fact.user]] : []));
  expect([run.status, gaps]).toEqual([
    'partial',
    [
      ['sealed-disk', 'ann'],
      ['sealed-disk', 'ann'],
    ],
  ]);
  expect(findings.map((one) => one.message).join()).toContain(
    'disk of a virtual machine, to be scanned from inside',
  );
});
