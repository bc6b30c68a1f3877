/**
 * What of a list a client could be told at all. Every way that is let through is put to the list itself
 * first, as a definition of that client: nothing gets in that the list would not approve, and a denial for
 * some users or hosts counts for all, since the files are for a whole machine.
 */
import { identify } from '../../identity/identify.ts';
import { runs } from '../../identity/package-of.ts';
import type { Allowlist, AllowlistEntry, Decision } from '../../model/allowlist.ts';
import type { Platform } from '../../model/common.ts';
import type { ServerFact } from '../../model/fact.ts';
import { Secret } from '../../secrets/secret.ts';
import { entriesOf } from '../entry.ts';
import { type Identifying, factOf } from '../import-managed.ts';
import { urlTemplate } from '../url-template.ts';
import { wildcards } from '../wildcard.ts';
import { extensionsOf } from './extensions.ts';
import { listWarnings, entryWarning } from './list-warnings.ts';
import type { Plan, Row, SeenServer, Warning, Way } from './target.ts';
import { type Unwritable, addresses, fitsOs, isWay, nameFor, spellings, wayOf } from './ways.ts';

export type Asked = {
  os: Platform;
  /** Ids of the client's tools. */
  tools: string[];
  now: Date;
  /** The user and host that the files are for; entries for others are left out. */
  user: string | null;
  host: string;
  wider: boolean;
  /** What the list and the known threats say of a definition, on the host that the files are for. */
  decide: (list: Allowlist, fact: ServerFact) => Decision;
  identifying: Identifying;
};

/** The list as it holds for a whole machine: denials for some of its users are for all. */
export function forMachine(list: Allowlist): Allowlist {
  return { ...list, deny: list.deny.map(({ users: _, hosts: __, ...entry }) => entry) };
}

/** A way as a definition of the client. */
function definitionOf(way: Way, { tools, user, identifying }: Asked): ServerFact {
  const [command, args, url] =
    'argv' in way ? [way.argv[0] ?? '', way.argv.slice(1), null] : [null, [], way.url];
  const known = identify(
    {
      command: command === null ? null : new Secret(command),
      args: args.map((one) => new Secret(one)),
      url: url === null ? null : new Secret(url),
      env: [],
    },
    identifying.rules,
    identifying.secrets,
  );
  return { ...factOf(known), transport: url === null ? 'stdio' : 'http', tools, user };
}

const rowOf = (entry: string, way: Way, name: string, fact: ServerFact | null): Row => ({
  entry,
  way,
  runs: fact === null ? null : runs(fact),
  names: [name],
  seen: false,
  here: false,
  tools: null,
  envNames: [],
  headerNames: [],
  transport: 'argv' in way ? 'stdio' : 'http',
});

type Answer = { here: ServerFact } & Pick<Decision, 'verdict' | 'approval'>;
type Sided = { side: 'approve' | 'deny'; row: Row };

/**
 * What was seen, with what it would run read from its words once more: a report may come from a machine
 * whose user would like to approve something, and says of itself what it likes. Doubts only add up.
 */
function readAnew(fact: ServerFact, way: Way, asked: Asked): ServerFact {
  const known = definitionOf(way, asked);
  const doubts = [...new Set([...fact.doubts, ...known.doubts])].toSorted();
  return { ...known, doubts, ...(fact.programs && { programs: fact.programs }) };
}

/** What was seen, as far as the list approves or denies it in this client. */
function seenRows(seen: SeenServer[], list: Allowlist, asked: Asked): { rows: Sided[]; warnings: Warning[] } {
  const rows: Sided[] = [];
  const warnings: Warning[] = [];
  const ask = (fact: ServerFact, way: Way | Unwritable): Answer => {
    const here = isWay(way) ? readAnew(fact, way, asked) : { ...fact, tools: asked.tools, user: asked.user };
    const { verdict, approval } = asked.decide(list, here);
    return { here, verdict, approval };
  };
  const answers = new Map<string, Answer>();
  const known = new Map(entriesOf(list, 'approve', asked.now).map((one) => [one.name, one.entry]));
  for (const { fact } of seen) {
    const way = wayOf(fact);
    // A fleet has the same definition thousands of times.
    const key = JSON.stringify([way, fact.identity, fact.doubts, fact.programs]);
    const { here, verdict, approval } = answers.get(key) ?? ask(fact, way);
    answers.set(key, { here, verdict, approval });
    if (approval === null || (verdict !== 'approved' && verdict !== 'denied')) continue;
    if (!isWay(way)) {
      if (verdict === 'approved')
        warnings.push({
          entry: approval.entry,
          about: way.about,
          text: `${JSON.stringify(fact.name)} is approved and left out: ${way.why}`,
        });
      continue;
    }
    if ('argv' in way && !fitsOs(way.argv, asked.os)) continue;
    if (verdict === 'approved' && known.get(approval.entry)?.sha256 !== undefined && !asked.wider) continue;
    rows.push({
      side: verdict === 'approved' ? 'approve' : 'deny',
      row: {
        ...rowOf(approval.entry, way, fact.name, here),
        seen: true,
        here: fact.tools.some((tool) => asked.tools.includes(tool)),
        tools: approval.tools ?? null,
        envNames: fact.envNames,
        headerNames: fact.headerNames,
        transport: fact.transport,
      },
    });
  }
  return { rows, warnings };
}

