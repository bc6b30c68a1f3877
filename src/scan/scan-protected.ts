/**
 * What macOS protects and was left alone, as one gap for each home: every Mac has these folders, and a line
 * for each of them in each report would bury what matters.
 */
import { gapFact } from '../inventory/gap.ts';
import { limits } from '../limits.ts';
import type { Fact } from '../model/fact.ts';
import type { Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Run, Shielded } from './scan-run.ts';

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Protected folders of a home, those outside included; `isOfPeople` for what people keep. */
function foldersOf(rules: Ruleset, home: Place | null): { folder: string; isOfPeople: boolean }[] {
  const { files, apps, machine } = rules.places.spared.protected;
  const own = (paths: string[], isOfPeople: boolean) =>
    home === null ? [] : paths.map((one) => ({ folder: one.replace(/^~/, home.path), isOfPeople }));
  return [
    ...own(files, true),
    ...own(apps, false),
    ...machine.map((folder) => ({ folder, isOfPeople: true })),
  ];
}

/** The gap of one user. */
function gapOf(run: Run, user: string | null, home: Place | null, all: Shielded[]): Fact {
  const known = foldersOf(run.rules, home);
  const folders = new Set<string>();
  const tools = new Set<string>();
  for (const { path, named, rows } of all) {
    const around = known.find(({ folder }) => isBelow(path, folder));
    folders.add(around?.folder ?? path);
    // That a row looks among people's files says nothing of its tool; who names something there, or keeps
    // a container of its own, has not been seen in full.
    for (const tool of [...named, ...(around?.isOfPeople ? [] : rows)]) tools.add(tool);
  }
  const path = home?.path ?? run.machine?.path ?? '/';
  const by = { tools: [...tools], scope: 'user' as const, home };
  const shown = [...folders].toSorted().slice(0, limits.shownNames);
  return {
    ...gapFact(run.secrets, { path }, 'discover', 'protected', by, user),
    folders: shown.map((folder) => run.secrets.show(folder)),
  };
}

/** One gap for each user for whom something was left alone. */
export function protectedGaps(run: Run, where: Place[]): Fact[] {
  return [...Map.groupBy(run.got.shielded, ({ user }) => user)].map(([user, all]) => {
    const home = where.find((place) => place.kind === 'home' && place.user === user) ?? null;
    return gapOf(run, user, home, all);
  });
}
