/**
 * Known token shapes: where they match in a text, and how sure that is. A match that stands inside a longer
 * word or is a placeholder is no hit. Which shapes there are is data.
 */
import { limits } from '../limits.ts';
import type { Confidence, Severity } from '../model/common.ts';
import type { SecretShape } from '../model/rules.ts';
import { createAnchorSearch } from './anchors.ts';
import { checksumHolds } from './checksum.ts';
import { entropy, isFlat, letterRuns } from './entropy.ts';
import { type Hit, type Reason, type Span, settle, shapeRank } from './hit.ts';
import { hasClaims } from './jwt.ts';
import { remembered } from './memo.ts';
import { hasWords, splitName } from './names.ts';
import { isHuman } from './strength.ts';
import type { Values } from './values.ts';

export type Shape = SecretShape & { provider: string };
export type Shapes = {
  /** One look at the text: false means that no shape can match. */
  mayMatch(text: string): boolean;
  /** Matches of shapes that need no name. */
  hits(text: string): Hit[];
  /** The shape that the whole value has under this name: those that need a name come first. */
  named(name: string, text: string): Hit | null;
};

/** A shape whose patterns are compiled when they are first needed. */
type Compiled = Shape & { rank: number; search(): RegExp; whole(): RegExp };

/** Bits a character that even the shortest random part has. */
const leastEntropy = 2.3;
const lower: Record<Confidence, Confidence> = { high: 'medium', medium: 'low', low: 'low' };
const atMostMedium: Record<Severity, Severity> = {
  critical: 'medium',
  high: 'medium',
  medium: 'medium',
  low: 'low',
  info: 'info',
};

