/** What was looked at, and what could not be: tools by status, then every place that was not seen. */
import type { Coverage, Report } from '../../model/report.ts';
import { between, say, solid, wrap } from '../layout.ts';
import type { Line, Span } from '../layout.ts';
import { reasonInWords, unseenHomes, unseenPlaces } from '../places.ts';
import { plural } from '../words.ts';
import { afterLabel, more } from './page.ts';
import type { Page } from './page.ts';

/** Lines shown of tools with gaps, and of places that could not be seen. */
const shownGaps = 12;

/** Tools found, tools with gaps and why, how many are absent, and every gap. */
export function coverage(report: Report, page: Page): Line[] {
  const tools = [...Map.groupBy(report.coverage, (one) => one.tool)];
  const found = tools.filter(([, rows]) => rows.some((one) => one.status === 'found' || one.sources > 0));
  const absent = tools.filter(([, rows]) => rows.every((one) => one.status === 'absent'));
  const lacking = report.coverage.filter((one) => one.status !== 'found' && one.status !== 'absent');
  const shown = page.verbose ? lacking.length : shownGaps;
  const gaps = `${new Set(lacking.map((one) => one.tool)).size || 'none'} with gaps`;
  const looked = `${plural(tools.length, 'tool')} looked for`;
  const total = `${looked}: ${found.length} found, ${gaps}, ${absent.length} absent.`;
  return [
    [say('Coverage', 'heading')],
    ...wrap([tools.length === 0 ? say('No tool was looked for.', 'warn') : say(total)], page.prose, 2),
    ...row(
      'found',
      found.map(([tool, rows]) => foundTool(tool, rows, page)),
      page,
    ),
    ...lacking.slice(0, shown).flatMap((one) => row(one.status, [lackingTool(one, page)], page)),
    ...more(lacking.length - shown, 2, page),
    ...(page.verbose
      ? row(
          'absent',
          absent.map(([tool]) => [solid(page.tool(tool))]),
          page,
        )
      : []),
    ...unseen(report, page),
  ];
}

const longestStatus = 'unreadable'.length;

function row(status: string, parts: Span[][], page: Page): Line[] {
  if (parts.length === 0) return [];
  const head = solid(status, status === 'found' || status === 'absent' ? 'quiet' : 'warn');
  const gap = afterLabel(longestStatus - status.length + 2, page);
  return wrap([head, gap, ...between(parts, ', ')], page.prose, 2, page.narrow ? 4 : longestStatus + 4);
}

/** Name and number of sources. */
function foundTool(tool: string, rows: Coverage[], page: Page): Span[] {
  const sources = rows.reduce((sum, one) => sum + one.sources, 0);
  return [solid(page.tool(tool)), say(' '), solid(`(${plural(sources, 'file')})`, 'quiet')];
}

function lackingTool(one: Coverage, page: Page): Span[] {
  const user = page.users && one.user !== null ? ` of ${one.user}` : '';
  const reason = one.reason === undefined ? '' : `: ${one.reason.split(', ').map(reasonInWords).join('; ')}`;
  return [solid(page.tool(one.tool)), say(`${user}${reason}`)];
}

function unseen(report: Report, page: Page): Line[] {
  const homes = unseenHomes(report).map((home) => [
    solid(home.path, 'place'),
    say(`  home, ${home.status}`, 'warn'),
  ]);
  const gaps = unseenPlaces(report).map(({ origin, reason }) => [
    ...page.place(origin),
    say(`  ${reasonInWords(reason)}`, 'warn'),
  ]);
  const all = [...homes, ...gaps];
  if (all.length === 0) return [];
  const shown = page.verbose ? all.length : shownGaps;
  return [
    [],
    ...wrap([say('Could not be seen:', 'warn')], page.prose, 2),
    ...all.slice(0, shown).flatMap((one) => wrap(one, page.columns, 4, 6)),
    ...more(all.length - shown, 4, page),
  ];
}
