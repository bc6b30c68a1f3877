/**
 * Definitions that share files of the bridge move together: the files are stored first, then all definitions
 * are rewritten, then the files are removed; and the other way round. Two that each had a copy would spend
 * the same refresh token, so that where one stays all stay.
 */
import { type Outcome, type Work, applyOne, undoOne, undoable } from './carry-out.ts';
import { exchanged } from './hunk.ts';
import { inverted } from './invert.ts';
import { prefixOf } from './launcher/entries.ts';
import { forgetFiles, giveBack } from './launcher/give-back.ts';
import { type Store, isBridge, clear, keep } from './launcher/stores.ts';
import type { Planning } from './plan.ts';
import type { Planned } from './try-all.ts';
import { reasonWords } from './reasons.ts';
import { type Kept, entryOfRecord, openEdits, readRecord } from './record.ts';
import { isUsageError, usageError } from '../model/usage-error.ts';
import type { Vault } from './vault.ts';
import { readText } from '../parse/encoding.ts';

export type Applied = Outcome & { planned: Planned; entry: string };

const halfWritten = 'the files of the bridge cannot be read, or are being written';
const together = 'another definition that shares the files of the bridge could not be moved';
const notTogether =
  'it was changed since or cannot be read, or another that shares the files of the bridge; ' +
  'undo what was changed, and try again';

const notBegun = (why: string): string => `not begun, since another one failed: ${why}`;

/** Why some work was refused, as it says itself or by the OS; null when it was done. */
async function refusedBy(work: () => Promise<string | null>): Promise<string | null> {
  try {
    return await work();
  } catch (error) {
    if (isUsageError(error)) return error.message;
    throw error;
  }
}

/** Entries of commands that are given the files of a prefix. */
async function usersOf(vault: Vault, prefix: string): Promise<string[]> {
  return (await vault.list()).filter(({ stores }) => stores?.includes(prefix)).map(({ id }) => id);
}

/** Takes back what was moved for a store that cannot move as a whole. */
async function takeBack(work: Work, done: Applied[], prefix: string): Promise<void> {
  for (const one of done.filter(
    ({ planned, refused }) => refused === null && planned.stores.includes(prefix),
  )) {
    const { refused } = await undoOne(work, one.entry);
    if (refused === null) one.refused = together;
  }
  if ((await usersOf(work.vault, prefix)).length === 0) await forgetFiles(work.vault, prefix);
}

/** Files that could not be removed, as something of their own that was left. */
function left({ planned, entry }: Applied, { folders }: Store, why: string): Applied {
  const { layout } = planned;
  const source = { ...layout.source, path: folders[0]! };
  const refused = `the vault has the files, and they are no longer needed here, but ${why}`;
  return { planned: { ...planned, layout: { ...layout, source } }, entry, refused };
}

/** Moves all that a plan has. */
export async function applyPlan(work: Work, { planned, stores }: Planning): Promise<Applied[]> {
  const { host, vault } = work;
  const lost = new Map<string, string>();
  for (const store of stores) {
    const why = await refusedBy(async () => ((await keep(host, vault, store)) === null ? halfWritten : null));
    if (why !== null) lost.set(store.prefix, why);
  }
  const done: Applied[] = [];
  let stuck: string | null = null;
  for (const one of planned) {
    const prefix = one.stores.find((name) => lost.has(name));
    const why = prefix === undefined ? stuck : lost.get(prefix)!;
    const end: Outcome & { entry: string } =
      why === null ? await applyOne(work, one) : { refused: why, entry: one.entry };
    if (end.isStuck) stuck ??= notBegun(end.refused!);
    done.push({ ...end, planned: one });
  }
  for (const store of stores) {
    const users = done.filter(({ planned: one }) => one.stores.includes(store.prefix));
    const isWhole = users.every(({ refused }) => refused === null) && !lost.has(store.prefix);
    const why = isWhole ? await refusedBy(async () => (await clear(host, vault, store), null)) : null;
    if (why !== null && users[0] === undefined) throw usageError(why);
    if (why !== null) done.push(left(users[0]!, store, why));
    if (!isWhole && stuck === null) await takeBack(work, done, store.prefix);
  }
  return done;
}