/** A group that is the secret; telling its place costs time, so that only patterns with one pay. */
const hasGroup = /(?:^|[^\\])\((?!\?)/;

function compile(shape: Shape): Compiled {
  // What stands around a secret says less than how it begins.
  const own = shape.prefix === '' && hasGroup.test(shape.pattern) ? [] : shape.anchors;
  const literal = Math.max(shape.prefix.length, ...own.map((anchor) => anchor.length));
  const special = (shape.claims ? 50 : 0) + (shape.names.length > 0 ? 100 : 0);
  const places = hasGroup.test(shape.pattern) ? 'd' : '';
  const lazy: { search?: RegExp; whole?: RegExp } = {};
  return {
    ...shape,
    rank: shapeRank + literal + special,
    search: () => (lazy.search ??= new RegExp(shape.pattern, `g${places}`)),
    whole: () => (lazy.whole ??= new RegExp(`^(?:${shape.pattern})$`, places)),
  };
}

/** What may stand before a token although it ends in a letter or digit: an escape, a colour, `%3D`. */
const escaped = /(?:\\[nrtbf]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\[[0-9;]{1,8}m)$/;

/** The middle of a long base64 text, where any prefix turns up sooner or later. */
const inBase64 = /^[A-Za-z0-9+/]{39}[+/]$/;

/** Whether text is that, and no path of plain names. */
const isBase64 = (text: string): boolean =>
  inBase64.test(text) &&
  /[A-Z]/.test(text) &&
  !text.split('/').every((part) => isHuman(part) || part.length < 4);

/** Characters of a prefix that turns up by chance in base64 of the kind that has `-` and `_`. */
const shortPrefix = 3;
/** What is too short to be read, and not random by the looks of it: `js-`, `my_`. */
const shortLead = /^(?:[a-z]{0,3}|[A-Z]{0,3})$/;

/** Whether what a sign joins to the start of a token is no word, so that both may be one random text. */
function isJoined(text: string, start: number): boolean {
  const lead = /([A-Za-z0-9_-]*)[_-]$/.exec(text.slice(Math.max(0, start - 40), start))?.[1] ?? '';
  return !shortLead.test(lead) && !isHuman(lead);
}

/** Whether a token may begin here: not inside a longer word. */
function beginsWord(text: string, start: number, { prefix }: Shape): boolean {
  if (start === 0 || !/[A-Za-z0-9]/.test(text[start]!)) return true;
  if (prefix !== '' && prefix.length <= shortPrefix && isJoined(text, start)) return false;
  if (isBase64(text.slice(Math.max(0, start - 40), start))) return false;
  return !/[A-Za-z0-9]/.test(text[start - 1]!) || escaped.test(text.slice(Math.max(0, start - 12), start));
}

/** Whether a pattern is so much a provider's own that hardly anything else looks like it. */
function isTelling({ prefix, pattern }: Shape): boolean {
  if (prefix.length >= 4) return true;
  return prefix.length === 3 && /\{\d+\}/.test(pattern) && !/\{\d+,\d*\}/.test(pattern);
}

/**
 * Whether the part behind the prefix is a placeholder or too plain for a token. `typed` is one that counts:
 * a sample, or a test key that somebody typed.
 */
function shamOf(secret: string, shape: Compiled, values: Values): 'no' | 'typed' | 'sham' {
  const body = secret.startsWith(shape.prefix) ? secret.slice(shape.prefix.length) : secret;
  const counted = values.isCounted(body);
  if (values.isObviousPlaceholder(body) || values.isObviousPlaceholder(secret)) return 'sham';
  if (values.isReference(body) || (!counted && values.isPlaceholder(body))) return 'sham';
  if (body.length >= 16 && entropy(body.slice(0, 512)) < leastEntropy) return 'sham';
  if (shape.names.length === 0 && body.length <= 128 && /[a-z]/.test(body) && isHuman(body, 4)) return 'sham';
  if (
    body.length <= 128 &&
    letterRuns(body).length <= body.length / 4 &&
    values.isMadeOfWords(body, shape.id)
  ) {
    return 'sham';
  }
  if (counted) return isTelling(shape) && !isFlat(body) ? 'typed' : 'sham';
  return values.isTyped(body) ? 'typed' : 'no';
}

function hitOf(
  text: string,
  match: RegExpExecArray,
  at: number,
  shape: Compiled,
  values: Values,
): Hit | null {
  const [start, end] = match.indices?.[1] ?? [match.index, match.index + match[0].length];
  const secret = text.slice(at + start, at + end);
  const sham = secret === '' ? 'sham' : shamOf(secret, shape, values);
  if (sham === 'sham') return null;
  if (shape.claims && !hasClaims(secret, shape.claims)) return null;
  const holds = shape.checksum === undefined || checksumHolds(shape.checksum, secret);
  if (!holds && shape.checksum === 'jwt') return null;
  const reasons: Reason[] = ['shape'];
  if (shape.checksum !== undefined) reasons.push(holds ? 'checksum' : 'wrong-checksum');
  if (sham === 'typed') reasons.push('typed');
  const known = {
    start: at + start,
    end: at + end,
    type: shape.id,
    provider: shape.provider,
    prefix: shape.prefix,
    field: '',
    reasons,
    rank: shape.rank,
  };
  const severity = shape.public ? 'info' : shape.severity;
  if (sham === 'typed') return { ...known, severity: atMostMedium[severity], confidence: 'low', typed: true };
  return { ...known, severity, confidence: holds ? shape.confidence : lower[shape.confidence] };
}

function hitsIn(text: string, range: Span, shape: Compiled, values: Values): Hit[] {
  const part = text.slice(range.start, range.end);
  const hits: Hit[] = [];
  const search = shape.search();
  search.lastIndex = 0;
  for (let match = search.exec(part); match !== null; match = search.exec(part)) {
    if (!beginsWord(text, range.start + match.index, shape)) {
      search.lastIndex = match.index + 1;
      continue;
    }
    const hit = hitOf(text, match, range.start, shape, values);
    if (hit !== null) hits.push(hit);
    if (hits.length >= limits.matches) break;
  }
  return hits;
}

/** Prepares all shapes. */
export function createShapes(all: Shape[], values: Values): Shapes {
  const anchors = createAnchorSearch(all.filter((shape) => shape.names.length === 0));
  const compiled = new Map<Shape, Compiled>();
  const compiledOf = (shape: Shape): Compiled => {
    const known = compiled.get(shape) ?? compile(shape);
    compiled.set(shape, known);
    return known;
  };
  const bound = all
    .filter((shape) => shape.names.length > 0)
    .map((shape) => ({ shape, phrases: shape.names.map((name) => splitName(name).join(' ')) }));
  /** Shapes that need a name and get it from this one. */
  const boundBy = remembered((name) => {
    const words = splitName(name).join(' ');
    const fitting = bound.filter(({ phrases }) => phrases.some((part) => hasWords(words, part)));
    return fitting.map(({ shape }) => compiledOf(shape));
  });

  return {
    mayMatch: anchors.mayMatch,
    hits(text) {
      const hits: Hit[] = [];
      for (const [shape, ranges] of anchors.ranges(text)) {
        for (const range of ranges) {
          for (const hit of hitsIn(text, range, compiledOf(shape), values)) hits.push(hit);
        }
      }
      return settle(hits);
    },
    named(name, text) {
      for (const shape of boundBy(name)) {
        const match = shape.whole().exec(text);
        const hit = match && hitOf(text, match, 0, shape, values);
        if (hit) return { ...hit, field: name, reasons: [...hit.reasons, 'name'] };
      }
      return null;
    },
  };
}
