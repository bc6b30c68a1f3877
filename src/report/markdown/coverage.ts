/** What was looked at, and what could not be. */
import { reasonInWords, unseenHomes, unseenPlaces } from '../places.ts';
import { plural } from '../words.ts';
import { cell, code, prose, proseCell, table } from './text.ts';
import type { View } from '../view.ts';

/** Places told; the rest is a number. */
const shownGaps = 500;

function* unseen(view: View): Generator<string> {
  const homes = unseenHomes(view.report).map((home) => `${code(home.path)}: home, ${prose(home.status)}`);
  const gaps = unseenPlaces(view.report).map(({ origin, reason }) => {
    const line = origin.line === undefined ? '' : `:${origin.line}`;
    return `${code(`${view.path(origin.path)}${line}`)}: ${reasonInWords(reason)}`;
  });
  const all = [...homes, ...gaps];
  if (all.length === 0) return;
  yield `\nCould not be seen:\n\n`;
  for (const one of all.slice(0, shownGaps)) yield `- ${one}\n`;
  if (all.length > shownGaps) yield `- and ${all.length - shownGaps} more, which the JSON report has\n`;
}

/** Tools by status, those that are absent as a number, and every gap. */
export function* coverage(view: View): Generator<string> {
  const { coverage: rows } = view.report;
  const present = rows.filter(({ status }) => status !== 'absent');
  const tools = new Set(rows.map(({ tool }) => tool));
  const found = new Set(present.map(({ tool }) => tool));
  const absent = tools.size - found.size;
  yield '\n## Coverage\n\n';
  yield tools.size === 0
    ? 'No tool was looked for.\n'
    : `${plural(tools.size, 'tool')} looked for, ${absent} of them absent.\n`;
  const user = view.users ? ['user'] : [];
  if (present.length > 0)
    yield* table(
      ['tool', 'status', 'files', 'why', ...user],
      present.map((row) => [
        proseCell(view.tool(row.tool)),
        row.status,
        String(row.sources),
        proseCell((row.reason ?? '').split(', ').map(reasonInWords).join('; ')),
        ...(view.users ? [cell(row.user ?? '')] : []),
      ]),
    );
  yield* unseen(view);
}
