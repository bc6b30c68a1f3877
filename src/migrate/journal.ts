/**
 * What is being done to which config, on the disk before it is begun: what a run that is killed leaves
 * behind, the next one finds here. It names paths and entries, and of what is in them it holds a digest
 * alone.
 */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { z } from 'zod';
import type { MigrateHost } from '../model/migrate-host.ts';
import { readText } from '../parse/encoding.ts';
import { exchanged } from './hunk.ts';
import { type Kept, openEdits, readRecord, recordId } from './record.ts';
import type { Vault } from './vault.ts';

export const Intent = z.strictObject({
  version: z.literal(1),
  doing: z.enum(['apply', 'update', 'undo']),
  path: z.string(),
  boundary: z.string(),
  /** The file that takes the config's place; removed when it was left behind. */
  temporary: z.string(),
  entry: z.string(),
  /** SHA-256 of the bytes that the config is to have. */
  becomes: z.string().optional(),
});
export type Intent = z.infer<typeof Intent>;

const name = 'journal';

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Notes what is about to be done. */
export function begin(
  { journal, random }: MigrateHost,
  intent: Omit<Intent, 'version' | 'temporary'>,
): Intent {
  const hidden = `.${path.basename(intent.path)}.${random(6).toString('hex')}`;
  const temporary = path.join(path.dirname(intent.path), hidden);
  const whole: Intent = { version: 1, ...intent, temporary };
  journal.write(name, Buffer.from(`${JSON.stringify(whole)}\n`));
  return whole;
}

/** What was begun and not ended; null when nothing was. */
function unfinished({ journal }: MigrateHost): Intent | null {
  const bytes = journal.read(name);
  if (bytes === null) return null;
  try {
    return Intent.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}

/** Whether a config has the secret, refers to the vault, or neither as far as can be told. */
export type Where = 'config' | 'vault' | 'unknown';

export function whereIs(text: string, { entry, ...kept }: Kept): Where {
  const { before, after } = openEdits({ entry, ...kept });
  if (exchanged(text, after, before) !== null || text.includes(entry)) return 'vault';
  return text.includes(before) ? 'config' : 'unknown';
}

/** Forgets an entry whose secrets the config has again; last of all, how to get it back. */
export async function forget(vault: Vault, entry: string): Promise<void> {
  await vault.remove(entry);
  await vault.remove(recordId(entry));
}

/** Whether a config has the text that a step has written. */
const isAfter = (text: string, kept: Kept): boolean => text.includes(openEdits(kept).after);

export type Settled = { where: Where; entry: string; path: string; doing: Intent['doing'] };

/**
 * Brings one intent to an end: where the config has the secret the entry is removed, in all other cases it
 * stays, so that the secret is in one of the two at least.
 */
export async function settle(host: MigrateHost, vault: Vault, intent: Intent): Promise<Settled> {
  const { entry } = intent;
  host.disk.discard(intent.temporary);
  const kept = await readRecord(vault, entry);
  let where: Where = 'config';
  if (kept === null) {
    // The record is stored first and removed last: without it nothing was moved, or all is back.
    await vault.remove(entry);
  } else {
    const got = host.disk.read(intent.path, intent.boundary);
    const text = 'refused' in got ? null : readText(got.bytes);
    where = text === null ? 'unknown' : whereIs(text, kept);
    // An entry that is updated has had secrets before, and goes on having them.
    if (intent.doing === 'undo' && 'bytes' in got && digestOf(got.bytes) === intent.becomes) where = 'config';
    if (intent.doing === 'update') where = text !== null && isAfter(text, kept) ? 'vault' : 'config';
    else if (where === 'config') await forget(vault, entry);
  }
  end(host);
  return { where, entry, path: intent.path, doing: intent.doing };
}

/** Notes that all is done. */
export function end({ journal }: MigrateHost): void {
  journal.remove(name);
}

/** Finishes or undoes what a run before this one left; null when it left nothing. */
export async function recover(host: MigrateHost, vault: Vault): Promise<Settled | null> {
  const intent = unfinished(host);
  if (intent !== null) return settle(host, vault, intent);
  end(host);
  return null;
}
