/**
 * Answers kept for texts that are asked about again, in a bounded number. It holds what was given to it, so
 * one belongs to a kit and goes with it.
 */

const entries = 2_048;
/** Longer texts are seldom asked about twice. */
const textChars = 512;

/** `answer`, but asked once for each text as long as there is room; all is forgotten when there is none. */
export function remembered<T>(answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (text.length > textChars) return answer(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= entries) known.clear();
    const now = answer(text);
    known.set(text, now);
    return now;
  };
}
