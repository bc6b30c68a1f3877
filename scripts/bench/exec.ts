/**
 * `node scripts/bench/exec.ts [ROUNDS]`: what `exec` costs over the command that it starts, with the bundle and,
 * where it is built, the binary. CPU time of whole processes, the least of interleaved rounds; a real GNOME
 * Keyring on a bus of its own. The part of the keychain is told by a program that asks it and does nothing
 * else.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { commandDigest } from '../../src/migrate/vault.ts';
import { missing, startSession } from '../../test/migrate/session.ts';

const top = path.join(import.meta.dirname, '..', '..');
const bundle = path.join(top, 'dist', 'shadowscan.cjs');
const binary = path.join(top, 'dist', `shadowscan-${process.platform}-${process.arch}`);
const addon = path.join(top, 'dist', 'addons', 'keytar.node');
const rounds = Number(process.argv[2] ?? '15');
if (missing !== null) throw new Error(`needs ${missing}`);
if (!fs.existsSync(bundle)) throw new Error('dist is missing: npm run build');

const session = await startSession();
await session.startKeyring();
try {
  const argv = ['true'];
  const config = path.join(session.home, 'mcp.json');
  fs.writeFileSync(config, 'bench --mcp-auth');
  const binding = { config, pointer: '/a', command: commandDigest(argv) };
  const values = { TOKEN: 'x'.repeat(40) };
  const entry = {
    id: 'bench',
    kind: 'values',
    binding,
    values,
    stores: [],
    createdAt: new Date().toISOString(),
  };
  const put = path.join(top, 'test', 'migrate', 'put-entries.ts');
  spawnSync(process.execPath, [put], { env: session.env, input: JSON.stringify([entry]) });

  /** CPU milliseconds of one run. */
  const cpu = (command: string[]): number => {
    const line = `TIMEFORMAT='%U %S'; time ${command.map((word) => `'${word}'`).join(' ')}`;
    const { stderr, status } = spawnSync('bash', ['-c', line], { encoding: 'utf8', env: session.env });
    const [user, system] = stderr.trim().split(/\s+/).map(Number);
    if (status !== 0 || user === undefined || system === undefined) throw new Error(stderr);
    return (user + system) * 1000;
  };
  const words = ['exec', '--entry', 'bench', '--', ...argv];
  const ask = `require('${addon}').getPassword('shadowscan', 'vault-key', () => {})`;
  const ways: Record<string, string[]> = {
    'node -e 0': [process.execPath, '-e', '0'],
    'node and the keychain': [process.execPath, '-e', ask.replaceAll("'", '"')],
    bundle: [process.execPath, bundle, ...words],
    'bundle, --mcp-auth': [process.execPath, bundle, 'exec', '--mcp-auth', ...words.slice(1)],
    'bundle --version': [process.execPath, bundle, '--version'],
    ...(fs.existsSync(binary) && {
      binary: [binary, ...words],
      'binary, --mcp-auth': [binary, 'exec', '--mcp-auth', ...words.slice(1)],
      'binary --version': [binary, '--version'],
    }),
    'the command alone': argv,
  };
  const all = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, command] of Object.entries(ways)) all[name]!.push(cpu(command));
  for (const [name, values_] of Object.entries(all))
    console.log(
      `${name.padEnd(24)} ${Math.min(...values_)
        .toFixed(0)
        .padStart(5)} ms CPU`,
    );
} finally {
  await session.end();
}
