/**
 * Secrets inside URLs: the password (or lone token) before the host, and query values whose name says so.
 * A URL is read with plain string positions, since parsing would normalise it and lose them.
 */
import { limits } from '../limits.ts';
import type { Hit, Span } from './hit.ts';
import type { NamedJudge } from './named.ts';
import type { Values } from './values.ts';

export type Urls = { hits(text: string): Hit[] };

const schemeChars = 24;
const urlChars = 8_192;
const rank = 500;
const leastPassword = 3;
/** What ends a URL in any text. A placeholder in angle brackets ends it too, and then it has no secret. */
const stop = /[\s"'`<>\\]/g;

/** Text as the URL means it; as it stands where the escapes are wrong. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Every `scheme://...` in a text, from behind the scheme, without what is inside another one. */
export function* urlSpans(text: string): Generator<Span> {
  let looked = 0;
  for (let at = text.indexOf('://'); at >= 0 && looked < limits.pairs; at = text.indexOf('://', at + 3)) {
    looked++;
    const lead = /[A-Za-z][A-Za-z0-9+.-]*$/.exec(text.slice(Math.max(0, at - schemeChars), at));
    if (lead === null) continue;
    stop.lastIndex = at + 3;
    const end = Math.min(stop.exec(text)?.index ?? text.length, at + urlChars);
    yield { start: at + 3, end };
    at = Math.max(at, end - 3);
  }
}

/** Where the user information of a URL ends, or -1. A password may hold a `/` or `#` that was not escaped. */
export function userinfoEnd(rest: string): number {
  const path = rest.search(/[/?#]/);
  const authority = path < 0 ? rest : rest.slice(0, path);
  const at = authority.lastIndexOf('@');
  if (at >= 0 || path < 0) return at;
  const colon = authority.indexOf(':');
  if (colon < 0 || /^\d{1,5}$/.test(authority.slice(colon + 1)) || authority.startsWith('[')) return -1;
  const late = rest.lastIndexOf('@');
  return /^[\w.-]{1,253}(?::\d{1,5})?(?:[/?]|$)/.test(rest.slice(late + 1)) ? late : -1;
}

/** Hosts on this machine or in its containers, and those of documentation. */
const near = new RegExp(
  [
    String.raw`^(?:localhost|127\.|0\.0\.0\.0|\[::1?\])`,
    String.raw`^[\w-]+(?:[:/?#]|$)`,
    String.raw`^(?:[\w-]{1,63}\.){0,8}(?:local|internal|test|invalid)(?:[:/?#]|$)`,
    String.raw`^(?:[\w-]{1,63}\.){0,8}example(?:\.(?:com|org|net))?(?:[:/?#]|$)`,
  ].join('|'),
  'i',
);
const isNear = (host: string): boolean => near.test(host);

function userinfoHit(rest: string, judge: NamedJudge, values: Values): Hit | null {
  const end = userinfoEnd(rest);
  if (end <= 0) return null;
  const info = rest.slice(0, end);
  const colon = info.indexOf(':');
  if (colon < 0) {
    const token = percentDecoded(info);
    const lone = token.length >= 20 && !values.isReference(token) && !values.isPlaceholder(token);
    if (!lone || values.strength(token) !== 'strong') return null;
    const typed = values.isTyped(token);
    return {
      start: 0,
      end,
      type: 'url-token',
      provider: null,
      prefix: '',
      field: '',
      called: 'token',
      severity: typed ? 'medium' : 'high',
      confidence: typed ? 'low' : 'medium',
      reasons: ['position', 'entropy'],
      rank,
    };
  }
  const called = 'password';
  const user = percentDecoded(info.slice(0, colon));
  const word = percentDecoded(info.slice(colon + 1));
  const hit = judge.password('', word);
  const weak = isNear(rest.slice(end + 1)) ? 'low' : 'medium';
  if (word === '' || values.isReference(word)) return null;
  // Nobody keeps anything behind one or two characters; samples do.
  const isToy = word.length < leastPassword || word.toLowerCase() === user.toLowerCase();
  if (isToy && !values.isPlaceholder(word)) {
    return hit && { ...hit, type: 'weak-password', severity: weak, called, start: colon + 1, end, rank };
  }
  if (hit === null) return null;
  const type = hit.type === 'password' ? 'url-password' : hit.type;
  const severity = type === 'weak-password' ? weak : hit.severity;
  return { ...hit, type, severity, called, start: colon + 1, end, rank };
}

/** Pictures of a state, shown to everybody, whose address holds a token of the project. */
const badge = /[/_-]badges?(?:[/._-]|$)/i;

function queryHits(rest: string, judge: NamedJudge): Hit[] {
  const from = rest.search(/[?#]/);
  if (from < 0 || badge.test(rest.slice(0, from))) return [];
  const hits: Hit[] = [];
  for (const match of rest.slice(from).matchAll(/[?&;#]([A-Za-z0-9_.[\]-]{1,64})=([^&;#]*)/g)) {
    const [all, name, raw] = match as unknown as [string, string, string];
    const value = raw.replace(/[),.\]}]+$/, '');
    const hit = judge.judge(name, percentDecoded(value), 'query');
    if (hit === null) continue;
    const start = from + match.index + all.length - raw.length;
    const whole = { ...hit, start, end: start + value.length, whole: true, rank };
    hits.push({ ...whole, reasons: [...hit.reasons, 'position'] });
  }
  return hits;
}

/** Compiles the reader of URLs. */
export function createUrls(judge: NamedJudge, values: Values): Urls {
  return {
    hits(text) {
      const hits: Hit[] = [];
      if (!text.includes('://')) return hits;
      for (const { start, end } of urlSpans(text)) {
        const rest = text.slice(start, end);
        const info = userinfoHit(rest, judge, values);
        const all = [...(info ? [info] : []), ...queryHits(rest, judge)];
        for (const hit of all) hits.push({ ...hit, start: hit.start + start, end: hit.end + start });
      }
      return hits;
    },
  };
}
