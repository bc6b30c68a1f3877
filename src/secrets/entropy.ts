/** How random a text looks: entropy, runs, sequences. It knows no words; those are rules. */

/** Shannon entropy in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<number, number>();
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Place on a keyboard's digit row and in the alphabet; 0 follows 9, unless it begins 0123. */
function codeAt(text: string, at: number, stride: number): number {
  const code = text.charCodeAt(at);
  return code === 0x30 && text.charCodeAt(at + stride) !== 0x31 ? 0x3a : code;
}

type Runs = { count: number; covered: number };

/**
 * Runs of three or more characters that go up, down or stay, among every `stride`th character from `first`
 * on: how many, and how many characters stand in them. Null once more than `most` characters stand outside.
 */
function runsOf(text: string, first: number, stride: number, most: number): Runs | null {
  let count = 0;
  let covered = 0;
  let outside = 0;
  for (let from = first; from < text.length;) {
    const code = codeAt(text, from, stride);
    const step = codeAt(text, from + stride, stride) - code;
    let length = 1;
    // A step of NaN, behind the end, is no step.
    if (step >= -1 && step <= 1) {
      let last = code;
      for (let to = from + stride; to < text.length; to += stride) {
        const next = codeAt(text, to, stride);
        if (next - last !== step) break;
        last = next;
        length++;
      }
    }
    if (length >= 3) {
      count++;
      covered += length;
      from += length * stride;
    } else {
      // The last of two may begin a run that goes another way.
      outside++;
      if (outside > most) return null;
      from += stride;
    }
  }
  return { count, covered };
}

/** Every run of three, as a pattern: most texts have none, and then nothing need be counted. */
function runPattern(): RegExp {
  const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890'];
  const both = rows.flatMap((row) => [row, Array.from(row).toReversed().join('')]);
  const triples = both.flatMap((row) => Array.from(row.slice(2), (_, at) => row.slice(at, at + 3)));
  return new RegExp(`${triples.join('|')}|(.)\\1\\1`);
}

let anyRun: RegExp | null = null;
const hasRun = (text: string): boolean => (anyRun ??= runPattern()).test(text);

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Part of a text that may stand outside of runs when nearly all of it counts, and when some of it does. */
const fewOutside = 0.2;
const half = 0.5;
/** More runs than two are one typed sequence only when they are long, or all of digits. */
const longRun = 8;

/** Whether nearly all of a text is `123456`, `abcdef`, `aaaa`, or two such runs interleaved (`a1b2c3`). */
export function isSequence(text: string): boolean {
  const all = plain(text);
  if (all.length < 4) return false;
  const runs = hasRun(all) ? runsOf(all, 0, 1, Math.ceil(fewOutside * all.length) - 1) : null;
  if (runs !== null && (runs.count <= 2 || runs.covered >= longRun * runs.count || !/[a-z]/.test(all))) {
    return true;
  }
  const evens = Math.ceil(all.length / 2);
  if (evens < 4) return false;
  if (runsOf(all, 0, 2, fewOutside * evens) === null) return false;
  return runsOf(all, 1, 2, fewOutside * (all.length - evens)) !== null;
}

/** Whether at least half of a text stands in such runs: a sample that somebody typed, or a poor secret. */
export function isPartlySequence(text: string): boolean {
  const all = plain(text);
  return all.length >= 4 && hasRun(all) && runsOf(all, 0, 1, half * all.length) !== null;
}

/** Whether a text has hardly any different characters. */
export function isFlat(text: string): boolean {
  if (text.length < 8) return false;
  const most = Math.min(4, text.length / 4 + 1);
  const seen = new Set<number>();
  const lower = text.toLowerCase();
  for (let at = 0; at < lower.length; at++) {
    seen.add(lower.charCodeAt(at));
    if (seen.size > most) return false;
  }
  return true;
}

/** Whether a text is one short unit over and over. */
export function isRepeated(text: string): boolean {
  const lower = text.toLowerCase();
  for (let unit = 1; unit <= 16 && unit * 2 <= lower.length; unit++) {
    if (lower[unit] === lower[0] && lower.startsWith(lower.slice(0, -unit), unit)) return true;
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
  if (!/\d{3}/.test(text)) return text;
  return text.replace(/\d{3,20}/g, (digits) => (runsOf(digits, 0, 1, 0) === null ? digits : ''));
}

/** Letter runs of a text, camel case taken apart: `myAPIKey` -> my, API, Key. */
export function letterRuns(text: string): string[] {
  return text.match(/[A-Z]{1,64}(?![a-z])|[A-Z]?[a-z]{1,64}/g) ?? [];
}
