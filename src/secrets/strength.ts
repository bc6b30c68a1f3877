/**
 * How much a value looks like a made secret by its form alone: random, poor, words, or something else. It
 * knows no placeholders and no words of rules.
 */
import { entropy, isPronounceable, letterRuns, withoutCounting } from './entropy.ts';
import { isGibberish } from './readable.ts';

/**
 * `strong` could hardly be anything but a secret, `fair` may be one, `words` is human text, `none` is not
 * one.
 */
export type Strength = 'strong' | 'fair' | 'short' | 'words' | 'none';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => uuid.test(text);
const path = /^(?:~|\.{1,2})?[/\\]|^[A-Za-z]:[/\\]|^(?:[\w@.-]{1,64}\/){1,20}[\w@.-]{0,64}\.\w{1,8}$/;
const url = /^[a-z][a-z0-9+.-]{1,20}:(?:\/\/|\w{0,20}:)/i;

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
  const plain = withoutCounting(text);
  const digits = plain.replace(/\D+/g, '').length;
  if (digits > 4 || (digits > 1 && /\d[A-Za-z]+\d/.test(plain))) return false;
  const runs = letterRuns(text);
  const letters = runs.reduce((sum, run) => sum + run.length, 0);
  if (letters === 0 || digits * 2 > letters) return false;
  return letters / runs.length >= leastRun && runs.every((run) => isPronounceable(run));
}

const part = /^(?:[a-z]{2,}\d{0,5}|[A-Z]{2,}\d{0,5}|\d{1,8}|\d{1,2}[a-z])$/;

/** Whether a value is words and numbers between signs: what programmers name things, models and versions. */
function isIdentifier(text: string): boolean {
  const parts = text.split(/[_.-]/);
  if (parts.length < 3 || !parts.every((one) => part.test(one))) return false;
  const read = parts.filter((one) => /^[A-Za-z]{3}/.test(one));
  return (
    read.length > 1 &&
    read.length * 3 >= parts.length &&
    read.every((one) => isPronounceable(one.replace(/\d+$/, '')))
  );
}

function classes(text: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9\s]/].filter((one) => one.test(text)).length;
}

/** How much a value, which is neither reference nor placeholder, looks like a made secret. */
export function strengthOf(text: string): Strength {
  if (text === '' || /\s/.test(text) || !/[A-Za-z]/.test(text)) return 'none';
  if (uuid.test(text)) return 'strong';
  if (url.test(text) || isPath(text)) return 'none';
  if ((isHuman(text) && !isGibberish(text)) || isIdentifier(text)) return 'words';
  if (text.length < 8) return 'short';
  const mixed = /\d/.test(text) && /[A-Za-z]/.test(text);
  // Sixteen characters of hex have little room for more.
  if (text.length >= 16 && mixed && entropy(text) >= Math.min(3, 0.7 * Math.log2(text.length)))
    return 'strong';
  if (text.length >= 16 && /[a-z]/.test(text) && /[A-Z]/.test(text) && entropy(text) >= 3.5) return 'strong';
  if (mixed || classes(text) >= 2) return 'fair';
  return text.length >= 16 ? 'fair' : 'words';
}
