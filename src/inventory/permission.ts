/** Posture settings, normalised to one level each; an absent setting is a level too where the row says so. */
import type { FactOf } from '../model/fact.ts';
import type { PermissionRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import {
  type Draft,
  type Observed,
  type Scene,
  bindingsOf,
  commonOf,
  rootMatch,
  tieOf,
  workspaceOf,
} from './draft.ts';

function draftOf(scene: Scene, row: PermissionRow, match: Match, value: string | null, level: string): Draft {
  const { claim } = scene;
  const workspace = row.workspace === undefined ? null : fill(row.workspace, bindingsOf(claim, match));
  const fact: FactOf<'permission'> = {
    ...commonOf(scene, 'permission', match, [row.setting], row.confidence),
    setting: row.setting,
    level,
    value,
    workspace: workspace ?? workspaceOf(scene),
  };
  return { fact, tie: tieOf(claim, { workspace: fact.workspace }) };
}

/** Settings that a row names; a value without a level of its own stands for itself. */
export function observePermissions(scene: Scene, rows: PermissionRow[]): Observed {
  const { secrets, claim, tree } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    const matches = row.at.flatMap((at) => select(tree, at, secrets, claim.bindings));
    const kept = matches.filter((match) => !row.when || holds(row.when, treeValues(match.node, secrets)));
    for (const match of kept) {
      const node = row.value === undefined ? match.node : select(match.node, row.value, secrets)[0]?.node;
      const text = node === undefined ? null : scalarText(node);
      const value = text === null ? null : secrets.show(text);
      const level = value === null ? 'set' : row.levels ? (row.levels[value] ?? 'unknown') : value;
      drafts.push(draftOf(scene, row, match, value, level));
    }
    if (kept.length === 0 && row.absent !== undefined) {
      drafts.push(draftOf(scene, row, rootMatch(tree), null, row.absent));
    }
  }
  return { drafts, leads: [], switches: [] };
}
