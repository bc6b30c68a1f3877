/** What every part of the human report needs to know of the page, the machine and its names. */
import type { Origin } from '../../model/common.ts';
import type { Report } from '../../model/report.ts';
import { blanks, say, solid, wrap } from '../layout.ts';
import type { Line, Span } from '../layout.ts';
import type { ReportOptions } from '../options.ts';
import { labelledHomes, shortPath, shortPaths, toolNames, usersOf } from '../places.ts';

export type Page = {
  /** Columns of the terminal, and of running text, which is hard to read when it is wider. */
  columns: number;
  prose: number;
  verbose: boolean;
  /** Too narrow for text beside labels. */
  narrow: boolean;
  ellipsis: string;
  dot: string;
  arrow: string;
  /** Whether there is more than one user to tell apart. */
  users: boolean;
  /** Name of a tool, or its id where no agent fact tells the name. */
  tool(id: string): string;
  /** A path with `~` for the home, or `~user` where there are several. */
  path(path: string): string;
  /** A sentence with the paths in it written so. */
  text(text: string): string;
  /** Where something is: path and line, or the place within a file that has no lines. */
  place(origin: Origin): Span[];
};

const usualColumns = 80;
const leastColumns = 24;
const proseColumns = 100;
const narrowColumns = 60;

/** The page for a report. */
export function pageFor(report: Report, options: ReportOptions): Page {
  const wanted = Number.isFinite(options.columns) && options.columns > 0 ? options.columns : usualColumns;
  const columns = Math.max(leastColumns, Math.floor(wanted));
  const homes = labelledHomes(report);
  const path = shortPath(homes);
  return {
    columns,
    prose: Math.min(columns, proseColumns),
    verbose: options.verbose,
    narrow: columns < narrowColumns,
    ellipsis: options.unicode ? '…' : '...',
    dot: options.unicode ? '·' : '|',
    arrow: options.unicode ? '→' : '->',
    users: usersOf(report).length > 1,
    tool: toolNames(report),
    path,
    text: shortPaths(homes),
    place: (origin) => place(origin, path(origin.path)),
  };
}

function place(origin: Origin, path: string): Span[] {
  if (origin.line !== undefined) return [solid(`${path}:${origin.line}`, 'place')];
  if (origin.pointer === undefined || origin.pointer === '') return [solid(path, 'place')];
  return [solid(path, 'place'), say(' '), solid(origin.pointer, 'quiet')];
}

/** The line that says how much of a list was cut off; nothing where nothing was. */
export function more(rest: number, indent: number, page: Page): Line[] {
  return rest > 0 ? wrap([say(`and ${rest} more (--verbose shows all)`, 'quiet')], page.prose, indent) : [];
}

/** The space between a label and what it labels; a narrow page may break the line there. */
export function afterLabel(columns: number, page: Page): Span {
  return page.narrow ? say('  ') : blanks(columns);
}
