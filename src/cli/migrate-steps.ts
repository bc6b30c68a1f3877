/** The changes of `migrate`, one definition after the other, and what is told of each. */
import { vaultHost } from '../host/vault-host.ts';
import { limits } from '../limits.ts';
import { type Work, undoable } from '../migrate/carry-out.ts';
import { applyPlan, undoChosen } from '../migrate/carry-stores.ts';
import { recover } from '../migrate/journal.ts';
import { troubleWords } from '../migrate/keychain-words.ts';
import type { Choice, Planning } from '../migrate/plan.ts';
import { idsIn } from '../migrate/kept-entries.ts';
import { isPermit } from '../migrate/launcher/entries.ts';
import { type Kept, entryOfRecord, readRecord, recordId } from '../migrate/record.ts';
import { reasonWords } from '../migrate/reasons.ts';
import { type Candidate, renewed } from '../migrate/renewed.ts';
import { type Changed, reseal } from '../migrate/reseal.ts';
import type { Planned } from '../migrate/try-all.ts';
import { type Vault, type VaultLabel, openVault } from '../migrate/vault.ts';
import type { EditDisk, MigrateHost } from '../model/migrate-host.ts';
import type { Plan, PlanStep } from '../model/plan.ts';
import { isUsageError, usageError } from '../model/usage-error.ts';
import { complain } from './complain.ts';
import { settleBridges } from './exec-bridge.ts';
import { demandKnown } from './migrate-common.ts';
import { Secret } from '../secrets/secret.ts';

/** What is told of a definition. */
export const stepOf = (
  { entry, layout }: Planned,
  state: PlanStep['state'],
  why: string | null = null,
): PlanStep => ({
  entry,
  path: layout.source.path,
  server: layout.name,
  tools: layout.tools,
  state,
  why,
});

/** What an earlier run left, in words. */
async function settled(host: MigrateHost, work: Work): Promise<string[]> {
  const left = await recover(host, work.vault);
  if (left === null) return [];
  const ends =
    left.doing === 'update'
      ? {
          config: `${left.path}: was not rewritten; what is new is still in it, for the next --apply`,
          vault: `${left.path}: was rewritten; what is new is in the vault as ${left.entry}`,
          unknown: '',
        }
      : {
          config: `${left.path}: was not rewritten; the secrets are in it, and no longer in the vault`,
          vault: `${left.path}: was rewritten; the secrets are in the vault as ${left.entry}`,
          unknown: `${left.path}: was written by others since; what was stored as ${left.entry} is kept`,
        };
  return [ends[left.where]];
}

/** Moves the secrets of all definitions of a plan. */
export async function applyAll(planning: Planning, work: Work): Promise<PlanStep[]> {
  await settleBridges(work.vault, (text) => complain(usageError(text)));
  const done = await applyPlan(work, planning);
  return done.map(({ planned, entry, refused }) =>
    stepOf(
      { ...planned, entry },
      refused !== null ? 'refused' : planned.update === null ? 'applied' : 'updated',
      refused,
    ),
  );
}

/** Values that were set anew under names of their entries, as far as the keychain lets the names be seen. */
export async function renewedNow(
  candidates: Candidate[],
  choice: Choice,
  kit: Work['kit'] & { read: EditDisk['read'] },
): Promise<{ planned: Planned[]; notes: string[] }> {
  if (candidates.length === 0) return { planned: [], notes: [] };
  const vault = await openVault(vaultHost(), limits.keychainWaitMilliseconds);
  if ('unavailable' in vault) {
    const why = `keychain_unavailable: ${troubleWords(vault.unavailable)}`;
    const all = candidates.map(({ entry }) => entry).join(', ');
    return { planned: [], notes: [`Whether values of ${all} were set anew cannot be told: ${why}.`] };
  }
  const planned = await renewed(candidates, vault, { kit, choice });
  const notes = planned.map(({ entry, layout, wanted }) => {
    const names = wanted.map(({ field }) => field).join(', ');
    return `${layout.source.path}: ${layout.name}: ${names}, set anew, goes into its entry ${entry}.`;
  });
  return { planned, notes };
}

/** Seals those entries to their changed commands that are named; the others are told of. */
export async function resealAll(changed: Changed[], { only }: Choice, work: Work): Promise<PlanStep[]> {
  const steps: PlanStep[] = [];
  for (const one of changed.filter(({ entry }) => only.includes(entry))) {
    const isSealed = await reseal(work.vault, one, work.kit.rules);
    const what = one.url === null ? 'command' : 'address';
    const why = isSealed ? `sealed to the changed ${what}` : reasonWords('client-variable').why;
    steps.push(
      stepOf({ ...one, wanted: [], stores: [], update: null }, isSealed ? 'applied' : 'refused', why),
    );
  }
  return steps;
}

