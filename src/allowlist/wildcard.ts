/** `*` in one part of an URL or argument: any text, never none, never across a separator. Linear time. */

/** Whether `text` reads as `pattern`, in which each `*` stands for one character or more. */
export function wildcard(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  if (pieces.length === 1) return pattern === text;
  // A wildcard is for names; `.` and `..` lead elsewhere.
  if (text === '.' || text === '..') return false;
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    // At least one character for the wildcard before the piece.
    const found = text.indexOf(piece, at + 1);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return end > at;
}

/** The same over parts: as many on both sides, each like its pattern. */
export function wildcards(patterns: string[], texts: string[]): boolean {
  return patterns.length === texts.length && patterns.every((one, index) => wildcard(one, texts[index]!));
}

/** Names of people, machines and the like, in any case: `*` stands for any text, none included. */
export function loose(pattern: string, text: string): boolean {
  const pieces = pattern.toLowerCase().split('*');
  const plain = text.toLowerCase();
  if (pieces.length === 1) return pieces[0] === plain;
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)];
  if (!plain.startsWith(first) || !plain.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = plain.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return plain.length - last.length >= at;
}
