/**
 * The YAML between two lines of dashes at the start of a markdown file. The text below is not recorded, and
 * a file without such a head is an empty map.
 */
import { limits } from '../limits.ts';
import type { Decoded } from '../model/tree.ts';
import { emptyMap } from './growth.ts';
import { decodeYaml } from './yaml.ts';

const head = /^---[ \t]*\r?\n/;
const foot = /^(?:---|\.\.\.)[ \t]*\r?$/m;
/** A glob as a plain value, which YAML would take for an alias of that name. */
const glob = /^([\w.-]+:[ \t]+)(\*[\w-]*[^\w\s-][^\r\n]*)/gm;

/** Decodes the head of a markdown file; lines are those of the file. */
export function decodeFrontmatter(text: string): Decoded {
  const opening = head.exec(text)?.[0];
  const none: Decoded = { tree: emptyMap({ line: 1, column: 1 }), flaws: [] };
  if (opening === undefined) return none;
  const rest = text.slice(opening.length, opening.length + limits.parsedChars);
  const end = foot.exec(rest)?.index;
  if (end === undefined) return none;
  const body = rest.slice(0, end).replace(glob, (_all, key: string, value: string) => {
    return `${key}'${value.trimEnd().replaceAll("'", "''")}'`;
  });
  // The line end stands for the opening line, so that lines are counted from the top of the file.
  const decoded = decodeYaml(`\n${body}`);
  return decoded.tree === null && decoded.flaws.length === 0 ? none : decoded;
}
