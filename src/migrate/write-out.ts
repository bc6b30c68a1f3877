/**
 * Entries of the vault in clear text, for a user who has lost the definition that they were for. It changes
 * nothing, and does not choose where the text goes.
 */
import { Secret } from '../secrets/secret.ts';
import { openEdits, readRecord } from './record.ts';
import type { Vault } from './vault.ts';

/** One entry, its values by variable, header or file, and its definition's changed lines as they were. */
type Open = {
  entry: string;
  path: string;
  server: string | null;
  values: Record<string, string>;
  definition: string | null;
};

async function openEntry(vault: Vault, id: string): Promise<Open> {
  const [entry, kept] = [await vault.get(id), await readRecord(vault, id)];
  const values = Object.entries(entry?.values ?? {}).map(([name, value]) => [name, Secret.open(value)]);
  return {
    entry: id,
    path: entry?.binding.config ?? kept?.path ?? '',
    server: kept?.name ?? null,
    values: Object.fromEntries(values) as Record<string, string>,
    definition: kept && openEdits(kept).before,
  };
}

/** These entries as JSON. Throws a usage error when one of them does not open. */
export async function inClearText(vault: Vault, ids: string[]): Promise<string> {
  const all: Open[] = [];
  for (const id of ids) all.push(await openEntry(vault, id));
  return `${JSON.stringify({ schema: 'shadowscan.secrets/1', entries: all }, null, 2)}\n`;
}
