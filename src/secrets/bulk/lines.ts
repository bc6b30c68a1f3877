/** Lines of places in a text that is at hand as bytes. */

/** The same places in order, each with its line from 1. */
export function withLines<H extends { at: number }>(bytes: Buffer, places: H[]): (H & { line: number })[] {
  let [line, counted] = [1, 0];
  return places
    .toSorted((a, b) => a.at - b.at)
    .map((place) => {
      for (
        let feed = bytes.indexOf(10, counted);
        feed >= 0 && feed < place.at;
        feed = bytes.indexOf(10, counted)
      ) {
        line++;
        counted = feed + 1;
      }
      return { ...place, line };
    });
}
