/**
 * What is remembered of a migrated definition, in the vault beside its entry: the hunk that puts the config
 * back. It holds the secrets in clear text, so that it is nowhere but there.
 */
import { z } from 'zod';
import { Secret } from '../secrets/secret.ts';
import type { Hunk } from './hunk.ts';
import type { Step } from './step.ts';
import type { Vault, VaultEntry } from './vault.ts';

const Remembered = z.strictObject({
  version: z.literal(1),
  server: z.string(),
  name: z.string(),
  tools: z.array(z.string()),
  path: z.string(),
  boundary: z.string(),
  before: z.string(),
  after: z.string(),
});

/** A record, with its texts closed. */
export type Kept = {
  entry: string;
  server: string;
  name: string;
  tools: string[];
  path: string;
  boundary: string;
  hunk: Secret;
};

const suffix = '-undo';
const field = 'record';

/** Id of the record of an entry. */
export const recordId = (entry: string): string => `${entry}${suffix}`;

/** Id of the entry that an id is the record of; null when it is none. */
export function entryOfRecord(id: string): string | null {
  return id.endsWith(suffix) ? id.slice(0, -suffix.length) : null;
}

/** The record of a step. No command may receive it. */
export function recordOf({ entry, layout, hunk }: Step, now: Date): VaultEntry {
  const { path, boundary } = layout.source;
  const { server, name, tools } = layout;
  const body: z.infer<typeof Remembered> = { version: 1, server, name, tools, path, boundary, ...hunk };
  return {
    id: recordId(entry),
    kind: 'values',
    binding: { config: path, pointer: layout.pointer, command: null },
    values: { [field]: new Secret(JSON.stringify(body)) },
    createdAt: now.toISOString(),
  };
}

/** The hunk of a record, open. */
export function openHunk({ hunk }: Kept): Hunk {
  return JSON.parse(Secret.open(hunk)) as Hunk;
}

/** The record of an entry; null when there is none, or it is of another version of the program. */
export async function readRecord(vault: Vault, entry: string): Promise<Kept | null> {
  const kept = await vault.get(recordId(entry));
  const text = kept?.values[field];
  if (text === undefined) return null;
  const read = Remembered.safeParse(JSON.parse(Secret.open(text)));
  if (!read.success) return null;
  const { before, after, version: _, ...rest } = read.data;
  return { entry, ...rest, hunk: new Secret(JSON.stringify({ before, after })) };
}
