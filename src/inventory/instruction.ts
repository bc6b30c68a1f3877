/**
 * Files that tell an agent what to do. What they say is not recorded, only that they are there and whether
 * they hold characters that a person who reviews them cannot see.
 */
import type { FactOf } from '../model/fact.ts';
import type { InstructionRole } from '../model/tool.ts';
import { scalarText } from '../parse/select.ts';
import { type Observed, type Scene, commonOf, originOf, rootMatch, tieOf, workspaceOf } from './draft.ts';

/** The file's name without its extension; of `SKILL.md` and the like the folder's. */
function nameOf(path: string): string {
  const [file = '', folder = ''] = path.split(/[/\\]/).toReversed();
  const stem = file.replace(/\.[^.]+$/, '');
  if (stem === '') return file;
  return stem === 'SKILL' && folder !== '' ? folder : stem;
}

/** One fact for the file as a whole. */
export function observeInstruction(scene: Scene, role: InstructionRole): Observed {
  const { source, claim, secrets } = scene;
  const match = rootMatch(scene.tree);
  const text = scalarText(match.node);
  const fact: FactOf<'instruction'> = {
    ...commonOf(scene, 'instruction', match, [role]),
    origin: originOf(source, secrets, null),
    role,
    name: secrets.show(claim.bindings['name'] ?? nameOf(source.path)),
    hidden: text === null ? 0 : secrets.hidden(text),
    workspace: workspaceOf(scene),
  };
  return { drafts: [{ fact, tie: tieOf(claim) }], leads: [], switches: [] };
}
