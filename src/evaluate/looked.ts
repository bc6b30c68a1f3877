/**
 * What a run looked at, so that it can be compared with earlier ones. Something that is not there any more is
 * gone only when its own file was read again without a gap, or has left a place that was looked into;
 * whatever a lost lead, an unreadable folder, a narrower option or another home has hidden stays as it was.
 */
import type { Platform } from '../model/common.ts';
import type { FactOf } from '../model/fact.ts';
import type { Report } from '../model/report.ts';
import type { Check } from '../model/rules.ts';
import { type KnownPlace, type Seen, type There, type Way } from '../model/known.ts';
import { plainPath } from './fingerprint.ts';

/** A finished run, as far as it tells what was looked at. */
export type Finished = {
  report: Report;
  checks: Check[];
  ways: Way[];
  seen: Seen;
  /** Whether a target is a home that is no more; where nobody looked for that, none is. */
  isGone?: (target: string) => boolean;
};

/** Something that earlier runs knew. */
export type Known = KnownPlace & {
  fact: string;
  /** Number of the run that saw it last. */
  lastRun: number;
  /** Options without which no run has seen it. */
  ways: Way[];
  /** Whether its file was there under the path that is shown. */
  located: boolean;
  /** Whether it has a place in its file, and is not the file or program itself. */
  placed: boolean;
};

export type Looked = {
  /** What it was about: homes, workspaces, the machine, named files. */
  targets: ReadonlySet<string>;
  ways: readonly Way[];
  /** Which of the targets something belongs to. */
  targetOf(one: Located): string;
  /** Whether a path is there as it is shown. */
  isLocated(file: string): boolean;
  /** Whether a check was run. */
  ran(check: string): boolean;
  /** Options that what a check says of this run rests on. */
  waysOf(check: string): Way[];
  /** Whether something that was known would have been found again, if it were still there. */
  wouldSee(known: Known): boolean;
};

type Located = { user: string | null; origin: { path: string } };
type Gap = FactOf<'gap'>;

/** What tells places apart. */
export function placeKey({ target, file, tools }: KnownPlace): string {
  return [target, file, ...tools].join('\0');
}

/** Whether a gap at a path hides what lies at another one. */
function covers(gap: string, file: string): boolean {
  const [above, below] = [plainPath(gap), plainPath(file)];
  return above === below || below.startsWith(`${above}/`);
}

type Target = { name: string; user: string | null; path: string };

/** The name of a home or workspace among targets. */
export function homeTarget(platform: Platform, path: string): string {
  return `${platform} ${plainPath(path) || '/'}`;
}

/** Names of the places that a run is about, and which of them something belongs to. */
export function targetsOf(
  platform: Platform,
  homes: { user: string | null; path: string }[],
  machine: string | null,
): Pick<Looked, 'targets' | 'targetOf'> {
  const named = homes.map((home): Target => ({ ...home, name: homeTarget(platform, home.path) }));
  const others = machine === null ? `${platform} files` : `${platform} machine ${plainPath(machine) || '/'}`;
  const isAll = machine === null && homes.length > 0;
  return {
    targets: new Set([...named.map(({ name }) => name), ...(isAll ? [] : [others])]),
    targetOf: ({ user, origin }) => {
      const own = named.filter((one) => one.user === user);
      const around = own
        .filter(({ path }) => covers(path, origin.path))
        .toSorted((a, b) => b.path.length - a.path.length);
      const [first] = user === null ? around : [...around, ...own];
      return first?.name ?? others;
    },
  };
}

/** Paths that a gap is about. */
const pathsOf = (gap: Gap): string[] => gap.folders ?? [gap.origin.path];

const concerns = (gap: Gap, tools: string[]): boolean =>
  (gap.tools.length === 0 && gap.folders === undefined) || gap.tools.some((tool) => tools.includes(tool));

/** Whether what a check says depends on the list. */
function asksList({ when, severity }: Check): boolean {
  const steps = typeof severity === 'string' ? [] : severity.flatMap((step) => step.when ?? []);
  return [...when, ...steps].some((predicate) => Object.keys(predicate).some((field) => ofList.test(field)));
}

/** Fields of facts that the list fills. */
const ofList = /^(?:verdict|approval|why|toolsBeyond|secretsInClear|drift)\b/;

/** Facts that a process can be the source of; they name its program and no place in a file. */
const ofProcess = (known: Known): boolean =>
  !known.placed && known.ways.includes('processes') && /^(?:endpoint|permission|agent):/.test(known.fact);

/** What can be said of something whose fact is not there any more, by what is there. */
function isGone(known: Known, there: There, foundAll: () => boolean): boolean {
  if (ofProcess(known)) return foundAll();
  if (!known.located) return false;
  switch (there) {
    case 'gone':
    case 'read':
      return true;
    case 'listed':
      if (known.fact.startsWith('gap:')) return true;
      return /^(?:agent|extension):/.test(known.fact) && foundAll();
    default:
      return false;
  }
}

/** What a run looked at. */
export function lookedAt({ report, checks, ways, seen }: Finished): Looked {
  const { targets, targetOf } = targetsOf(report.device.platform, report.run.homes, seen.machine);
  const gaps = report.facts.filter((fact) => fact.kind === 'gap');
  const gapsOf = Map.groupBy(gaps, targetOf);
  const facts = new Set(report.facts.map((fact) => `${targetOf(fact)}\0${fact.id}`));
  const leftOut = new Set(report.run.checksLeftOut);
  const byId = new Map(checks.map((check) => [check.id, check]));

  const wouldSee = (known: Known): boolean => {
    if (!targets.has(known.target) || !known.ways.every((way) => ways.includes(way))) return false;
    const missed = gapsOf.get(known.target) ?? [];
    if (missed.some((gap) => pathsOf(gap).some((path) => covers(path, known.file)))) return false;
    /** Whether nothing that tells what is installed or runs was missed for its tools. */
    const foundAll = (): boolean =>
      !gaps.some(
        (gap) =>
          gap.stage === 'discover' && [known.user, ''].includes(gap.user ?? '') && concerns(gap, known.tools),
      );
    const there = seen.there.get(placeKey(known)) ?? 'hidden';
    if (!facts.has(`${known.target}\0${known.fact}`)) return isGone(known, there, foundAll);
    // Judged again, unless what it is judged by was cut short.
    if (missed.some(({ stage, reason }) => stage === 'resolve' || reason === 'time-limit')) return false;
    return there === 'read' || foundAll();
  };

  return {
    targets,
    ways,
    targetOf,
    isLocated: (file) => seen.located.has(file),
    ran: (id) => byId.has(id) && !leftOut.has(id),
    waysOf: (id) => {
      const check = byId.get(id);
      return ways.filter((way) => way !== 'allowlist' || check === undefined || asksList(check));
    },
    wouldSee,
  };
}
