/**
 * `shadowscan migrate`: secrets out of configs and into the vault under the keychain's key, and back. Without
 * `--apply` or `--undo` it prints what it would do, and neither changes anything nor asks the keychain.
 */
import * as path from 'node:path';
import { targets } from '../allowlist/export/targets.ts';
import { editDisk } from '../host/edit-disk.ts';
import { migrateHost } from '../host/migrate-host.ts';
import { writeOut } from '../host/output.ts';
import { systemHost } from '../host/system.ts';
import { vaultHost } from '../host/vault-host.ts';
import { keptEntries } from '../migrate/kept-entries.ts';
import { type Lost, lostEntries } from '../migrate/lost-entries.ts';
import { type Outdated, outdatedLists } from '../migrate/outdated-lists.ts';
import { launchNow } from '../migrate/launch.ts';
import { type Choice, type Planning, makePlan, namesIn } from '../migrate/plan.ts';
import { type Candidate, mayBeRenewed } from '../migrate/renewed.ts';
import { type Changed, changedSince } from '../migrate/reseal.ts';
import type { PlanKit } from '../migrate/try-all.ts';
import { labelsIn } from '../migrate/vault.ts';
import type { MigrateHost } from '../model/migrate-host.ts';
import type { Plan } from '../model/plan.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { planText } from '../report/plan-text.ts';
import { createSecrets } from '../secrets/engine.ts';
import { loadRules } from './load.ts';
import { type Options, alone, demandKnown, empty, finish, holds } from './migrate-common.ts';
import { agreed, demandInstalled, demandOwner, refusalOf } from './migrate-demands.ts';
import { look } from './migrate-look.ts';
import { applyAll, changedNotes, renewedNow, resealAll, stepOf, withVault } from './migrate-steps.ts';
import { forget, undo } from './migrate-undo.ts';

const exportNotice =
  'If clients here have lists of allowed servers (`shadowscan allowlist export`), they compare commands ' +
  'word by word: have them exported again, since the launcher is part of the command then. The lists that ' +
  'shadowscan itself uses look through the launcher.';
const copiesNotice =
  'Backups, synced copies and git histories made before still hold the old values: rotate what they hold.';

function demandSense({ apply, undo: back, forget: dropped, home, yes, program, into }: Options): void {
  const doing = [apply, back, dropped].filter((one) => one !== undefined).length;
  if (doing > 1) throw usageError('migrate: --apply, --undo or --forget, not both');
  if (home !== undefined && doing > 0)
    throw usageError(
      'migrate: --home prints a plan only; run it as the user of that home to change anything',
    );
  if (yes && doing === 0) throw usageError('migrate: --yes goes with --apply, --undo or --forget');
  if (into !== undefined && !back) throw usageError('migrate: --into goes with --undo');
  if (program !== undefined && (back || dropped))
    throw usageError('migrate: --program goes with a plan or --apply');
}

/** A word on a program that is only to be installed: until then no migrated server starts. */
function missingNote([program = '']: string[]): string[] {
  const seen = systemHost().look(program, path.parse(program).root);
  return seen !== null
    ? []
    : [`${program} is not there: until it is installed no migrated server will start.`];
}

function question(moving: number, sealing: number): string {
  const counted = (count: number): string => (count === 1 ? 'one definition' : `${count} definitions`);
  const sealed = sealing === 0 ? '' : `seal ${counted(sealing)} to the command or address that it has now`;
  const moved = moving === 0 ? '' : `move the secrets of ${counted(moving)}`;
  const all = [moved, sealed].filter((part) => part !== '').join(', and ') || 'end what an earlier run began';
  return `Rewrite configs: ${all}?`;
}

/** Names of what is chosen; an entry that is only planned stands for the secrets that would go into it. */
function withPlanned({ only }: Options, all: () => Planning): { names: string[]; known: string[] } {
  const items = only.length === 0 ? [] : all().items;
  const meant = items.filter(({ entry }) => entry !== null && only.includes(entry));
  const known = items.flatMap(({ entry }) => entry ?? []);
  return { names: [...only, ...meant.map(({ credential }) => credential)], known };
}

type Looked = {
  planning: Planning;
  plan: Plan;
  changed: Changed[];
  lost: Lost[];
  candidates: Candidate[];
  kit: PlanKit;
  lists: string[];
};

/** What becomes of a client's list of commands, and the one command that makes it anew. */
function listNote({ list: { path: file, stamp, claim }, servers }: Outdated): string {
  const { id, name } = claim.tool;
  const source =
    stamp === null ? 'LIST' : `LIST (it was made from "${stamp.name}", version ${stamp.version})`;
  const client = targets.some((target) => target.id === id) ? ` --client ${id}` : '';
  return (
    `${file}: names the command of ${servers.join(', ')} word by word, so that ${name} may block it when ` +
    `it is started through the launcher. Right after --apply, have it made anew and installed: ` +
    `shadowscan allowlist export --allowlist ${source} --output DIR${client}`
  );
}

/** What is told of lists: of those that were found, or in general where a command changes at all. */
function listNotes(lists: string[], { planned }: Planning): string[] {
  const isNew = planned.some(({ update, layout }) => update === null && layout.command.length > 0);
  return lists.length > 0 ? lists : isNew ? [exportNotice] : [];
}

