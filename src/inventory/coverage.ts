/** What was looked at for each tool in each home: found, absent, or not seen and why. Never silent. */
import type { Fact, GapReason } from '../model/fact.ts';
import type { Coverage } from '../model/report.ts';
import type { Tool } from '../model/tool.ts';

const unreadable = new Set<GapReason>(['unreadable', 'link-out-of-place', 'not-a-file', 'changed-while-read', 'vanished']);
const skipped = new Set<GapReason>(['time-limit', 'remote-place']);

function statusOf(found: number, gaps: GapReason[]): Coverage['status'] {
  if (gaps.length === 0) return found > 0 ? 'found' : 'absent';
  if (found > gaps.length) return 'partial';
  if (gaps.every((reason) => skipped.has(reason))) return 'skipped';
  return gaps.every((reason) => unreadable.has(reason)) ? 'unreadable' : 'malformed';
}

export type Counted = { tool: string; user: string | null; sources: number };

/**
 * One row per tool and home; for the machine (user null) only where there is something to say. `counted` are
 * the sources that were found, whether or not they could be read.
 */
export function coverage(tools: Tool[], users: (string | null)[], counted: Counted[], facts: Fact[]): Coverage[] {
  return [...new Set(users)].flatMap((user) =>
    tools.flatMap((tool): Coverage[] => {
      const own = facts.filter((fact) => fact.user === user && fact.tools.includes(tool.id));
      const gaps = own.flatMap((fact) => (fact.kind === 'gap' ? [fact.reason] : []));
      const sources = counted
        .filter((one) => one.tool === tool.id && one.user === user)
        .reduce((sum, one) => sum + one.sources, 0);
      const agent = own.some((fact) => fact.kind === 'agent');
      const status = statusOf(sources + (agent ? 1 : 0), gaps);
      if (user === null && status === 'absent') return [];
      const reason = gaps.length ? { reason: [...new Set(gaps)].toSorted().join(', ') } : {};
      return [{ tool: tool.id, user, status, sources, ...reason }];
    }),
  );
}
