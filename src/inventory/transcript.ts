/**
 * Secrets in transcripts, logs and histories -> credential facts: one for each secret of a tool and user,
 * however often and in however many files it stands, with the first and the last place. Equal secrets are
 * told by a digest under a key of this run; their text never comes here.
 */
import type { FactOf } from '../model/fact.ts';
import type { LargeRead } from '../model/host.ts';
import type { Claim, Source } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { CredentialRow } from '../model/tool.ts';
import type { Position } from '../model/tree.ts';
import type { BulkHit } from '../secrets/bulk.ts';
import type { Secrets } from '../secrets/engine.ts';
import { modeOf } from './credential.ts';
import { type Draft, commonOf, rootMatch, tieOf } from './draft.ts';

/** One text that was read, and what was found in it. */
export type Transcript = { source: Source; read: LargeRead<BulkHit> };

type Seen = { source: Source; claim: Claim; row: CredentialRow; hit: BulkHit & { line?: number } };

const confidences = ['low', 'medium', 'high'];

/** Every place in every text, in an order that does not depend on who read what first. */
function placesOf(all: Transcript[]): Seen[] {
  const sorted = all.toSorted((a, b) => (a.source.path < b.source.path ? -1 : 1));
  return sorted.flatMap(({ source, read }) =>
    source.claims.flatMap((claim) =>
      (claim.row.proves?.credential ?? []).flatMap((row) =>
        row.scan ? read.hits.map((hit) => ({ source, claim, row, hit })) : [],
      ),
    ),
  );
}

const lineOf = ({ line }: { line?: number }): Position => (line === undefined ? null : { line, column: 1 });
const lineOnly = ({ line }: { line?: number }): { line?: number } => (line === undefined ? {} : { line });

/** The fact of one secret; `nth` of those that are told apart by nothing else. */
function draftOf(places: Seen[], nth: number, rules: Ruleset, secrets: Secrets): Draft<FactOf<'credential'>> {
  const first = places[0]!;
  const last = places.at(-1)!;
  const { source, claim, row } = first;
  // The best look at it counts: a name may stand in one place and not in another.
  const best = places.reduce((one, other) =>
    confidences.indexOf(other.hit.confidence) > confidences.indexOf(one.hit.confidence) ? other : one,
  ).hit;
  const tree = { type: 'scalar' as const, value: null, at: lineOf(first.hit) };
  const scene = { source, claim, tree, rules, secrets: { ...secrets, flaw: () => undefined } };
  const match = { ...rootMatch(tree), at: tree.at };
  const { type, length, masked } = best.info;
  const names = [best.field, type, String(length), masked, ...(nth > 0 ? [String(nth)] : [])];
  const common = commonOf(scene, 'credential', match, names, row.confidence);
  const sources = new Set(places.map((place) => place.source));
  const fact: FactOf<'credential'> = {
    ...common,
    confidence: best.confidence === 'high' ? common.confidence : best.confidence,
    secret: best.info,
    field: best.field,
    because: best.reasons,
    storage: row.storage ?? 'log',
    protection: row.protection ?? 'plaintext',
    server: null,
    serverName: null,
    expiresAt: best.expiresAt,
    refreshable: false,
    mode: modeOf(source, claim),
    othersCanRead: [...sources].some((one) => one.othersCanRead) || source.othersCanRead,
    stale: row.stale === true,
    count: places.length,
    files: sources.size,
    ...(places.length > 1 && { last: { path: secrets.show(last.source.path), ...lineOnly(last.hit) } }),
    severity: row.severity ?? best.severity,
  };
  return { fact, tie: tieOf(claim) };
}

/** All secrets of all texts. */
export function observeTranscripts(all: Transcript[], rules: Ruleset, secrets: Secrets): Draft[] {
  const groups = Map.groupBy(placesOf(all), ({ claim, hit }) =>
    [claim.tool.id, claim.place.user ?? '', hit.same].join('\0'),
  );
  const alike = new Map<string, number>();
  return [...groups.values()].map((places) => {
    const { source, claim, hit } = places[0]!;
    const key = [claim.tool.id, source.path, hit.info.type, hit.info.masked].join('\0');
    const nth = alike.get(key) ?? 0;
    alike.set(key, nth + 1);
    return draftOf(places, nth, rules, secrets);
  });
}
