/** What is there, whether or not it is a finding: agents, servers, accounts, and the rest in numbers. */
import type { Verdict } from '../../model/common.ts';
import type { AgentFact, FactKind, FactOf, ServerFact } from '../../model/fact.ts';
import type { Report } from '../../model/report.ts';
import type { Style } from '../colour.ts';
import { indented, say, solid, wrap } from '../layout.ts';
import type { Line, Span } from '../layout.ts';
import { readable } from '../readable.ts';
import { table } from '../table.ts';
import type { Column } from '../table.ts';
import { day, plural } from '../words.ts';
import { more } from './page.ts';
import type { Page } from './page.ts';

/** Rows shown of one table. */
const shownRows = 40;

/** Agents, servers, accounts, and the rest in numbers. */
export function inventory(report: Report, page: Page): Line[] {
  return [
    ...agents(of(report, 'agent'), page),
    [],
    ...servers(of(report, 'server'), page),
    [],
    ...accounts(of(report, 'account'), page),
    [],
    ...others(report, page),
  ];
}

function of<K extends FactKind>(report: Report, kind: K): FactOf<K>[] {
  return report.facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}

/**
 * Agents as people think of them: what is installed for everybody is part of each user's, and only stands
 * for itself where nobody has used it.
 */
function perUser(all: AgentFact[]): AgentFact[] {
  const own = all.filter(({ user }) => user !== null);
  const shared = all.filter(({ user }) => user === null);
  const of = (one: AgentFact): AgentFact | undefined =>
    shared.find(({ tools }) => tools.join() === one.tools.join());
  return [
    ...own.map((one) => {
      const machine = of(one);
      if (machine === undefined) return one;
      const tiers = [...new Set([...machine.tiers, ...one.tiers])];
      return { ...one, tiers, version: one.version ?? machine.version };
    }),
    ...shared.filter(({ tools }) => !own.some((one) => one.tools.join() === tools.join())),
  ].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Agents that differ only in their user share a row. */
function agents(facts: AgentFact[], page: Page): Line[] {
  const all = perUser(facts);
  const row = (group: AgentFact[]): Span[] =>
    group
      .slice(0, 1)
      .flatMap((one) => [
        say(one.name, 'strong'),
        say(one.version ?? ''),
        say(page.verbose ? one.tiers.join(', ') : tier(one)),
        say(day(one.lastUsed ?? '')),
        say(one.verdict, verdictStyle[one.verdict]),
        say(page.users ? group.flatMap((each) => each.user ?? []).join(', ') : ''),
      ]);
  const same = Map.groupBy(all, ({ tools, name, version, tiers, lastUsed, verdict }) =>
    JSON.stringify([tools, name, version, tiers, day(lastUsed ?? ''), verdict]),
  );
  const columns = [
    { title: 'agent', least: 12, most: 32 },
    { title: 'version', least: 8, most: 16 },
    { title: 'evidence' },
    { title: 'last used' },
    { title: 'verdict' },
    { title: 'user', least: 8 },
  ];
  return section(
    { title: 'Agents', count: all.length, columns, items: [...same.values()], row, indent: 2 },
    page,
  );
}

/** How close to use an agent came; `only` where nothing shows that it is installed. */
function tier({ tiers }: AgentFact): string {
  const strongest = (['running', 'used', 'configured', 'installed'] as const).find((one) =>
    tiers.includes(one),
  );
  return `${strongest ?? 'none'}${tiers.includes('installed') ? '' : ' only'}`;
}

function servers(all: ServerFact[], page: Page): Line[] {
  const owner = (one: ServerFact): string => {
    const tools = one.tools.map(page.tool).join(', ');
    return page.users && one.user !== null ? `${tools} of ${one.user}` : tools;
  };
  const items = [...Map.groupBy(all, owner).values()].flat();
  const head = (one: ServerFact, previous: ServerFact | undefined): string | null =>
    previous !== undefined && owner(previous) === owner(one) ? null : owner(one);
  const columns = [
    { title: 'server', least: 10, most: 32 },
    { title: 'runs', least: 20 },
    { title: 'verdict' },
  ];
  return section(
    { title: 'MCP servers', count: all.length, columns, items, row: serverRow, indent: 4, head },
    page,
  );
}

function serverRow(server: ServerFact): Span[] {
  const threats = [...new Set(server.threats.map((threat) => threat.class))];
  const bad =
    server.verdict === 'denied' || threats.some((one) => one === 'malicious' || one === 'compromised');
  const state = server.load === 'active' ? [] : [server.load];
  const { identity } = server;
  return [
    say(server.name),
    identity === null ? say('cannot be told', 'warn') : solid(readable(identity)),
    say([server.verdict, ...threats, ...state].join(', '), bad ? 'bad' : verdictStyle[server.verdict]),
  ];
}

function accounts(all: FactOf<'account'>[], page: Page): Line[] {
  const row = (one: FactOf<'account'>): Span[] => [
    say(one.tools.map(page.tool).join(', '), 'strong'),
    say(one.tier, one.tier === 'corporate' ? 'good' : 'warn'),
    say(one.domain ?? ''),
    say(one.organisation ?? ''),
    say(one.plan ?? ''),
    say(page.users ? (one.user ?? '') : ''),
  ];
  const columns = [
    { title: 'account of', least: 12 },
    { title: 'kind' },
    { title: 'domain', least: 12 },
    { title: 'organisation', least: 12 },
    { title: 'plan', least: 6 },
    { title: 'user', least: 8 },
  ];
  return section({ title: 'Accounts', count: all.length, columns, items: all, row, indent: 2 }, page);
}

/** The kinds that are not listed, zeros included, so that none looks as if it had not been looked for. */
function others(report: Report, page: Page): Line[] {
  const credentials = of(report, 'credential');
  const plain = credentials.filter((one) => one.protection === 'plaintext').length;
  const parts = [
    plural(credentials.length, 'credential') + (credentials.length > 0 ? ` (${plain} in plaintext)` : ''),
    plural(of(report, 'extension').length, 'extension'),
    plural(of(report, 'profile').length, 'editor profile'),
    plural(of(report, 'permission').length, 'permission setting'),
    plural(of(report, 'endpoint').length, 'model endpoint'),
    plural(of(report, 'command').length, 'hook or helper command', 'hook and helper commands'),
    plural(of(report, 'instruction').length, 'instruction file'),
    plural(of(report, 'policy').length, 'managed policy', 'managed policies'),
    plural(of(report, 'workspace').length, 'workspace'),
  ];
  return [[say('Also seen', 'heading')], ...wrap([say(parts.join(', '))], page.prose, 2)];
}

/** A titled table of `items`, of which only those that are shown become rows. */
type Section<T> = {
  title: string;
  count: number;
  columns: Column[];
  items: T[];
  row: (item: T) => Span[];
  indent: number;
  /** A line of its own before each row that begins a group. */
  head?: (item: T, previous: T | undefined) => string | null;
};

function section<T>({ title, count, columns, items, row, indent, head }: Section<T>, page: Page): Line[] {
  const shown = page.verbose ? items : items.slice(0, shownRows);
  const { header, rows } = table(columns, shown.map(row), page, indent);
  const body = shown.flatMap((item, index): Line[] => {
    const group = head?.(item, shown[index - 1]) ?? null;
    return [
      ...(group === null ? [] : wrap([say(group, 'strong')], page.columns, 2, 4)),
      ...(rows[index] ?? []),
    ];
  });
  return [
    [say(`${title} (${count})`, 'heading')],
    ...(items.length > 0 ? [...header, ...body] : [indented([say('none found')], 2)]),
    ...more(items.length - shown.length, 2, page),
  ];
}

const verdictStyle: Record<Verdict, Style> = {
  approved: 'good',
  unapproved: 'warn',
  denied: 'bad',
  unverifiable: 'warn',
  unjudged: 'quiet',
};
