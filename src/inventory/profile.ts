/** Editor profiles from the editor's index. What is active in each is put in by `link`. */
import type { FactOf } from '../model/fact.ts';
import type { ProfileRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { first, select } from '../parse/select.ts';
import { type Draft, type Observed, type Scene, commonOf, tieOf, unjudged } from './draft.ts';

/** Profiles of an index; the id is the last segment of what locates it. */
export function observeProfiles(scene: Scene, rows: ProfileRow[]): Observed {
  const { secrets } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(scene.tree, at, secrets, scene.claim.bindings))) {
      if (row.when && !holds(row.when, treeValues(match.node, secrets))) continue;
      const located = first(match.node, row.id ?? ['id'], secrets);
      const named = first(match.node, row.name ?? ['name'], secrets);
      const profile =
        located === null
          ? null
          : secrets
              .show(located)
              .split('/')
              .findLast((part) => part !== '');
      if (!profile) continue;
      const fact: FactOf<'profile'> = {
        ...commonOf(scene, 'profile', match, [profile], row.confidence),
        scope: 'profile',
        name: named === null ? profile : secrets.show(named),
        profile,
        extensions: [],
        agents: [],
        ...unjudged,
      };
      const { inherits } = row;
      const inherited = inherits !== undefined && holds(inherits.when, treeValues(match.node, secrets));
      drafts.push({
        fact,
        tie: tieOf(scene.claim, { profile }),
        ...(inherited && { inherits: inherits.from }),
      });
    }
  }
  return { drafts, leads: [], switches: [] };
}
