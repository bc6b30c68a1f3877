/**
 * Holds an event to a length that receivers take. The longest list or text is halved until it fits; what was
 * cut is said in the event itself, with how much of it is left. Ids and counts are never cut.
 */
import { limits } from '../limits.ts';
import type { CutPart } from '../model/telling.ts';
import type { Told } from './tell.ts';
import { compactJson } from './write-json.ts';

type Place = { holder: Record<string, unknown>; key: string; field: string; bytes: number };

/** Texts below this are left as they are. */
const plainChars = 256;

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** All lists with more than one item, and all long texts, with where they are. */
function* places(value: unknown, field: string): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const [key, part] of Object.entries(holder)) {
    const at = Array.isArray(value) ? field : field === '' ? key : `${field}.${key}`;
    const isLong = Array.isArray(part)
      ? part.length > 1
      : typeof part === 'string' && part.length > plainChars;
    if (isLong) yield { holder, key, field: at, bytes: bytesOf(part) };
    yield* places(part, at);
  }
}

/** The longest of them, or what lies in it and makes up most of it. */
function longest(record: object): Place | null {
  const all = [...places(record, '')];
  const most = all.reduce((least, { bytes }) => Math.max(least, bytes), 0);
  return all.findLast(({ bytes }) => bytes * 2 > most) ?? null;
}

/** The text of an event, within `limits.eventBytes`. */
export function shortened({ record, cut }: Told): string {
  const whole = compactJson(record);
  const size = Buffer.byteLength(whole);
  if (size <= limits.eventBytes) return whole;
  const rest = structuredClone(record);
  const parts = new Map<string, CutPart>();
  for (;;) {
    const text = compactJson(cut(rest, [...parts.values()].slice(0, limits.shownNames), size));
    const place = Buffer.byteLength(text) <= limits.eventBytes ? null : longest(rest);
    if (place === null) return text;
    const { holder, key, field } = place;
    const part = holder[key] as string | unknown[];
    const left = Math.floor(part.length / 2);
    holder[key] = part.slice(0, left);
    parts.set(field, { field, kept: left, of: parts.get(field)?.of ?? part.length });
  }
}
