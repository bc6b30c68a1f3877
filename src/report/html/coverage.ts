/** What was looked at, and every place that could not be. */
import { reasonInWords, unseenHomes, unseenPlaces } from '../places.ts';
import type { View } from '../view.ts';
import { plural } from '../words.ts';
import { type Markup, mark } from './markup.ts';
import { nameTag, tableHead } from './tags.ts';

/** Rows of each list; the rest is a number. */
const shownRows = 2_000;

const statusClass: Record<string, string> = { found: 'good' };

function rows(view: View): Markup[] {
  return view.report.coverage
    .filter(({ status }) => status !== 'absent')
    .map(
      ({ tool, user, status, sources, reason = '' }) =>
        mark`<tr><td>${view.tool(tool)}</td>
<td><span class="tag ${statusClass[status] ?? 'high'}">${status}</span></td>
<td>${sources}</td><td>${reason.split(', ').map(reasonInWords).join('; ')}</td>${
          view.users ? mark`<td>${user ?? ''}</td>` : null
        }</tr>
`,
    );
}

function unseen(view: View): Markup[] {
  const homes = unseenHomes(view.report).map(
    ({ path, status }) => mark`<li><code>${path}</code> home, ${status}</li>\n`,
  );
  const gaps = unseenPlaces(view.report).map(({ origin, reason }) => {
    const line = origin.line === undefined ? '' : `:${origin.line}`;
    return mark`<li><code>${view.path(origin.path)}${line}</code> ${reasonInWords(reason)}</li>\n`;
  });
  return [...homes, ...gaps];
}

function* cut(all: Markup[]): Generator<string> {
  for (const one of all.slice(0, shownRows)) yield one.markup;
}

function more(all: Markup[]): string {
  const left = all.length - shownRows;
  return left > 0 ? mark`<p>and ${left} more, which the JSON report has.</p>\n`.markup : '';
}

/** The section. */
export function* coverage(view: View): Generator<string> {
  const all = view.report.coverage;
  const ids = [...new Set(all.map(({ tool }) => tool))];
  const present = new Set(all.filter(({ status }) => status !== 'absent').map(({ tool }) => tool));
  const absent = ids.filter((id) => !present.has(id));
  yield mark`<h2 id="coverage">Coverage</h2>
<p>${
    ids.length === 0
      ? 'No tool was looked for.'
      : `${plural(ids.length, 'tool')} looked for, ${absent.length} of them absent.`
  }</p>
`.markup;
  const missed = unseen(view);
  if (missed.length > 0) {
    yield mark`<h3>Could not be seen (${missed.length})</h3>\n<ul class="small">\n`.markup;
    yield* cut(missed);
    yield `</ul>\n${more(missed)}`;
  }
  const found = rows(view);
  if (found.length > 0) {
    const head = ['tool', 'status', 'files', 'why', ...(view.users ? ['user'] : [])];
    yield tableHead(head).markup;
    yield* cut(found);
    yield `</tbody></table></div>\n${more(found)}`;
  }
  if (absent.length > 0)
    yield mark`<details class="group"><summary><h3>Absent (${absent.length})</h3></summary>
<p class="about">${absent.map((id) => mark`${nameTag(view.tool(id))} `)}</p></details>
`.markup;
}
