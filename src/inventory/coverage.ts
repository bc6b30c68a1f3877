/** What was looked at for each tool in each home: found, absent, or not seen and why. Never silent. */
import type { Fact, GapReason } from '../model/fact.ts';
import type { Coverage } from '../model/report.ts';
import type { Tool } from '../model/tool.ts';

const unreadable = new Set<GapReason>([
  'unreadable',
  'link-out-of-place',
  'not-owner',
  'not-a-file',
  'changed-while-read',
  'vanished',
]);
const skipped = new Set<GapReason>(['time-limit', 'remote-place', 'sealed-disk', 'protected', 'not-local']);

/** `whole` is how many sources were seen without a gap. */
function statusOf(found: boolean, whole: number, gaps: GapReason[]): Coverage['status'] {
  if (gaps.length === 0) return found ? 'found' : 'absent';
  if (whole > 0) return 'partial';
  if (gaps.every((reason) => skipped.has(reason))) return 'skipped';
  return gaps.every((reason) => unreadable.has(reason)) ? 'unreadable' : 'malformed';
}

/** A source that a tool claims; `shared` when it says nothing of the tool itself. */
export type Counted = { tool: string; user: string | null; shared: boolean };

/**
 * One row per tool and home; for the machine (user null) only where there is something to say. `counted` are
 * the sources that were found, whether or not they could be read.
 */
export function coverage(
  tools: Tool[],
  users: (string | null)[],
  counted: Counted[],
  facts: Fact[],
): Coverage[] {
  return [...new Set(users)].flatMap((user) =>
    tools.flatMap((tool): Coverage[] => {
      const own = facts.filter((fact) => fact.user === user && fact.tools.includes(tool.id));
      const missed = own.filter((fact) => fact.kind === 'gap');
      const gaps = missed.map((gap) => gap.reason);
      const claimed = counted.filter((one) => one.tool === tool.id && one.user === user);
      const agent = own.some((fact) => fact.kind === 'agent');
      const found = agent || claimed.some(({ shared }) => !shared);
      const sources = found ? claimed.length : 0;
      // What was refused before it was claimed is not among the sources; what was read in part is.
      const flawed = new Set(missed.filter((gap) => gap.stage !== 'discover').map((gap) => gap.origin.path));
      const status = statusOf(found, sources - flawed.size, gaps);
      if (user === null && status === 'absent') return [];
      const reason = gaps.length ? { reason: [...new Set(gaps)].toSorted().join(', ') } : {};
      return [{ tool: tool.id, user, status, sources, ...reason }];
    }),
  );
}
