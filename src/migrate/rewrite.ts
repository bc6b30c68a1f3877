/**
 * One definition -> the edits that take its secrets out and keep it working: the command is started through
 * `exec`, which gives it the variables, or the client asks `headers` for them. It edits nothing itself.
 */
import type { LaidSecret, Layout } from '../model/layout.ts';
import type { Staying } from '../model/plan.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Change } from '../parse/edit/edit-text.ts';
import { parentOf } from '../parse/edit/located.ts';
import { isList } from '../parse/edit/pointers.ts';
import type { Secrets } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';
import { type Moved, fromArgument, isFilledIn } from './words.ts';

export type Kit = { rules: Ruleset; secrets: Secrets; program: string[] };

/** Which secrets of a definition are to move, and names of the bridge's files that it is to be given. */
export type Wanted = { secrets: LaidSecret[]; stores: string[] };

export type Rewrite = {
  moved: Moved[];
  stays: { secret: LaidSecret; reason: Staying }[];
  /** Whether the client gets headers from us, or starts the command through us; null when nothing moves. */
  through: 'exec' | 'headers' | null;
  changes: Change[];
  /** Why the command cannot be started through us. */
  reason?: Staying;
};

const variableName = /^[A-Za-z_][\w.-]*$/;

/** The helper that all clients of a definition know, and how they spell it. */
export function helperOf({ tools }: Layout, rules: Ruleset) {
  const all = tools.map((id) => rules.tools.find((tool) => tool.id === id)?.references?.helper);
  const [first] = all;
  return first !== undefined && all.every((one) => one?.field === first.field) ? first : null;
}

function fromEnv(layout: Layout, secret: LaidSecret, { secrets }: Kit): Moved | Staying | null {
  const own = layout.env.find(({ pointer }) => pointer === secret.pointer);
  if (own === undefined || own.value === null) return null;
  if (layout.env.filter(({ name }) => name === own.name).length > 1) return 'twice';
  if (secrets.variables(own.value).length > 0) return 'reference';
  if (!variableName.test(own.name)) return 'field';
  // `{ name, value }` and `NAME=value` go as a whole.
  const { parent, name } = parentOf(own.pointer);
  const at = name === 'value' && isList(parent) ? parent : own.pointer;
  const becomes = `${own.name} in the environment that the launcher gives the command`;
  return { secret, name: own.name, value: own.value, changes: [{ do: 'drop', at }], becomes };
}

function fromHeader(layout: Layout, secret: LaidSecret, { rules, secrets }: Kit): Moved | Staying | null {
  const own = layout.headers.find(({ pointer }) => pointer === secret.pointer);
  if (own === undefined || own.value === null) return null;
  const helper = helperOf(layout, rules);
  if (helper === null || (layout.url?.value ?? null) === null || layout.command.length > 0) return 'header';
  if (layout.headers.filter(({ name }) => name === own.name).length > 1) return 'twice';
  if (secrets.variables(own.value).length > 0) return 'reference';
  const becomes = `\`${helper.field}\`, a command that prints the header for the client`;
  return { secret, name: own.name, value: own.value, changes: [{ do: 'drop', at: own.pointer }], becomes };
}

/** How one secret moves; or why it stays. */
function wayOf(layout: Layout, secret: LaidSecret, isStored: boolean, kit: Kit): Moved | Staying {
  const own = fromEnv(layout, secret, kit) ?? fromHeader(layout, secret, kit);
  if (own !== null) return own;
  if (secret.storage === 'url') return 'address';
  if (secret.storage === 'argv') return fromArgument(layout, secret, isStored, kit.rules);
  return 'field';
}

/** A command line for a shell: POSIX quotes, or those of cmd.exe for paths of Windows. */
function shellLine(words: string[]): string {
  const quote = (word: string): string =>
    /^[\w@%+=:,./-]+$/.test(word)
      ? word
      : /^[A-Za-z]:\\/.test(word)
        ? `"${word}"`
        : `'${word.replaceAll("'", `'\\''`)}'`;
  return words.map(quote).join(' ');
}

const lineWord = /^[\w@+=:,./-]+$/;

/** The edits that put our launcher before a command. */
function wrap(layout: Layout, words: string[]): Change[] | Staying {
  const [first, ...others] = layout.command;
  if (first === undefined || first.value === null) return 'no-command';
  const { parent } = parentOf(first.pointer);
  // One list for both.
  if (others.length > 0 || isList(first.pointer)) return [{ do: 'lead', at: parent, items: words }];
  const original = Secret.open(first.value);
  if (layout.argList === null && layout.args.length > 0) return 'one-line';
  if (/\s/.test(original.trim()) && layout.args.length === 0) {
    const all = [...words, ...original.trim().split(/\s+/)];
    if (!all.every((word) => lineWord.test(word))) return 'one-line';
    return [{ do: 'text', at: first.pointer, to: all.join(' ') }];
  }
  const [program, ...rest] = words;
  const items = [...rest, original];
  const args: Change =
    layout.argList === null
      ? { do: 'follow', at: first.pointer, key: 'args', value: items }
      : { do: 'lead', at: layout.argList, items };
  return [{ do: 'text', at: first.pointer, to: program! }, args];
}

/** Places from the last to the first, so that those that are left keep their pointers. */
function lastFirst(changes: Change[]): Change[] {
  return changes.toSorted((a, b) => b.at.localeCompare(a.at, 'en', { numeric: true }));
}

function through(
  layout: Layout,
  moved: Moved[],
  stores: string[],
  entry: string,
  kit: Kit,
): Change[] | Staying {
  if (
    moved.length > 0 &&
    moved.every(({ secret }) => layout.headers.some(({ pointer }) => pointer === secret.pointer))
  ) {
    const { field, url } = helperOf(layout, kit.rules)!;
    if (isFilledIn(layout, [Secret.open(layout.url!.value!)], kit.rules)) return 'client-variable';
    const line = shellLine([...kit.program, 'headers', '--entry', entry, '--url-from', url]);
    return [{ do: 'follow', at: layout.url!.pointer, key: field, value: line }];
  }
  if (layout.launcher > 0) return 'prefixed';
  const bridge = stores.length > 0 ? ['--mcp-auth'] : [];
  return wrap(layout, [...kit.program, 'exec', '--entry', entry, ...bridge, '--']);
}

/** What would be done to a definition whose secrets `wanted` may move. */
export function rewrite(layout: Layout, wanted: Wanted, entry: string, kit: Kit): Rewrite {
  const moved: Moved[] = [];
  const stays: Rewrite['stays'] = [];
  const { secrets, stores } = wanted;
  for (const secret of secrets) {
    const way = wayOf(layout, secret, stores.length > 0, kit);
    if (typeof way === 'string') stays.push({ secret, reason: way });
    else if (moved.some((one) => one.name === way.name && !one.value.equals(way.value)))
      stays.push({ secret, reason: 'twice' });
    else moved.push(way);
  }
  if (moved.length === 0 && stores.length === 0) return { moved, stays, through: null, changes: [] };
  const own = through(layout, moved, stores, entry, kit);
  if (typeof own === 'string') {
    const all = [...stays, ...moved.map(({ secret }) => ({ secret, reason: own }))];
    return { moved: [], stays: all, through: null, changes: [], reason: own };
  }
  const unique = new Map(moved.flatMap(({ changes }) => changes).map((change) => [change.at, change]));
  const isHelped = own[0]?.do === 'follow' && own[0].at === layout.url?.pointer;
  return {
    moved,
    stays,
    through: isHelped ? 'headers' : 'exec',
    changes: [...lastFirst([...unique.values()]), ...own],
  };
}
