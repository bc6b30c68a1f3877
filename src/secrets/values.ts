/**
 * What a value is apart from its name: a reference to a secret kept elsewhere, a placeholder, made of words,
 * counting, or something that could well be a secret. Word lists and patterns are rules.
 */
import { createHash } from 'node:crypto';
import type { SecretWords } from '../model/rules.ts';
import { isFlat, isPartlySequence, isRepeated, isSequence, letterRuns, withoutCounting } from './entropy.ts';
import { isCutOffJwt } from './jwt.ts';
import { remembered } from './memo.ts';
import { splitName } from './names.ts';
import { type Strength, strengthOf } from './strength.ts';

export type Values = {
  /** Whether the text as a whole refers to a value kept elsewhere. */
  isReference(text: string): boolean;
  /** The literal default inside a reference, and where it begins; null when there is none. */
  defaultOf(text: string): { text: string; start: number } | null;
  /** Whether a pattern, a known sample or the way it is typed shows that it is no secret. */
  isPlaceholder(text: string): boolean;
  /** Only by pattern and known sample: for places where a program writes the value. */
  isObviousPlaceholder(text: string): boolean;
  /** Whether nearly all of it counts or repeats, with a public prefix or without. */
  isCounted(text: string): boolean;
  /** Whether a good part of it counts (`123456`, `abcdef`): a sample that was typed, or a poor secret. */
  isTyped(text: string): boolean;
  /** Made of words that placeholders are made of, the words of its own name included. */
  isMadeOfWords(text: string, name: string): boolean;
  isWeakPassword(text: string): boolean;
  strength(text: string): Strength;
};

/** Characters beyond which a value is no placeholder, so that no pattern sees more. */
const placeholderChars = 4_096;
/** Characters of the shortest known sample. */
const shortestSample = 10;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether letters-and-digits text can be cut into words and at most four digits. */
function splits(text: string, isWord: (word: string) => boolean): boolean {
  const digitsAllowed = 4;
  /** Fewest digits needed to reach each position; -1 when it cannot be reached. */
  const reach = Array.from({ length: text.length + 1 }, () => -1);
  reach[0] = 0;
  let furthest = 0;
  const step = (to: number, cost: number): void => {
    if (reach[to] === -1 || reach[to]! > cost) reach[to] = cost;
    furthest = Math.max(furthest, to);
  };
  for (let from = 0; from <= furthest && from < text.length; from++) {
    const used = reach[from]!;
    if (used < 0) continue;
    if (/\d/.test(text[from]!) && used < digitsAllowed) step(from + 1, used + 1);
    for (let length = 2; length <= 16 && from + length <= text.length; length++) {
      if (isWord(text.slice(from, from + length))) step(from + length, used);
    }
  }
  return furthest === text.length;
}

/** Characters of a value that sequences are looked for in. */
const typedChars = 512;
/** Characters of a prefix by which those that may begin a value are found. */
const keyChars = 3;

type Cut = (text: string) => string;

/** Takes the public prefix of a known token, such as `sk-`, off a value. */
function prefixCutter(prefixes: Iterable<string>): Cut {
  const byKey = new Map<string, string[]>();
  for (const prefix of new Set(prefixes)) {
    if (prefix.length < keyChars) continue;
    const key = prefix.slice(0, keyChars);
    const longestFirst = [...(byKey.get(key) ?? []), prefix].toSorted((a, b) => b.length - a.length);
    byKey.set(key, longestFirst);
  }
  return (text) => {
    const prefix = byKey.get(text.slice(0, keyChars))?.find((one) => text.startsWith(one));
    return prefix === undefined || text.length < prefix.length + 4 ? text : text.slice(prefix.length);
  };
}

/**
 * Whether one of some patterns fits. They are compiled when a text is first held against them, as one where
 * none refers to a group of its own.
 */
function anyOf(sources: string[], flags: string): (text: string) => boolean {
  let compiled: RegExp[] | null = null;
  const compile = (): RegExp[] => {
    const refers = (source: string): boolean => /\\[1-9k]/.test(source);
    const joined = sources.filter((source) => !refers(source)).map((source) => `(?:${source})`);
    const all = [...(joined.length > 0 ? [joined.join('|')] : []), ...sources.filter(refers)];
    return all.map((source) => new RegExp(source, flags));
  };
  return (text) => {
    for (const pattern of (compiled ??= compile())) if (pattern.test(text)) return true;
    return false;
  };
}

/** Finds the literal default inside a reference. */
function defaultFinder(sources: string[]): Values['defaultOf'] {
  let compiled: RegExp[] | null = null;
  return (text) => {
    if (text.length > placeholderChars || !/[^\w.-]/.test(text)) return null;
    compiled ??= sources.map((source) => new RegExp(source, 'd'));
    for (const pattern of compiled) {
      const match = pattern.exec(text);
      const at = match?.indices?.[1];
      if (match?.[1] !== undefined && at) return { text: match[1], start: at[0] };
    }
    return null;
  };
}

