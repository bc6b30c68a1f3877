/**
 * Names with values inside a text: `NAME=value`, `"name": "value"` at any level of quoting, header lines and
 * connection strings; and credentials that follow a scheme such as `Bearer`. In free text a value must be
 * convincing by itself, since prose and code are full of such pairs.
 */
import { limits } from '../limits.ts';
import type { SecretWords } from '../model/rules.ts';
import type { Hit } from './hit.ts';
import type { NamedJudge } from './named.ts';
import { splitName } from './names.ts';

/**
 * `value`: a text that was given as the value of one field. `text`: prose, logs, transcripts, shell lines.
 */
export type TextMode = 'value' | 'text';
export type Pairs = {
  hits(text: string, mode: TextMode): Hit[];
  /** The name that a value at this place is given to, or empty. */
  nameBefore(text: string, start: number): string;
};

const nameChars = 80;
const valueChars = 8_192;
/** Values shorter than this convince nobody in free text. */
const shortestInText = 6;
/** Unquoted values up to this length may be pairs themselves. */
const nestedChars = 128;
const rank = 300;
const operator = String.raw`\\{0,4}["'\x60]?\s{0,3}(?:=>|:=|:-|[:=])\s{0,3}`;
const opening = /\\{0,4}(["'`])/y;
const bare = /[^\s"'`,;&|<>(){}[\]\\]{1,8192}/y;

/** End of a value that a quote opened: the same quote with as many backslashes in front. */
function closing(text: string, from: number, quote: string): number {
  const window = text.slice(from, from + valueChars);
  const level = quote.length - 1;
  for (let at = window.indexOf(quote); at >= 0; at = window.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (window[at + level - slashes - 1] === '\\' && at + level - slashes - 1 >= 0) slashes++;
    if (slashes === level) return from + at;
  }
  return -1;
}

/** The value that begins at `from`, without its quotes. */
function valueAt(
  text: string,
  from: number,
  scheme: RegExp,
): { start: number; end: number; quoted: boolean } {
  opening.lastIndex = from;
  const open = opening.exec(text);
  if (open !== null) {
    const start = from + open[0].length;
    const end = closing(text, start, open[0]);
    if (end >= 0) return { start, end, quoted: true };
  }
  const start = open === null ? from : from + open[0].length;
  scheme.lastIndex = start;
  const lead = scheme.exec(text)?.[0].length ?? 0;
  bare.lastIndex = start + lead;
  return { start, end: start + lead + (bare.exec(text)?.[0].length ?? 0), quoted: false };
}

/** The name that ends at `end`, without the letter of an escape such as `\\n` before it. */
function nameEnding(text: string, end: number): string {
  const before = text.slice(Math.max(0, end - nameChars), end);
  const name = /[A-Za-z_][A-Za-z0-9_.-]*$/.exec(before)?.[0] ?? '';
  const lead = before.slice(0, before.length - name.length);
  if (lead.endsWith('//')) return '';
  return lead.endsWith('\\') && /^[nrtbf]./.test(name) ? name.slice(1) : name;
}

const escapeWord = (word: string): string => word.replace(/[^A-Za-z0-9 ]/g, '\\$&');

function schemePattern(schemes: string[]): string {
  return schemes.length === 0 ? '(?!)' : schemes.map(escapeWord).join('|');
}

/** Whether what was found in free text is more than an accident of prose or code. */
function convinces(hit: Hit, name: string, assigned: boolean): boolean {
  if (hit.reasons.includes('shape')) return true;
  if (hit.type === 'weak-password' || hit.confidence === 'low') return false;
  if (hit.reasons.includes('entropy') || hit.type === 'basic-auth') return true;
  return assigned && /^[A-Z][A-Z0-9_]{3,}$/.test(name);
}

/** Credentials that follow a scheme without a name before it, as in prose and logs. */
function afterScheme(text: string, scheme: RegExp, judge: NamedJudge): Hit[] {
  const hits: Hit[] = [];
  let looked = 0;
  scheme.lastIndex = 0;
  for (let match = scheme.exec(text); match !== null && looked < limits.pairs; match = scheme.exec(text)) {
    looked++;
    bare.lastIndex = match.index + match[0].length;
    const end = bare.lastIndex + (bare.exec(text)?.[0].length ?? 0);
    const hit = judge.judge('', text.slice(match.index, end), 'field');
    if (hit === null || !convinces(hit, '', false)) continue;
    hits.push({ ...hit, start: match.index + hit.start, end: match.index + hit.end, rank: rank - 1 });
  }
  return hits;
}

/** Compiles the search from the last words of secret names. */
export function createPairs(words: SecretWords, judge: NamedJudge): Pairs {
  const endings = new Set(
    [...words.secretNames, ...words.secretHeaders].map((name) => splitName(name).at(-1)!),
  );
  const hint = new RegExp(`(?:${[...endings].join('|')})[A-Za-z0-9_]{0,20}${operator}`, 'gi');
  const scheme = new RegExp(`(?:${schemePattern(words.authSchemes)})\\s{1,3}`, 'iy');
  const lone = new RegExp(`\\b(?:${schemePattern(words.authSchemes)})\\s{1,3}(?=[A-Za-z0-9])`, 'g');
  const signBefore = new RegExp(
    `${operator}(?:\\\\{0,4}["'\`])?(?:(?:${schemePattern(words.authSchemes)})\\s{1,3})?$`,
    'i',
  );

  const named = (text: string, mode: TextMode): Hit[] => {
    const hits: Hit[] = [];
    let looked = 0;
    hint.lastIndex = 0;
    for (let match = hint.exec(text); match !== null && looked < limits.pairs; match = hint.exec(text)) {
      const sign = /\W*$/.exec(match[0])![0];
      const from = match.index + match[0].length;
      const name = nameEnding(text, from - sign.length);
      const value = valueAt(text, from, scheme);
      // A long value without quotes holds no further names; looking for them would be quadratic.
      if (!value.quoted && value.end - from > nestedChars) hint.lastIndex = value.end;
      // What stands before it tells a part of `a:secret:b` and a call, which are none.
      if (text[from - sign.length - name.length - 1] === ':' && sign.startsWith(':')) continue;
      if (!value.quoted && text[value.end] === '(') continue;
      if (mode === 'text' && value.end - value.start < shortestInText) continue;
      const whole = text.slice(value.start, value.end);
      const kind = sign.includes(':') ? 'header' : 'env';
      const as = judge.classify(name, kind);
      if (as === 'no' && !judge.core(whole).scheme) continue;
      looked++;
      const hit = judge.judge(name, whole, kind);
      if (hit === null) continue;
      if (mode === 'text') {
        if (as === 'maybe' && hit.type !== 'basic-auth') continue;
        if (!convinces(hit, name, value.quoted || sign.startsWith('='))) continue;
      }
      const at = { start: value.start + hit.start, end: value.start + hit.end };
      hits.push({ ...hit, ...at, rank: Math.max(rank, hit.rank) });
    }
    return hits;
  };

  return {
    hits: (text, mode) => [...named(text, mode), ...afterScheme(text, lone, judge)],
    nameBefore(text, start) {
      const before = text.slice(Math.max(0, start - nameChars), start);
      const sign = signBefore.exec(before);
      return sign === null ? '' : nameEnding(before, sign.index);
    },
  };
}
