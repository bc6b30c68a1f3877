/**
 * How many columns text takes in a terminal. It takes neutral text (`neutral.ts`), so that joiners,
 * selectors and controls need no care; terminals differ for the rarest scripts, and so will this.
 */

let segmenter: Intl.Segmenter | null = null;

/** What a reader takes for one sign each. Lazy: to make the segmenter takes as long as a small scan. */
function segmentsOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

const ascii = /^[\x20-\x7e]*$/;
/** East Asian wide and fullwidth, and what terminals draw as emoji. */
const wide = new RegExp(
  String.raw`^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff]` +
    String.raw`|[\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]` +
    String.raw`|[\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]` +
    String.raw`|\p{Emoji_Presentation})`,
  'u',
);

/** Columns of a text. */
export function width(text: string): number {
  if (ascii.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmentsOf(text)) columns += columnsOf(segment);
  return columns;
}

/** Text of at most `columns` columns: where it is longer, `ellipsis` takes the place of its middle. */
export function middle(text: string, columns: number, ellipsis: string): string {
  if (width(text) <= columns) return text;
  const room = Math.max(0, columns - width(ellipsis));
  const segments = Array.from(segmentsOf(text), (one) => one.segment);
  const tail = take(segments.toReversed(), Math.floor(room / 2)).toReversed();
  const head = take(segments, room - width(tail.join('')));
  return head.join('') + ellipsis + tail.join('');
}

function take(segments: string[], room: number): string[] {
  const taken: string[] = [];
  let left = room;
  for (const segment of segments) {
    left -= columnsOf(segment);
    if (left < 0) break;
    taken.push(segment);
  }
  return taken;
}

function columnsOf(segment: string): number {
  return wide.test(segment) ? 2 : 1;
}
