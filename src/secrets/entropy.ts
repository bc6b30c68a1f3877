/** How random a text looks: entropy, runs, sequences. It knows no words; those are rules. */

/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Place on a keyboard's digit row and in the alphabet; 0 follows 9. */
function codes(text: string): number[] {
  return Array.from(text, (char) => (char === '0' ? 0x3a : char.charCodeAt(0)));
}

/** How many characters stand in runs of three or more that go up, down or stay. */
function inRuns(all: number[]): number {
  let covered = 0;
  for (let from = 0; from < all.length - 1;) {
    const step = all[from + 1]! - all[from]!;
    let to = from + 1;
    while (to < all.length && step === all[to]! - all[to - 1]!) to++;
    const length = to - from;
    if (length >= 3 && Math.abs(step) <= 1) {
      covered += length;
      from = to;
    } else from = Math.max(from + 1, to - 1);
  }
  return covered;
}

/** Part of a text that must stand in runs for it to be typed rather than made. */
const mostly = 0.5;

/** Whether a text is mostly `123456`, `abcdef`, `aaaa` or two such runs interleaved (`a1b2c3`). */
export function isSequence(text: string): boolean {
  const plain = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (plain.length < 4) return false;
  const all = codes(plain);
  if (inRuns(all) >= mostly * all.length) return true;
  const even = all.filter((_, index) => index % 2 === 0);
  const odd = all.filter((_, index) => index % 2 === 1);
  return even.length >= 4 && inRuns(even) >= 0.8 * even.length && inRuns(odd) >= 0.8 * odd.length;
}

/** Whether a text is one short unit over and over, or has hardly any different characters. */
export function isMonotonous(text: string): boolean {
  if (text.length >= 8 && new Set(text.toLowerCase()).size <= Math.min(4, text.length / 4 + 1)) return true;
  for (let unit = 1; unit <= 16 && unit * 2 <= text.length; unit++) {
    if (text.startsWith(text.slice(0, text.length - unit), unit)) return true;
  }
  return false;
}

/**
 * Whether a run of letters could be a word of some language: vowels in it, and no long pile of consonants.
 */
export function isPronounceable(run: string): boolean {
  const lower = run.toLowerCase();
  if (run.length > 32) return false;
  if (run.length <= 2) return true;
  const vowels = lower.match(/[aeiouyà-ÿ]/g)?.length ?? 0;
  if (vowels === 0) return run.length <= 4;
  return (
    vowels / run.length >= 0.12 && vowels / run.length <= 0.8 && !/[bcdfghjklmnpqrstvwxz]{5}/.test(lower)
  );
}

/** A text without digits that only count: `key_12345` is `key_`. */
export function withoutCounting(text: string): string {
  return text.replace(/\d{3,20}/g, (digits) => (inRuns(codes(digits)) === digits.length ? '' : digits));
}

/** Letter runs of a text, camel case taken apart: `myAPIKey` -> my, API, Key. */
export function letterRuns(text: string): string[] {
  return text.match(/[A-Z]{1,64}(?![a-z])|[A-Z]?[a-z]{1,64}/g) ?? [];
}
