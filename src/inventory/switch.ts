/** Lists and flags that turn facts on or off: what they name, and what becomes of it. `link` throws them. */
import type { SwitchRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import { type Scene, type Switch, bindingsOf } from './draft.ts';
import { spell } from './spell.ts';

function nameOf(scene: Scene, row: SwitchRow, match: Match): string | null {
  if (row.name !== undefined) return row.name === '*' ? '*' : spell(scene, match, row.name);
  const text = scalarText(match.node);
  return text === null ? match.key : scene.secrets.show(text);
}

function switchOf(scene: Scene, row: SwitchRow, match: Match, list: string): Switch[] {
  const { claim, secrets } = scene;
  if (row.when && !holds(row.when, treeValues(match.node, secrets))) return [];
  const full = nameOf(scene, row, match);
  if (full === null || !full.startsWith(row.prefix ?? '')) return [];
  const tie = {
    tool: claim.tool.id,
    home: claim.place.home,
    workspace:
      spell(scene, match, row.workspace) ?? (claim.place.kind === 'workspace' ? claim.place.path : null),
    profile: row.profile === undefined ? null : fill(row.profile, bindingsOf(claim, match)),
  };
  const name = full.slice(row.prefix?.length ?? 0);
  return [{ tie, of: row.of, by: row.by ?? 'name', name, set: row.set, others: row.others ?? null, list }];
}

/** All switches that a row's selectors find; those of one row in one source are one list. */
export function observeSwitches(scene: Scene, rows: SwitchRow[]): Switch[] {
  const { claim, source, secrets, tree } = scene;
  return rows.flatMap((row, nth) =>
    row.at
      .flatMap((at) => select(tree, at, secrets, claim.bindings))
      .flatMap((match) => switchOf(scene, row, match, `${claim.tool.id} ${source.path} ${nth}`)),
  );
}
