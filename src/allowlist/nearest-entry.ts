/** The approval that comes closest to a server, and what keeps it from being one. It decides nothing. */
import { runs } from '../identity/package-of.ts';
import type { Allowlist, AllowlistEntry } from '../model/allowlist.ts';
import type { ServerFact } from '../model/fact.ts';
import { nearest } from '../parse/nearest.ts';
import { doubtInWords, openDoubts, unaccepted } from './doubts.ts';
import { type Entry, subjectOf } from './entry.ts';
import { approves } from './match-server.ts';
import { type Sides, sidesOf } from './match.ts';
import { isInScope } from './scope.ts';

export type Near = { entry: string; subject: string; differs: string };
/** The lower the closer; null for no relation. */
type Miss = { rank: number; differs: string } | null;

const listed = (words: string[]): string => words.join(', ');

/** Why an entry that means what would run does not approve it. */
function held(one: Entry, fact: ServerFact, host: string): string {
  const { clients, users, hosts } = one.entry;
  const scope = isInScope(one.entry, 'approve', fact, host)
    ? []
    : [
        ...(clients ? [`it is for the clients ${listed(clients)}`] : []),
        ...(users ? [`for the users ${listed(users)}`] : []),
        ...(hosts ? [`on the hosts ${listed(hosts)}`] : []),
      ];
  const doubts = [...openDoubts(fact.doubts), ...unaccepted(one.entry, fact).map(doubtInWords)];
  return [
    ...scope,
    ...(one.expired ? [`it expired on ${one.expires?.slice(0, 10)}`] : []),
    ...doubts.map((doubt) => `nothing of the entry, but the definition is in doubt: ${doubt}`),
  ].join('; ');
}

/** The part of a name that says most: behind scope and owner. */
const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function packageMiss(one: Entry, fact: ServerFact): Miss {
  const found = runs(fact);
  const [type, name] = [one.key!.slice(0, one.key!.indexOf(':')), one.key!.slice(one.key!.indexOf(':') + 1)];
  const first = fact.package;
  if (first !== null && one.key === `${first.type}:${first.name}`) {
    return { rank: 2, differs: `it means the bridge itself; what runs behind it is ${fact.identity}` };
  }
  if (found === null) return null;
  if (found.name === name)
    return { rank: 2, differs: `it is for ${type}, the definition runs ${found.type}` };
  const close =
    nearest(found.name, [name]) !== null || nearest(lastPart(found.name), [lastPart(name)]) !== null;
  return close ? { rank: 3, differs: `it names ${name}, the definition runs ${found.name}` } : null;
}

function urlMiss({ url }: Entry, { identity }: ServerFact): Miss {
  if (url === null || identity === null || !URL.canParse(identity)) return null;
  const { protocol, port, hostname, pathname } = new URL(identity);
  const [host, transport] = [url.labels.join('.'), `${protocol}${port}`];
  if (host !== hostname) {
    const close = nearest(hostname, [host]) !== null;
    return close ? { rank: 3, differs: `its host is ${host}, the definition's ${hostname}` } : null;
  }
  if (transport !== url.transport)
    return { rank: 2, differs: `scheme or port differ: ${url.transport} and ${transport}` };
  const path = `/${[...url.segments, ...(url.rest ? ['*'] : [])].join('/')}`;
  return { rank: 2, differs: `its path is ${path}, the definition's ${pathname}` };
}

const baseName = (path: string): string =>
  path
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.(exe|cmd|bat)$/i, '')
    .toLowerCase();

function commandMiss({ command = '', args }: AllowlistEntry, fact: ServerFact): Miss {
  const real = fact.identity?.startsWith('command:') ? fact.identity.slice('command:'.length) : null;
  const written = [fact.command, real].filter((one) => one !== null);
  const same = written.find((one) => baseName(one) === baseName(command));
  if (same === undefined) return null;
  if (same !== command) return { rank: 2, differs: `it names ${command}, the definition ${same}` };
  if (args === undefined) return { rank: 2, differs: 'it names the program and not what the program runs' };
  return {
    rank: 2,
    differs: `its arguments are ${JSON.stringify(args)}, the definition's ${JSON.stringify(fact.args)}`,
  };
}

function missOf(one: Entry, fact: ServerFact, host: string): Miss {
  // What an entry means apart from doubts, which are told as such.
  const plain = { ...fact, doubts: fact.doubts.filter((doubt) => openDoubts([doubt]).length === 0) };
  const fit = approves(one, plain);
  if (fit === true) return { rank: 0, differs: held(one, fact, host) };
  if (fit !== false) return { rank: 1, differs: fit };
  if (one.entry.command !== undefined) return commandMiss(one.entry, fact);
  return one.key === null ? urlMiss(one, fact) : packageMiss(one, fact);
}

function closest({ approve, host }: Sides, fact: ServerFact): Near | null {
  const servers = approve.filter((one) => one.key !== null || one.url !== null || one.entry.command);
  const near = servers
    .filter(({ entry }) => entry.endpoint === undefined)
    .flatMap((one) => {
      const miss = missOf(one, fact, host);
      return miss === null ? [] : [{ one, ...miss }];
    })
    .toSorted((a, b) => a.rank - b.rank)[0];
  return near ? { entry: near.one.name, subject: subjectOf(near.one), differs: near.differs } : null;
}

/** The nearest approval of a server that is not approved; null when none is near. */
export function nearestEntry(list: Allowlist, fact: ServerFact, now: Date, host: string): Near | null {
  return closest(sidesOf(list, now, host), fact);
}
