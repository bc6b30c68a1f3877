/** The scan that `migrate` starts from: what was found, and how each definition stands in its file. */
import { systemHost } from '../host/system.ts';
import type { Enforced } from '../model/enforced.ts';
import type { Layout } from '../model/layout.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { scan } from '../scan.ts';
import type { Again } from '../scan/scan-again.ts';
import type { Options } from './migrate-common.ts';

type Seen = { report: Report; layouts: Layout[]; again: Again; enforced: Enforced[] };

/** Scans the running user's home, or the one that is given. */
export function look(rules: Ruleset, { home, platform }: Pick<Options, 'home' | 'platform'>): Seen {
  let layouts: Layout[] = [];
  let again: Again = () => [];
  let enforced: Enforced[] = [];
  const report = scan(systemHost(), rules, {
    layouts: (all, reread, lists) => ([layouts, again, enforced] = [all, reread, lists]),
    ...(home !== undefined && { home }),
    ...(platform !== undefined && { platform }),
  });
  // Who reads a file is told from who is there by the report alone.
  const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
  const read = layouts.map((one) => ({ ...one, tools: readers.get(one.server) ?? one.tools }));
  return { report, layouts: read, again, enforced };
}
