/** "Did you mean": the known word that a mistyped one is closest to. */

/** Edit distance with swaps of neighbours; words are short, so the table is small. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      let best = Math.min(now[column - 1]! + 1, last[column]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, before[column - 2]! + 1);
      now.push(best);
    }
    before = last;
    last = now;
  }
  return last.at(-1)!;
}

/** The closest of `known` to `word`, or null when none is close: at most a third of it may differ. */
export function nearest(word: string, known: readonly string[]): string | null {
  const typed = word.slice(0, 64).toLowerCase();
  const ranked = known
    .map((name) => ({ name, far: distance(typed, name.slice(0, 64).toLowerCase()) }))
    .toSorted((one, other) => one.far - other.far);
  const best = ranked[0];
  return best && best.far <= Math.max(1, Math.ceil(typed.length / 3)) ? best.name : null;
}
