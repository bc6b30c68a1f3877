/**
 * `migrate --undo`, also into a file of the user's where there is no definition any more, and `--forget`.
 */
import { editDisk } from '../host/edit-disk.ts';
import { limits } from '../limits.ts';
import { createPrivate } from '../host/private-file.ts';
import { migrateHost } from '../host/migrate-host.ts';
import { vaultHost } from '../host/vault-host.ts';
import type { Work } from '../migrate/carry-out.ts';
import { drop, idsIn, keptEntries } from '../migrate/kept-entries.ts';
import { lostEntries } from '../migrate/lost-entries.ts';
import { entryOfRecord, recordId } from '../migrate/record.ts';
import { type VaultLabel, labelsIn, openVault } from '../migrate/vault.ts';
import { inClearText } from '../migrate/write-out.ts';
import type { KeptEntry, Plan, PlanStep } from '../model/plan.ts';
import type { Ruleset } from '../model/rules.ts';
import { isUsageError, usageError } from '../model/usage-error.ts';
import { createSecrets } from '../secrets/engine.ts';
import { type Options, alone, demandKnown, empty, finish, holds } from './migrate-common.ts';
import { agreed } from './migrate-demands.ts';
import { look } from './migrate-look.ts';
import { undoAll, withVault } from './migrate-steps.ts';

const exported =
  'If clients here have lists of allowed servers (`shadowscan allowlist export`), they compare commands ' +
  'word by word: have them exported again, since the launcher is no part of the command any more.';

const kitFor = (rules: Ruleset, program: string[]): Work['kit'] => ({
  rules,
  secrets: createSecrets(rules, null),
  program,
  again: () => [],
});

/** Definitions that no entry can give their secrets back, told as refused. */
function lostSteps(rules: Ruleset, { only, tool }: Options): PlanStep[] {
  const { layouts } = look(rules, {});
  const kit = { rules, secrets: createSecrets(rules, null), read: editDisk.read };
  const labels = labelsIn(vaultHost());
  const lost = lostEntries(layouts, labels, kit).filter(
    ({ entry, layout }) =>
      !labels.some(({ id }) => entryOfRecord(id) === entry) &&
      (tool.length === 0 || layout.tools.some((id) => tool.includes(id))) &&
      (only.length === 0 || only.includes(entry)),
  );
  return lost.map(({ entry, layout: { source, name: server, tools }, why }) => ({
    entry,
    path: source.path,
    server,
    tools,
    state: 'refused',
    why,
  }));
}

/** What is told of entries as a whole. */
function stepsOf(ids: string[], state: PlanStep['state']): PlanStep[] {
  const all = keptEntries(labelsIn(vaultHost()), holds);
  return ids.map((entry) => {
    const path = all.find((one) => one.entry === entry)?.path ?? '';
    return { entry, path, server: '', tools: [], state, why: null };
  });
}

/** Writes entries in clear text into a new file, and leaves everything as it is. */
async function writeInto(rules: Ruleset, options: Options, file: string): Promise<void> {
  const ids = [...new Set(options.only)];
  if (ids.length === 0)
    throw usageError('migrate: --into needs the entries, by --only; `shadowscan migrate` lists them');
  demandKnown('--only', ids, idsIn(vaultHost()), 'entry of the vault');
  const host = migrateHost();
  await alone(host, async () => {
    if (!(await agreed(`Write the secrets of ${ids.join(', ')} into ${file}, in plain text?`, options.yes)))
      return;
    const done = await withVault(host, kitFor(rules, host.program), async ({ vault }) => {
      createPrivate(file, await inClearText(vault, ids));
      return stepsOf(ids, 'copied');
    });
    const notes = [
      `${file} holds them in plain text, for you alone: remove it when you are done. The vault has them ` +
        `still; \`shadowscan migrate --forget ${ids.join(',')}\` drops them there.`,
    ];
    finish({ ...empty, mode: 'undo', ...done, notes }, options);
  });
}

/** Puts secrets back into the configs. */
export async function undo(rules: Ruleset, options: Options): Promise<void> {
  if (options.into !== undefined) return writeInto(rules, options, options.into);
  const host = migrateHost();
  await alone(host, async () => {
    const ids = idsIn(vaultHost());
    const lost = lostSteps(rules, options);
    let done: Pick<Plan, 'steps' | 'recovered'> = { steps: [], recovered: [] };
    if (ids.length > 0 || host.journal.read('journal') !== null) {
      if (!(await agreed('Put the secrets back into the configs, in plain text?', options.yes))) return;
      const only = options.only.filter((id) => !lost.some(({ entry }) => entry === id));
      const isElse = only.length > 0 || options.only.length === 0;
      const choice = { only, tools: options.tool };
      done = await withVault(host, kitFor(rules, host.program), async (work) =>
        isElse ? undoAll(choice, work) : [],
      );
    } else
      demandKnown(
        '--only',
        options.only,
        lost.map(({ entry }) => entry),
        'entry of the vault (any more)',
      );
    done = { ...done, steps: [...done.steps, ...lost] };
    const notes = done.steps.some(({ state }) => state === 'undone') ? [exported] : [];
    finish({ ...empty, mode: 'undo', ...done, notes }, options);
  });
}

/** Whether nothing opens an entry any more, for all that the keychain says. */
async function isShut(entry: string): Promise<boolean> {
  const vault = await openVault(vaultHost(), limits.keychainMilliseconds);
  if ('unavailable' in vault) return vault.unavailable === 'key-missing';
  try {
    await vault.get(entry);
    return false;
  } catch (error) {
    if (isUsageError(error)) return true;
    throw error;
  }
}

/** Refuses to drop what a config still starts, unless nothing opens it any more and the user said --yes. */
async function demandForgettable(
  label: VaultLabel,
  rest: VaultLabel[],
  labels: VaultLabel[],
  isSure = false,
): Promise<void> {
  const [{ entry, path, named }] = keptEntries([label, ...rest], holds) as [KeptEntry];
  if (named !== true) return;
  const shut = await isShut(entry);
  if (shut && isSure) return;
  const way = shut
    ? 'nothing opens it as long as the keychain does not have its key: unlock it; if it was reset, say --yes'
    : labels.some(({ id }) => id === recordId(entry))
      ? `put it back with \`migrate --undo --only ${entry}\``
      : `write its secrets out with \`migrate --undo --only ${entry} --into FILE\``;
  throw usageError(
    `migrate: --forget ${entry}: ${path} still starts a server with it; ${way}, or take the ` +
      'definition out first',
  );
}

/** Drops entries for good. What a config still starts is not dropped. */
export async function forget(options: Options, given: string[]): Promise<void> {
  const ids = [...new Set(given)];
  demandKnown('--forget', ids, idsIn(vaultHost()), 'entry of the vault');
  await alone(migrateHost(), async () => {
    const labels = labelsIn(vaultHost());
    const rest = labels.filter(({ id }) => !ids.includes(id));
    for (const label of labels.filter(({ id }) => ids.includes(id)))
      await demandForgettable(label, rest, labels, options.yes);
    const what = ids.length === 1 ? `the entry ${ids[0]}` : `the entries ${ids.join(', ')}`;
    if (!(await agreed(`Drop ${what} for good? What it holds may be nowhere else.`, options.yes))) return;
    const steps = stepsOf(ids, 'forgotten');
    for (const id of ids) await drop(vaultHost(), id);
    const notes = ['Whoever had a copy has the secrets still: rotate what you do not use any more.'];
    finish({ ...empty, mode: 'forget', steps, notes }, options);
  });
}
