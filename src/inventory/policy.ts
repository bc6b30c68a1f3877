/** A client's managed settings: that they are there, and which settings they fix. Of their values only
 * what they allow of servers is kept, for the comparison with an allowlist. */
import type { FactOf } from '../model/fact.ts';
import type { PolicyRow } from '../model/tool.ts';
import { limits } from '../limits.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { asMap, select } from '../parse/select.ts';
import { enforcedIn } from './enforced.ts';
import { type Draft, type Observed, type Scene, commonOf, tieOf } from './draft.ts';

/** One fact for each map of settings that a row names. */
export function observePolicies(scene: Scene, rows: PolicyRow[]): Observed {
  const { secrets, claim, tree } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(tree, at, secrets, claim.bindings))) {
      if (row.when && !holds(row.when, treeValues(match.node, secrets))) continue;
      const names = asMap(match.node)?.entries.map(({ key }) => secrets.show(key)) ?? [];
      const fact: FactOf<'policy'> = {
        ...commonOf(scene, 'policy', match, [], row.confidence),
        scope: 'managed',
        settings: [...new Set(names)].toSorted().slice(0, limits.shownNames),
      };
      const enforced = row.servers && enforcedIn(scene, row.servers, match.node);
      drafts.push({ fact, tie: tieOf(claim), ...(enforced && { enforced }) });
    }
  }
  return { drafts, leads: [], switches: [] };
}
