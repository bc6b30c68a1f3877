/**
 * The pipeline, top to bottom: places -> sources -> trees -> facts -> verdicts -> findings -> report. With
 * `scan-place.ts` and the commands the only modules that know the order of the stages.
 */
import { assemble } from './assemble.ts';
import { type PlaceOptions, type Start, places } from './discover/places.ts';
import { innerHomes } from './discover/inner-homes.ts';
import { locator, withNames } from './discover/locate.ts';
import { onBehalf } from './discover/owner.ts';
import { remember } from './discover/remember.ts';
import { createSurroundings } from './discover/surroundings.ts';
import { type Literals, approve } from './evaluate/approve.ts';
import type { Names } from './evaluate/fill.ts';
import { judge } from './evaluate/judge.ts';
import { type AgentEvidence, agentFacts } from './inventory/agent.ts';
import { coverage } from './inventory/coverage.ts';
import { mergeById } from './inventory/gap.ts';
import { extensionEvidence, link } from './inventory/link.ts';
import { limits } from './limits.ts';
import type { Allowlist } from './model/allowlist.ts';
import type { Fact } from './model/fact.ts';
import type { Host } from './model/host.ts';
import type { Place } from './model/place.ts';
import type { AllowlistInfo, PolicyInfo, Report } from './model/report.ts';
import type { Ruleset } from './model/rules.ts';
import { scanPlace } from './scan-place.ts';
import { lookAtProcesses, processFacts } from './scan-processes.ts';
import { type Resolving, resolveCached } from './resolve/cached.ts';
import { resolveHashes } from './resolve/hashed.ts';
import { readLargeSources, withoutTranscripts } from './scan-large.ts';
import { type Piped, readGiven } from './scan-given.ts';
import { type Listed, listed } from './scan-list.ts';
import { probe } from './scan-probe.ts';
import { type Run, gap, nothingYet } from './scan-run.ts';
import { createSecrets } from './secrets/engine.ts';

export type ScanOptions = PlaceOptions & {
  allowlist?: { list: Allowlist; info: AllowlistInfo };
  /** The administrator's policy, for the report. */
  policy?: PolicyInfo;
  only?: string[];
  skip?: string[];
  /** Walk homes for projects and stores that no record names. */
  deep?: boolean;
  /** Key of fingerprints that reports of other machines and days can be compared by. */
  key?: Buffer;
  /** Read what agents and shells write down of what went on. */
  transcripts?: boolean;
  /** Files to scan by name, and a text from a pipe; homes are left alone then. */
  files?: string[];
  piped?: Piped;
  /** Look at what runs on this machine now; for the scan of the machine itself alone. */
  processes?: boolean;
  /** Seconds after which no further source is read. */
  timeLimit?: number;
};

/** Extensions that are agents are evidence of these, in the home that has them. */
function byExtension(facts: Fact[], where: Place[], rules: Ruleset): AgentEvidence[] {
  return extensionEvidence(facts).flatMap((fact): AgentEvidence[] => {
    const tool = rules.tools.find((one) => one.id === fact.agent);
    const place = where.find((one) => one.kind === 'home' && one.user === fact.user);
    if (tool === undefined || place === undefined) return [];
    const version = fact.version === null ? {} : { version: fact.version };
    const evidence = { tier: 'installed' as const, by: 'extension', path: fact.origin.path, ...version };
    return [{ tool, place, evidence, modifiedAt: null }];
  });
}

/** `GitHub personal access token (classic)`; titles that name their provider, or have none, stand alone. */
function shapeName({ title, provider }: Ruleset['secrets'][number]): string {
  if (provider === '(any)' || title.startsWith(provider)) return title;
  return `${provider} ${/^[A-Z][a-z]/.test(title) ? title[0]!.toLowerCase() + title.slice(1) : title}`;
}

/** Which checks are run; an empty list is all of them. */
export const choiceOf = ({ only, skip }: ScanOptions) => ({
  ...(only?.length && { only }),
  ...(skip && { skip }),
});

/** Ids -> names, for texts. */
export const namesOf = (rules: Ruleset): Names => ({
  tools: new Map(rules.tools.map(({ id, name }) => [id, name])),
  types: new Map(rules.secrets.map((shape) => [shape.id, shapeName(shape)])),
});

