/**
 * Everything that can be told of an open text: known shapes, URLs, pairs, and what its own name says of it.
 * The one place where the ways of finding are put together.
 */
import { type Hit, settle } from './hit.ts';
import type { NamedJudge } from './named.ts';
import type { FieldKind } from './names.ts';
import type { Pairs, TextMode } from './pairs.ts';
import type { Shapes } from './shapes.ts';
import type { Urls } from './urls.ts';

export type Reader = {
  /** Whether a look at the text would be worth its while. */
  mayHold(text: string): boolean;
  /** Secrets that a text holds, whatever its name. */
  inText(text: string, mode: TextMode): Hit[];
  /** Secrets of a value under its name. */
  underName(name: string, text: string, kind: FieldKind): Hit[];
};

/** A value longer than this, or of several lines, is a document: there, pairs are judged as in free text. */
const documentChars = 1_000;
const modeOf = (text: string): TextMode =>
  text.length > documentChars || /\n[^\n]*\n/.test(text) ? 'text' : 'value';

/** A shape that is not always a secret is one where the name says so too. */
function agreed(hit: Hit, name: string): Hit {
  const reasons: Hit['reasons'] = hit.reasons.includes('name') ? hit.reasons : [...hit.reasons, 'name'];
  return {
    ...hit,
    field: hit.field || name,
    reasons,
    severity: hit.severity === 'medium' && !hit.typed ? 'high' : hit.severity,
  };
}

/** Puts the ways of finding together. */
export function createReader(shapes: Shapes, urls: Urls, pairs: Pairs, judge: NamedJudge): Reader {
  const inText = (text: string, mode: TextMode): Hit[] => {
    const known = shapes.hits(text);
    // Anything else has a sign, or a blank behind a scheme.
    if (!/[:=>(\s]/.test(text)) return known;
    return settle([...known, ...urls.hits(text), ...pairs.hits(text, mode)]);
  };
  return {
    inText,
    mayHold: (text) => (/[:=>(\s]/.test(text) && /[:=]|[\s>(]\S{6}/.test(text)) || shapes.mayMatch(text),
    underName(name, text, kind) {
      const own = judge.judge(name, text, kind);
      const named = ['secret', 'password'].includes(judge.classify(name, kind)) || judge.core(text).scheme;
      const mode = modeOf(text);
      const inside = inText(text, mode).filter((hit) => mode === 'value' || hit.type !== 'weak-password');
      return settle([...inside, ...(own ? [own] : [])]).map((hit) =>
        named && hit.reasons.includes('shape') ? agreed(hit, name) : { ...hit, field: hit.field || name },
      );
    },
  };
}
