/** Which MCP tools a definition names: the only ones, those that are off, those that run unasked. */
import { limits } from '../limits.ts';
import type { FactOf } from '../model/fact.ts';
import { type Match, asList, scalarText } from '../parse/select.ts';
import { type Part, partsOf } from './definition.ts';
import type { Scene } from './draft.ts';

/** Texts of a list under any spelling; what is no list says something else than names. */
function listedIn(scene: Scene, at: Match, part: Part): string[] {
  const items = partsOf(scene, at.node, part).flatMap(({ match }) => asList(match.node)?.items ?? []);
  const texts = items.slice(0, limits.shownNames).map((item) => scalarText(item));
  return [...new Set(texts.flatMap((text) => (text === null ? [] : scene.secrets.show(text))))];
}

/** Which MCP tools a definition turns on, turns off and lets run unasked. */
export function toolListsOf(scene: Scene, match: Match): Pick<FactOf<'server'>, 'toolLists'> {
  const lists = { allow: 'toolsOn', deny: 'toolsOff', auto: 'toolsAuto' } as const;
  const found = Object.entries(lists)
    .map(([name, part]) => [name, listedIn(scene, match, part)] as const)
    .filter(([, names]) => names.length > 0);
  return found.length === 0 ? {} : { toolLists: Object.fromEntries(found) };
}
