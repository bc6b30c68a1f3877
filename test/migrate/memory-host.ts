/** A vault's surroundings for tests: a real folder and real locks, and a keychain in memory. */
import * as path from 'node:path';
import { vaultHost } from '../../src/host/vault-host.ts';
import type { Keychain, KeychainTrouble, VaultHost } from '../../src/model/vault-host.ts';
import type { Secret } from '../../src/secrets/secret.ts';

/** `trouble` is what every call of the keychain answers while it is set. */
export type MemoryHost = VaultHost & { items: Map<string, Secret>; trouble: KeychainTrouble | null };

/** Several with the same `items` are several processes of one user. */
export function memoryHost(folder: string, items = new Map<string, Secret>()): MemoryHost {
  const keychain: Keychain = {
    get: async (name) =>
      host.trouble === null ? { value: items.get(name) ?? null } : { trouble: host.trouble },
    async set(name, value) {
      if (host.trouble === null) items.set(name, value);
      return host.trouble;
    },
    async remove(name) {
      if (host.trouble === null) items.delete(name);
      return host.trouble;
    },
  };
  const host: MemoryHost = { ...vaultHost(path.join(folder, 'vault')), keychain, items, trouble: null };
  return host;
}