const counts = (text: string): boolean => isFlat(text) || isRepeated(text) || isSequence(text);

/** Whether values count, in all or in good part, with a public prefix or without. */
function counting(cut: Cut): Pick<Values, 'isCounted' | 'isTyped'> {
  const either = (test: (text: string) => boolean): ((text: string) => boolean) =>
    remembered((text) => {
      if (text.length > typedChars) return false;
      const bare = cut(text);
      return test(text) || (bare !== text && test(bare));
    });
  return { isCounted: either(counts), isTyped: either(isPartlySequence) };
}

/** Whether values are made of words, by themselves or together with those of their name. */
function wordTest(words: SecretWords, cut: Cut): Values['isMadeOfWords'] {
  const vocabulary = new Set(words.placeholderWords.map((word) => word.toLowerCase()));
  const withNumbers = words.placeholderWords.some((word) => /\d/.test(word));
  return (text, name) => {
    if (text.length > 128) return false;
    const own = splitName(name);
    // Only four digits may stand beside words that have none themselves.
    const numbered = withNumbers || own.some((word) => /\d/.test(word));
    const isWord = (word: string): boolean => vocabulary.has(word) || own.includes(word);
    const made = (one: string): boolean => {
      const lower = withoutCounting(one)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '');
      if (!numbered && /(?:\d\D*){5}/.test(lower)) return false;
      return lower !== '' && splits(lower, isWord);
    };
    // A `$` for an `s`, as in `my-$$e-$ecret`; in a word without a sign it may be a password.
    const spelled = /[-_ ]/.test(text) ? text.replaceAll('$', 's') : text;
    const bare = cut(text);
    return made(text) || (spelled !== text && made(spelled)) || (bare !== text && made(bare));
  };
}

/** Compiles the value words and patterns of the rules. `prefixes` are the public ones of known shapes. */
export function createValues(words: SecretWords, prefixes: Iterable<string> = []): Values {
  const fitsReference = anyOf(words.references, '');
  const fitsPlaceholder = anyOf(words.placeholders, 'i');
  const samples = new Set(words.knownSamples);
  const weak = new Set(words.weakPasswords.map((word) => word.toLowerCase()));
  const cut = prefixCutter(prefixes);
  const { isCounted, isTyped } = counting(cut);
  const isMadeOfWords = wordTest(words, cut);

  const isSample = (text: string): boolean => {
    if (text.length < shortestSample) return false;
    if (samples.has(sha256(text))) return true;
    const segment = text.split('.', 3)[1];
    return segment !== undefined && segment.length > 16 && samples.has(sha256(segment));
  };
  const addressed = new Set(words.shownWords.filter((word) => word.startsWith('your')));
  const meant = new Set(words.placeholderWords);
  /** `YourKeyHere`, glued to whatever begins a token. */
  const isAddressed = (text: string): boolean => {
    if (text.length > 128 || !/your/i.test(text)) return false;
    const runs = letterRuns(text).map((run) => run.toLowerCase());
    const at = runs.findIndex((run) => addressed.has(run));
    return at >= 0 && meant.has(runs[at + 1] ?? '');
  };
  const isObviousPlaceholder = remembered(
    (text) =>
      text.length <= placeholderChars &&
      (fitsPlaceholder(text) || isAddressed(text) || isCutOffJwt(text) || isSample(text)),
  );
  const isWeakPassword = (text: string): boolean => {
    const lower = text.toLowerCase();
    return weak.has(lower) || weak.has(lower.replace(/[\d!@#$.*]+$/, ''));
  };
  /** Whether base64 hides a word: a sample of how to encode one. */
  const isEncodedWord = (text: string): boolean => {
    if (text.length > 64 || !/^[A-Za-z0-9+/]{6,}={0,2}$/.test(text)) return false;
    const decoded = Buffer.from(text, 'base64').toString('latin1');
    return /^[\x20-\x7e]{4,}$/.test(decoded) && (isWeakPassword(decoded) || isMadeOfWords(decoded, ''));
  };

  return {
    isReference: remembered((text) => text.length <= placeholderChars && fitsReference(text)),
    defaultOf: defaultFinder(words.referenceDefaults),
    isObviousPlaceholder,
    isPlaceholder: (text) => isObviousPlaceholder(text) || isEncodedWord(text) || isCounted(text),
    isCounted,
    isTyped,
    isMadeOfWords,
    isWeakPassword,
    strength: remembered(strengthOf),
  };
}
