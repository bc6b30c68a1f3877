/**
 * Names in bytes: where one begins, and a memory for verdicts on them, since a transcript repeats a few dozen
 * a million times. It makes no text of a name that it knows, and does not grow with what an attacker writes.
 */
import { limits } from '../../limits.ts';

/** Bytes of the longest name. */
const nameBytes = 80;

const isName = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.')
  isName[char.charCodeAt(0)] = 1;

/** Where the name begins that ends at `end`. */
export function nameStart(bytes: Buffer, end: number): number {
  const least = Math.max(0, end - nameBytes);
  let start = end;
  while (start > least && isName[bytes[start - 1]!] === 1) start--;
  return start;
}

type Known<Verdict> = { codes: Uint8Array; verdict: Verdict };

function isSame(codes: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (codes.length !== end - start) return false;
  for (let index = 0; index < codes.length; index++) if (codes[index] !== bytes[start + index]) return false;
  return true;
}

/** The verdict on the name that ends at a place. One that shares its slot with another replaces it. */
export function rememberedNames<Verdict>(
  decide: (name: string) => Verdict,
): (bytes: Buffer, end: number) => Verdict {
  const slots: (Known<Verdict> | undefined)[] = Array(limits.rememberedNames).fill(undefined);
  return (bytes, end) => {
    const start = nameStart(bytes, end);
    // FNV-1a.
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const slot = (hash >>> 0) % limits.rememberedNames;
    const known = slots[slot];
    if (known !== undefined && isSame(known.codes, bytes, start, end)) return known.verdict;
    const verdict = decide(bytes.toString('latin1', start, end));
    slots[slot] = { codes: Uint8Array.from(bytes.subarray(start, end)), verdict };
    return verdict;
  };
}
