/**
 * Secrets in names with values inside a text, and credentials that follow a scheme such as `Bearer`. In free
 * text a value must be convincing by itself, since prose and code are full of such pairs.
 */
import { limits } from '../limits.ts';
import type { Hit } from './hit.ts';
import { turnsIn } from './lone.ts';
import type { NamedJudge } from './named.ts';
import { isGibberish } from './readable.ts';
import { type Pair, type PairSearch, bareEnd, schemeWords } from './pair-search.ts';

/**
 * `value`: a text that was given as the value of one field. `text`: prose, logs, transcripts, shell lines.
 */
export type TextMode = 'value' | 'text';
export type Pairs = {
  hits(text: string, mode: TextMode): Hit[];
  /** Credentials that follow a scheme without a name before it, as in prose and logs. */
  afterScheme(text: string): Hit[];
};

/** Values shorter than this convince nobody in free text. */
const shortestInText = 6;
const rank = 300;

/** Turns between kinds of letters that a password has which a program made. */
const madeTurns = 4;
const isMade = (text: string): boolean =>
  text.length >= 10 && (turnsIn(text) >= madeTurns || isGibberish(text));

/** Whether what was found in free text is more than an accident of prose or code. */
function convinces(hit: Hit, name: string, assigned: boolean, text: string): boolean {
  if (hit.reasons.includes('shape')) return true;
  if (hit.type === 'weak-password' || hit.confidence === 'low') return false;
  if (hit.reasons.includes('entropy') || hit.type === 'basic-auth') return true;
  if (hit.type === 'password' && assigned && isMade(text)) return true;
  return assigned && /^[A-Z][A-Z0-9_]{3,}$/.test(name);
}

/** Settings one after another, such as those of a database: `Server=db;User Id=app;Password=...` */
const settings = /^\s{0,4}[A-Za-z][\w .-]{0,40}=[^;=]{0,400};\s{0,4}[A-Za-z][\w .-]{0,40}=/;

/** Where a value ends. In settings only `;` ends one, and a password may hold an `&`. */
function settingEnd(text: string, { end, quoted }: Pair): number {
  if (quoted || text[end] !== '&' || !settings.test(text)) return end;
  const next = text.indexOf(';', end);
  return next < 0 ? text.length : next;
}

/** Whether the name is the end of `Vendor::Service::AccessKey`, which is not given a value by `=`. */
const isTypeName = (text: string, { nameStart, sign }: Pair): boolean =>
  text[nameStart - 2] === ':' && !sign.includes('=');

/** The secret that the value of a pair is. */
function pairHit(text: string, pair: Pair, mode: TextMode, judge: NamedJudge): Hit | null {
  const { name, kind, as, nameStart, sign, start, quoted, apart } = pair;
  const end = mode === 'value' ? settingEnd(text, pair) : pair.end;
  // What stands before it tells a part of `a:secret:b`, of `Vendor::Secret` and a call, which are none.
  if (text[nameStart - 1] === ':' && (sign.startsWith(':') || isTypeName(text, pair))) return null;
  if (!quoted && text[end] === '(') return null;
  if (mode === 'text' && end - start < shortestInText) return null;
  const whole = text.slice(start, end);
  if (as === 'no' && !judge.core(whole).scheme) return null;
  const hit = judge.judge(name, whole, kind);
  if (hit === null) return null;
  if (mode === 'text') {
    if (as === 'maybe' && hit.type !== 'basic-auth') return null;
    const secret = whole.slice(hit.start, hit.end);
    if (!convinces(hit, name, quoted || apart || /^\W*=/.test(sign), secret)) return null;
  }
  return { ...hit, start: start + hit.start, end: start + hit.end, rank: Math.max(rank, hit.rank) };
}

/** Compiles the search for credentials behind schemes. */
export function createPairs(search: PairSearch, judge: NamedJudge, schemes: string[]): Pairs {
  let lone: RegExp | null = null;

  const afterScheme = (text: string): Hit[] => {
    if (!/\s/.test(text)) return [];
    lone ??= new RegExp(`\\b(?:${schemeWords(schemes)})\\s{1,3}(?=[A-Za-z0-9])`, 'g');
    const hits: Hit[] = [];
    let looked = 0;
    lone.lastIndex = 0;
    for (let match = lone.exec(text); match !== null && looked < limits.pairs; match = lone.exec(text)) {
      looked++;
      const end = bareEnd(text, match.index + match[0].length);
      const hit = judge.judge('', text.slice(match.index, end), 'field');
      if (hit === null || !convinces(hit, '', false, '')) continue;
      hits.push({ ...hit, start: match.index + hit.start, end: match.index + hit.end, rank: rank - 1 });
    }
    return hits;
  };

  return {
    afterScheme,
    hits(text, mode) {
      const hits: Hit[] = [];
      search.each(text, (pair) => {
        const hit = pairHit(text, pair, mode, judge);
        if (hit !== null) hits.push(hit);
        return true;
      });
      return hits.concat(afterScheme(text));
    },
  };
}
