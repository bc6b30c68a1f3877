/**
 * How many checks found nothing wrong, of those that had something to look at. A check without material is
 * counted apart and never as passed.
 */
import type { Fact } from '../model/fact.ts';
import type { Finding, Summary } from '../model/report.ts';
import type { Check } from '../model/rules.ts';
import { type Choice, chosen, restsOnList } from './judge.ts';

/** Kinds of which every fact is a fault: none of them is good news wherever anything was seen at all. */
const faults: Fact['kind'][] = ['credential', 'gap'];

function hasMaterial(check: Check, facts: Fact[]): boolean {
  if (faults.includes(check.on)) return facts.length > 0;
  const verdict = restsOnList(check);
  return facts.some((fact) => {
    return fact.kind === check.on && !(verdict && 'verdict' in fact && fact.verdict === 'unjudged');
  });
}

/** The score of a run. Waived findings count against no check. */
export function score(
  facts: Fact[],
  findings: Finding[],
  checks: Check[],
  choice: Choice = {},
): Summary['score'] {
  const failed = new Set(findings.filter((one) => one.waiver === undefined).map((one) => one.check));
  const run = chosen(checks, choice);
  const evaluated = run.filter((check) => failed.has(check.id) || hasMaterial(check, facts));
  return {
    achieved: evaluated.filter((check) => !failed.has(check.id)).length,
    evaluated: evaluated.length,
    notEvaluated: checks.length - evaluated.length,
  };
}