/** Whether a denial may mean a part of what an URL pattern lets through. */
function isCut(url: string, list: Allowlist): boolean {
  const one = urlTemplate(url);
  if (typeof one === 'string') return true;
  return list.deny.some((denial) => {
    const other = denial.url === undefined ? null : urlTemplate(denial.url);
    if (other === null || typeof other === 'string' || other.transport !== one.transport) return false;
    return wildcards(one.labels, other.labels) || wildcards(other.labels, one.labels);
  });
}

/** A definition that a pattern means, to ask the list with. */
const sampleOf = (way: Way): Way =>
  'argv' in way || way.wild === 'none' ? way : { url: way.url.replace(/\{[\w-]+\}|\*/g, 'x'), wild: 'none' };

/** The ways of one approval that the list says yes to, by this entry. */
function spelledRows(entry: AllowlistEntry, name: string, list: Allowlist, asked: Asked): Row[] {
  if (entry.sha256 !== undefined && !asked.wider) return [];
  const { sha256: _, ...unhashed } = entry;
  const one = asked.wider ? unhashed : entry;
  const asList = asked.wider
    ? { ...list, approve: list.approve.map(({ sha256: __, ...each }) => each) }
    : list;
  const ways: Way[] = [
    ...spellings(one, asked.os).map((argv) => ({ argv })),
    ...(one.url === undefined ? [] : addresses(one.url)),
  ];
  return ways.flatMap((way) => {
    if ('url' in way && way.wild !== 'none' && isCut(way.url, list) && !asked.wider) return [];
    const sample = definitionOf(sampleOf(way), asked);
    const { verdict, approval } = asked.decide(asList, sample);
    if (verdict !== 'approved' || approval === null) return [];
    return [{ ...rowOf(name, way, nameFor(entry), sample), tools: approval.tools ?? null }];
  });
}

/** A denial in a client's words: a server is denied with every query, and in the usual spellings. */
function denialRows(entry: AllowlistEntry, name: string, list: Allowlist, asked: Asked): Row[] {
  const lines = spellings(entry.version === undefined ? { ...entry, allowUnpinned: true } : entry, asked.os);
  const commands = lines
    .map((argv): Way => ({ argv }))
    .filter((way) => asked.decide(list, definitionOf(way, asked)).verdict === 'denied');
  const urls = entry.url === undefined ? [] : addresses(entry.url);
  return [...commands, ...urls].map((way) => rowOf(name, way, nameFor(entry), null));
}

/** Rows of the same way are one, with all names. */
function united(rows: Row[]): Row[] {
  return [...Map.groupBy(rows, ({ way }) => JSON.stringify(way)).values()].map((same) => {
    const seen = same.filter((one) => one.seen);
    const named = seen.length > 0 ? seen : same;
    const all = (read: (one: Row) => string[]): string[] => [...new Set(named.flatMap(read))].toSorted();
    return {
      ...same[0]!,
      ...seen[0],
      here: same.some(({ here }) => here),
      names: all(({ names }) => names),
      envNames: all(({ envNames }) => envNames),
      headerNames: all(({ headerNames }) => headerNames),
    };
  });
}

/** What there is to say to one client on one OS. */
export function planFor(given: Allowlist, seen: SeenServer[], asked: Asked): Plan {
  const list = forMachine(given);
  const fromScan = seenRows(seen, list, asked);
  const approvals = entriesOf(list, 'approve', asked.now).filter(({ expired }) => !expired);
  const spelled = approvals.map((one) => ({ one, rows: spelledRows(one.entry, one.name, list, asked) }));
  const denials = entriesOf(list, 'deny', asked.now).filter(({ expired }) => !expired);
  const rowsOf = (side: Sided['side']): Row[] =>
    fromScan.rows.filter((one) => one.side === side).map(({ row }) => row);
  const approve = united([...rowsOf('approve'), ...spelled.flatMap(({ rows }) => rows)]);
  const deny = united([
    ...rowsOf('deny'),
    ...denials.flatMap(({ entry, name }) => denialRows(entry, name, list, asked)),
  ]);
  const byEntry = Map.groupBy(approve, ({ entry }) => entry);
  const told = approvals.flatMap((one) => entryWarning(one, byEntry.get(one.name) ?? [], asked));
  return {
    os: asked.os,
    approve,
    deny,
    extensions: extensionsOf(list, asked),
    warnings: [...listWarnings(given, asked), ...told, ...fromScan.warnings],
  };
}
