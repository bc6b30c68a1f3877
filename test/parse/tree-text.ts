/** What was decoded, in one line: `{key@line:column: "value"@line:column}@line:column`. For tests alone. */
import type { Format } from '../../src/model/tool.ts';
import type { Decoded, Position, Tree } from '../../src/model/tree.ts';
import { decode } from '../../src/parse/decode.ts';
import type { TextSteps } from '../../src/parse/select.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { assignmentOf, shellWords } from '../../src/secrets/shell.ts';
import { stepOf } from '../../src/secrets/steps.ts';

function place(at: Position): string {
  return at ? `@${at.line}:${at.column}` : '';
}

/** The tree with its texts opened and its places. */
export function treeText(tree: Tree | null): string {
  if (!tree) return 'none';
  if (tree.type === 'list') return `[${tree.items.map(treeText).join(', ')}]${place(tree.at)}`;
  if (tree.type === 'map') {
    const entries = tree.entries.map(({ key, keyAt, value }) => `${key}${place(keyAt)}: ${treeText(value)}`);
    return `{${entries.join(', ')}}${place(tree.at)}`;
  }
  const { value } = tree;
  return (value instanceof Secret ? JSON.stringify(Secret.open(value)) : String(value)) + place(tree.at);
}

/** The flaws in order, as `reason@line:column`. */
export function flawText({ flaws }: Decoded): string {
  return flaws.map(({ reason, at }) => reason + place(at)).join(' ');
}

/** Decodes text and tells the tree, then the flaws behind a bar where there are any. */
export function read(format: Format, text: string | Buffer): string {
  const decoded = decode(format, Buffer.from(text));
  const flaws = flawText(decoded);
  return treeText(decoded.tree) + (flaws === '' ? '' : ` | ${flaws}`);
}

/** The same without places. */
export function values(format: Format, text: string | Buffer): string {
  return read(format, text).replace(/@\d+:\d+/g, '');
}

/** What the secrets kit does for selectors, without its masking. */
export const steps: TextSteps = {
  show: (text) => (typeof text === 'string' ? text : Secret.open(text)),
  step: stepOf,
  bytes: (text) => Buffer.from(Secret.open(text)),
  colons: (text) =>
    Secret.open(text)
      .split(':')
      .map((part) => new Secret(part)),
  lines: (text) =>
    Secret.open(text)
      .split(/\r\n?|\n/)
      .map((line) => new Secret(line)),
  words: shellWords,
  assignment: assignmentOf,
};
