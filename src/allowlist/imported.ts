/** What an import makes of a foreign list: entries of ours, and in words what could not be carried over. */
import type { AllowlistEntry } from '../model/allowlist.ts';
import { entryFlaws } from './entry-flaws.ts';

export type Side = 'approve' | 'deny';
/** `note` says where it came from and what is different. */
export type Carried = { side: Side; entry: AllowlistEntry; note: string };
export type Imported = { carried: Carried[]; left: string[] };

export type Json = Record<string, unknown>;

export function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textAt(value: unknown, ...names: string[]): string | null {
  if (!isMap(value)) return null;
  const found = names.map((name) => value[name]).find((one) => typeof one === 'string' && one !== '');
  return typeof found === 'string' ? found : null;
}

/** An entry that our list accepts, or why it does not. */
export function carry(side: Side, entry: AllowlistEntry, note: string, from: string): Imported {
  const flaw = entryFlaws(entry, side)[0];
  return flaw === undefined
    ? { carried: [{ side, entry, note }], left: [] }
    : { carried: [], left: [`${from}: ${flaw[1]}`] };
}

export function leave(from: string, why: string): Imported {
  return { carried: [], left: [`${from}: ${why}`] };
}

export function together(all: Imported[]): Imported {
  return { carried: all.flatMap(({ carried }) => carried), left: all.flatMap(({ left }) => left) };
}
