/**
 * What is too large to be read whole, after everything else: transcripts, logs and histories, all in one go,
 * so that one secret in many of them is one fact.
 */
import { observeTranscripts } from '../inventory/transcript.ts';
import type { Fact } from '../model/fact.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Source } from '../model/place.ts';
import { ownedBy } from '../discover/owner.ts';
import type { FileInfo } from '../model/host.ts';
import { type Run, addAll, gap } from './scan-run.ts';
import { knownOf, markOf, remember, withKnown } from './scan-texts.ts';

/** Rules without the rows that are only read on demand, and without tools that have no others. */
export function withoutTranscripts(rules: Ruleset): Ruleset {
  const tools = rules.tools.flatMap((tool) => {
    const files = tool.files.filter((row) => !row.transcripts);
    if (files.length === tool.files.length) return [tool];
    return files.length === 0 && tool.agent === false ? [] : [{ ...tool, files }];
  });
  return { ...rules, tools };
}

/** The same file met in several places is read once, for all who claim it. */
function merged(sources: Source[]): Source[] {
  const byPath = Map.groupBy(sources, ({ info }) => info.realPath);
  return [...byPath.values()]
    .map((same) => ({ ...same[0]!, claims: same.flatMap(({ claims }) => claims) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a secret in a file looks like from outside. */
function lookOf(fact: Fact): string[] {
  if (fact.kind !== 'credential' || (fact.files ?? 1) > 1) return [];
  return [[fact.origin.path, fact.secret.masked, fact.secret.length].join(' ')];
}

/** Reads what was put aside. */
export function readLargeSources(run: Run): void {
  const { host, rules, secrets, got } = run;
  const sources = merged(got.large);
  if (sources.length === 0) return;
  const salt = run.texts?.salt ?? host.randomId() + host.randomId();
  const now = host.now();
  const earlier = sources.map((source) => knownOf(run.texts, source, now));
  const read = host.readLarge(
    sources.map(({ path, boundary, info, claims }, nth) => {
      const isBinary = claims.some(({ row }) => row.format === 'sqlite');
      const owner = claims[0]!.place.owner;
      const mayRead = (opened: FileInfo): boolean => owner === null || ownedBy(opened, owner);
      return { path, boundary, size: info.size, isBinary, mayRead, ...markOf(earlier[nth]!) };
    }),
    {
      scan: secrets.bulk(salt),
      data: { rules: { secrets: rules.secrets, words: rules.words }, key: run.key, salt },
      late: run.late,
    },
  );
  const all = sources.map((source, nth) => {
    const whole = withKnown(read[nth]!, earlier[nth]!);
    const isText = source.claims.every(({ row }) => row.format !== 'sqlite');
    if (isText) remember(run.texts, source, whole, earlier[nth]!, now);
    return { source, read: whole };
  });
  for (const { source, read: one } of all) {
    got.bytes += one.bytes;
    if (one.bytes > 0 || one.reasons.length === 0) got.read.add(source.info.realPath);
    for (const reason of one.reasons)
      gap(run, source, 'read', reason, source.claims, source.claims[0]!.place.user);
  }
  const known = new Set(got.drafts.flatMap(({ fact }) => lookOf(fact)));
  const drafts = observeTranscripts(all, rules, secrets);
  // A store that is read as such has its tokens in it, and nobody wrote them down there.
  addAll(
    got.drafts,
    drafts.filter(({ fact }) => !lookOf(fact).some((one) => known.has(one))),
  );
}
