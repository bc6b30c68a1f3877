/**
 * Advisories in the OSV format (ossf.github.io/osv-schema 1.7, read 2026-11) -> threats. Only packages of the
 * ecosystems that servers come from count, and only versions: ranges of git commits say nothing of a release.
 * A withdrawn advisory is none.
 */
import { z } from 'zod';
import { isRange } from './identity/range.ts';
import type { ThreatEntry } from './model/rules.ts';
import type { packageTypes } from './model/words.ts';

const Event = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
  limit: z.string().optional(),
});
const Affected = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string().min(1) }).optional(),
  ranges: z.array(z.object({ type: z.string(), events: z.array(Event).default([]) })).default([]),
  versions: z.array(z.string()).default([]),
});
export const OsvFile = z.object({
  id: z.string().min(1),
  summary: z.string().default(''),
  aliases: z.array(z.string()).default([]),
  withdrawn: z.string().optional(),
  affected: z.array(Affected).default([]),
  references: z.array(z.object({ url: z.string() })).default([]),
  database_specific: z.object({ severity: z.string().optional() }).optional(),
});
export type OsvFile = z.infer<typeof OsvFile>;

const ecosystems: Record<string, (typeof packageTypes)[number]> = {
  npm: 'npm',
  PyPI: 'pypi',
  NuGet: 'nuget',
  'crates.io': 'cargo',
  Go: 'golang',
  RubyGems: 'gem',
};

const severities: Record<string, ThreatEntry['severity']> = {
  LOW: 'low',
  MODERATE: 'medium',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
};

/** Characters of one range that can be read. */
const longest = 1_500;

/** Events in their order -> ranges from each beginning to its end. */
function rangesOf(events: z.infer<typeof Event>[]): string[] {
  const found: string[] = [];
  let from: string | null = null;
  for (const { introduced, fixed, last_affected: last, limit } of events) {
    if (introduced !== undefined) from = introduced === '0' ? '' : `>=${introduced}`;
    const end = fixed ?? limit;
    const until = end === undefined ? (last === undefined ? null : `<=${last}`) : `<${end}`;
    if (until === null || from === null) continue;
    if (until !== '<*') found.push(`${from} ${until}`.trim());
    else found.push(from === '' ? '*' : from);
    from = null;
  }
  return from === null ? found : [...found, from === '' ? '*' : from];
}

/** Ranges in texts that are short enough to be read. */
function inPieces(all: string[]): string[] {
  const pieces: string[] = [];
  for (const one of all) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + one.length < longest)
      pieces[pieces.length - 1] = `${last} || ${one}`;
    else pieces.push(one);
  }
  return pieces;
}

/** The threats of one advisory; none of what is withdrawn, or about nothing that servers are made of. */
export function osvThreats(file: OsvFile): ThreatEntry[] {
  if (file.withdrawn !== undefined) return [];
  const bad = file.id.startsWith('MAL-');
  const said = severities[file.database_specific?.severity?.toUpperCase() ?? ''];
  const found = file.affected.flatMap(({ package: about, ranges, versions }) => {
    const ecosystem = ecosystems[about?.ecosystem.replace(/:.*$/, '') ?? ''];
    if (about === undefined || ecosystem === undefined) return [];
    const released = ranges.filter(({ type }) => type !== 'GIT');
    const wanted = [...new Set([...released.flatMap(({ events }) => rangesOf(events)), ...versions])];
    const readable = wanted.filter(isRange);
    // Of versions that nobody can compare any may be meant, which is said by how sure it is.
    const strange = wanted.length > readable.length && versions.length === 0;
    const all = strange ? ['*'] : readable;
    return inPieces(all).map((text) => ({ ecosystem, name: about.name, versions: text, strange }));
  });
  return found.map(({ strange, ...what }, number) => ({
    id: number === 0 ? file.id : `${file.id}#${number + 1}`,
    ...what,
    class: bad ? 'malicious' : 'vulnerable',
    severity: bad ? 'critical' : (said ?? 'medium'),
    confidence: strange ? 'low' : 'high',
    advisories: [file.id, ...file.aliases],
    note: file.summary.slice(0, 200) || (bad ? 'a malicious package' : 'has a known hole'),
    replacement: null,
    sources: file.references.slice(0, 3).map(({ url }) => url),
  }));
}
