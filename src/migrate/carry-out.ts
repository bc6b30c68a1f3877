/**
 * Carries out a plan, and takes it back. The order is what keeps secrets: store, read back and compare, only
 * then put the new config in place; and the other way round, put the config back, only then remove the entry.
 * Whatever is written has been noted in the journal before.
 */
import { limits } from '../limits.ts';
import type { MigrateHost, Stamp } from '../model/migrate-host.ts';
import { readText, writeText } from '../parse/encoding.ts';
import { exchanged } from './hunk.ts';
import { inverted } from './invert.ts';
import { isUsageError } from '../model/usage-error.ts';
import { type Intent, type Settled, begin, digestOf, end, forget, recover, settle } from './journal.ts';
import type { Planned } from './try-all.ts';
import { reasonWords } from './reasons.ts';
import { entryOfRecord, openEdits, readRecord, recordOf } from './record.ts';
import type { Step, StepKit } from './step.ts';
import { tryNow } from './try-now.ts';
import type { Vault } from './vault.ts';

export type Work = {
  host: MigrateHost;
  vault: Vault;
  kit: StepKit;
  /** What this run itself has last written, by path. */
  written: Map<string, Buffer>;
};

/** Null when it was done; else why not, in words. `isStuck`: nothing more can be begun in this run. */
export type Outcome = { refused: string | null; isStuck?: boolean };

const busy = 'its tool keeps writing the file; close it and try again';
const changed =
  'the file was changed since it was looked at, and does not have this definition as it was any more; ' +
  'run it again to see what there is now';
const refusals = {
  absent: 'the file is not there any more',
  link: reasonWords('link').why,
  'several-names': reasonWords('several-names').why,
  foreign: reasonWords('foreign').why,
  unreadable: 'the file cannot be read',
  'too-large': 'the file is too large',
};

type Place = { path: string; boundary: string };
type Got = { bytes: Buffer; stamp: Stamp };

/** The config once it has been left alone for a while; or why not. */
async function quietly({ host, written }: Work, { path, boundary }: Place): Promise<Got | string> {
  for (let tries = 0; tries < limits.editTries; tries += 1) {
    const got = host.disk.read(path, boundary);
    if ('refused' in got) return refusals[got.refused];
    const age = host.now().getTime() - Number(got.stamp.modifiedAt / 1_000_000n);
    const isOwn = written.get(path)?.equals(got.bytes) ?? false;
    // A time to come is no sign of anybody writing now.
    if (isOwn || age < 0 || age >= limits.quietMilliseconds) return got;
    await host.wait(limits.quietMilliseconds - age);
  }
  return busy;
}

/** Puts other bytes in a config's place; false when somebody else wrote it in the meantime. */
function replaced({ host, written }: Work, intent: Intent, bytes: Buffer, stamp: Stamp): boolean {
  host.disk.prepare(intent.temporary, bytes, stamp);
  if (!host.disk.swap(intent.temporary, intent.path, stamp)) return false;
  const now = host.disk.read(intent.path, intent.boundary);
  const isOurs = !('refused' in now) && now.bytes.equals(bytes);
  if (isOurs) written.set(intent.path, bytes);
  return isOurs;
}

/**
 * What an effect that the OS or the keychain refused has left is brought to an end at once, so that the run
 * can go on with others; where that is refused too the next run does it.
 */
async function halted(
  { host, vault }: Work,
  error: unknown,
): Promise<{ refused: string; left: Settled | null; isStuck: boolean }> {
  if (!isUsageError(error)) throw error;
  const refused = error.message;
  try {
    const left = await recover(host, vault);
    // Each further one would wait for it as long.
    return { refused, left, isStuck: refused.startsWith('keychain_unavailable') };
  } catch (again) {
    if (!isUsageError(again)) throw again;
    return { refused: `${refused}; the next run brings it to an end`, left: null, isStuck: true };
  }
}

/** An id that no entry has: what an earlier run left must not be written over. */
async function freeId(vault: Vault, wanted: string): Promise<string> {
  const taken = new Set((await vault.list()).map(({ id }) => entryOfRecord(id) ?? id));
  let id = wanted;
  for (let nth = 2; taken.has(id); nth += 1) id = `${wanted}-${nth}`;
  return id;
}

async function store({ host, vault }: Work, step: Step): Promise<void> {
  await vault.put(recordOf(step, host.now()));
  const { path } = step.layout.source;
  await vault.put({
    id: step.entry,
    kind: 'values',
    binding: { config: path, pointer: step.pointer, command: step.command },
    ...(step.open.length > 0 && { open: step.open }),
    ...(step.stores.length > 0 && { stores: step.stores }),
    values: step.values,
    createdAt: host.now().toISOString(),
  });
}

