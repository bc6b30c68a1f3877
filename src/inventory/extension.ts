/**
 * Extensions as an editor's own index lists them; a folder on disk proves nothing, since profiles share it.
 */
import type { FactOf } from '../model/fact.ts';
import type { ExtensionRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import { type Draft, type Observed, type Scene, bindingsOf, commonOf, tieOf, unjudged } from './draft.ts';
import { spellFirst } from './spell.ts';

/** Extensions of an index; ids are compared in lower case. */
export function observeExtensions(scene: Scene, rows: ExtensionRow[]): Observed {
  const { secrets, claim } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(scene.tree, at, secrets, claim.bindings))) {
      if (row.when && !holds(row.when, treeValues(match.node, secrets))) continue;
      const spelled = spellFirst(scene, match, row.id);
      if (spelled === null) continue;
      // A capture is as it stands in path or key.
      const id = secrets.show(spelled).toLowerCase();
      const version = spellFirst(scene, match, row.version);
      const profile = row.profile === undefined ? null : fill(row.profile, bindingsOf(claim, match));
      const fact: FactOf<'extension'> = {
        ...commonOf(scene, 'extension', match, [id, profile ?? ''], row.confidence),
        scope: profile === null || profile === 'default' ? 'user' : 'profile',
        extension: id,
        version: version === null ? null : secrets.show(version),
        profile: profile === null ? null : secrets.show(profile),
        load: 'active',
        agent: null,
        ...unjudged,
      };
      const everywhere =
        row.everywhere !== undefined && holds(row.everywhere, treeValues(match.node, secrets));
      drafts.push({
        fact,
        everywhere,
        tie: tieOf(claim, { profile: fact.profile, folder: spellFirst(scene, match, row.folder) }),
      });
    }
  }
  return { drafts, leads: [], switches: [] };
}
