/**
 * What findings can be narrowed to: numbers for tools and users, so that no name is a value of an
 * attribute.
 */
import type { Finding, Report } from '../../model/report.ts';
import { severities } from '../../model/words.ts';
import { counts } from '../severity.ts';
import type { View } from '../view.ts';
import { type Markup, mark } from './markup.ts';

export type Filters = { tools: Map<string, string>; users: Map<string, string> };

/** Tools and users that findings speak of, each with its number. */
export function filtersOf(report: Report): Filters {
  const tools = [...new Set(report.findings.flatMap((one) => one.tools))].toSorted();
  const users = [...new Set(report.findings.flatMap(({ user }) => user ?? []))].toSorted();
  return {
    tools: new Map(tools.map((tool, index) => [tool, `t${index}`])),
    users: new Map(users.map((user, index) => [user, `u${index}`])),
  };
}

/** What became of a finding, in one word. */
export function stateOf({ waiver, state }: Finding): 'waived' | 'resolved' | 'new' | 'open' {
  if (state === 'resolved') return 'resolved';
  return waiver === undefined ? state : 'waived';
}

function select(name: string, label: string, options: [string, string][]): Markup | null {
  if (options.length < 2) return null;
  return mark`<label><span class="small soft">${label}</span>
<select data-filter="${name}"><option value="">all</option>${options.map(
    ([value, text]) => mark`<option value="${value}">${text}</option>`,
  )}</select></label>
`;
}

/** The bar above the findings. It is hidden until the script has something to answer it with. */
export function toolbar({ report, tool }: View, { tools, users }: Filters): Markup {
  const present = counts(report.findings).map(({ severity }) => severity);
  const states = ['new', 'open', 'waived', 'resolved'].filter((state) =>
    report.findings.some((one) => stateOf(one) === state),
  );
  const named = [...tools].map(([id, value]): [string, string] => [value, tool(id)]);
  return mark`<div class="tools" hidden role="search">
<input type="search" id="search" placeholder="Search findings" aria-label="Search findings"
 autocomplete="off">
<span role="group" aria-label="Severities">${severities
    .filter((severity) => present.includes(severity))
    .map(
      (severity) =>
        mark`<button type="button" class="small" data-severity="${severity}"
 aria-pressed="true">${severity}</button> `,
    )}</span>
${select(
  'tools',
  'Tool',
  named.toSorted((a, b) => (a[1] < b[1] ? -1 : 1)),
)}
${select(
  'user',
  'User',
  [...users].map(([user, value]): [string, string] => [value, user]),
)}
${select(
  'state',
  'State',
  states.map((state): [string, string] => [state, state]),
)}
<button type="button" class="small" id="reset">Reset</button>
<span class="small soft" id="count" role="status"></span>
<span class="small soft"><kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> next, previous <kbd>e</kbd> expand
<kbd>Esc</kbd> reset</span>
</div>
`;
}
