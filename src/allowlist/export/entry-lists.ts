/**
 * `allowedMcpServers` and `deniedMcpServers`, the form that several clients share: a whole command, compared
 * word by word, or an URL in which `*` is any text. Rows by name are never written, since whoever edits a
 * configuration chooses its names.
 */
import type { ServerFact } from '../../model/fact.ts';
import type { Given, Judged, Plan, Row, Warning } from './target.ts';

export type ListEntry = { serverCommand: string[] } | { serverUrl: string };
/** An entry, and that of our list which it was made from. */
export type Listed = { entry: ListEntry; from: string };
export type Lists = { allowed: Listed[]; denied: Listed[]; warnings: Warning[] };

/** Approvals that a client can be told of at all; `wider` lets those through that say more. */
export function sayable(rows: Row[], wider: boolean): { rows: Row[]; warnings: Warning[] } {
  const limited = rows.filter(({ tools }) => tools !== null);
  const names = [...new Set(limited.map(({ entry }) => entry))];
  return {
    rows: wider ? rows : rows.filter(({ tools }) => tools === null),
    warnings: names.map((entry) => ({
      entry,
      about: 'tools',
      text: wider
        ? 'allows some MCP tools only, which the client cannot be told: all are let through'
        : 'allows some MCP tools only, which the client cannot be told; left out (--wider lets it through)',
    })),
  };
}

/** A pattern of ours with every wildcard as `*`. */
const starred = (url: string): string => url.replace(/\{[\w-]+\}/g, '*');

/** Wildcards that mean more to the client than to the list; `wider` is null where none is ever written. */
export function templates(
  rows: Row[],
  wider: boolean | null,
  means: string,
): { rows: Row[]; warnings: Warning[] } {
  const inner = rows.filter(({ way }) => 'url' in way && way.wild === 'template');
  const seen = (entry: string): number => rows.filter((one) => one.entry === entry && one.seen).length;
  return {
    rows: wider === true ? rows : rows.filter((one) => !inner.includes(one)),
    warnings: inner.map(({ entry, way }) => ({
      entry,
      about: 'template',
      text:
        `${'url' in way ? way.url : ''}: ${means}; ` +
        (wider === true
          ? 'let through all the same'
          : `left out; addresses that were seen (${seen(entry)}) stand for ` +
            `it${wider === null ? '' : ' (--wider lets all through)'}`),
    })),
  };
}

function allowedOf({ way, entry }: Row): Listed[] {
  if ('argv' in way) return [{ entry: { serverCommand: way.argv }, from: entry }];
  return [{ entry: { serverUrl: starred(way.url) }, from: entry }];
}

function deniedOf({ way, entry }: Row): Listed[] {
  if ('argv' in way) return [{ entry: { serverCommand: way.argv }, from: entry }];
  const bare = starred(way.url.replace(/[?#].*$/, ''));
  const all = bare.endsWith('*') ? [bare] : [bare, `${bare}?*`];
  return all.map((serverUrl) => ({ entry: { serverUrl }, from: entry }));
}

function unique(all: Listed[]): Listed[] {
  return [...new Map(all.map((one) => [JSON.stringify(one.entry), one])).values()];
}

/** Both lists of a plan. */
export function listsOf(plan: Plan, { wider }: Pick<Given, 'wider'>): Lists {
  const limited = sayable(plan.approve, wider);
  const exact = templates(
    limited.rows,
    wider,
    '"*" is any text to the client, also across labels and segments',
  );
  return {
    allowed: unique(exact.rows.flatMap(allowedOf)),
    denied: unique(plan.deny.flatMap(deniedOf)),
    warnings: [...limited.warnings, ...exact.warnings],
  };
}

/** How a client reads an URL, and whether it takes the case of its path for one. */
export type UrlReading = { read: (url: string) => string | null; anyCase: boolean };

/** Scheme and host in lower case without the port that goes without saying; the rest as it is written. */
export function destination(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname, search, protocol } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? `${origin}${pathname}${search}` : url;
}

function urlMeant(pattern: string, url: string, { read, anyCase }: UrlReading): boolean {
  const [wanted, found] = [read(pattern.replace(/\*$/, '')) ?? pattern, read(url)];
  if (found === null) return false;
  const [one, other] = anyCase ? [wanted.toLowerCase(), found.toLowerCase()] : [wanted, found];
  if (!pattern.includes('*')) return one === other;
  if (pattern.indexOf('*') === pattern.length - 1) return other.startsWith(one);
  const parts = starred(pattern)
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^?#]*')}$`, anyCase ? 'i' : '').test(found);
}

function means({ entry }: Listed, { command, args, url }: ServerFact, reading: UrlReading): boolean {
  if ('serverUrl' in entry)
    return command === null && url !== null && urlMeant(entry.serverUrl, url, reading);
  const argv = command === null ? null : [command, ...args];
  return argv !== null && argv.length === entry.serverCommand.length
    ? argv.every((one, index) => one === entry.serverCommand[index])
    : false;
}

/** What a client that compares so makes of a definition. A denial comes first. */
export function judgeByLists({ allowed, denied }: Lists, server: ServerFact, reading: UrlReading): Judged {
  const at = (list: Listed[]): number => list.findIndex((one) => means(one, server, reading));
  const no = at(denied);
  if (no !== -1)
    return { verdict: 'blocked', row: `deniedMcpServers[${no}]`, why: `a denial, by ${denied[no]!.from}` };
  const yes = at(allowed);
  if (yes !== -1)
    return { verdict: 'allowed', row: `allowedMcpServers[${yes}]`, why: `by ${allowed[yes]!.from}` };
  const kind = server.command === null ? 'serverUrl' : 'serverCommand';
  return { verdict: 'blocked', row: null, why: `no ${kind} is equal to it` };
}

/** The warnings that all clients of this form share. */
export function formWarnings(title: string): Warning[] {
  return [
    {
      entry: null,
      about: 'not-compared',
      text:
        `${title} compares command and arguments, or the URL: not variables (NODE_OPTIONS, a registry's ` +
        'address), headers, a user in the URL, or the folder it starts in. Scans still report those',
    },
  ];
}
