/** Hooks and helpers: commands that a tool starts by itself. Command lines are kept with secrets masked. */
import type { FactOf } from '../model/fact.ts';
import type { CommandRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { limits } from '../limits.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { asList, asMap, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import type { Found } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import { credentialDraft } from './credential.ts';
import { type Draft, type Observed, type Scene, bindingsOf, commonOf, tieOf, workspaceOf } from './draft.ts';
import { spellFirst } from './spell.ts';

function wordsOf(node: Tree | undefined): Secret[] {
  if (node === undefined || asMap(node)) return [];
  const nodes = asList(node)?.items ?? [node];
  return nodes.slice(0, limits.args).flatMap((one) => scalarText(one) ?? []);
}

/**
 * Long runs of digits and letters of both cases are made by machines: in a command they are secrets more
 * often than anything that a reader needs, whatever signs stand around them.
 */
function withoutMade(shown: string): string {
  return shown.replace(/[A-Za-z0-9]{24,}/g, (run) =>
    /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run) ? `${run.slice(0, 2)}…` : run,
  );
}

/** A command line as it may be shown, and the secrets in it; null when there is none. */
function readCommand(scene: Scene, row: CommandRow, node: Tree): { shown: string; found: Found[] } | null {
  const { secrets } = scene;
  const pick = (spellings: string[] | undefined): Secret[] => {
    const found = spellings?.flatMap((one) => select(node, one, secrets).slice(0, 1))[0];
    return wordsOf(found?.node);
  };
  const [first, ...rest] = row.command === undefined ? wordsOf(node) : pick(row.command);
  if (first === undefined) return null;
  const args = [...rest, ...pick(row.args)];
  const words = args.length > 0 ? [first, ...args] : secrets.words(first);
  // A line of several commands is read as text.
  const line = words === null ? null : secrets.argv(words);
  const shown = line === null ? secrets.show(first) : line.shown.join(' ');
  const found = line === null ? secrets.scan(first) : line.found;
  return shown === '' ? null : { shown: withoutMade(shown).slice(0, limits.shownChars), found };
}

/** Commands that rows name, one fact each. */
export function observeCommands(scene: Scene, rows: CommandRow[]): Observed {
  const { secrets, claim, tree } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(tree, at, secrets, claim.bindings))) {
      if (row.when && !holds(row.when, treeValues(match.node, secrets))) continue;
      const line = readCommand(scene, row, match.node);
      if (line === null) continue;
      const name = spellFirst(scene, match, row.name);
      const workspace = row.workspace === undefined ? null : fill(row.workspace, bindingsOf(claim, match));
      const fact: FactOf<'command'> = {
        ...commonOf(scene, 'command', match, [row.purpose], row.confidence),
        purpose: row.purpose,
        name: name === null ? null : secrets.show(name),
        command: line.shown,
        workspace: workspace ?? workspaceOf(scene),
      };
      drafts.push({ fact, tie: tieOf(claim, { workspace: fact.workspace }) });
      for (const one of line.found)
        drafts.push(credentialDraft(scene, match, one, { storage: 'argv' }, [row.purpose]));
    }
  }
  return { drafts, leads: [], switches: [] };
}
