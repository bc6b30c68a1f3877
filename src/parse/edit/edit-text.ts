/**
 * Edits of a configuration that people wrote: all bytes but those of the edit stay, comments, order,
 * indentation and line ends with them. Where that cannot be promised it says so and edits nothing. It knows
 * no products, and does not judge whether an edit is right: who asks reads the result again.
 */
import type { Format } from '../../model/format.ts';
import type { Span } from '../../secrets/hit.ts';
import { type Comments, dropFlow, followFlow, leadFlow } from './flow.ts';
import { dropLines, followItem, followLines, leadLines } from './lines.ts';
import { locateJson, locateJson5 } from './locate-json.ts';
import { locateToml } from './locate-toml.ts';
import { locateYaml } from './locate-yaml.ts';
import { type Located, locate, parentOf } from './located.ts';

export type Change =
  /** Another text in the place of a scalar. */
  | { do: 'text'; at: string; to: string }
  /** Items before all others of a list. */
  | { do: 'lead'; at: string; items: string[] }
  /** Without an entry of a map or an item of a list. */
  | { do: 'drop'; at: string }
  /** A new entry behind the one at `at`, in the same map. */
  | { do: 'follow'; at: string; key: string; value: string | string[] }
  /** A new item at a place of a list, or behind its last one. */
  | { do: 'insert'; at: string; item: string }
  /** A new entry at the end of the map at `at`. */
  | { do: 'into'; at: string; key: string; value: string };

type Language = {
  comments: Comments;
  find(text: string): Located | null;
  /** A text as it is written in place of one that reads `before`. */
  write(to: string, before?: string): string;
  /** An entry of a block. */
  assign(key: string, value: string): string;
};

const quoted = (to: string): string => JSON.stringify(to);
const simple = /^[A-Za-z/][\w./-]*$/;
const word = /^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/i;

