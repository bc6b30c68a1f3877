/** Maps of servers in another form than their client reads: what is in them is not seen, and is noted. */
import type { Position } from '../model/tree.ts';
import type { ServerRow } from '../model/tool.ts';
import { select } from '../parse/select.ts';
import type { Scene } from './draft.ts';

/** Where a selector of entries finds something that holds none, or an entry that is no definition. */
function noteShapes(scene: Scene, at: string): void {
  const map = /^(.+)\.\{name\}$/.exec(at)?.[1];
  if (map === undefined) return;
  const unsupported = ({ at: place }: { at: Position }): void => {
    scene.secrets.flaw({ reason: 'unsupported', at: place });
  };
  const root = scene.tree;
  // The file as a whole is something else than the map of settings that the client reads.
  if (root.type === 'list' || (root.type === 'scalar' && /^["\w]/.test(at))) unsupported(root);
  for (const { node } of select(root, map, scene.secrets, scene.claim.bindings)) {
    // A text may name a file, or hold the map itself; other rows know.
    if (node.type === 'scalar' && typeof node.value !== 'object') unsupported(node);
    if (node.type !== 'map') continue;
    for (const { value, keyAt } of node.entries) {
      const off = value.type === 'scalar' && typeof value.value === 'boolean';
      if (value.type !== 'map' && !off) unsupported({ at: keyAt });
    }
  }
}

/** Notes what rows find in a form that none of them reads. */
export function noteMisshapen(scene: Scene, rows: ServerRow[]): void {
  // The probe looks at files of anybody, in which anything may have any form.
  const places = scene.claim.tool.probe ? [] : rows.flatMap((row) => row.at);
  for (const at of new Set(places)) {
    // One condition alone asks for a form that the file may not have; several tell entries of one map apart.
    const own = rows.filter((row) => row.at.includes(at));
    if (own.length > 1 || own[0]?.when === undefined) noteShapes(scene, at);
  }
}
