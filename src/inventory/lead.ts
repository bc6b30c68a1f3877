/** Places that a source names. A lead says where to look next; it looks nowhere. */
import type { Lead } from '../model/place.ts';
import type { LeadRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { asMap, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import { Secret } from '../secrets/secret.ts';
import { type Scene, bindingsOf } from './draft.ts';

/** Scheme of a URI; a drive letter is not one. */
const uri = /^[a-z][a-z0-9+.-]+:\/\//i;

/** Leads that bind `base`. A URI is turned into a path; one that is not of this machine stays as it is. */
export function observeLeads(scene: Scene, base: string, rows: LeadRow[]): Lead[] {
  const { source, claim, secrets, tree } = scene;
  const { home } = claim.place;
  if (home === null) return [];
  return rows.flatMap((row) =>
    row.at
      .flatMap((at) => select(tree, at, secrets, claim.bindings))
      .flatMap((match): Lead[] => {
        if (row.when && !holds(row.when, treeValues(match.node, secrets))) return [];
        const text = scalarText(match.node);
        const named =
          row.path === undefined
            ? text === null
              ? null
              : secrets.show(text)
            : fill(row.path, bindingsOf(claim, match));
        if (named === null || named === '') return [];
        const local = uri.test(named) ? secrets.step('uri', new Secret(named)) : null;
        const shown = local === null ? '' : secrets.show(local);
        // A URI of another machine stays as it is, so that it is seen to be one.
        const path = shown === '' || shown.startsWith('//') ? secrets.show(named) : shown;
        return [
          {
            base,
            path,
            tool: claim.tool.id,
            bindings: bindingsOf(claim, match),
            home,
            from: { path: source.path, pointer: match.pointer, ...match.at },
          },
        ];
      }),
  );
}

/** Leads that bind `$NAME` for each variable of a map. */
export function observeVariables(scene: Scene, rows: LeadRow[]): Lead[] {
  return rows.flatMap((row) =>
    row.at
      .flatMap((at) => select(scene.tree, at, scene.secrets, scene.claim.bindings))
      .flatMap(({ node }) => asMap(node)?.entries ?? [])
      .flatMap(({ key }) => {
        const at = row.at.map((one) => (one === '.' ? JSON.stringify(key) : `${one}.${JSON.stringify(key)}`));
        return observeLeads(scene, `$${key}`, [{ ...row, at }]);
      }),
  );
}
