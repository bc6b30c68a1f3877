/**
 * Secrets by definition of their field, such as those of an OAuth store: a program wrote them, so only what
 * is empty, a reference or an obvious placeholder is none.
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

/**
 * The one secret that the text of such a field is, or null. `type` names it when no provider's own shape
 * matches.
 */
export function certainHit(
  name: string,
  text: string,
  type: string | undefined,
  parts: { reader: Reader; judge: NamedJudge; values: Values },
): Hit | null {
  const core = parts.judge.core(text);
  const end = core.start + core.text.length;
  if (core.text === '' || /^(?:null|undefined|true|false)$/i.test(core.text)) return null;
  if (parts.values.isReference(core.text) || parts.values.isObviousPlaceholder(core.text)) return null;
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
