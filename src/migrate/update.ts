/**
 * A definition that is started through us and has a secret in clear text again: one that was set anew by
 * hand, or was added. It goes into the entry that is there, and never under a second launcher. The way is
 * that of a first migration: the definition as it would be without us, with what is new in it, is rewritten
 * as a whole under the same entry. It stores and writes nothing itself.
 */
import type { LaidSecret } from '../model/layout.ts';
import type { Staying } from '../model/plan.ts';
import { editText } from '../parse/edit/edit-text.ts';
import { readText, writeText } from '../parse/encoding.ts';
import type { VaultEntry, VaultLabel } from './envelope.ts';
import { inverted } from './invert.ts';
import { type Launch, launchIn, ownNames } from './launch.ts';
import { type Kept, openEdits } from './record.ts';
import { withOwn } from './renewed.ts';
import { type Asked, type StepKit, type Tried, tryStep } from './step.ts';

/** What is known of the entry: its label alone while planning, and all of it once the vault is open. */
export type Known = {
  label: VaultLabel;
  /** Whether the user lets a changed command have it. */
  isNamed: boolean;
  whole: { kept: Kept; entry: VaultEntry } | null;
};

const refused = ({ wanted }: Asked, reason: Staying): Tried => ({
  step: null,
  stays: wanted.secrets.map((secret) => ({ secret, reason })),
  reason,
});

const isSame = (one: LaidSecret, other: LaidSecret): boolean =>
  one.field === other.field && one.secret.equals(other.secret);

/** The text without us: as far as the definition itself tells, or with what the entry's record gives back. */
function plainText({ layout, bytes }: Asked, { off }: Launch, { whole }: Known): string | null {
  const text = readText(bytes);
  if (whole === null) return editText(layout.format, text, off);
  const { definition = '' } = whole.kept;
  // It may have another name or place by now.
  const moved = (at: string): string =>
    definition !== '' && at.startsWith(`${definition}/`) ? layout.pointer + at.slice(definition.length) : at;
  const done = openEdits(whole.kept).done.map(({ change, was }) => ({
    change: { ...change, at: moved(change.at) },
    was,
  }));
  return inverted(layout.format, text, done)?.text ?? null;
}

/** Whether everything that the entry held is in the new one, or is given by the definition itself. */
function keepsAll({ step }: Tried, entry: VaultEntry, given: Set<string>): boolean {
  return Object.keys(entry.values).every((name) => step!.values[name] !== undefined || given.has(name));
}

/** What can be done to a definition that goes through us already. */
export function tryUpdate(asked: Asked, launch: Launch, known: Known, kit: StepKit): Tried {
  const { layout, wanted, bytes, entry } = asked;
  const { label, whole, isNamed } = known;
  const text = plainText(asked, launch, known);
  if (text === null) return refused(asked, 'launched');
  const plain = writeText(text, bytes);
  const read = kit.again(layout.source, plain).find(({ server }) => server === layout.server);
  if (read === undefined) return refused(asked, 'identity');
  const found = whole === null ? read : withOwn(read, Object.keys(whole.entry.values), kit);
  // The record is of another definition, which has the same entry.
  if (launchIn(found, text, kit.rules) !== null) return refused(asked, 'launched');
  const isMeant = (one: LaidSecret): boolean =>
    wanted.secrets.some((other) => isSame(one, other)) ||
    // What the record has given back.
    (whole !== null && !layout.secrets.some((other) => isSame(one, other)));
  const secrets = found.secrets.filter(isMeant);
  const stores = [...new Set([...(label.stores ?? []), ...wanted.stores])];
  const plainLayout = { ...found, tools: layout.tools };
  const tried = tryStep({ layout: plainLayout, wanted: { secrets, stores }, bytes: plain, entry }, kit);
  if (tried.step === null) return { ...refused(asked, tried.reason ?? 'launched'), reason: tried.reason };
  if (tried.step.command !== label.binding.command && !isNamed) return refused(asked, 'command');
  if (whole !== null && !keepsAll(tried, whole.entry, ownNames(found))) return refused(asked, 'launched');
  // Ids of facts are those of the definition as it stands there.
  const asTheyAre = (secret: LaidSecret) => wanted.secrets.find((one) => isSame(one, secret)) ?? secret;
  return {
    ...tried,
    stays: tried.stays.map((one) => ({ ...one, secret: asTheyAre(one.secret) })),
    step: {
      ...tried.step,
      moved: tried.step.moved.map((one) => ({ ...one, secret: asTheyAre(one.secret) })),
    },
  };
}
