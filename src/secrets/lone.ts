/**
 * Long random words that stand alone, such as a token given as a bare argument. They are hidden and not
 * reported, so what people and registries name things must not look like one: packages with versions, images,
 * files, hosts and models.
 */
import { isGibberish } from './readable.ts';
import { isHuman } from './strength.ts';

const leastChars = 24;
/** Letters and digits without any sign are told from names when they are shorter, too. */
const leastPlain = 16;
const mostChars = 8_192;
const charset = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]*={0,2}$/;
/** Ends of file and host names. */
const ending = /\.[a-z]{2,5}$/;
const version = /^v?\d{1,4}\.\d{1,6}(?:\.\d{1,14})?(?:[-+.][A-Za-z0-9]{1,14}){0,5}$/;

/** Whether a part between signs reads like a word, a number, or one with the other: `v2`, `dev20241022`. */
function reads(part: string): boolean {
  if (/^\d{1,8}$/.test(part) || /^[A-Za-z]{1,4}$/.test(part)) return true;
  const digits = part.match(/\d/g)?.length ?? 0;
  return digits <= 8 && (/^[A-Za-z]{1,3}\d+$/.test(part) || isHuman(part.replace(/\d+$/, '')));
}

/**
 * How often letters and digits go from one kind to another, as they seldom do in what people write. A capital
 * letter before small ones is one of them.
 */
export function turnsIn(run: string): number {
  return run.match(/[a-z](?=[A-Z0-9])|[A-Z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
}

/** Turns of what nobody would call anything. */
const leastTurns = 4;

/** Whether letters and digits could hardly be a name, whatever their length. */
export function isJumble(run: string): boolean {
  if (!/^[A-Za-z0-9]+$/.test(run)) return false;
  const turns = turnsIn(run);
  if (turns >= leastTurns) return !isHuman(run);
  if (turns > 1 && isGibberish(run)) return true;
  // A name with numbers in it still reads without them.
  return turns > 1 && /\d/.test(run) && !isHuman(run.replace(/\d+/g, ''));
}

/** Whether a word is long base64 with a `/` in it, which could be a path of nothing. */
export function isLoneBase64(word: string): boolean {
  if (word.length > mostChars || !/^[A-Za-z0-9+][A-Za-z0-9+/]{31,}={0,2}$/.test(word)) return false;
  const isMixed = word.includes('/') && /\d/.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
  return isMixed && turnsIn(word) * 4 > word.length;
}

/** Whether a word is a long random text, by its form alone. */
export function isLoneToken(word: string): boolean {
  if (word.length < leastPlain || word.length > mostChars || !charset.test(word)) return false;
  if (/^\d+$/.test(word)) return true;
  // Letters alone are told from camel case by their short and strange runs.
  if (/^[A-Za-z]+$/.test(word)) {
    return isJumble(word) && turnsIn(word) * (word.length < leastChars ? 5 : 9) > word.length;
  }
  if (word.length < leastChars) return isJumble(word);
  if (!/\d/.test(word) || !/[A-Za-z]/.test(word)) return false;
  if (ending.test(word) || version.test(word)) return false;
  const parts = word.split(/[-_.=+]+/).filter((part) => part !== '');
  // A few short ones such as `4o` are part of names; a key in groups has nothing else.
  const strange = parts.filter((part) => !reads(part));
  return strange.some((part) => part.length > 6) || strange.length * 3 > parts.length;
}

/**
 * A line of a message without the long random words of what it repeats, such as a token given as a name. A
 * folder may be named by a digest.
 */
export function withoutLoneTokens(line: string): string {
  return line.replace(/[A-Za-z0-9_+.][A-Za-z0-9_+.-]{23,}={0,2}/g, (word, at: number) => {
    const isFolder = /[/\\]/.test(line[at - 1] ?? '') && /^[0-9a-f-]+$/i.test(word);
    return isFolder || !isLoneToken(word) ? word : '…';
  });
}
