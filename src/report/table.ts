/**
 * Tables. A cell that does not fit loses its middle to an ellipsis, and only in columns that say so; a page
 * too narrow for that gets a block of lines for each row instead, with nothing left out.
 */
import { between, blanks, indented, say, wrap } from './layout.ts';
import type { Line, Span } from './layout.ts';
import { middle, width } from './width.ts';

/**
 * A column of a table. `least` says how narrow it may get by leaving out the middle of its cells, and `most`
 * how wide it may get at all, so that one long name does not tear a table apart.
 */
export type Column = { title: string; least?: number; most?: number };
export type Table = { header: Line[]; rows: Line[][] };

const gap = 2;

/**
 * Lays out rows as a table. Where that does not fit, each row becomes a small block without a header: its
 * first cell, and the others below it.
 */
export function table(
  columns: Column[],
  rows: Span[][],
  page: { columns: number; ellipsis: string; dot: string },
  indent: number,
): Table {
  const used = columns.map((_column, index) => rows.some((row) => (row[index]?.text ?? '') !== ''));
  const kept = columns.filter((_column, index) => used[index]);
  const cells = rows.map((row) => row.filter((_cell, index) => used[index]));
  const widths = fit(kept, cells, page.columns - indent - gap * (kept.length - 1));
  if (widths === null) return { header: [], rows: cells.map((row) => stacked(row, page, indent)) };
  const titles = kept.map((column) => say(column.title, 'quiet'));
  const lay = (row: Span[]): Line => {
    const last = row.findLastIndex((cell) => cell.text !== '');
    const line = row.slice(0, last + 1).flatMap((cell, index): Span[] => {
      const room = widths[index] ?? 0;
      const text = middle(cell.text, room, page.ellipsis);
      return index === last ? [{ ...cell, text }] : [{ ...cell, text }, blanks(room - width(text) + gap)];
    });
    return indented(line, indent);
  };
  return { header: [lay(titles)], rows: cells.map((row) => [lay(row)]) };
}

/** Widths that fit into `room`, taken from the widest columns that may shrink; null when they cannot. */
function fit(columns: Column[], rows: Span[][], room: number): number[] | null {
  const widths = columns.map((column, index) => {
    const widest = rows.reduce(
      (most, row) => Math.max(most, width(row[index]?.text ?? '')),
      width(column.title),
    );
    return Math.min(widest, column.most ?? Infinity);
  });
  const least = columns.map((column, index) => Math.min(widths[index] ?? 0, column.least ?? Infinity));
  if (sum(least) > room) return null;
  for (let over = sum(widths) - room; over > 0; over--) {
    let widest = -1;
    for (const [index, one] of widths.entries())
      if (one > (least[index] ?? 0) && one > (widths[widest] ?? 0)) widest = index;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function stacked(row: Span[], page: { columns: number; dot: string }, indent: number): Line[] {
  const [head, ...others] = row.filter((cell) => cell.text !== '');
  if (head === undefined) return [];
  return [
    ...wrap([head], page.columns, indent, indent + 4),
    ...wrap(
      between(
        others.map((cell) => [cell]),
        ` ${page.dot} `,
        'quiet',
      ),
      page.columns,
      indent + 2,
      indent + 2,
    ),
  ];
}
