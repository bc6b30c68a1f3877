/**
 * One place to a fixpoint: find, read, decode, observe, and follow what the sources name to further places.
 * Holds the only catch around a source: whatever goes wrong with one becomes a gap, and the scan goes on.
 */
import { deepLeads } from '../discover/deep.ts';
import { follow } from '../discover/leads.ts';
import { type Found, find } from '../discover/find.ts';
import { installed } from '../discover/installed.ts';
import { type Bound, type Named, boundKey, relocationVariables } from '../discover/paths.ts';
import { isGiven, workspacePlace } from '../discover/places.ts';
import { evidenceOf, tierOf } from '../inventory/agent.ts';
import type { Draft, Switch } from '../inventory/draft.ts';
import { workspaceFact } from '../inventory/gap.ts';
import { observe } from '../inventory/observe.ts';
import { limits } from '../limits.ts';
import type { Lead, Place, Source } from '../model/place.ts';
import { decodeClaims, isDatabase } from '../parse/claims.ts';
import { type Run, addAll, gap } from './scan-run.ts';
import { timeUp, untilLate } from '../secrets/until-late.ts';

/**
 * Gives workspaces that a source names the folder that they are, so that what a state file says of a project
 * meets what lies in it, also in an image and whichever way a path is spelled.
 */
function settle(run: Run, source: Source, all: (Draft | Switch)[]): void {
  for (const one of all) {
    const { workspace, home } = one.tie;
    if (workspace === null || home === null) continue;
    const key = `${home.path}\0${workspace}`;
    const known = run.got.folders.get(key);
    const end =
      known ??
      follow(
        run.host,
        { path: workspace, from: { ...source, pointer: '' } },
        home,
        run.machine,
        run.rules.places.homeNames,
      );
    run.got.folders.set(key, end);
    const folder = end.status === 'read' ? end.folder : workspace.replaceAll('\\', '/').replace(/\/+$/, '');
    one.tie.workspace = folder;
    if ('fact' in one && 'workspace' in one.fact) one.fact.workspace = run.secrets.show(folder);
  }
}

/** Says of secrets what their file is part of. */
function surround(run: Run, source: Source, drafts: Draft[]): void {
  const held = drafts.flatMap(({ fact }) => (fact.kind === 'credential' ? [fact] : []));
  if (held.length === 0) return;
  const { owner, synced, git } = run.around(source, source.claims[0]!.place);
  const known = {
    ...(owner !== null && { owner }),
    ...(synced !== null && { synced }),
    ...(git !== null && { git: { ...git, root: run.secrets.show(git.root) } }),
  };
  for (const fact of held) Object.assign(fact, known);
}

/** Reads, decodes and observes one source. Gives what it leads to. */
function readSource(run: Run, source: Source): Lead[] {
  const { host, rules, got } = run;
  const secrets = untilLate(run.secrets, run.late);
  const user = source.claims[0]!.place.user;
  const read = host.read(
    source.path,
    source.boundary,
    isDatabase(source) ? limits.databaseBytes : limits.sourceBytes,
  );
  if (read === null || 'refused' in read) {
    gap(run, source, 'read', read === null ? 'vanished' : read.refused, source.claims, user);
    return [];
  }
  got.bytes += read.bytes.length;
  got.read.add(source.info.realPath);
  const beside = (suffix: string): Buffer | null => {
    const file = host.read(source.path + suffix, source.boundary, limits.databaseBytes);
    return file !== null && 'bytes' in file ? file.bytes : null;
  };
  const { trees, flaws, text } = decodeClaims(source, read.bytes, beside);
  for (const { reason, at } of flaws)
    gap(run, { path: source.path, ...at }, 'parse', reason, source.claims, user);
  const { drafts, leads, switches, flaws: left } = observe(source, trees, rules, secrets, text);
  for (const { reason, at } of left)
    gap(run, { path: source.path, ...at }, 'inventory', reason, source.claims, user);
  settle(run, source, [...drafts, ...switches]);
  surround(run, source, drafts);
  addAll(got.drafts, drafts);
  addAll(got.switches, switches);
  return leads;
}

/** The one catch around a source: a bug or a trick in one file must not hide all others. */
export function attempt(run: Run, source: Source): Lead[] {
  const user = source.claims[0]!.place.user;
  if (run.late()) {
    gap(run, source, 'read', 'time-limit', source.claims, user);
    return [];
  }
  try {
    return readSource(run, source);
  } catch (error) {
    const reason = error === timeUp ? 'time-limit' : error instanceof RangeError ? 'too-deep' : 'internal';
    gap(run, source, 'inventory', reason, source.claims, user);
    return [];
  }
}

