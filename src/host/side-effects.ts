/** What a run did beyond reading, for `run.sideEffects`. Empty for a scan from source or bundle. */
const noted = new Set<string>();

/** Notes something that was done, in a few words and without paths of users. */
export function noteSideEffect(what: string): void {
  noted.add(what);
}

/** All that was noted so far, sorted. */
export function sideEffects(): string[] {
  return [...noted].toSorted();
}
