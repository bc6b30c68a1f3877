/**
 * What managed settings allow of MCP servers: rows by name, URL or command, and the settings that let others
 * have their way. Whether the allowlist approves them is not asked here.
 */
import { type AllowedRow, type Enforced, anyText } from '../model/enforced.ts';
import type { EnforcedRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { limits } from '../limits.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { wildcardsOf } from '../parse/address-pattern.ts';
import { type Match, asList, asMap, first, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import { stampIn } from '../secrets/stamp.ts';
import type { Scene } from './draft.ts';

/** Words of a pattern in which `*` stands for any text. */
function globbed(words: string[]): string[] {
  return words.map((word) => word.replace(/\*+/g, anyText));
}

/** The program as it is written: with all of its words, or by itself. */
function programOf({ secrets }: Scene, { command = [], globs }: EnforcedRow, entry: Tree): string[] | null {
  const node = command.flatMap((at) => select(entry, at, secrets))[0]?.node;
  if (node === undefined) return null;
  const text = scalarText(node);
  const items = asList(node)?.items.map(scalarText);
  const words = text === null ? items : globs ? (secrets.words(text) ?? [text]) : [text];
  if (words === undefined || words.length === 0) return null;
  const shown = words.map((word) => (word === null ? anyText : secrets.show(word)));
  return globs ? globbed(shown) : shown;
}

/** The arguments that stand apart from the program; where there are none, any may follow. */
function argumentsOf({ secrets }: Scene, { args, argument, globs }: EnforcedRow, entry: Tree): string[] {
  if (args === undefined) return [];
  const node = select(entry, args, secrets)[0]?.node;
  const line = node && scalarText(node);
  if (line && globs) return globbed((secrets.words(line) ?? [line]).map((word) => secrets.show(word)));
  const items = asList(node)?.items;
  if (items === undefined) return [anyText];
  return items.map((item) => {
    const plain = scalarText(item) ?? (argument && first(item, argument.value, secrets));
    if (!plain) return anyText;
    const isOpen = argument !== undefined && asMap(item) && holds(argument.open, treeValues(item, secrets));
    return isOpen ? `${secrets.show(plain)}${anyText}` : secrets.show(plain);
  });
}

function nameOf({ secrets }: Scene, { name }: EnforcedRow, entry: Match): string | null {
  if (name === undefined) return null;
  if (name.startsWith('{')) return secrets.show(fill(name, entry.bindings) ?? '');
  const text = first(entry.node, [name], secrets);
  return text && secrets.show(text);
}

/** The URL with `*` for what may differ. An expression that cannot be read stands for any address. */
function urlOf({ secrets }: Scene, { url, urlOpen, urlPattern }: EnforcedRow, entry: Tree): string | null {
  const expression = urlPattern === undefined ? null : first(entry, urlPattern, secrets);
  if (expression) {
    const shown = secrets.show(expression);
    return wildcardsOf(shown) ?? `${anyText}${shown}`;
  }
  const text = url === undefined ? null : first(entry, url, secrets);
  if (!text) return null;
  const isOpen = urlOpen !== undefined && holds(urlOpen, treeValues(entry, secrets));
  return `${secrets.show(text)}${isOpen ? '*' : ''}`;
}

function rowOf(scene: Scene, row: EnforcedRow, entry: Match): AllowedRow {
  const program = programOf(scene, row, entry.node);
  return {
    name: nameOf(scene, row, entry),
    url: urlOf(scene, row, entry.node),
    argv: program && [...program, ...argumentsOf(scene, row, entry.node)],
  };
}

/** What the settings below `node` allow. */
export function enforcedIn(scene: Scene, row: EnforcedRow, node: Tree): Enforced {
  const { secrets, claim, source, text = null } = scene;
  const values = treeValues(node, secrets);
  const lists = (row.list ?? [])
    .flatMap((at) => select(node, at, secrets, claim.bindings))
    .filter((match) => match.node.type !== 'scalar');
  const entries = lists
    .flatMap((match) => select(match.node, row.each ?? '*', secrets))
    .filter((entry) => !row.when || holds(row.when, treeValues(entry.node, secrets)));
  const defined = row.definedBy === undefined ? [] : select(node, row.definedBy, secrets);
  const own = new Set(
    defined.flatMap((match) => asMap(match.node)?.entries.map(({ key }) => secrets.show(key)) ?? []),
  );
  const rows = entries.slice(0, limits.allowedRows).map((entry) => rowOf(scene, row, entry));
  const yields = row.namesYield && rows.some(({ url }) => url !== null) && rows.some(({ argv }) => argv);
  const counted = rows.filter(({ name, url, argv }) => {
    if (url !== null || argv !== null) return true;
    // What the same settings define is a server of its own, and judged as one.
    return !yields && !own.has(name ?? '');
  });
  const open = (row.open ?? []).filter(({ when }) => holds(when, values)).map(({ is }) => is);
  if (entries.length > rows.length) open.push(`has more rows than are compared (${limits.allowedRows})`);
  return {
    claim,
    path: source.path,
    listed: lists.length > 0 || (row.closed !== undefined && holds(row.closed, values)),
    rows: counted,
    open,
    said: (row.open ?? [])
      .filter(({ when }) => when.flatMap((one) => Object.keys(one)).some((at) => values(at).length > 0))
      .map(({ is }) => is),
    lastCounts: row.lastCounts ?? false,
    asked: (row.open ?? []).map(({ is }) => is),
    stamp: stampIn(text, scene.tree),
  };
}
