/**
 * One definition and the bytes of its file -> what would be written in their place, proven by reading the
 * result as a scan would: the same server, none of the moved secrets, and everything else as it was. Pure: it
 * touches nothing.
 */
import type { LaidSecret, Layout } from '../model/layout.ts';
import type { Staying } from '../model/plan.ts';
import { decode } from '../parse/decode.ts';
import { editText, isEditable, placeOf } from '../parse/edit/edit-text.ts';
import { readText, writeText } from '../parse/encoding.ts';
import type { Span } from '../secrets/hit.ts';
import { Secret } from '../secrets/secret.ts';
import { type Hunk, hunkOf } from './hunk.ts';
import type { Done } from './invert.ts';
import { type Kit, type Rewrite, type Wanted, rewrite } from './rewrite.ts';
import type { OpenArgument } from './envelope.ts';
import { headersArgv } from './headers.ts';
import { sealOf } from './seal.ts';
import { commandDigest } from './vault.ts';
import type { Moved } from './words.ts';

/** Reads the definitions of a source again, with other bytes. */
export type Again = (source: Layout['source'], bytes: Buffer) => Layout[];

export type StepKit = Kit & { again: Again };

export type Step = {
  entry: string;
  layout: Layout;
  moved: Moved[];
  /** What the command or the helper is given, by variable or header. */
  values: Record<string, Secret>;
  /** `commandDigest` of the argv that may receive them; of `headers` and the URL for a helper. */
  command: string;
  /** Arguments that a client fills in, and what is sealed of them. */
  open: OpenArgument[];
  /** Names of the bridge's files that the command is given. */
  stores: string[];
  bytes: Buffer;
  hunk: Hunk;
  /** Where the definition stands, as it may be shown: what an entry is for is kept in clear text. */
  pointer: string;
  /** The single edits, for a definition that is changed afterwards. */
  done: Done[];
};

/** `reason`: why nothing at all is done. */
export type Tried = { step: Step | null; stays: Rewrite['stays']; reason: Staying | null };

/** The argv behind our own words, as the client will start it. */
function sealedArgv({ command, args }: Layout, entry: string): string[] | null {
  const texts = [...command, ...args].map(({ value }) => (value === null ? '' : Secret.open(value)));
  // A whole command in one line is taken apart by the client.
  const words = texts.length === 1 ? texts[0]!.split(' ') : texts;
  const at = words.indexOf(entry);
  const end = words.indexOf('--', at);
  return at < 0 || end < 0 ? null : words.slice(end + 1);
}

function sameSecrets(before: LaidSecret[], after: LaidSecret[]): boolean {
  return (
    before.length === after.length &&
    before.every((one) => after.some((other) => other.secret.equals(one.secret) && other.field === one.field))
  );
}

/** Whether other definitions of the file are as they were. */
function sameOthers(before: Layout[], after: Layout[], server: string): boolean {
  const others = (all: Layout[]) => all.filter((one) => one.server !== server);
  const texts = (one: Layout) => [one.server, one.identity, one.pointer, one.secrets.length].join('\0');
  const [was, is] = [others(before).map(texts), others(after).map(texts)];
  return was.length === is.length && was.every((one, at) => one === is[at]);
}

type Edited = { bytes: Buffer; text: string; layout: Layout };

/** The file after the edits, when it is read as it should be; or why not. */
function edited(layout: Layout, bytes: Buffer, plan: Rewrite, kit: StepKit): Edited | Staying {
  const before = readText(bytes);
  if (!writeText(before, bytes).equals(bytes)) return 'broken';
  const text = editText(layout.format, before, plan.changes);
  if (text === null) return 'layout';
  const written = writeText(text, bytes);
  if (decode(layout.format, written).flaws.length > 0 || readText(written) !== text) return 'layout';
  const all = kit.again(layout.source, written);
  const now = all.find(({ server }) => server === layout.server);
  if (now === undefined || now.identity !== layout.identity) return 'identity';
  if (now.doubts.some((doubt) => !layout.doubts.includes(doubt))) return 'identity';
  const gone = new Set(plan.moved.map(({ secret }) => secret));
  const left = layout.secrets.filter((one) => !gone.has(one));
  if (!sameSecrets(left, now.secrets)) return 'identity';
  return sameOthers(kit.again(layout.source, bytes), all, layout.server)
    ? { bytes: written, text, layout: now }
    : 'identity';
}

/** The edits with the texts that they take away. */
function doneBy({ command, args, env, headers }: Layout, { changes }: Rewrite): Done[] {
  const pieces = new Map([...command, ...args, ...env, ...headers].map((one) => [one.pointer, one.value]));
  return changes.map((change) => {
    const was = pieces.get(change.at) ?? null;
    return { change, was: was === null ? null : Secret.open(was) };
  });
}

/** Where the moved secrets stand, so that the hunk has all of each. */
function spansOf({ format }: Layout, text: string, moved: Moved[]): Span[] {
  return moved.flatMap(({ secret }) => placeOf(format, text, secret.pointer) ?? []);
}

function finish({ layout, wanted, bytes, entry }: Asked, plan: Rewrite, kit: StepKit): Step | Staying {
  const made = edited(layout, bytes, plan, kit);
  if (typeof made === 'string') return made;
  const isHelped = plan.through === 'headers';
  const argv = isHelped ? headersArgv(Secret.open(layout.url!.value!)) : sealedArgv(made.layout, entry);
  if (argv === null) return 'identity';
  const seal = isHelped
    ? { command: commandDigest(argv), open: [], warning: null }
    : sealOf(layout, argv, kit.rules);
  if (seal === null) return 'client-variable';
  const { command, open, warning } = seal;
  // What is sealed of an open argument is kept in clear text.
  if (open.length > 0 && made.layout.secrets.some(({ storage }) => storage === 'argv'))
    return 'client-variable';
  const before = readText(bytes);
  return {
    entry,
    layout,
    moved: plan.moved.map((one) =>
      warning === null ? one : { ...one, becomes: `${one.becomes}; ${warning}` },
    ),
    values: Object.fromEntries(plan.moved.map(({ name, value }) => [name, value])),
    command,
    open,
    stores: wanted.stores,
    bytes: made.bytes,
    pointer: kit.secrets.show(layout.pointer),
    done: doneBy(layout, plan),
    hunk: hunkOf(before, made.text, spansOf(layout, before, plan.moved)),
  };
}

/** One definition, what of it is to move, the bytes of its file, and the id of the entry. */
export type Asked = { layout: Layout; wanted: Wanted; bytes: Buffer; entry: string };

/** What can be done to one definition in a file of these bytes. */
export function tryStep(asked: Asked, kit: StepKit): Tried {
  const { layout, wanted, bytes, entry } = asked;
  const all = (reason: Staying): Tried => ({
    step: null,
    stays: wanted.secrets.map((secret) => ({ secret, reason })),
    reason,
  });
  if (!isEditable(layout.format) || layout.pointer.includes('#')) return all('format');
  if (decode(layout.format, bytes).flaws.length > 0) return all('broken');
  const plan = rewrite(layout, wanted, entry, kit);
  if (plan.through === null)
    return { step: null, stays: plan.stays, reason: plan.reason ?? plan.stays[0]?.reason ?? null };
  const step = finish(asked, plan, kit);
  if (typeof step !== 'string') return { step, stays: plan.stays, reason: null };
  const stays = [...plan.stays, ...plan.moved.map(({ secret }) => ({ secret, reason: step }))];
  return { step: null, stays, reason: step };
}
