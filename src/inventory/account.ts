/**
 * Who is signed in: domain, organisation, plan, and whether that is a personal or a corporate account. The
 * e-mail address and the user's name are not recorded.
 */
import type { FactOf } from '../model/fact.ts';
import type { AccountRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { first, select } from '../parse/select.ts';
import { withoutAddress } from './address.ts';
import { type Draft, type Observed, type Scene, commonOf, tieOf } from './draft.ts';

/** By the plan; where none is known, by the domain of a provider of private addresses. */
function tierOf(row: AccountRow, plan: string | null): FactOf<'account'>['tier'] {
  const word = plan?.toLowerCase() ?? '';
  if (row.corporate?.includes(word)) return 'corporate';
  return row.personal?.includes(word) ? 'personal' : 'unknown';
}

/** Accounts named by a row; one with nothing to say is none. */
export function observeAccounts(scene: Scene, rows: AccountRow[]): Observed {
  const { secrets } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(scene.tree, at, secrets, scene.claim.bindings))) {
      if (row.when && !holds(row.when, treeValues(match.node, secrets))) continue;
      const read = (node: Tree, selectors: string[] | undefined): string | null => {
        const text = selectors ? first(node, selectors, secrets) : null;
        return text === null || text.length === 0 ? null : withoutAddress(secrets.show(text));
      };
      const email = row.email ? first(match.node, row.email, secrets) : null;
      const plan = read(match.node, row.plan);
      const domain = email === null ? null : secrets.domain(email);
      const account = {
        domain,
        organisation: read(match.node, row.organisation),
        organisationId: read(match.node, row.organisationId),
        plan,
        tier: tierOf(row, plan ?? domain),
      };
      if (Object.values(account).every((value) => value === null || value === 'unknown')) continue;
      const fact: FactOf<'account'> = {
        ...commonOf(scene, 'account', match, [], row.confidence),
        ...account,
      };
      drafts.push({ fact, tie: tieOf(scene.claim) });
    }
  }
  return { drafts, leads: [], switches: [] };
}
