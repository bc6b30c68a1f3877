/** How rows say where a part of a fact is: `{captures}` filled in, or a selector below the matched node. */
import { type Match, first } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import { type Scene, bindingsOf } from './draft.ts';

/**
 * The text that a spelling stands for; null when there is none. One of a selector is fit to be shown, one of
 * captures is as it stands in path or key, which digests are told by.
 */
export function spell(scene: Scene, match: Match, spelling: string | undefined): string | null {
  if (spelling === undefined) return null;
  if (spelling.includes('{')) return fill(spelling, bindingsOf(scene.claim, match));
  const text = first(match.node, [spelling], scene.secrets);
  return text === null ? null : scene.secrets.show(text);
}

/** The first of several spellings that there is a text for. */
export function spellFirst(scene: Scene, match: Match, spellings: string[] = []): string | null {
  for (const spelling of spellings) {
    const text = spell(scene, match, spelling);
    if (text !== null) return text;
  }
  return null;
}

/** A match below another one, with its pointer from the root; below decoded text, at that text's place. */
export function below(parent: Match, child: Match): Match {
  const at = parent.pointer.includes('#') ? parent.at : child.at;
  return { ...child, at, pointer: parent.pointer + child.pointer };
}