async function tryApply(work: Work, planned: Planned, entry: string): Promise<Outcome & { entry: string }> {
  const { host, vault, kit } = work;
  const { source } = planned.layout;
  const isUpdate = planned.update !== null;
  const no = (refused: string) => ({ refused, entry });
  let isSeen = false;
  for (let tries = 0; tries < limits.editTries; tries += 1) {
    const got = await quietly(work, source);
    if (typeof got === 'string') return no(got);
    const found = kit.again(source, got.bytes).find(({ server }) => server === planned.layout.server);
    if (found === undefined) {
      // Its tool may be about to write it again.
      await host.wait(limits.quietMilliseconds);
      continue;
    }
    isSeen = true;
    const layout = { ...found, tools: planned.layout.tools };
    const { step, reason } = await tryNow(work, planned, { layout, bytes: got.bytes, entry });
    if (step === null) return no(reason === null ? 'it holds no secret any more' : reasonWords(reason).why);
    const { path, boundary } = source;
    const intent = begin(host, { doing: isUpdate ? 'update' : 'apply', path, boundary, entry });
    await store(work, step);
    if (replaced(work, intent, step.bytes, got.stamp)) {
      end(host);
      return { refused: null, entry };
    }
    // Somebody wrote it: what it holds now decides.
    const { where } = await settle(host, vault, intent);
    if (where === 'vault') return { refused: null, entry };
    if (where === 'unknown') return no(`${busy}; what was stored as ${entry} is kept`);
  }
  return no(isSeen ? busy : changed);
}

/** Moves the secrets of one definition, or what is new of them into the entry that it has. */
export async function applyOne(work: Work, planned: Planned): Promise<Outcome & { entry: string }> {
  let { entry } = planned;
  try {
    if (planned.update === null) entry = await freeId(work.vault, entry);
    return await tryApply(work, planned, entry);
  } catch (error) {
    const { left, refused, isStuck } = await halted(work, error);
    if (left?.where === 'vault') return { refused: null, entry };
    const kept = left?.where === 'unknown' ? `; what was stored as ${entry} is kept` : '';
    return { refused: refused + kept, entry, isStuck };
  }
}

/** What is left where a config cannot have its secrets back. */
const otherWays = (entry: string): string =>
  `; \`shadowscan migrate --undo --only ${entry} --into FILE\` writes its secrets into a private file, ` +
  `\`shadowscan migrate --forget ${entry}\` drops them`;

/** Why a definition cannot be put back. */
function whyNot(text: string, entry: string): string {
  return text.includes(entry)
    ? 'the definition was changed since so that our edits are not found; undo what was changed, and try ' +
        `again; or \`shadowscan migrate --undo --only ${entry} --into FILE\` writes its secrets into a ` +
        'private file'
    : `the config does not start it through the vault any more${otherWays(entry)}`;
}

/** Puts one definition back as it was. */
export async function undoOne(work: Work, entry: string): Promise<Outcome> {
  try {
    return await tryUndo(work, entry);
  } catch (error) {
    const { left, refused, isStuck } = await halted(work, error);
    return left?.where === 'config' ? { refused: null } : { refused, isStuck };
  }
}

async function tryUndo(work: Work, entry: string): Promise<Outcome> {
  const { host, vault } = work;
  const kept = await readRecord(vault, entry);
  if (kept === null) return { refused: `${entry}: nothing is known of how it was` };
  const { before, after, done } = openEdits(kept);
  for (let tries = 0; tries < limits.editTries; tries += 1) {
    const got = await quietly(work, kept);
    if (typeof got === 'string') return { refused: got === refusals.absent ? got + otherWays(entry) : got };
    const now = readText(got.bytes);
    const plain = inverted(kept.format, now, done);
    // A value that the user has set since is the one that holds.
    const whole = plain?.isOwn === true ? null : exchanged(now, after, before);
    const text = whole ?? plain?.text ?? null;
    if (text === null && !now.includes(entry) && now.includes(before)) {
      // Somebody has put it back already, as from a backup.
      await forget(vault, entry);
      return { refused: null };
    }
    if (text === null) return { refused: whyNot(now, entry) };
    const { path, boundary } = kept;
    const bytes = writeText(text, got.bytes);
    const intent = begin(host, { doing: 'undo', path, boundary, entry, becomes: digestOf(bytes) });
    if (replaced(work, intent, bytes, got.stamp)) {
      await forget(vault, entry);
      end(host);
      return { refused: null };
    }
    const { where } = await settle(host, vault, intent);
    if (where === 'config') return { refused: null };
  }
  return { refused: busy };
}

/** Entries that can be undone, the last one first. */
export async function undoable(vault: Vault): Promise<string[]> {
  const records = (await vault.list()).filter(({ id }) => entryOfRecord(id) !== null);
  const newestFirst = records.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return newestFirst.map(({ id }) => entryOfRecord(id)!);
}
