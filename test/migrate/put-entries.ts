/**
 * Run by tests in a session: puts entries from standard input, JSON with values as texts, into the real
 * vault.
 */
import * as fs from 'node:fs';
import { vaultHost } from '../../src/host/vault-host.ts';
import { type VaultLabel, openVault } from '../../src/migrate/vault.ts';
import { Secret } from '../../src/secrets/secret.ts';

type Given = VaultLabel & { values: Record<string, string> };
const vault = await openVault(vaultHost(), 5_000);
if ('unavailable' in vault) throw new Error(vault.unavailable);
for (const entry of JSON.parse(fs.readFileSync(0, 'utf8')) as Given[]) {
  const values = Object.entries(entry.values).map(([name, text]) => [name, new Secret(text)]);
  await vault.put({ ...entry, values: Object.fromEntries(values) });
}
