/**
 * What a run looked at, so that its findings can be compared with those of earlier ones. A finding that is
 * not there any more is resolved only when its own file was read again without a gap, or is gone from a
 * place that was looked into; whatever a lost lead, an unreadable folder, a narrower option or another home
 * has hidden stays open.
 */
import * as path from 'node:path';
import type { Looked } from './evaluate/compare.ts';
import { plainPath } from './evaluate/fingerprint.ts';
import type { Platform } from './model/common.ts';
import type { Fact, FactOf } from './model/fact.ts';
import type { Host } from './model/host.ts';
import type { Place } from './model/place.ts';
import type { Finding, Report } from './model/report.ts';
import type { KnownFinding, Way } from './model/state.ts';
import type { Gathered } from './scan-run.ts';

/** A finished run, as far as it tells what was looked at. */
export type Finished = {
  host: Host;
  report: Report;
  checks: string[];
  where: Place[];
  platform: Platform;
  got: Gathered;
  ways: Way[];
};

type Located = { user: string | null; origin: { path: string } };
type Gap = FactOf<'gap'>;

/** Whether a gap at a path hides what lies at another one. */
function covers(gap: string, file: string): boolean {
  const [above, below] = [plainPath(gap), plainPath(file)];
  return above === below || below.startsWith(`${above}/`);
}

/** Names of the places that a run was about, and which of them a thing belongs to. */
function targetsOf({ where, platform }: Finished): { all: Set<string>; of: Looked['targetOf'] } {
  const nameOf = (place: Place): string =>
    [platform, ...(place.kind === 'machine' ? ['machine'] : []), plainPath(place.path) || '/'].join(' ');
  const files = `${platform} files`;
  const named = where.map((place) => ({ place, name: nameOf(place) }));
  const homes = named.filter(({ place }) => place.kind !== 'machine');
  const machine = named.find(({ place }) => place.kind === 'machine')?.name;
  const of = ({ user, origin }: Located): string => {
    const own = homes.filter(({ place }) => place.user === user);
    const around = own
      .filter(({ place }) => covers(place.path, origin.path))
      .toSorted((a, b) => b.place.path.length - a.place.path.length);
    const [first] = user === null ? around : [...around, ...own];
    return first?.name ?? machine ?? files;
  };
  return { all: new Set([...named.map(({ name }) => name), ...(where.length === 0 ? [files] : [])]), of };
}

/** Whether a process is where a finding comes from: these name a program and no place in a file. */
function isOfProcess({ fact, ways }: KnownFinding, { origin }: Finding): boolean {
  const spoken = /^(?:endpoint|permission|agent):/.test(fact);
  return spoken && ways.includes('processes') && origin.line === undefined && origin.pointer === undefined;
}

const concerns = (gap: Gap, tools: string[]): boolean =>
  gap.tools.length === 0 || gap.tools.some((tool) => tools.includes(tool));

/** What the run looked at. */
export function lookedAt(run: Finished): Looked {
  const { host, report, got } = run;
  const { all, of } = targetsOf(run);
  const gaps = report.facts.filter((fact) => fact.kind === 'gap');
  const gapsOf = Map.groupBy(gaps, of);
  const facts = new Set(report.facts.map((fact: Fact) => `${of(fact)}\0${fact.id}`));
  const leftOut = new Set(report.run.checksLeftOut);
  const checks = new Set(run.checks.filter((id) => !leftOut.has(id)));
  const look = (file: string) => (path.isAbsolute(file) ? host.look(file, path.parse(file).root) : null);

  /** Whether nothing that tells what is installed or runs was missed for its tools. */
  const foundAll = ({ user, tools }: KnownFinding): boolean =>
    !gaps.some(
      (gap) => gap.stage === 'discover' && [user, ''].includes(gap.user ?? '') && concerns(gap, tools),
    );
  const wasRead = (realPath: string, { tools }: KnownFinding): boolean => {
    const readers = got.readers.get(realPath);
    return got.read.has(realPath) && (readers === undefined || tools.every((tool) => readers.has(tool)));
  };
  const isListed = (folder: string): boolean => {
    const listing = host.list(folder, folder, null);
    return listing !== null && 'entries' in listing;
  };

  const wouldSee = (known: KnownFinding): boolean => {
    const missed = gapsOf.get(known.target) ?? [];
    if (!checks.has(known.check) || missed.some((gap) => covers(gap.origin.path, known.file))) return false;
    const there = look(known.file);
    if (facts.has(`${known.target}\0${known.fact}`)) {
      // Judged again, unless what it is judged by was cut short.
      if (missed.some(({ stage, reason }) => stage === 'resolve' || reason === 'time-limit')) return false;
      return (there !== null && 'realPath' in there && wasRead(there.realPath, known)) || foundAll(known);
    }
    const isOwn = isOfProcess(known, JSON.parse(known.record) as Finding);
    if (isOwn) return foundAll(known);
    if (!known.located) return false;
    if (there === null) return true;
    if ('refused' in there) return false;
    if (there.type === 'file') return wasRead(there.realPath, known);
    if (known.fact.startsWith('gap:')) return isListed(known.file);
    return /^(?:agent|extension):/.test(known.fact) && foundAll(known);
  };

  return {
    targets: all,
    ways: run.ways,
    targetOf: of,
    isLocated: ({ origin }) => {
      const there = look(origin.path);
      return there !== null && !('refused' in there);
    },
    wouldSee,
  };
}
