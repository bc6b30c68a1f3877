/**
 * The pipeline, top to bottom: places -> sources -> trees -> facts -> verdicts -> findings -> report. With
 * `scan-place.ts` and the commands the only modules that know the order of the stages.
 */
import { assemble } from './assemble.ts';
import { type PlaceOptions, type Start, places } from './discover/places.ts';
import { innerHomes } from './discover/inner-homes.ts';
import { createLocator, withNames } from './discover/locate.ts';
import { onBehalf } from './discover/owner.ts';
import { remember } from './discover/remember.ts';
import { spareFolders } from './discover/spared.ts';
import { createSurroundings } from './discover/surroundings.ts';
import { type Literals, approve } from './evaluate/approve.ts';
import { goneHomes } from './evaluate/gone-homes.ts';
import { judge } from './evaluate/judge.ts';
import { withDrift } from './evaluate/drift.ts';
import { type Finished, targetsOf } from './evaluate/looked.ts';
import { type AgentEvidence, agentFacts } from './inventory/agent.ts';
import { coverage } from './inventory/coverage.ts';
import { mergeById } from './inventory/gap.ts';
import { layoutsOf } from './inventory/layout.ts';
import { extensionEvidence, link } from './inventory/link.ts';
import { limits } from './limits.ts';
import type { Allowlist } from './model/allowlist.ts';
import type { Enforced } from './model/enforced.ts';
import type { Fact } from './model/fact.ts';
import type { HomeList } from './model/account.ts';
import type { Host } from './model/host.ts';
import type { Layout } from './model/layout.ts';
import type { Place } from './model/place.ts';
import type { AllowlistInfo, PolicyInfo, Report } from './model/report.ts';
import type { Ruleset } from './model/rules.ts';
import { type Approved, type KnownPlace, type TextMemory, type Way, ways } from './model/known.ts';
import { type Again, again } from './scan/scan-again.ts';
import { compareEnforcement } from './scan/scan-enforcement.ts';
import { lookAtProcesses, processFacts } from './scan/scan-processes.ts';
import { type Resolving, resolveCached } from './resolve/cached.ts';
import { resolveHashes } from './resolve/hashed.ts';
import { namesOf } from './scan/scan-names.ts';
import { readLargeSources, withoutTranscripts } from './scan/scan-large.ts';
import { type Piped, readGiven } from './scan/scan-given.ts';
import { type Listed, listed } from './scan/scan-list.ts';
import { seenBy } from './scan/scan-seen.ts';
import { scanOne } from './scan/scan-probe.ts';
import { protectedGaps } from './scan/scan-protected.ts';
import { type Run, gap, nothingYet } from './scan/scan-run.ts';
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
  /** Whether to look into folders that macOS protects; undefined where the system lets it see everything. */
  protectedFolders?: boolean;
  /** Look at what runs on this machine now; for the scan of the machine itself alone. */
  processes?: boolean;
  /** Is given where the parts of each definition stand, for who rewrites them, and clients' own lists. */
  layouts?: (all: Layout[], again: Again, enforced: Enforced[]) => void;
  /** Seconds after which no further source is read. */
  timeLimit?: number;
  /** What earlier runs knew, to be told what is there of it. */
  known?: KnownPlace[];
  /** Approved servers as earlier runs first found them. */
  approved?: Approved[];
  /** What earlier runs know of texts that only grow. */
  texts?: TextMemory;
  /** Whether the rules are more than those of the program itself. */
  addedRules?: boolean;
};

/** A report, and what was looked at for it. */
export type Scanned = Finished;

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

/** Which checks are run; an empty list is all of them. */
export const choiceOf = ({ only, skip }: ScanOptions) => ({
  ...(only?.length && { only }),
  ...(skip && { skip }),
});

/** Variables and headers that definitions write out, by the facts that they became. */
function literalsOf(drafts: Run['got']['drafts']): Literals {
  const all = new Map<string, string[]>();
  for (const { fact, literals = [] } of drafts)
    if (literals.length > 0) all.set(fact.id, [...(all.get(fact.id) ?? []), ...literals]);
  return all;
}

