/**
 * Gaps and workspaces: facts about the scan itself, so that a report never claims more than was looked at.
 */
import type { Origin, Scope } from '../model/common.ts';
import type { Fact, FactOf, GapReason } from '../model/fact.ts';
import type { Lead, Place } from '../model/place.ts';
import type { Secrets } from '../secrets/engine.ts';
import { factId, shownPointer } from './draft.ts';

/** Something that could not be seen. `by` are the tools that wanted it; none for a place as a whole. */
export function gapFact(
  secrets: Secrets,
  where: { path: string; line?: number; column?: number },
  stage: FactOf<'gap'>['stage'],
  reason: GapReason,
  by: { tools: string[]; scope: Scope; home: Place | null },
  user: string | null,
): FactOf<'gap'> {
  const { line, column } = where;
  const place = by.home ? inHome(where.path, by.home) : where.path;
  const origin: Origin = { path: secrets.show(where.path), ...(line && { line }), ...(column && { column }) };
  return {
    id: factId('gap', user, place, stage, reason, String(line ?? '')),
    kind: 'gap',
    tools: [...new Set(by.tools)].toSorted(),
    user,
    scope: by.scope,
    origin,
    confidence: 'high',
    stage,
    reason,
  };
}

/** A path as it is known wherever the home lies. */
function inHome(path: string, home: Place): string {
  return path.startsWith(home.path) ? `~${path.slice(home.path.length)}` : path;
}

/** A folder that an agent was used in, and whether it was looked at. */
export function workspaceFact(
  secrets: Secrets,
  home: Place,
  path: string,
  status: FactOf<'workspace'>['status'],
  leads: Lead[],
): FactOf<'workspace'> {
  const { from } = leads[0]!;
  return {
    id: factId('workspace', home.user, inHome(path, home)),
    kind: 'workspace',
    tools: [...new Set(leads.map((lead) => lead.tool))].toSorted(),
    user: home.user,
    scope: 'user',
    origin: {
      path: secrets.show(from.path),
      pointer: shownPointer(secrets, from.pointer),
      ...(from.line && { line: from.line }),
      ...(from.column && { column: from.column }),
    },
    confidence: 'high',
    path: secrets.show(path),
    status,
  };
}

/** The same gap or workspace met in several rounds is one fact, of all tools that wanted it. */
export function mergeById(facts: Fact[]): Fact[] {
  return [...Map.groupBy(facts, ({ id }) => id).values()].map((same) => {
    const tools = [...new Set(same.flatMap((fact) => fact.tools))].toSorted();
    return { ...same[0]!, tools };
  });
}
