/**
 * `shadowscan migrate`: secrets out of configs and into the vault under the keychain's key, and back. Without
 * `--apply` or `--undo` it prints what it would do, and neither changes anything nor asks the keychain.
 */
import * as path from 'node:path';
import { migrateHost } from '../host/migrate-host.ts';
import { editDisk } from '../host/edit-disk.ts';
import { writeOut } from '../host/output.ts';
import { systemHost } from '../host/system.ts';
import { vaultHost } from '../host/vault-host.ts';
import type { Work } from '../migrate/carry-out.ts';
import { type Choice, makePlan } from '../migrate/plan.ts';
import { changedSince } from '../migrate/reseal.ts';
import { labelsIn } from '../migrate/vault.ts';
import type { Platform } from '../model/common.ts';
import type { Layout } from '../model/layout.ts';
import type { Plan } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { neutralJson } from '../report/neutral.ts';
import { planText } from '../report/plan-text.ts';
import { scan } from '../scan.ts';
import type { Again } from '../scan-again.ts';
import { createSecrets } from '../secrets/engine.ts';
import { loadRules } from './load.ts';
import { agreed, demandInstalled, demandOwner } from './migrate-demands.ts';
import { applyAll, changedNotes, resealAll, stepOf, undoAll, withVault } from './migrate-steps.ts';

export type Options = {
  apply?: boolean;
  undo?: boolean;
  yes?: boolean;
  only: string[];
  tool: string[];
  format?: 'human' | 'json';
  home?: string;
  platform?: Platform;
  rules?: string;
  program?: string;
};

const exportNotice =
  'Lists that were exported to clients compare commands word by word: export them again, since the ' +
  'launcher is part of the command now. Lists of shadowscan itself look through the launcher.';
const copiesNotice =
  'Backups, synced copies and git histories made before still hold the old values: rotate what they hold.';

function demandSense({ apply, undo, home, yes, program }: Options): void {
  if (apply && undo) throw usageError('migrate: --apply or --undo, not both');
  if (home !== undefined && (apply || undo))
    throw usageError(
      'migrate: --home prints a plan only; run it as the user of that home to change anything',
    );
  if (yes && !apply && !undo) throw usageError('migrate: --yes goes with --apply or --undo');
  if (program !== undefined && !apply) throw usageError('migrate: --program goes with --apply');
}

type Seen = { report: Report; layouts: Layout[]; again: Again };

function look(rules: Ruleset, { home, platform }: Options): Seen {
  let layouts: Layout[] = [];
  let again: Again = () => [];
  const report = scan(systemHost(), rules, {
    layouts: (all, reread) => ([layouts, again] = [all, reread]),
    ...(home !== undefined && { home }),
    ...(platform !== undefined && { platform }),
  });
  // Who reads a file is told from who is there by the report alone.
  const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
  const read = layouts.map((one) => ({ ...one, tools: readers.get(one.server) ?? one.tools }));
  return { report, layouts: read, again };
}

function show(plan: Plan, { format }: Options): void {
  const human = format === 'human' || (format === undefined && process.stdout.isTTY);
  writeOut(human ? planText(plan) : [neutralJson(`${JSON.stringify(plan, null, 2)}\n`)]);
}

const empty: Omit<Plan, 'mode'> = {
  schema: 'shadowscan.plan/1',
  items: [],
  steps: [],
  recovered: [],
  notes: [],
};

function finish(plan: Plan, options: Options): void {
  show(plan, options);
  if (plan.steps.some(({ state }) => state === 'refused')) process.exitCode = 2;
}

async function undo(rules: Ruleset, options: Options): Promise<void> {
  const host = migrateHost();
  const secrets = createSecrets(rules, null);
  const kit: Work['kit'] = { rules, secrets, program: host.program, again: () => [] };
  const choice = { only: options.only, tools: options.tool };
  if (!(await agreed('Put the secrets back into the configs, in plain text?', options.yes ?? false))) return;
  const done = await withVault(host, kit, (work) => undoAll(choice, work));
  const steps = done.steps.length > 0;
  finish({ ...empty, mode: 'undo', ...done, notes: steps ? [exportNotice] : [] }, options);
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
  const sealed = sealing === 0 ? '' : `seal ${counted(sealing)} to the command that it has now`;
  const moved = moving === 0 ? '' : `move the secrets of ${counted(moving)}`;
  const all = [moved, sealed].filter((part) => part !== '').join(', and ') || 'end what an earlier run began';
  return `Rewrite configs: ${all}?`;
}

/** Runs the command. */
export async function runMigrate(options: Options): Promise<void> {
  demandSense(options);
  const rules = await loadRules(options.rules);
  const strange = options.tool.find((id) => !rules.tools.some((tool) => tool.id === id));
  if (strange !== undefined)
    throw usageError(`--tool ${strange}: no such tool; \`shadowscan tools\` lists them`);
  if (options.apply || options.undo) demandOwner(systemHost());
  if (options.undo) return undo(rules, options);
  const { report, layouts, again } = look(rules, options);
  const host = options.apply ? migrateHost(options.program) : null;
  const program = host?.program ?? ['shadowscan'];
  // A plan starts nothing; on some systems asking what runs does.
  const commands = () => host?.commands() ?? [];
  const kit = { rules, secrets: createSecrets(rules, null), program, again, read: editDisk.read, commands };
  if (host !== null) demandInstalled(program, kit);
  const choice: Choice = { only: options.only, tools: options.tool };
  const planning = makePlan(report, layouts, choice, kit);
  const { items, planned } = planning;
  const plan: Plan = { ...empty, mode: 'plan', items, steps: planned.map((one) => stepOf(one, 'planned')) };
  // A home that is given has no vault of ours.
  const labels = options.home === undefined ? labelsIn(vaultHost()) : [];
  const changed = changedSince(layouts, labels);
  const told = changedNotes(changed, choice, kit);
  const notes = [...told, ...(planned.length > 0 ? [copiesNotice, exportNotice] : [])];
  const sealing = changed.filter(({ entry }) => options.only.includes(entry));
  if (host === null) {
    const way = planned.length > 0 ? ['Nothing was changed. `shadowscan migrate --apply` does it.'] : [];
    return finish({ ...plan, notes: [...notes, ...way] }, options);
  }
  const work = planned.length + planning.stores.length + sealing.length;
  if (work === 0 && host.journal.read('journal') === null)
    return finish({ ...plan, mode: 'apply', notes: told }, options);
  if (!options.yes) writeOut(planText({ ...plan, notes: [] }));
  if (!(await agreed(question(planned.length, sealing.length), options.yes ?? false))) return;
  const done = await withVault(host, kit, async (alone) => [
    ...(await applyAll(planning, alone)),
    ...(await resealAll(sealing, choice, alone)),
  ]);
  finish({ ...plan, mode: 'apply', ...done, notes: [...missingNote(program), ...notes] }, options);
}
