/**
 * Known token shapes: where they match in a text, and how sure that is. A match that stands inside a longer
 * word or is a placeholder is no hit. Which shapes there are is data.
 */
import { limits } from '../limits.ts';
import type { Confidence } from '../model/common.ts';
import type { SecretShape } from '../model/rules.ts';
import { type Range, createAnchorSearch } from './anchors.ts';
import { checksumHolds } from './checksum.ts';
import { entropy, letterRuns } from './entropy.ts';
import { type Hit, type Reason, settle, shapeRank } from './hit.ts';
import { hasClaims } from './jwt.ts';
import { hasWords, splitName } from './names.ts';
import { type Values, isHuman } from './values.ts';

export type Shape = SecretShape & { provider: string };
export type Shapes = {
  /** One look at the text: false means that no shape can match. */
  mayMatch(text: string): boolean;
  /** Matches of shapes that need no name. */
  hits(text: string): Hit[];
  /** The shape that the whole value has under this name: those that need a name come first. */
  named(name: string, text: string): Hit | null;
};

type Compiled = Shape & { search: RegExp; whole: RegExp; nameWords: string[]; rank: number };

/** Bits a character that even the shortest random part has. */
const leastEntropy = 2.3;
const lower: Record<Confidence, Confidence> = { high: 'medium', medium: 'low', low: 'low' };

function compile(shape: Shape): Compiled {
  const literal = Math.max(shape.prefix.length, ...shape.anchors.map((anchor) => anchor.length));
  const special = (shape.claims ? 50 : 0) + (shape.names.length > 0 ? 100 : 0);
  return {
    ...shape,
    search: new RegExp(shape.pattern, 'dg'),
    whole: new RegExp(`^(?:${shape.pattern})$`, 'd'),
    nameWords: shape.names.map((name) => splitName(name).join(' ')),
    rank: shapeRank + literal + special,
  };
}

/** What may stand before a token although it ends in a letter or digit: an escape, a colour, `%3D`. */
const escaped = /(?:\\[nrtbf]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\[[0-9;]{1,8}m)$/;

/** The middle of a long base64 text, where any prefix turns up sooner or later. */
const inBase64 = /^[A-Za-z0-9+/]{39}[+/]$/;

/** Whether a token may begin here: not inside a longer word. */
function beginsWord(text: string, start: number): boolean {
  if (start === 0 || !/[A-Za-z0-9]/.test(text[start]!)) return true;
  if (inBase64.test(text.slice(Math.max(0, start - 40), start))) return false;
  return !/[A-Za-z0-9]/.test(text[start - 1]!) || escaped.test(text.slice(Math.max(0, start - 12), start));
}

/** Whether the part behind the prefix is a placeholder or too plain for a token. */
function isSham(secret: string, shape: Compiled, values: Values): boolean {
  const body = secret.startsWith(shape.prefix) ? secret.slice(shape.prefix.length) : secret;
  if (values.isPlaceholder(body) || values.isObviousPlaceholder(secret) || values.isReference(body))
    return true;
  if (body.length >= 16 && entropy(body.slice(0, 512)) < leastEntropy) return true;
  if (shape.names.length === 0 && body.length <= 128 && /[a-z]/.test(body) && isHuman(body, 4)) return true;
  return (
    body.length <= 128 && letterRuns(body).length <= body.length / 4 && values.isMadeOfWords(body, shape.id)
  );
}

function hitOf(
  text: string,
  match: RegExpExecArray,
  at: number,
  shape: Compiled,
  values: Values,
): Hit | null {
  const [start, end] = match.indices![1] ?? match.indices![0]!;
  const secret = text.slice(at + start, at + end);
  if (secret === '' || isSham(secret, shape, values)) return null;
  if (shape.claims && !hasClaims(secret, shape.claims)) return null;
  const holds = shape.checksum === undefined || checksumHolds(shape.checksum, secret);
  if (!holds && shape.checksum === 'jwt') return null;
  const reasons: Reason[] = ['shape'];
  if (shape.checksum !== undefined && holds) reasons.push('checksum');
  return {
    start: at + start,
    end: at + end,
    type: shape.id,
    provider: shape.provider,
    prefix: shape.prefix,
    field: '',
    severity: shape.public ? 'info' : shape.severity,
    confidence: holds ? shape.confidence : lower[shape.confidence],
    reasons,
    rank: shape.rank,
  };
}

function hitsIn(text: string, range: Range, shape: Compiled, values: Values): Hit[] {
  const part = text.slice(range.start, range.end);
  const hits: Hit[] = [];
  shape.search.lastIndex = 0;
  for (let match = shape.search.exec(part); match !== null; match = shape.search.exec(part)) {
    if (!beginsWord(text, range.start + match.index)) {
      shape.search.lastIndex = match.index + 1;
      continue;
    }
    const hit = hitOf(text, match, range.start, shape, values);
    if (hit !== null) hits.push(hit);
    if (hits.length >= limits.matches) break;
  }
  return hits;
}

/** Compiles all shapes. */
export function createShapes(all: Shape[], values: Values): Shapes {
  const compiled = all.map(compile);
  const free = compiled.filter((shape) => shape.names.length === 0);
  const bound = compiled.filter((shape) => shape.names.length > 0);
  const anchors = createAnchorSearch(free);
  return {
    mayMatch: anchors.mayMatch,
    hits(text) {
      const hits: Hit[] = [];
      for (const [shape, ranges] of anchors.ranges(text)) {
        for (const range of ranges) hits.push(...hitsIn(text, range, shape, values));
      }
      return settle(hits);
    },
    named(name, text) {
      const words = splitName(name).join(' ');
      for (const shape of bound) {
        if (!shape.nameWords.some((part) => hasWords(words, part))) continue;
        const match = shape.whole.exec(text);
        const hit = match && hitOf(text, match, 0, shape, values);
        if (hit) return { ...hit, field: name, reasons: [...hit.reasons, 'name'] };
      }
      return null;
    },
  };
}
