/**
 * Whether a list is older than one that was seen before: somebody who can no longer sign may still hand out
 * what was signed long ago. The memory of what was seen is a plain record, kept by the caller.
 */

/** Which list -> the highest version seen of it. */
export type Memory = Record<string, string>;

/** What a list goes by in the memory: a signed one by its name, another by where it came from. */
export function memoryKey(name: string, source: string, signed: boolean): string {
  return signed ? `signed ${name}` : `from ${source}`;
}

/** Numbers and words in turn; `2026-11-20T10:00:00Z` and `1.10.3` are numbers. */
function parts(version: string): string[] {
  return (version.match(/\d+|[A-Za-z]+/g) ?? []).filter((part) => part !== 'T' && part !== 'Z');
}

const isNumber = (part: string | undefined): part is string => part !== undefined && /^\d/.test(part);

/** Numbers come after nothing, and nothing after words: `1.0-beta`, `1.0`, `1.0.1`. */
function rank(part: string | undefined): number {
  if (part === undefined) return 1;
  return isNumber(part) ? 2 : 0;
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (isNumber(a) && isNumber(b)) {
    const [x, y] = [BigInt(a.slice(0, 64)), BigInt(b.slice(0, 64))];
    return x < y ? -1 : Number(x > y);
  }
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : Number(x > y);
}

/** Negative when `one` is older than `other`: compared number by number, words by the alphabet. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [parts(one), parts(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = compareParts(left[at], right[at]);
    if (order !== 0) return order;
  }
  return 0;
}

/** The version seen before that a list falls behind; null when it does not. */
export function replayed(memory: Memory, key: string, version: string): string | null {
  const seen = Object.hasOwn(memory, key) ? memory[key]! : null;
  return seen !== null && compareVersions(version, seen) < 0 ? seen : null;
}

/** The memory with this version in it. */
export function remembering(memory: Memory, key: string, version: string): Memory {
  return replayed(memory, key, version) === null ? { ...memory, [key]: version } : memory;
}