/** What there is to do, and what is told of it. */
function planNow(rules: Ruleset, options: Options, host: MigrateHost | null): Looked {
  const { report, layouts, again, enforced } = look(rules, options);
  const program = host?.program ?? ['shadowscan'];
  // A plan starts nothing; on some systems asking what runs does.
  const commands = () => host?.commands() ?? [];
  // A home that is given has no vault of ours.
  const labels = options.home === undefined ? labelsIn(vaultHost()) : [];
  const secrets = createSecrets(rules, null);
  const kit = { rules, secrets, program, again, read: editDisk.read, commands, labels };
  const known = [
    ...namesIn(report, layouts),
    ...labels.map(({ id }) => id),
    ...rules.checks.map(({ id }) => id),
  ];
  const only = withPlanned(options, () => makePlan(report, layouts, { only: [], tools: options.tool }, kit));
  demandKnown('--only', options.only, [...known, ...only.known], 'check, fact, finding or entry');
  const planning = makePlan(report, layouts, { only: only.names, tools: options.tool }, kit);
  const { items, planned } = planning;
  const changed = changedSince(layouts, labels, (layout) => launchNow(layout, kit)).filter(
    // What is updated is sealed again with it.
    ({ entry }) => !planned.some((one) => one.update !== null && one.entry === entry),
  );
  const steps = planned.map((one) => stepOf(one, 'planned'));
  const vault = keptEntries(labels, holds);
  const lists = outdatedLists(planned, enforced).map(listNote);
  // A home that is given may have a vault of its own, which is not looked at.
  const lost = options.home === undefined ? lostEntries(layouts, labels, kit) : [];
  const choice = { only: options.only, tools: options.tool };
  const beside = host === null ? [] : mayBeRenewed(layouts, { labels, kit, choice });
  const candidates = beside.filter(({ entry }) => !planned.some((one) => one.entry === entry));
  const told: Plan = { ...empty, mode: 'plan', items, steps, vault };
  return { planning, plan: told, changed, lost, candidates, kit, lists };
}

const lostNotes = (lost: Lost[]): string[] =>
  lost.map(({ layout, why }) => `${layout.source.path}: ${layout.name}: ${why}.`);

const orphanNotes = ({ vault }: Plan): string[] =>
  vault
    .filter(({ named }) => named === false)
    .map(
      ({ entry, path: file }) =>
        `${file}: does not name ${entry} any more. \`shadowscan migrate --undo --only ${entry} --into ` +
        `FILE\` writes its secrets into a private file, \`shadowscan migrate --forget ${entry}\` drops them.`,
    );

function printPlan(rules: Ruleset, options: Options): void {
  const { planning, plan, changed, lost, kit, lists } = planNow(rules, options, null);
  const isOwn = options.home === undefined;
  const refusal = isOwn ? refusalOf(systemHost(), migrateHost(options.program).program, kit) : null;
  const isWork = planning.planned.length > 0;
  const way = isOwn
    ? 'Nothing was changed. `shadowscan migrate --apply` does it.'
    : 'Nothing was changed. Only the user of that home can do it, with `shadowscan migrate --apply`.';
  const last = refusal === null ? way : `Nothing was changed, and \`--apply\` would be refused: ${refusal}.`;
  const notes = [
    ...(options.program === undefined ? [] : missingNote(migrateHost(options.program).program)),
    ...changedNotes(changed, { only: options.only, tools: [] }, kit),
    ...lostNotes(lost),
    ...orphanNotes(plan),
    ...(isWork ? [copiesNotice, ...listNotes(lists, planning), last] : []),
  ];
  finish({ ...plan, refusal, notes }, options);
}

/** Plans once more, with nobody else at it, and does it. */
async function apply(rules: Ruleset, options: Options, host: MigrateHost): Promise<void> {
  const { planning: first, plan, changed, lost, candidates, kit, lists } = planNow(rules, options, host);
  demandInstalled(host.program, kit);
  const choice: Choice = { only: options.only, tools: options.tool };
  const again = await renewedNow(candidates, choice, kit);
  const planning = { ...first, planned: [...first.planned, ...again.planned] };
  const { planned, stores } = planning;
  const told = [
    ...changedNotes(changed, choice, kit),
    ...lostNotes(lost),
    ...orphanNotes(plan),
    ...again.notes,
  ];
  const sealing = changed.filter(({ entry }) => options.only.includes(entry));
  const work = planned.length + stores.length + sealing.length;
  if (work === 0 && host.journal.read('journal') === null)
    return finish({ ...plan, mode: 'apply', notes: told }, options);
  if (!options.yes) writeOut(planText({ ...plan, notes: again.notes }));
  if (!(await agreed(question(planned.length, sealing.length), options.yes))) return;
  const done = await withVault(host, kit, async (vault) => [
    ...(await applyAll(planning, vault)),
    ...(await resealAll(sealing, choice, vault)),
  ]);
  const notes = [
    ...missingNote(host.program),
    ...told,
    ...(planned.length > 0 ? [copiesNotice, ...listNotes(lists, planning)] : []),
  ];
  const vault = keptEntries(labelsIn(vaultHost()), holds);
  finish({ ...plan, mode: 'apply', ...done, vault, notes }, options);
}

/** Runs the command. */
export async function runMigrate(options: Options): Promise<void> {
  demandSense(options);
  const rules = await loadRules(options.rules);
  demandKnown(
    '--tool',
    options.tool,
    rules.tools.map(({ id }) => id),
    'tool',
    'tools',
  );
  if (options.apply || options.undo || options.forget) demandOwner(systemHost());
  if (options.forget) return forget(options, options.forget);
  if (options.undo) return undo(rules, options);
  if (!options.apply) return printPlan(rules, options);
  const host = migrateHost(options.program);
  return alone(host, () => apply(rules, options, host));
}
