/**
 * Names and places of a report as people write them: tools by name, paths by `~`. Nothing is made inert here.
 */
import type { FactOf } from '../model/fact.ts';
import type { Report } from '../model/report.ts';
import { gapReasons } from '../model/words.ts';

/** Names of tools by id, as far as agent facts tell them. */
export function toolNames(report: Report): (id: string) => string {
  const names = new Map<string, string>();
  for (const fact of report.facts) {
    // Agents that nobody knows share an id, and what tells them apart is behind the name.
    if (fact.kind === 'agent')
      for (const id of fact.tools)
        names.set(id, fact.category === 'unknown' ? fact.name.replace(/ \(.*$/, '') : fact.name);
  }
  return (id) => names.get(id) ?? id;
}

/** Users that a report speaks of, those whose homes could not be read included. */
export function usersOf(report: Report): string[] {
  const all = [...report.run.homes, ...report.facts].map(({ user }) => user);
  return [...new Set(all)].filter((user) => user !== null);
}

/** A home with what stands for it. */
export type Labelled = { path: string; label: string };

/** Homes with what stands for them, the innermost first: `~`, or `~user` where there are several. */
export function labelledHomes(report: Report): Labelled[] {
  const { homes } = report.run;
  return homes
    .map((home) => ({
      path: home.path.replace(/[\\/]$/, ''),
      label: homes.length === 1 ? '~' : home.user === null ? null : `~${home.user}`,
    }))
    .filter((home): home is Labelled => home.path.length > 1 && home.label !== null)
    .toSorted((one, other) => other.path.length - one.path.length);
}

/** The home that a path lies in, and the rest of the path with its leading separator. */
export function inHome(path: string, homes: Labelled[]): { home: Labelled; rest: string } | null {
  const home = homes.find(
    (one) => path.startsWith(one.path) && /^$|^[\\/]/.test(path.slice(one.path.length)),
  );
  return home === undefined ? null : { home, rest: path.slice(home.path.length) };
}

/** Writes a path with `~` for its home. */
export function shortPath(homes: Labelled[]): (path: string) => string {
  return (path) => {
    const found = inHome(path, homes);
    return found === null ? path : `${found.home.label}${found.rest}`;
  };
}

/** Writes the paths in a sentence so. */
export function shortPaths(homes: Labelled[]): (text: string) => string {
  return (text) =>
    homes.reduce(
      (shown, home) =>
        shown.replaceAll(`${home.path}/`, `${home.label}/`).replaceAll(`${home.path}\\`, `${home.label}\\`),
      text,
    );
}

/** Homes that were not read, or not wholly. */
export function unseenHomes(report: Report): Report['run']['homes'] {
  return report.run.homes.filter((home) => home.status !== 'read');
}

/** Places that gaps are about, with the reason; of one that names folders, each of these. */
export function unseenPlaces(report: Report): Pick<FactOf<'gap'>, 'origin' | 'reason'>[] {
  return report.facts.flatMap((fact) => {
    if (fact.kind !== 'gap') return [];
    const { origin, reason, folders } = fact;
    return folders?.map((path) => ({ origin: { path }, reason })) ?? [{ origin, reason }];
  });
}

/** A reason as people say it; one of a later version stays as it is. */
export function reasonInWords(reason: string): string {
  return Object.hasOwn(gapReasons, reason) ? gapReasons[reason as keyof typeof gapReasons] : reason;
}