/** What is told of commands and addresses that were changed since. */
export function changedNotes(changed: Changed[], { only }: Choice, { secrets }: Work['kit']): string[] {
  return changed
    .filter(({ entry }) => !only.includes(entry))
    .map(({ entry, layout, argv, url }) => {
      const words = url === null ? argv : [url];
      const shown = secrets.argv(words.map((word) => new Secret(word))).shown.join(' ');
      const what = url === null ? 'command' : "server's address";
      const refused = url === null ? 'exec refuses it' : 'its client gets no headers for it';
      return (
        `${layout.source.path}: the ${what} of ${entry} was changed, so that ${refused}; ` +
        `if \`${shown}\` may have its secrets: shadowscan migrate --apply --only ${entry}`
      );
    });
}

/** Entries of definitions that nothing tells any more how they were. */
async function unrecorded(vault: Vault, known: (Kept | null)[]): Promise<VaultLabel[]> {
  return (await vault.list()).filter(
    ({ id, kind }) =>
      kind === 'values' &&
      entryOfRecord(id) === null &&
      !isPermit(id) &&
      !known.some((kept) => kept?.entry === id),
  );
}

const withoutRecord = (entry: string): string =>
  `how its definition was is not known: ${recordId(entry)} is missing from the vault, or cannot be read; ` +
  `\`shadowscan migrate --undo --only ${entry} --into FILE\` writes its secrets into a private file, from ` +
  'where you can put them into the definition, in the place of the launcher';

/** A record; null where there is none, or nothing opens it. */
async function recordIn(vault: Vault, entry: string): Promise<Kept | null> {
  try {
    return await readRecord(vault, entry);
  } catch (error) {
    if (isUsageError(error)) return null;
    throw error;
  }
}

/** Why an entry without a record that can be read stays, and what there is instead. */
async function whyLeft(vault: Vault, entry: string): Promise<string> {
  try {
    await vault.get(entry);
    return withoutRecord(entry);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return `${error.message}; \`shadowscan migrate --forget ${entry} --yes\` drops what nothing opens`;
  }
}

/** What to do about entries whose key is gone, in commands. */
function wayAfterReset(): string {
  const ids = idsIn(vaultHost()).join(',');
  return (
    '. If it was reset, nothing opens what it had any more: ' +
    `\`shadowscan migrate --forget ${ids} --yes\` drops these entries, \`shadowscan migrate\` says then ` +
    'what to write into their definitions, and --apply works again'
  );
}

/** Puts back all that is chosen, the last one first. */
export async function undoAll({ only, tools }: Choice, work: Work): Promise<PlanStep[]> {
  const { vault } = work;
  const known = await Promise.all((await undoable(vault)).map((entry) => recordIn(vault, entry)));
  const bare = await unrecorded(vault, known);
  const names = [
    ...known.flatMap((kept) => (kept === null ? [] : [kept.entry, kept.server])),
    ...bare.map(({ id }) => id),
  ];
  demandKnown('--only', only, names, 'entry of the vault (any more)');
  const isFree = await settleBridges(work.vault, (text) => complain(usageError(text)));
  const isChosen = (kept: Kept): boolean => {
    if (tools.length > 0 && !kept.tools.some((tool) => tools.includes(tool))) return false;
    return only.length === 0 || [kept.entry, kept.server].some((id) => only.includes(id));
  };
  const undone = await undoChosen(work, isChosen, !isFree);
  const steps = undone.map(({ kept: { entry, path, name: server, tools: by }, refused }): PlanStep => {
    const state = refused === null ? 'undone' : 'refused';
    return { entry, path, server, tools: by, state, why: refused };
  });
  const left = bare.filter(({ id }) => (only.length === 0 ? tools.length === 0 : only.includes(id)));
  const why = async ({ id: entry, binding }: VaultLabel): Promise<PlanStep> => ({
    entry,
    path: binding.config,
    server: '',
    tools: [],
    state: 'refused',
    why: await whyLeft(vault, entry),
  });
  return [...steps, ...(await Promise.all(left.map(why)))];
}

/** The vault, with what an earlier run left brought to an end. Only while no other migration runs. */
export async function withVault(
  host: MigrateHost,
  kit: Work['kit'],
  change: (work: Work) => Promise<PlanStep[]>,
): Promise<Pick<Plan, 'steps' | 'recovered'>> {
  const vault = await openVault(vaultHost(), limits.keychainWaitMilliseconds);
  if ('unavailable' in vault) {
    const way = vault.unavailable === 'key-missing' ? wayAfterReset() : '';
    throw usageError(`keychain_unavailable: ${troubleWords(vault.unavailable)}; nothing was changed${way}`);
  }
  const work: Work = { host, vault, kit, written: new Map() };
  const recovered = await settled(host, work);
  return { recovered, steps: await change(work) };
}
