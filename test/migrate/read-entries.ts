/** Run by tests in a session: prints all entries of the real vault as JSON, values as texts. */
import { vaultHost } from '../../src/host/vault-host.ts';
import { openVault } from '../../src/migrate/vault.ts';
import { Secret } from '../../src/secrets/secret.ts';

const vault = await openVault(vaultHost(), 5_000);
if ('unavailable' in vault) throw new Error(vault.unavailable);
const entries = await Promise.all((await vault.list()).map(({ id }) => vault.get(id)));
const open = (values: Record<string, Secret>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Secret.open(value)]));
console.log(JSON.stringify(entries.map((entry) => ({ ...entry, values: open(entry!.values) }))));
