/**
 * A line of some shell as words with their places. It is made to hide what must not be shown, so it keeps to
 * what all shells have in common (blanks and joints part words, quotes hold them together) and never fails.
 */

/** `start` is the place of `text` in the line, behind a quote that holds the whole word together. */
export type Word = { text: string; start: number };

/** What joins commands outside of quotes, and is no part of a word. */
const joints = new Set([';', '&', '|', '<', '>']);
/** Words of a line that are looked at. */
const lineWords = 2_000;

/** The end of what a quote at `at` opens, or -1: inside a word an apostrophe is one. */
function closing(line: string, at: number): number {
  const quote = line[at]!;
  if (at > 0 && /[A-Za-z0-9\\]/.test(line[at - 1]!)) return -1;
  let end = line.indexOf(quote, at + 1);
  // Only within double quotes can one be escaped.
  if (quote === '"') while (end > 0 && line[end - 1] === '\\') end = line.indexOf(quote, end + 1);
  return end;
}

const brackets = /<[A-Za-z][\w .-]{0,60}>/y;

/** Length of a placeholder in angle brackets, which no shell would redirect to; 0 when there is none. */
function bracketsAt(line: string, at: number): number {
  brackets.lastIndex = at;
  return brackets.exec(line)?.[0].length ?? 0;
}

/** The words of a line; quotes around a whole word are no part of it. */
export function wordsOfLine(line: string): Word[] {
  const words: Word[] = [];
  /** No quote of this kind closes any more, so that looking for the end is done once. */
  const never = { '"': false, "'": false, '`': false };
  let start = -1;
  for (let at = 0; at <= line.length && words.length < lineWords; at++) {
    const char = line[at] ?? ' ';
    if (char === '"' || char === "'" || char === '`') {
      if (start < 0) start = at;
      const end = never[char] ? -1 : closing(line, at);
      if (end > at) at = end;
      else if (line.indexOf(char, at + 1) < 0) never[char] = true;
    } else if (char === '<' && bracketsAt(line, at) > 0) {
      if (start < 0) start = at;
      at += bracketsAt(line, at) - 1;
    } else if (char <= ' ' || joints.has(char)) {
      if (start >= 0) words.push(bare(line, start, at));
      start = -1;
    } else if (start < 0) start = at;
  }
  return words;
}

function bare(line: string, start: number, end: number): Word {
  const first = line[start]!;
  const quoted = /["'`]/.test(first) && end - start >= 2 && line[end - 1] === first;
  return quoted
    ? { text: line.slice(start + 1, end - 1), start: start + 1 }
    : { text: line.slice(start, end), start };
}
