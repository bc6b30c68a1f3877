/**
 * One place of a run. The last look at a home is for files with MCP servers that no tool file claims:
 * they are read by the rows of the probe. Whoever keeps them is reported as an agent that nobody knows.
 */
import { find } from '../discover/find.ts';
import { onBehalf } from '../discover/owner.ts';
import { boundKey } from '../discover/paths.ts';
import { type Probed, probeFiles } from '../discover/probe.ts';
import type { GapReason } from '../model/fact.ts';
import { belowHome } from '../inventory/draft.ts';
import { limits } from '../limits.ts';
import type { Place } from '../model/place.ts';
import type { Probe } from '../model/probe.ts';
import type { Tool } from '../model/tool.ts';
import { type Visited, attempt, scanPlace, takeNew } from './scan-place.ts';
import { type Run, gap } from './scan-run.ts';

const isProbe = (tool: Tool): tool is Tool & { probe: Probe } => tool.probe !== undefined;

/** Bases that the rows of a probe read; the second holds files that may be the map itself. */
const bases = ['probed', 'probed-map'];

/** Reads what the probe found in one place; adds those who keep servers there. */
function readProbed(run: Run, tool: Tool, place: Place, files: Probed[]): void {
  const { host, rules, got } = run;
  const named = (all: Probed[]) => all.map(({ path }) => ({ path, bindings: {} }));
  const bound = new Map([
    [boundKey(bases[0]!, tool.id), named(files)],
    [boundKey(bases[1]!, tool.id), named(files.filter(({ map }) => map))],
  ]);
  // Rows of bases belong to homes; a workspace of one is read as part of it.
  const found = find(host, [tool], place.home ?? place, rules, bound);
  const known = got.evidence.filter((one) => one.place === place.home).map(({ evidence }) => evidence.path);
  for (const source of takeNew(run, found, place)) {
    const before = got.drafts.length;
    attempt(run, source);
    const servers = got.drafts.slice(before).filter(({ fact }) => fact.kind === 'server');
    const keeper = files.find(({ path }) => path === source.path)?.keeper;
    if (servers.length === 0 || keeper === undefined) continue;
    if (place.kind !== 'home' || known.some((path) => path.startsWith(`${keeper}/`))) continue;
    const evidence = { tier: 'configured' as const, by: 'file', path: source.path };
    const called = belowHome(keeper, place.path);
    got.evidence.push({ tool, place, evidence, modifiedAt: null, called });
  }
}

/** Probes a home and the workspaces that were visited in it. */
function probe(run: Run, { places, bound }: Visited): void {
  const { host, rules, got } = run;
  const budget = { entries: limits.probeEntries, files: limits.probeFiles, late: run.late };
  for (const tool of rules.tools.filter(isProbe)) {
    for (const place of places) {
      if (place.kind === 'machine') continue;
      // Whoever wanted the file by name has said so already.
      let told: Set<string> | null = null;
      const refuse = (path: string, reason: GapReason): void => {
        told ??= new Set(got.facts.flatMap((fact) => (fact.kind === 'gap' ? [fact.origin.path] : [])));
        if (!told.has(run.secrets.show(path))) gap(run, { path }, 'discover', reason, [tool.id], place.user);
      };
      const taken = (realPath: string): boolean => got.served.has(realPath);
      const files = probeFiles(place, { host, tool, rules, bound, budget, taken, refuse });
      if (files.length > 0) readProbed(run, tool, place, files);
    }
  }
}

/** One place with the rights of its owner. It must not be able to end the report of all. */
export function scanOne(run: Run, place: Place): void {
  try {
    const own = { ...run, host: onBehalf(run.host, place.owner) };
    probe(own, scanPlace(own, place));
  } catch {
    gap(run, { path: place.path }, 'discover', 'internal', [], place.user);
  }
}
