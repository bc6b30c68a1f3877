/** A finding as a SARIF result. Waived ones carry a suppression, and none is left out. */
import type { Fact } from '../../model/fact.ts';
import type { Finding, Report } from '../../model/report.ts';
import { eventId } from '../event.ts';
import { compared } from '../severity.ts';
import { subjectOf } from '../subject.ts';
import { type Bases, location } from './location.ts';
import { levels } from './rules.ts';
import { plain } from './text.ts';

/** What a result needs to know of its run. */
export type Scene = {
  device: Report['device'];
  bases: Bases;
  /** Index of each check among the rules. */
  index: Map<string, number>;
  short: (text: string) => string;
};

/** What became of it since the last run. */
function baseline({ state, changed }: Finding): string {
  if (state === 'open') return changed === undefined ? 'unchanged' : 'updated';
  return state === 'new' ? 'new' : 'absent';
}

const ranks = { critical: 100, high: 80, medium: 50, low: 20, info: 5 } as const;

function suppressions({ waiver }: Finding): object[] | undefined {
  if (waiver === undefined) return undefined;
  const { reason, owner, expires } = waiver;
  const justification = plain(`Waived by ${owner} until ${expires}: ${reason}`);
  return [{ kind: 'external', status: 'accepted', justification }];
}

function related(fact: Fact | null, bases: Bases): object[] | undefined {
  if (fact?.kind !== 'credential' || fact.last === undefined) return undefined;
  return [{ ...location(fact.last, bases), message: { text: 'The last place where it occurs.' } }];
}

/** One finding. `fact` is what it judges. */
export function result(finding: Finding, fact: Fact | null, scene: Scene): object {
  const { check, severity, confidence, fingerprint, tools, user, evidence, expiredWaiver } = finding;
  return {
    ruleId: check,
    ruleIndex: scene.index.get(check),
    level: levels[severity],
    rank: ranks[severity],
    baselineState: compared(finding) ? baseline(finding) : undefined,
    message: { text: `${plain(scene.short(finding.message))}\n\n${plain(scene.short(finding.remedy))}` },
    locations: [location(finding.origin, scene.bases)],
    relatedLocations: related(fact, scene.bases),
    partialFingerprints: {
      'shadowscanFinding/v1': fingerprint,
      'shadowscanEvent/v1': eventId(finding, scene.device),
    },
    suppressions: suppressions(finding),
    properties: {
      severity,
      confidence,
      state: finding.state,
      tools,
      user,
      subject: fact === null ? undefined : subjectOf(fact),
      evidence,
      frameworks: finding.frameworks,
      expiredWaiver,
    },
  };
}