/** YAML without quotes where the text before had none, and none are needed. */
function yamlText(to: string, before = ''): string {
  if (before.startsWith("'") && !to.includes("'")) return `'${to}'`;
  const plain = before !== '' && !/^["']/.test(before) && simple.test(to) && !word.test(to);
  return plain ? to : quoted(to);
}

/** TOML knows all escapes of JSON; a literal text stays one where it can. */
function tomlText(to: string, before = ''): string {
  const literal = before.startsWith("'") && !before.startsWith("'''") && !/['\u0000-\u001f]/.test(to);
  return literal ? `'${to}'` : quoted(to);
}

const json: Language = {
  comments: 'slashes',
  find: locateJson,
  write: quoted,
  assign: (key, value) => `${quoted(key)}: ${value}`,
};

const languages: Partial<Record<Format, Language>> = {
  json,
  json5: { ...json, find: locateJson5 },
  toml: {
    comments: 'hash',
    find: locateToml,
    write: tomlText,
    assign: (key, value) => `${/^[\w-]+$/.test(key) ? key : quoted(key)} = ${value}`,
  },
  yaml: {
    comments: 'hash',
    find: locateYaml,
    write: yamlText,
    assign: (key, value) => `${key}: ${value}`,
  },
};

function drop(text: string, root: Located, language: Language, pointer: string): string | null {
  const { parent, name } = parentOf(pointer);
  const holder = locate(root, parent);
  if (holder?.kind !== 'map' && holder?.kind !== 'list') return null;
  const all = holder.kind === 'map' ? holder.entries : holder.items;
  const index = holder.kind === 'map' ? holder.entries.findIndex(({ key }) => key === name) : Number(name);
  const own = all[index]?.at;
  if (!own || locate(root, pointer) === null) return null;
  if (holder.style === 'flow') {
    const parts = all.flatMap(({ at }) => at ?? []);
    return parts.length < all.length ? null : dropFlow(text, holder, parts, index, language.comments);
  }
  // An empty block of YAML would be no map any more.
  if (language === languages.yaml && all.length === 1) {
    const empty = holder.kind === 'map' ? '{}' : '[]';
    return text.slice(0, holder.start) + empty + text.slice(holder.end);
  }
  return dropLines(text, own);
}

function follow(
  text: string,
  root: Located,
  language: Language,
  change: Extract<Change, { do: 'follow' }>,
): string | null {
  const { parent, name } = parentOf(change.at);
  const holder = locate(root, parent);
  if (holder?.kind !== 'map' || holder.entries.some(({ key }) => key === change.key)) return null;
  const before = holder.entries.find(({ key }) => key === name)?.at;
  if (!before) return null;
  const { value } = change;
  const written = Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : language.write(value);
  const part = language.assign(change.key, written);
  return holder.style === 'flow' ? followFlow(text, before, part) : followLines(text, before, part);
}

function into(
  text: string,
  root: Located,
  language: Language,
  { at, key, value }: Extract<Change, { do: 'into' }>,
): string | null {
  const map = locate(root, at);
  if (map?.kind !== 'map' || map.entries.some((entry) => entry.key === key)) return null;
  const last = map.entries.at(-1);
  const part = language.assign(key, language.write(value));
  if (last === undefined && map.style === 'flow')
    return text.slice(0, map.start + 1) + part + text.slice(map.end - 1);
  if (!last?.at) return null;
  return map.style === 'flow' ? followFlow(text, last.at, part) : followLines(text, last.at, part);
}

function insert(
  text: string,
  root: Located,
  language: Language,
  { at, item }: Extract<Change, { do: 'insert' }>,
): string | null {
  const { parent, name } = parentOf(at);
  const list = locate(root, parent);
  if (list?.kind !== 'list' || Number(name) > list.items.length) return null;
  const written = language.write(item);
  const last = list.items.at(-1)?.at;
  const items = list.items.slice(Number(name));
  const [next] = items;
  if (last === undefined || next !== undefined) {
    if (list.style === 'block') return leadLines(text, { ...list, items }, [written]);
    // Of what stands before the item, the line that it begins is looked at alone.
    const blanks = /(?:\r?\n)?[ \t]*$/.exec(text.slice(list.start + 1, next?.at.start ?? list.start + 1))!;
    const from = name === '0' ? list.start : (next?.at.start ?? 0) - blanks[0].length - 1;
    return leadFlow(text, { ...list, start: from, items }, [written]);
  }
  return list.style === 'flow' ? followFlow(text, last, written) : followItem(text, last, written);
}

function once(text: string, language: Language, change: Change): string | null {
  const root = language.find(text);
  if (root === null) return null;
  if (change.do === 'drop') return drop(text, root, language, change.at);
  if (change.do === 'follow') return follow(text, root, language, change);
  if (change.do === 'insert') return insert(text, root, language, change);
  if (change.do === 'into') return into(text, root, language, change);
  const node = locate(root, change.at);
  if (change.do === 'text') {
    if (node?.kind !== 'scalar') return null;
    const written = language.write(change.to, text.slice(node.start, node.end));
    return text.slice(0, node.start) + written + text.slice(node.end);
  }
  if (node?.kind !== 'list') return null;
  const items = change.items.map((item) => language.write(item));
  return node.style === 'flow' ? leadFlow(text, node, items) : leadLines(text, node, items);
}

/** Where in a text a pointer leads to; null where that cannot be told. */
export function placeOf(format: Format, text: string, pointer: string): Span | null {
  const root = languages[format]?.find(text) ?? null;
  return root && locate(root, pointer);
}

/** Whether texts of a format can be edited. */
export function isEditable(format: Format): boolean {
  return languages[format] !== undefined;
}

/**
 * The text after some changes, made one after the other; null where one of them cannot be made. Pointers are
 * those of the text as it is when their turn comes.
 */
export function editText(format: Format, text: string, changes: Change[]): string | null {
  const language = languages[format];
  if (language === undefined) return null;
  let edited: string | null = text;
  for (const change of changes) edited = edited === null ? null : once(edited, language, change);
  return edited;
}
