/** Places that a source names, and the switches in it. A lead says where to look next; it looks nowhere. */
import type { Bindings, Lead } from '../model/place.ts';
import type { LeadRow, SwitchRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import { Secret } from '../secrets/secret.ts';
import { type Scene, type Switch, bindingsOf } from './draft.ts';

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
        const path = local === null ? secrets.show(named) : secrets.show(local);
        return [
          {
            base,
            path,
            tool: claim.tool.id,
            home,
            from: { path: source.path, pointer: match.pointer, ...match.at },
          },
        ];
      }),
  );
}

/** The name that a switch says, in whichever way its row tells. */
function nameOf(scene: Scene, row: SwitchRow, match: Match, bindings: Bindings): string | null {
  if (row.name === '*') return '*';
  if (row.name?.includes('{')) return fill(row.name, bindings);
  const node = row.name === undefined ? match.node : select(match.node, row.name, scene.secrets)[0]?.node;
  const text = node === undefined ? null : scalarText(node);
  if (text !== null) return scene.secrets.show(text);
  return row.name === undefined ? match.key : null;
}

/** Switches: what they name, and what becomes of it. */
export function observeSwitches(scene: Scene, rows: SwitchRow[]): Switch[] {
  const { claim, secrets, tree } = scene;
  return rows.flatMap((row) =>
    row.at
      .flatMap((at) => select(tree, at, secrets, claim.bindings))
      .flatMap((match): Switch[] => {
        if (row.when && !holds(row.when, treeValues(match.node, secrets))) return [];
        const bindings = bindingsOf(claim, match);
        const full = nameOf(scene, row, match, bindings);
        if (full === null || !full.startsWith(row.prefix ?? '')) return [];
        const name = full.slice(row.prefix?.length ?? 0);
        const workspace = row.workspace === undefined ? null : fill(row.workspace, bindings);
        const tie = {
          tool: claim.tool.id,
          home: claim.place.home,
          workspace: workspace ?? (claim.place.kind === 'workspace' ? claim.place.path : null),
          profile: row.profile === undefined ? null : fill(row.profile, bindings),
        };
        return [{ tie, of: row.of, by: row.by ?? 'name', name, set: row.set, others: row.others ?? null }];
      }),
  );
}
