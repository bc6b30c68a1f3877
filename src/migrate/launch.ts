/**
 * Whether a definition is started through us already: by which entry, and which edits would take our own
 * words off again. It knows nothing of what the entry holds.
 */
import type { Layout, Piece } from '../model/layout.ts';
import type { EditDisk } from '../model/migrate-host.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Change } from '../parse/edit/edit-text.ts';
import { parentOf } from '../parse/edit/located.ts';
import { isList } from '../parse/edit/pointers.ts';
import { readText } from '../parse/encoding.ts';
import { Secret } from '../secrets/secret.ts';
import { textAt } from './invert.ts';
import { helperOf } from './rewrite.ts';
import { wordsOf } from './words.ts';

/** Id of the wrapper that our own launcher is. */
const launcher = 'shadowscan-exec';

export type Launch = {
  entry: string;
  /** The command behind our words; empty for a helper. */
  argv: string[];
  /** The edits that take our words off. */
  off: Change[];
};

/** What our words name, and where they end; null when they are none of those that a migration writes. */
function ours(words: string[]): { entry: string; end: number } | null {
  const end = words.indexOf('--');
  const own = words.slice(0, end);
  const at = own.findIndex((word) => /^--entry(?:=|$)/.test(word));
  const entry = own[at]?.includes('=') === true ? own[at].slice('--entry='.length) : own[at + 1];
  return end < 1 || at < 1 || entry === undefined || words.length < end + 2 ? null : { entry, end };
}

function asOneLine(pointer: string, text: string): Launch | null {
  const words = text.trim().split(/\s+/);
  const found = ours(words);
  if (found === null) return null;
  const argv = words.slice(found.end + 1);
  return { entry: found.entry, argv, off: [{ do: 'text', at: pointer, to: argv.join(' ') }] };
}

const dropAll = (pieces: Piece[]): Change[] =>
  pieces.toReversed().map(({ pointer }) => ({ do: 'drop', at: pointer }));

function asCommand(layout: Layout): Launch | null {
  const { command, args, argList } = layout;
  const [first] = command;
  const words = wordsOf(layout).map(({ text }) => text);
  if (first === undefined || layout.via[0] !== launcher) return null;
  if (args.length === 0 && command.length === 1 && !isList(first.pointer))
    return asOneLine(first.pointer, words[0]!);
  const found = ours(words);
  if (found === null) return null;
  const argv = words.slice(found.end + 1);
  const own = [...command, ...args].slice(0, found.end + 1);
  if (command.length > 1 || isList(first.pointer)) return { entry: found.entry, argv, off: dropAll(own) };
  if (argList === null) return null;
  const off: Change[] = [
    ...dropAll(args.slice(0, found.end + 1)),
    { do: 'text', at: first.pointer, to: argv[0]! },
  ];
  return { entry: found.entry, argv, off };
}

/** A helper of ours in the text of a file. */
function asHelper(layout: Layout, text: string, rules: Ruleset): Launch | null {
  const helper = helperOf(layout, rules);
  if (helper === null || layout.url === null || layout.doubts.includes('helper-command')) return null;
  const at = `${parentOf(layout.url.pointer).parent}/${helper.field}`;
  const line = textAt(layout.format, text, at) ?? '';
  const [, entry] = / headers --entry ([a-z0-9-]+) --url-from \w+$/.exec(line) ?? [];
  return entry === undefined ? null : { entry, argv: [], off: [{ do: 'drop', at }] };
}

/** Whether a definition goes through our launcher at all, in whatever way that is written. */
export const isLaunched = ({ via }: Layout): boolean => via.includes(launcher);

/** How a command is started through us; null when it is not, or not as a migration writes it. */
export const launchOf = (layout: Layout): Launch | null => asCommand(layout);

/** The same, a helper for headers included; `text` is that of the file. */
export function launchIn(layout: Layout, text: string, rules: Ruleset): Launch | null {
  return asCommand(layout) ?? asHelper(layout, text, rules);
}

/** The same, from the file as it is now. */
export function launchNow(
  layout: Layout,
  { rules, read }: { rules: Ruleset; read: EditDisk['read'] },
): Launch | null {
  if (!isLaunched(layout) && layout.url === null) return null;
  const got = read(layout.source.path, layout.source.boundary);
  return 'refused' in got ? null : launchIn(layout, readText(got.bytes), rules);
}

/** The values that a definition still needs of an entry: those that it does not give itself by now. */
export function ownNames({ env, headers }: Layout): Set<string> {
  return new Set(
    [...env, ...headers].flatMap(({ name, value }) =>
      value !== null && Secret.open(value) !== '' ? name : [],
    ),
  );
}
