/**
 * Words and lines for a page of a given width. Text becomes neutral where it enters (`say`, `solid`), so
 * nothing that is laid out can act on a terminal. Lines are broken at blanks only: a path is never broken
 * or shortened here.
 */
import type { Style } from './colour.ts';
import { neutral } from './neutral.ts';
import { width } from './width.ts';

/** A piece of a line. `solid` text is one word, blanks and all. */
export type Span = { text: string; style: Style; solid?: boolean };
export type Line = Span[];

/** Text in one style, made neutral. */
export function say(text: string, style: Style = 'plain'): Span {
  return { text: neutral(text), style };
}

/** Text that is never broken, such as a path or a command. */
export function solid(text: string, style: Style = 'plain'): Span {
  return { text: neutral(text), style, solid: true };
}

/** Lists of spans with a text between them. */
export function between(parts: Span[][], separator: string, style: Style = 'plain'): Span[] {
  return parts.flatMap((part, index) => (index === 0 ? part : [say(separator, style), ...part]));
}

/** Blanks that are kept as they are. */
export function blanks(count: number): Span {
  return { text: ' '.repeat(Math.max(0, count)), style: 'plain', solid: true };
}

/** Columns that spans take on one line. */
export function spanWidth(spans: Span[]): number {
  return spans.reduce((sum, span) => sum + width(span.text), 0);
}

type Word = { gap: number; spans: Span[]; columns: number };

function words(spans: Span[]): Word[] {
  const all: Word[] = [];
  let word: Word = { gap: 0, spans: [], columns: 0 };
  const add = (span: Span): void => {
    word.spans.push(span);
    word.columns += width(span.text);
  };
  for (const span of spans) {
    if (span.solid) {
      add(span);
      continue;
    }
    for (const [index, text] of span.text.split(' ').entries()) {
      if (index > 0 && word.spans.length > 0) {
        all.push(word);
        word = { gap: 1, spans: [], columns: 0 };
      } else if (index > 0) word.gap += 1;
      if (text !== '') add({ text, style: span.style });
    }
  }
  if (word.spans.length > 0) all.push(word);
  return all;
}

/**
 * Breaks spans into lines of at most `columns`, the first indented by `first` blanks and the others by
 * `rest`. Only a word that is wider than the page makes a longer line.
 */
export function wrap(spans: Span[], columns: number, first: number, rest = first): Line[] {
  const lines: Line[] = [];
  let line: Line = [];
  let used = first;
  for (const word of words(spans)) {
    if (line.length > 0 && used + word.gap + word.columns > columns) {
      lines.push(indented(line, lines.length === 0 ? first : rest));
      line = [];
      used = rest;
    } else if (line.length > 0) {
      line.push({ text: ' '.repeat(word.gap), style: word.gap === 1 ? styleAcross(line, word) : 'plain' });
      used += word.gap;
    }
    line.push(...word.spans);
    used += word.columns;
  }
  if (line.length > 0) lines.push(indented(line, lines.length === 0 ? first : rest));
  return lines;
}

/** A blank inside a run of one style belongs to the run. */
function styleAcross(line: Line, word: Word): Style {
  const style = word.spans[0]?.style ?? 'plain';
  return line.at(-1)?.style === style ? style : 'plain';
}

/** A line after so many blanks. */
export function indented(line: Line, columns: number): Line {
  return columns === 0 ? line : [blanks(columns), ...line];
}
