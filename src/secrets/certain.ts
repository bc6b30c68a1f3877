/**
 * Secrets by definition of their field. In one that a program writes, such as those of an OAuth store, only
 * what is empty, a reference or an obvious placeholder is none; in one that people write, words are none
 * either.
 */
import type { Severity } from '../model/common.ts';
import type { Hit } from './hit.ts';
import type { NamedJudge } from './named.ts';
import type { Reader } from './read.ts';
import type { Values } from './values.ts';

const atLeastHigh: Record<Severity, Severity> = {
  critical: 'critical',
  high: 'high',
  medium: 'high',
  low: 'low',
  info: 'info',
};

/** A shape that says how a token is written and not whose it is: what the field says tells more. */
const generalShape = 'jwt';

/** Who writes such a field; what is encrypted is not judged by its text. */
export type Writer = 'program' | 'person' | 'cipher';

type Parts = { reader: Reader; judge: NamedJudge; values: Values };

/** Characters that a word of that kind has fewer of. */
const longestWord = 24;

/** The name before the value of a header that is written as a line. */
const headerName = /^\s*[A-Za-z][A-Za-z-]{1,60}:\s{1,4}(?=\S)/;

/**
 * Whether a value is a word that people put where a program demands something: `dummy`, `not-needed`. A
 * password, which they choose, may be one.
 */
function isTold(text: string, name: string, { judge, values }: Parts): boolean {
  if (judge.classify(name, 'field') === 'password') return false;
  if (values.isPlaceholder(text) || values.isMadeOfWords(text, name) || values.isWeakPassword(text))
    return true;
  const strength = values.strength(text);
  return (strength === 'words' || strength === 'short') && text.length < longestWord;
}

/** Whether a value is kept elsewhere, or none yet. */
const isElsewhere = (text: string, { values }: Parts): boolean =>
  values.isReference(text) || values.isObviousPlaceholder(text);

/**
 * The one secret that the text of such a field is, or null. `type` names it when no provider's own shape
 * matches, `by` says who writes such a field.
 */
export function certainHit(
  name: string,
  text: string,
  type: string | undefined,
  by: Writer,
  parts: Parts,
): Hit | null {
  const lead = headerName.exec(text)?.[0] ?? '';
  if (lead !== '') {
    const hit = certainHit(name, text.slice(lead.length), type, by, parts);
    return hit && { ...hit, start: hit.start + lead.length, end: hit.end + lead.length };
  }
  const core = parts.judge.core(text);
  const end = core.start + core.text.length;
  if (core.text === '' || /^(?:null|undefined|true|false)$/i.test(core.text)) return null;
  if (by !== 'cipher' && isElsewhere(core.text, parts)) return null;
  if (by === 'person' && isTold(core.text, name, parts)) return null;
  const known = parts.reader.underName(name, text, 'field').find((hit) => hit.reasons.includes('shape'));
  if (known) {
    const own = type === undefined || known.type !== generalShape ? {} : { type, provider: null };
    return { ...known, ...own, field: name, severity: atLeastHigh[known.severity] };
  }
  return {
    start: core.start,
    end,
    type: type ?? 'generic-secret',
    provider: null,
    prefix: '',
    field: name,
    severity: 'high',
    confidence: 'high',
    reasons: ['position'],
    rank: 0,
  };
}
