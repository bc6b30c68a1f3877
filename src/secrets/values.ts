/**
 * What a value is apart from its name: a reference to a secret kept elsewhere, a placeholder, a path, words,
 * or something that could well be a secret. Word lists and patterns are rules.
 */
import { createHash } from 'node:crypto';
import type { SecretWords } from '../model/rules.ts';
import {
  entropy,
  isMonotonous,
  isPronounceable,
  isSequence,
  letterRuns,
  withoutCounting,
} from './entropy.ts';
import { isCutOffJwt } from './jwt.ts';
import { splitName } from './names.ts';

/**
 * `strong` could hardly be anything but a secret, `fair` may be one, `words` is human text, `none` is not
 * one.
 */
export type Strength = 'strong' | 'fair' | 'short' | 'words' | 'none';

export type Values = {
  /** Whether the text as a whole refers to a value kept elsewhere. */
  isReference(text: string): boolean;
  /** The literal default inside a reference, and where it begins; null when there is none. */
  defaultOf(text: string): { text: string; start: number } | null;
  /** Whether a pattern, a known sample or the way it is typed shows that it is no secret. */
  isPlaceholder(text: string): boolean;
  /** Only by pattern and known sample: for places where a program writes the value. */
  isObviousPlaceholder(text: string): boolean;
  /** Made of words that placeholders are made of, the words of its own name included. */
  isMadeOfWords(text: string, name: string): boolean;
  isWeakPassword(text: string): boolean;
  strength(text: string): Strength;
};

/** Characters beyond which a value is no placeholder, so that no pattern sees more. */
const placeholderChars = 4_096;
/** Characters of the shortest known sample. */
const shortestSample = 16;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const path = /^(?:~|\.{1,2})?[/\\]|^[A-Za-z]:[/\\]|^(?:[\w@.-]{1,64}\/){1,20}[\w@.-]{0,64}\.\w{1,8}$/;
const url = /^[a-z][a-z0-9+.-]{1,20}:(?:\/\/|\w{0,20}:)/i;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether letters-and-digits text can be cut into words and at most four digits. */
function splits(text: string, isWord: (word: string) => boolean): boolean {
  const digitsAllowed = 4;
  /** Fewest digits needed to reach each position; -1 when it cannot be reached. */
  const reach = Array.from({ length: text.length + 1 }, () => -1);
  reach[0] = 0;
  for (let from = 0; from < text.length; from++) {
    const used = reach[from]!;
    if (used < 0) continue;
    const step = (to: number, cost: number): void => {
      if (reach[to] === -1 || reach[to]! > cost) reach[to] = cost;
    };
    if (/\d/.test(text[from]!) && used < digitsAllowed) step(from + 1, used + 1);
    for (let length = 2; length <= 16 && from + length <= text.length; length++) {
      if (isWord(text.slice(from, from + length))) step(from + length, used);
    }
  }
  return reach[text.length]! >= 0;
}

/** Whether a path is meant: `/` also starts one base64 text in 64, which has no short readable segments. */
function isPath(text: string): boolean {
  if (!path.test(text)) return false;
  if (!text.startsWith('/') && !text.startsWith('\\')) return true;
  return text.split(/[/\\]/).every((part) => part.length < 20 || !/\d.*[A-Z]|[A-Z].*\d/.test(part));
}

/**
 * Whether a value reads like names and words of `leastRun` letters in the mean, with at most a year or a
 * number to it.
 */
export function isHuman(text: string, leastRun = 3): boolean {
  const runs = letterRuns(text);
  const plain = withoutCounting(text);
  const letters = runs.reduce((sum, run) => sum + run.length, 0);
  const digits = plain.match(/\d/g)?.length ?? 0;
  if (letters === 0 || digits > 4 || digits * 2 > letters) return false;
  if (/\d[A-Za-z]+\d/.test(plain)) return false;
  return letters / runs.length >= leastRun && runs.every((run) => isPronounceable(run));
}

function classes(text: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9\s]/].filter((one) => one.test(text)).length;
}

/** How much a value, which is neither reference nor placeholder, looks like a made secret. */
function strengthOf(text: string): Strength {
  if (text === '' || /\s/.test(text) || !/[A-Za-z]/.test(text)) return 'none';
  if (uuid.test(text)) return 'strong';
  if (url.test(text) || isPath(text)) return 'none';
  if (isHuman(text)) return 'words';
  if (text.length < 8) return 'short';
  const mixed = /\d/.test(text) && /[A-Za-z]/.test(text);
  // Sixteen characters of hex have little room for more.
  if (text.length >= 16 && mixed && entropy(text) >= Math.min(3, 0.7 * Math.log2(text.length)))
    return 'strong';
  if (text.length >= 16 && /[a-z]/.test(text) && /[A-Z]/.test(text) && entropy(text) >= 3.5) return 'strong';
  if (mixed || classes(text) >= 2) return 'fair';
  return text.length >= 16 ? 'fair' : 'words';
}

/** Compiles the value words and patterns of the rules. */
export function createValues(words: SecretWords): Values {
  const references = words.references.map((pattern) => new RegExp(pattern));
  const defaults = words.referenceDefaults.map((pattern) => new RegExp(pattern, 'd'));
  const placeholders = words.placeholders.map((pattern) => new RegExp(pattern, 'i'));
  const samples = new Set(words.knownSamples);
  const vocabulary = new Set(words.placeholderWords.map((word) => word.toLowerCase()));
  const weak = new Set(words.weakPasswords.map((word) => word.toLowerCase()));

  const isSample = (text: string): boolean => {
    if (text.length < shortestSample) return false;
    if (samples.has(sha256(text))) return true;
    const segment = text.split('.', 3)[1];
    return segment !== undefined && segment.length > 16 && samples.has(sha256(segment));
  };
  const isObviousPlaceholder = (text: string): boolean =>
    text.length <= placeholderChars &&
    (placeholders.some((pattern) => pattern.test(text)) || isSample(text) || isCutOffJwt(text));
  const isWeakPassword = (text: string): boolean => {
    const lower = text.toLowerCase();
    return weak.has(lower) || weak.has(lower.replace(/[\d!@#$.*]+$/, ''));
  };
  const isMadeOfWords = (text: string, name: string): boolean => {
    if (text.length > 128) return false;
    const lower = withoutCounting(text)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '');
    const own = new Set(splitName(name));
    return lower !== '' && splits(lower, (word) => vocabulary.has(word) || own.has(word));
  };
  /** Whether base64 hides a word: a sample of how to encode one. */
  const isEncodedWord = (text: string): boolean => {
    if (text.length > 64 || !/^[A-Za-z0-9+/]{6,}={0,2}$/.test(text)) return false;
    const decoded = Buffer.from(text, 'base64').toString('latin1');
    return /^[\x20-\x7e]{4,}$/.test(decoded) && (isWeakPassword(decoded) || isMadeOfWords(decoded, ''));
  };

  return {
    isReference: (text) =>
      text.length <= placeholderChars && references.some((pattern) => pattern.test(text)),
    defaultOf(text) {
      if (text.length > placeholderChars) return null;
      for (const pattern of defaults) {
        const match = pattern.exec(text);
        const at = match?.indices?.[1];
        if (match?.[1] !== undefined && at) return { text: match[1], start: at[0] };
      }
      return null;
    },
    isObviousPlaceholder,
    isPlaceholder: (text) =>
      isObviousPlaceholder(text) ||
      isEncodedWord(text) ||
      (text.length <= 512 && (isSequence(text) || isMonotonous(text))),
    isMadeOfWords,
    isWeakPassword,
    strength: strengthOf,
  };
}
