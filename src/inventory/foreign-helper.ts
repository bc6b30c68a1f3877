/** Commands that a client asks for headers: whose they are. What they print is not known. */
import { identify } from '../identity/identify.ts';
import { asList, scalarText } from '../parse/nodes.ts';
import type { Tree } from '../model/tree.ts';
import { partOf } from './definition.ts';
import type { Scene } from './draft.ts';

/** Id of the wrapper that our own helper is. */
const own = 'shadowscan-headers';
/** What an installed package is started with. */
const interpreter = 'node';

/**
 * Whether a definition names a helper, and one that is not this program's: that is as good as its command's
 * name, so that one in a doubtful place is anybody's.
 */
export function isForeignHelper(scene: Scene, node: Tree): boolean {
  const named = partOf(scene, node, 'headersHelper');
  if (named === null) return false;
  const line = asList(named.match.node) ? null : scalarText(named.match.node);
  if (line === null) return true;
  const { via, doubts } = identify(
    { command: line, args: [], url: null, env: [] },
    scene.rules,
    scene.secrets,
  );
  const isOurs = via.at(-1) === own && via.slice(0, -1).every((id) => id === interpreter);
  return !isOurs || doubts.some((doubt) => doubt !== 'local-command');
}
