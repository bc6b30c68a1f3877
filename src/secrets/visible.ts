/**
 * What may be seen of a value that stands where a secret would: references to values kept elsewhere, and
 * placeholders that nobody could take for more. The judge decides what is reported; nothing is shown because
 * the judge thinks it harmless.
 */
import type { SecretWords } from '../model/rules.ts';
import type { Span } from './hit.ts';
import { isMasked } from './mask.ts';
import type { NamedJudge } from './named.ts';
import { isHuman } from './strength.ts';
import type { Values } from './values.ts';

/**
 * `variable`: references alone are seen. `named`: placeholders, switches such as `true`, and paths of files
 * too.
 */
export type Cover = 'variable' | 'named';
/** The parts of a value to hide, moved by `by`; none when it may be seen as it is. */
export type Covers = (value: string, how: Cover, by?: number) => Span[];

/** Characters beyond which nothing is seen, so that no pattern sees more. */
const seenChars = 1_024;
/** Letters and digits that may stand around a reference, such as `ID` in `ID${N}`. */
const strayChars = 5;
const variable = new RegExp(
  [
    String.raw`\$\{\{?[^{}]{0,200}\}{1,2}|\{\{[^{}]{0,200}\}\}`,
    String.raw`(?<!\w)\$(?:env:)?[A-Z_][A-Z0-9_]{0,100}(?!\w)|%[A-Za-z_]\w{0,100}%`,
  ].join('|'),
  'g',
);
/** A default or a message inside a reference, behind a variable's name. */
const fallback = /^\$?\{(?:[A-Za-z_][\w.:]{0,100}:[-=?+]|[A-Z_][A-Z0-9_]{0,100}[-=?+:])/;
/** Words before a colon that mean a literal as often as a place. */
const literal = /^(?:pass|secrets?|ref|key|token):(?!\/\/)/i;
const path = /^(?:~|\.{1,2})[/\\]|^[/\\][^/\\]+[/\\]|^[A-Za-z]:[/\\]/;
/** What pins a package or an image behind its name: `name==1.2.3`, `name:v1.2`, `name:latest`. */
const pin = new RegExp(
  [
    String.raw`^={1,2}v?\d{1,4}(?:\.[\w*]{1,12}){1,4}$`,
    String.raw`^v?\d{1,4}(?:\.\d{1,6}){1,3}(?:[-.][a-z]{1,8}\d{0,3})?$`,
    '^(?:latest|stable|edge)$',
  ].join('|'),
);
const variableName = /^(?:[A-Z][A-Z0-9]*_[A-Z0-9_]*|\$\w+)$/;
/** Neither a letter nor a digit, and too short for a password of signs. */
const signsOnly = /^[^A-Za-z0-9\u0080-\uffff]{0,3}$/;

/** Whether letters and digits without a sign between them look made rather than written. */
function isStrange(run: string): boolean {
  const mixed = /\d/.test(run) ? /[A-Za-z]/.test(run) : /[a-z]/.test(run) && /[A-Z]/.test(run);
  return mixed && !isHuman(run);
}

/** Whether no part of a text between signs looks made, and none is a long number. */
export function isCalm(text: string): boolean {
  if (/\d{6}/.test(text)) return false;
  for (const [run] of text.matchAll(/[A-Za-z0-9]{6,}/g)) if (isStrange(run)) return false;
  return true;
}

/**
 * A name without what looks made: in a broken file the end of a value may stand before the sign that makes
 * the rest of it a name. `least` is the length of a run of letters and digits that is no word any more.
 */
export function withoutStrange(name: string, least = 8): string {
  const isMade = (run: string): boolean =>
    run.length >= least && /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run) && !isHuman(run);
  return name.replace(/[\w-]{8,}/g, (word) => (word.split(/[_-]/).some(isMade) ? '…' : word));
}

/** Compiles the patterns of what may be seen. */
export function createCovers(words: SecretWords, values: Values, judge: NamedJudge): Covers {
  const signs = words.shownPlaceholders.map((source) => new RegExp(source, 'i'));
  const marks = new Set(words.shownWords);
  const schemes = new Set(words.authSchemes.map((scheme) => scheme.toLowerCase()));

  /** The literals in a text of references, all of it when it is more than that, null when it has none. */
  const inReferences = (text: string): Span[] | null => {
    const hidden: Span[] = [];
    const all = [{ start: 0, end: text.length }];
    let around = '';
    let from = 0;
    for (const match of text.matchAll(variable)) {
      const [reference] = match;
      around += text.slice(from, match.index);
      from = match.index + reference.length;
      const start = fallback.exec(reference)?.[0].length ?? 0;
      const close = reference.length - (/\}+$/.exec(reference)?.[0].length ?? 0);
      if (!isCalm(start > 0 ? reference.slice(0, start) : reference)) return all;
      const inner = start > 0 ? reference.slice(start, close) : '';
      if (inner !== '' && !isMasked(inner))
        hidden.push({ start: match.index + start, end: match.index + close });
    }
    if (from === 0) return null;
    around += text.slice(from);
    return around.replace(/[^A-Za-z0-9\u0080-\uffff]/g, '').length > strayChars ? all : hidden;
  };
  const isPlaceholder = (text: string): boolean => {
    if (signs.some((pattern) => pattern.test(text))) return true;
    if (/\d/.test(text) || !/^[A-Za-z]+(?:[-_ .][A-Za-z]+){0,8}$/.test(text)) return false;
    return (
      text
        .toLowerCase()
        .split(/[-_ .]/)
        .some((word) => marks.has(word)) && values.isMadeOfWords(text, '')
    );
  };
  const isPlace = (text: string): boolean => {
    if (variableName.test(text)) return judge.classify(text, 'env') !== 'no' && isCalm(text);
    return values.isReference(text) && isCalm(text) && !literal.test(text);
  };

  return (value, how, by = 0) => {
    const { text, start } = judge.core(value);
    if (signsOnly.test(text) || isMasked(text) || schemes.has(text.toLowerCase())) return [];
    const at = by + start;
    const whole = [{ start: at, end: at + text.length }];
    if (text.length > seenChars) return whole;
    if (/[$%{]/.test(text)) {
      const parts = inReferences(text);
      if (parts !== null) return parts.map((span) => ({ start: span.start + at, end: span.end + at }));
    }
    if (isPlace(text) || pin.test(text)) return [];
    if (how === 'named' && (isPlaceholder(text) || (path.test(text) && isCalm(text)))) return [];
    return whole;
  };
}
