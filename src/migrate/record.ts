/**
 * What is remembered of a migrated definition, in the vault beside its entry: the hunk that puts the config
 * back. It holds the secrets in clear text, so that it is nowhere but there.
 */
import { z } from 'zod';
import { Format } from '../model/format.ts';
import { Secret } from '../secrets/secret.ts';
import type { Hunk } from './hunk.ts';
import type { Done } from './invert.ts';
import type { Step } from './step.ts';
import type { Vault, VaultEntry } from './vault.ts';

const at = z.string();
const Change = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('text'), at, to: z.string() }),
  z.strictObject({ do: z.literal('lead'), at, items: z.array(z.string()) }),
  z.strictObject({ do: z.literal('drop'), at }),
  z.strictObject({
    do: z.literal('follow'),
    at,
    key: z.string(),
    value: z.union([z.string(), z.array(z.string())]),
  }),
  z.strictObject({ do: z.literal('insert'), at, item: z.string() }),
  z.strictObject({ do: z.literal('into'), at, key: z.string(), value: z.string() }),
]);

const Remembered = z.strictObject({
  version: z.literal(1),
  server: z.string(),
  name: z.string(),
  tools: z.array(z.string()),
  path: z.string(),
  boundary: z.string(),
  before: z.string(),
  after: z.string(),
  format: Format,
  /** Where the definition stood. */
  definition: z.string().optional(),
  done: z.array(z.strictObject({ change: Change, was: z.string().nullable() })),
});

/** A record, with its texts closed. */
export type Kept = {
  entry: string;
  server: string;
  name: string;
  tools: string[];
  path: string;
  boundary: string;
  format: Format;
  definition?: string | undefined;
  /** What was there and what is, and the single edits. */
  edits: Secret;
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
export function recordOf({ entry, layout, hunk, done, pointer }: Step, now: Date): VaultEntry {
  const { path, boundary } = layout.source;
  const { server, name, tools, format } = layout;
  const about = { server, name, tools, path, boundary, format };
  const definition = layout.pointer;
  const body: z.infer<typeof Remembered> = { version: 1, ...about, definition, ...hunk, done };
  return {
    id: recordId(entry),
    kind: 'values',
    binding: { config: path, pointer, command: null },
    values: { [field]: new Secret(JSON.stringify(body)) },
    createdAt: now.toISOString(),
  };
}

/** The edits of a record, open. */
export function openEdits({ edits }: Kept): Hunk & { done: Done[] } {
  return JSON.parse(Secret.open(edits)) as Hunk & { done: Done[] };
}

/** The record of an entry; null when there is none, or it is of another version of the program. */
export async function readRecord(vault: Vault, entry: string): Promise<Kept | null> {
  const kept = await vault.get(recordId(entry));
  const text = kept?.values[field];
  if (text === undefined) return null;
  const read = Remembered.safeParse(JSON.parse(Secret.open(text)));
  if (!read.success) return null;
  const { before, after, done, version: _, ...rest } = read.data;
  return { entry, ...rest, edits: new Secret(JSON.stringify({ before, after, done })) };
}