export type Undone = Outcome & { kept: Kept };

/** The chosen entries, and those that share files of the bridge with one of them. */
async function withSharers(vault: Vault, chosen: Set<string>): Promise<Set<string>> {
  const labels = (await vault.list()).filter(({ id }) => entryOfRecord(id) === null);
  for (let before = -1; before < chosen.size;) {
    before = chosen.size;
    const shared = labels.filter(({ id }) => chosen.has(id)).flatMap(({ stores = [] }) => stores);
    for (const { id, stores = [] } of labels)
      if (stores.some((prefix) => shared.includes(prefix))) chosen.add(id);
  }
  return chosen;
}

/** Prefixes of the files in the vault that some entries are given. */
async function prefixesOf(vault: Vault, entries: Set<string>): Promise<string[]> {
  const labels = await vault.list();
  const given = labels.filter(({ id }) => entries.has(id)).flatMap(({ stores = [] }) => stores);
  return labels.flatMap(({ id }) => prefixOf(id) ?? []).filter((prefix) => given.includes(prefix));
}

/** Whether a definition can be put back as its config stands now. */
function canReturn({ host }: Work, kept: Kept): boolean {
  const got = host.disk.read(kept.path, kept.boundary);
  if ('refused' in got) return false;
  const { before, after, done } = openEdits(kept);
  const now = readText(got.bytes);
  return (exchanged(now, after, before) ?? inverted(kept.format, now, done)) !== null;
}

/** Entries that stay, since they or others that are given the same files cannot be put back. */
async function stayingOf(work: Work, chosen: Set<string>, known: Map<string, Kept>): Promise<Set<string>> {
  const given = (await work.vault.list()).filter(({ id, stores }) => chosen.has(id) && stores !== undefined);
  const ids = given.map(({ id }) => id);
  return withSharers(
    work.vault,
    new Set(ids.filter((id) => !known.has(id) || !canReturn(work, known.get(id)!))),
  );
}

/** Puts back all that is chosen, the last one first. `inUse`: a bridge runs with files from the vault. */
export async function undoChosen(
  work: Work,
  isChosen: (kept: Kept) => boolean,
  inUse = false,
): Promise<Undone[]> {
  const { host, vault } = work;
  const known = new Map<string, Kept>();
  for (const entry of await undoable(vault)) {
    // One that nothing opens any more does not keep the others back.
    await refusedBy(async () => {
      const kept = await readRecord(vault, entry);
      if (kept !== null) known.set(entry, kept);
      return null;
    });
  }
  const wanted = [...known.values()].filter(isChosen).map(({ entry }) => entry);
  const chosen = await withSharers(vault, new Set(wanted));
  const prefixes = await prefixesOf(vault, chosen);
  const isBusy = prefixes.length > 0 && (inUse || host.commands().some(isBridge));
  const staying = await stayingOf(work, chosen, known);
  const held = await prefixesOf(vault, staying);
  const going = prefixes.filter((prefix) => !held.includes(prefix));
  const undone: Undone[] = [];
  let stuck: string | null = null;
  const blocked = new Map<string, string>();
  for (const prefix of isBusy ? [] : going) {
    const why = await refusedBy(async () => (await giveBack(host, vault, prefix), null));
    if (why !== null) blocked.set(prefix, why);
  }
  const labels = await vault.list();
  const blockedBy = (entry: string): string | undefined =>
    labels.find(({ id }) => id === entry)?.stores?.flatMap((prefix) => blocked.get(prefix) ?? [])[0];
  for (const [entry, kept] of known) {
    if (!chosen.has(entry)) continue;
    const other = isBusy ? reasonWords('running').why : staying.has(entry) ? notTogether : blockedBy(entry);
    const why = stuck ?? other ?? null;
    const end: Outcome = why === null ? await undoOne(work, entry) : { refused: why };
    if (end.isStuck) stuck ??= notBegun(end.refused!);
    undone.push({ ...end, kept });
  }
  for (const prefix of going)
    if ((await usersOf(vault, prefix)).length === 0) await forgetFiles(vault, prefix);
  return undone;
}