/** What the caches of launchers are looked up with. */
function resolving({ host, rules, secrets, late }: Run, where: Place[]): Resolving {
  const { find } = createLocator(host, rules);
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

/** What would really run, what the list and the known threats say of it, and whether clients enforce it. */
function verdicts(run: Run, seen: Fact[], where: Place[], { programs, approver, info }: Listed): Fact[] {
  const cached = resolveCached(seen, resolving(run, where));
  const hashed = resolveHashes(cached, programs, run.host, where);
  const judged = approve(hashed, approver, run.rules, literalsOf(run.got.drafts));
  if (approver === null || info === null) return judged;
  return compareEnforcement(judged, { run, where, approver, info });
}

/** Where the scan starts: nowhere but in the files that are named, when they are all that is. */
function startOf(host: Host, options: ScanOptions): Start {
  const isGiven = options.piped !== undefined || (options.files?.length ?? 0) > 0;
  return isGiven && !options.workspaces?.length ? { places: [], refused: [] } : places(host, options);
}

/** Options that let a run see more than one without them does. */
function waysOf(options: ScanOptions, where: Place[], host: Host): Way[] {
  const widened = {
    deep: options.deep,
    transcripts: options.transcripts,
    processes: options.processes,
    allowlist: options.allowlist !== undefined,
    rules: options.addedRules,
    machine: where.some((place) => place.kind === 'machine'),
    environment: where.some((place) => place.env === host.env),
  };
  return ways.filter((way) => widened[way]);
}

/** A run with nothing done yet, and the places that it is about. */
function begin(
  host: Host,
  rules: Ruleset,
  options: ScanOptions,
  began: number,
): { run: Run; where: Place[]; list: HomeList | null } {
  const limit = (options.timeLimit ?? limits.scanSeconds) * 1000;
  const { places: outer, refused, list = null } = startOf(host, options);
  const inner = innerHomes(host, outer, rules);
  const where = [...outer, ...inner.places];
  spareFolders(host, where, rules, { asked: options.protectedFolders, account: options.account?.home });
  const machine = where.find((place) => place.kind === 'machine') ?? null;
  const key = options.key ?? null;
  const run: Run = {
    host,
    rules,
    secrets: createSecrets(rules, key, Buffer.from(host.randomId())),
    key,
    texts: options.texts ?? null,
    late: () => host.elapsed() - began > limit,
    deep: options.deep ?? false,
    machine,
    around: createSurroundings(host, rules, machine),
    got: nothingYet(),
  };
  for (const { path, reason } of refused) gap(run, { path }, 'discover', reason, [], null);
  for (const { path, reason, user } of inner.refused) gap(run, { path }, 'discover', reason, [], user);
  return { run, where, list };
}

/** The report of `scanSeen`, for whoever compares it with nothing. */
export function scan(given: Host, all: Ruleset, options: ScanOptions): Report {
  return scanSeen(given, all, options).report;
}

/** Everything that a scan of the places named by `options` finds. Throws usage errors only. */
export function scanSeen(given: Host, all: Ruleset, options: ScanOptions): Scanned {
  const host = remember(given);
  const rules = options.transcripts ? all : withoutTranscripts(all);
  const [startedAt, began] = [host.now(), host.elapsed()];
  const { files = [], piped = null, platform = host.platform } = options;
  const { run, where, list: homeList } = begin(host, rules, options, began);
  const { got } = run;
  for (const place of where) scanOne(run, place);
  readLargeSources(run);
  readGiven(run, { files, piped, platform });
  const live = options.processes ? lookAtProcesses(run, where) : { all: [], sockets: [] };

  const linked = link(got.drafts, got.switches, rules, got.evidence, startedAt);
  const evidence = [...got.evidence, ...byExtension(linked, where, rules)];
  const ran = processFacts(run, live, linked);
  const seen = [
    ...agentFacts(evidence, run.secrets),
    ...linked,
    ...ran,
    ...mergeById([...got.facts, ...protectedGaps(run, where)]),
  ];
  const list = listed(options.allowlist ?? null, host, startedAt, options.approved !== undefined);
  const homes = where.filter((place) => place.kind !== 'machine').map(({ user, path }) => ({ user, path }));
  const facts = withDrift(verdicts(run, seen, where, list), options.approved ?? [], {
    entryOf: list.entryOf,
    targetOf: targetsOf(platform, homes, run.machine?.path ?? null).targetOf,
  });
  const users = where.map((place) => place.user);
  const choice = choiceOf(options);
  const enforced = got.drafts.flatMap((draft) => draft.enforced ?? []);
  options.layouts?.(layoutsOf(got.drafts), again(run), enforced);
  const findings = list.waived(
    judge(facts, rules.checks, { ...choice, homes, names: namesOf(rules) }),
    homes,
  );
  const report = assemble({
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
  // With the host as it was given, which has no memory of what it looked at before.
  const seenNow = seenBy({ ...run, host: given }, report, options.known);
  const isGone = homeList === null ? {} : { isGone: goneHomes(given, homeList) };
  return { report, checks: rules.checks, ways: waysOf(options, where, host), seen: seenNow, ...isGone };
}