/** One place with the rights of its owner. It must not be able to end the report of all. */
function scanOne(run: Run, place: Place): void {
  try {
    const own = { ...run, host: onBehalf(run.host, place.owner) };
    probe(own, scanPlace(own, place));
  } catch {
    gap(run, { path: place.path }, 'discover', 'internal', [], place.user);
  }
}

/** Variables and headers that definitions write out, by the facts that they became. */
function literalsOf(drafts: Run['got']['drafts']): Literals {
  const all = new Map<string, string[]>();
  for (const { fact, literals = [] } of drafts)
    if (literals.length > 0) all.set(fact.id, [...(all.get(fact.id) ?? []), ...literals]);
  return all;
}

/** What the caches of launchers are looked up with. */
function resolving({ host, rules, secrets, late }: Run, where: Place[]): Resolving {
  const find = locator(host, rules);
  const nobody = { id: '', places: {} };
  return {
    hostOf: (place) => onBehalf(host, place.owner),
    caches: rules.caches.caches,
    secrets,
    places: where,
    late,
    locate: ({ paths }, place, names) => find(withNames(paths, names), place, nobody),
  };
}

/** What would really run, and what the list and the known threats say of it. */
function verdicts(run: Run, seen: Fact[], where: Place[], { programs, approver }: Listed): Fact[] {
  const cached = resolveCached(seen, resolving(run, where));
  const hashed = resolveHashes(cached, programs, run.host, where);
  return approve(hashed, approver, run.rules, literalsOf(run.got.drafts));
}

/** Where the scan starts: nowhere but in the files that are named, when they are all that is. */
function startOf(host: Host, options: ScanOptions): Start {
  const isGiven = options.piped !== undefined || (options.files?.length ?? 0) > 0;
  return isGiven && !options.workspaces?.length ? { places: [], refused: [] } : places(host, options);
}

/** Everything that a scan of the places named by `options` finds. Throws usage errors only. */
export function scan(given: Host, all: Ruleset, options: ScanOptions): Report {
  const host = remember(given);
  const rules = options.transcripts ? all : withoutTranscripts(all);
  const [startedAt, began] = [host.now(), host.elapsed()];
  const limit = (options.timeLimit ?? limits.scanSeconds) * 1000;
  const { files = [], piped = null, platform = host.platform } = options;
  const { places: outer, refused } = startOf(host, options);
  const inner = innerHomes(host, outer, rules);
  const where = [...outer, ...inner.places];
  const got = nothingYet();
  const machine = where.find((place) => place.kind === 'machine') ?? null;
  const run: Run = {
    host,
    rules,
    secrets: createSecrets(rules, options.key ?? null, Buffer.from(host.randomId())),
    late: () => host.elapsed() - began > limit,
    deep: options.deep ?? false,
    machine,
    around: createSurroundings(host, rules, machine),
    got,
  };
  for (const { path, reason } of refused) gap(run, { path }, 'discover', reason, [], null);
  for (const { path, reason, user } of inner.refused) gap(run, { path }, 'discover', reason, [], user);
  for (const place of where) scanOne(run, place);
  readLargeSources(run);
  readGiven(run, { files, piped, platform });
  const live = options.processes ? lookAtProcesses(run, where) : { all: [], sockets: [] };

  const linked = link(got.drafts, got.switches, rules, got.evidence, startedAt);
  const evidence = [...got.evidence, ...byExtension(linked, where, rules)];
  const ran = processFacts(run, live, linked);
  const seen = [...agentFacts(evidence, run.secrets), ...linked, ...ran, ...mergeById(got.facts)];
  const list = listed(options.allowlist?.list ?? null, host, startedAt);
  const facts = verdicts(run, seen, where, list);
  const homes = where.filter((place) => place.kind !== 'machine').map(({ user, path }) => ({ user, path }));
  const users = where.map((place) => place.user);
  const choice = choiceOf(options);
  const findings = list.waived(
    judge(facts, rules.checks, { ...choice, homes, names: namesOf(rules) }),
    homes,
  );
  return assemble({
    host,
    rules,
    startedAt,
    began,
    facts,
    findings,
    platform,
    homes,
    choice,
    allowlist: options.allowlist?.info ?? null,
    policy: options.policy ?? null,
    coverage: coverage(rules.tools, users, got.counted, facts),
    sourcesRead: got.read.size,
    bytesRead: got.bytes,
  });
}
