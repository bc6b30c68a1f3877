/**
 * A migration's plan for people: what moves, what stays and why, what was done, and what is left to do. Text
 * of files is made inert where it enters.
 */
import type { KeptEntry, Plan, PlanItem, PlanStep } from '../model/plan.ts';
import { neutral } from './neutral.ts';

const place = ({ origin }: PlanItem): string =>
  neutral(`${origin.path}${origin.line === undefined ? '' : `:${origin.line}`}`);
const named = ({ server, field }: PlanItem): string =>
  neutral(server === null ? field : `${server}: ${field}`);

function* moving(items: PlanItem[]): Generator<string> {
  for (const item of items) {
    yield `  ${named(item)}  ${neutral(item.masked)} (${neutral(item.type)})\n`;
    yield `    is in    ${place(item)}\n`;
    yield item.action === 'update'
      ? `    goes to  the entry of the vault that its server is started with already: ${item.entry}\n`
      : `    goes to  the vault, encrypted with a key in the keychain, as ${item.entry}\n`;
    yield `    becomes  ${neutral(item.becomes ?? '')}\n`;
  }
}

/** Those that stay, by reason: the reason once, with every place under it. */
function* staying(items: PlanItem[]): Generator<string> {
  for (const all of Map.groupBy(items, ({ reason }) => reason).values()) {
    yield `  ${all[0]!.why}:\n`;
    const shared = all[0]!.todo.filter((one) => all.every(({ todo }) => todo.includes(one)));
    for (const item of all) {
      yield `    ${named(item)}  ${neutral(item.masked)}  ${place(item)}\n`;
      for (const one of item.todo.filter((own) => !shared.includes(own))) yield `      -> ${neutral(one)}\n`;
    }
    for (const one of shared) yield `    -> ${neutral(one)}\n`;
  }
}

const verbs: Record<PlanStep['state'], string> = {
  planned: 'would rewrite',
  applied: 'moved',
  updated: 'updated',
  undone: 'put back',
  copied: 'written out',
  forgotten: 'dropped',
  refused: 'left as it was',
};

function* steps(all: PlanStep[]): Generator<string> {
  for (const { state, server, path, entry, why } of all) {
    // An entry as a whole is told by its id.
    const what = server === '' ? `${entry}, from ${neutral(path)}` : `${neutral(server)} in ${neutral(path)}`;
    yield `  ${verbs[state]}: ${what}${server === '' ? '' : ` (${entry})`}`;
    yield why === null ? '\n' : `: ${neutral(why)}\n`;
  }
}

function* kept(all: KeptEntry[]): Generator<string> {
  for (const { entry, path, named: isNamed } of all) {
    yield `  ${entry}  from ${neutral(path)}`;
    yield isNamed === false ? ', which does not name it any more\n' : '\n';
  }
}

function* section(title: string, body: Iterable<string>): Generator<string> {
  const lines = [...body];
  if (lines.length > 0) yield* [`${title}\n`, ...lines, '\n'];
}

/** The plan as text, in chunks. */
export function* planText(plan: Plan): Generator<string> {
  const moves = plan.items.filter(({ action }) => action === 'move');
  const updates = plan.items.filter(({ action }) => action === 'update');
  const stays = plan.items.filter(({ action }) => action === 'stay');
  yield* section(
    'Left by an earlier run',
    plan.recovered.map((one) => `  ${neutral(one)}\n`),
  );
  if (plan.mode === 'plan') {
    yield* section(`Would move: ${moves.length}`, moving(moves));
    yield* section(`Would update: ${updates.length}`, moving(updates));
  }
  if (plan.mode !== 'plan') yield* section('Done', steps(plan.steps));
  yield* section(`Cannot be moved: ${stays.length}`, staying(stays));
  if (plan.mode === 'plan' && plan.items.length === 0) yield 'No secret was found that could be moved.\n';
  if (plan.mode !== 'plan' && plan.steps.length === 0) yield 'There was nothing to do.\n';
  if (plan.mode === 'plan') yield* section(`In the vault: ${plan.vault.length}`, kept(plan.vault));
  for (const note of plan.notes) yield `${neutral(note)}\n`;
}