/** Sources of a place that nobody has read yet, or not for these tools. */
export function takeNew(run: Run, { sources, refused }: Found, place: Place): Source[] {
  const { got } = run;
  for (const same of Map.groupBy(refused, ({ path, reason }) => `${path}\0${reason}`).values()) {
    const { path, reason } = same[0]!;
    const claims = same.map(({ claim }) => claim);
    gap(run, { path }, 'discover', reason, claims, place.user);
  }
  addAll(got.evidence, evidenceOf(sources));
  return sources.flatMap((source) => {
    const readers = got.readers.get(source.info.realPath) ?? new Set<string>();
    const claims = source.claims.filter(({ tool }) => !readers.has(tool.id));
    for (const [tool, own] of Map.groupBy(claims, (claim) => claim.tool.id)) {
      readers.add(tool);
      got.counted.push({
        tool,
        user: place.user,
        shared: !isGiven(place) && own.every((claim) => tierOf(claim) === 'nothing'),
      });
    }
    got.readers.set(source.info.realPath, readers);
    if (claims.some(({ row }) => row.proves?.server !== undefined)) got.served.add(source.info.realPath);
    const wanted = claims.filter(({ row }) => row.proves !== undefined && row.format !== 'none');
    const large = wanted.filter(({ row }) => row.transcripts);
    if (large.length > 0) got.large.push({ ...source, claims: large });
    const whole = wanted.filter(({ row }) => !row.transcripts);
    return whole.length ? [{ ...source, claims: whole }] : [];
  });
}

/** Folders between a workspace and its home: several agents read their files in all of these. */
function upwards(folder: string, home: Place): string[] {
  const all = [folder];
  while (all.at(-1)!.startsWith(`${home.path}/`))
    all.push(all.at(-1)!.slice(0, all.at(-1)!.lastIndexOf('/')));
  return all.filter((one) => one === folder || one.startsWith(`${home.path}/`));
}

/** What a lead says: a path that is relative means something else in each folder. */
function meaning({ base, path, from }: Lead): string {
  const own = /^(?:[~/\\$%]|[A-Za-z]:|[a-z][\w+.-]*:\/\/)/.test(path);
  return [base, path, own ? '' : from.path.slice(0, from.path.lastIndexOf('/'))].join('\0');
}

/** Leads -> workspaces to look at, and bases that are bound from now on. True when a base is new. */
function followLeads(
  run: Run,
  leads: Lead[],
  home: Place,
  bound: Map<string, Named[]>,
  seen: Set<string>,
): { workspaces: Place[]; rebind: boolean } {
  const workspaces: Place[] = [];
  let rebind = false;
  for (const group of Map.groupBy(leads, meaning).values()) {
    const lead = group[0]!;
    if (seen.has(meaning(lead))) continue;
    seen.add(meaning(lead));
    if (seen.size > limits.leads) {
      gap(run, lead.from, 'discover', 'too-many', [], home.user);
      break;
    }
    const end = follow(run.host, lead, home, run.machine, run.rules.places.homeNames);
    if ('reason' in end) {
      const tools = group.map((one) => one.tool);
      gap(run, { path: end.path }, 'discover', end.reason, tools, home.user);
    }
    if (lead.base === 'workspace') {
      const path = end.status === 'read' ? end.folder : lead.path;
      run.got.facts.push(workspaceFact(run.secrets, home, path, end.status, group));
      if (end.status !== 'read') continue;
      for (const folder of upwards(end.folder, home)) {
        if (seen.has(folder)) continue;
        seen.add(folder);
        workspaces.push(workspacePlace(folder, home, home.platform, end.boundary));
      }
    } else if (end.status === 'read') {
      for (const { base, tool, bindings } of group) {
        const key = boundKey(base, tool);
        bound.set(key, [...(bound.get(key) ?? []), { path: end.path, bindings }]);
      }
      rebind = true;
    }
  }
  return { workspaces, rebind };
}

/** What a walk over the whole home leads to. */
function walked(run: Run, home: Place): Lead[] {
  return deepLeads(run.host, home, run.rules, run.late, (path, reason) =>
    gap(run, { path }, 'discover', reason, [], home.user),
  );
}

/** The places of a home that were looked at, and what their sources bound. */
export type Visited = { places: Place[]; bound: Bound };

/** One home or given workspace to a fixpoint: what is found names places where more is found. */
export function scanPlace(run: Run, start: Place): Visited {
  const { host, rules } = run;
  const relocating = relocationVariables(rules);
  const bound = new Map<string, Named[]>();
  const seen = new Set<string>();
  if (start.kind !== 'workspace') {
    const evidence = installed(host, start, run, (reason) =>
      gap(run, { path: start.path }, 'discover', reason, [], start.user),
    );
    addAll(
      run.got.evidence,
      evidence.map((one) => ({ ...one, modifiedAt: null })),
    );
  }
  const visited = new Set<Place>();
  let next: Place[] = [start];
  for (let round = 0; next.length > 0; round += 1) {
    const leads = round === 0 && run.deep && start.kind === 'home' ? walked(run, start) : [];
    for (const place of next) {
      visited.add(place);
      if (run.late()) {
        const wanted = rules.tools.map(({ id }) => id);
        gap(run, { path: place.path }, 'discover', 'time-limit', wanted, start.user);
        break;
      }
      const found = find(host, rules.tools, place, rules, bound);
      for (const source of takeNew(run, found, place)) addAll(leads, attempt(run, source));
    }
    const wanted = leads.filter(({ base }) => !base.startsWith('$') || relocating.has(base.slice(1)));
    for (const { base, path, from } of wanted)
      if (base.startsWith('$'))
        run.got.moved.push({ variable: base.slice(1), value: path, by: from.path, user: start.user });
    if (start.home === null || wanted.length === 0) break;
    if (round === limits.leadRounds) {
      gap(run, { path: start.path }, 'discover', 'too-many', [], start.user);
      break;
    }
    const { workspaces, rebind } = followLeads(run, wanted, start.home, bound, seen);
    next = rebind ? [start, ...workspaces] : workspaces;
  }
  return { places: [...visited], bound };
}
