/**
 * One client's export: its files for each OS, and beside them what it would do with every server that a scan
 * has seen, so that nobody has to roll a policy out to find out.
 */
import type { Allowlist, Decision } from '../../model/allowlist.ts';
import { type Platform } from '../../model/common.ts';
import type { ServerFact } from '../../model/fact.ts';
import { toldServer } from '../hook.ts';
import { type Asked, forMachine, planFor } from './plan.ts';
import type { Judged, Made, OutFile, SeenServer, Target, Warning } from './target.ts';

export type Exporting = Omit<Asked, 'os' | 'tools'> & {
  list: Allowlist;
  stamp: string;
  seen: SeenServer[];
  platforms: Platform[];
  registryUrl: string | null;
  namespace: string;
  uuid: (seed: string) => string;
  /** What the list says of a server where it was seen. */
  verdict: (fact: ServerFact, host: string) => Decision;
};

/** What becomes of one server that was seen. */
export type Expected = {
  id: string;
  name: string;
  tools: string[];
  user: string | null;
  host: string;
  path: string;
  identity: string | null;
  /** Whether it was seen in this very client. */
  here: boolean;
  os: Platform;
  list: string;
  client: Judged['verdict'];
  row: string | null;
  why: string;
};

export type Exported = {
  target: Target;
  /** Below the output folder, the client's own folder included. */
  files: OutFile[];
  expected: Expected[];
  warnings: Warning[];
  install: string[];
  /** What to look at first: of its own servers, those that the list approves and the client would block. */
  blockedThough: number;
  /** Of all that were seen, those that it would let through and the list does not approve. */
  allowedThough: number;
};

function madeFor(target: Target, os: Platform, given: Exporting): Made & { planned: Warning[] } {
  const asked: Asked = { ...given, os, tools: target.tools };
  const plan = planFor(given.list, given.seen, asked);
  const client = { tools: target.tools, user: given.user };
  const list = forMachine(given.list);
  const made = target.make({
    plan,
    stamp: given.stamp,
    list: given.list,
    wider: given.wider,
    registryUrl: given.registryUrl,
    namespace: given.namespace,
    today: given.now.toISOString().slice(0, 10),
    uuid: (seed) => given.uuid(`${target.id} ${seed}`),
    hook: (told) => {
      const fact = toldServer(told, client, given.identifying);
      const why = 'its words cannot be told apart in one line';
      return fact === null ? { verdict: 'unverifiable', approval: null, why } : given.decide(list, fact);
    },
  });
  return { ...made, planned: plan.warnings };
}

function expectedOf(
  one: SeenServer,
  os: Platform,
  { judge }: Made,
  given: Exporting,
  target: Target,
): Expected {
  const { fact, host } = one;
  const { verdict, row, why } = judge(fact);
  return {
    id: fact.id,
    name: fact.name,
    tools: fact.tools,
    user: fact.user,
    host,
    path: fact.origin.path,
    identity: fact.identity,
    here: fact.tools.some((tool) => target.tools.includes(tool)),
    os,
    list: given.verdict(fact, host).verdict,
    client: verdict,
    row,
    why,
  };
}

function unique(all: Warning[]): Warning[] {
  const rank = ({ entry }: Warning): string => (entry === null ? '\uffff' : entry);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()].toSorted((one, other) =>
    rank(one) < rank(other) ? -1 : Number(rank(one) > rank(other)),
  );
}

/** The export for one client. Servers are judged by the rules for the OS that they were seen on. */
export function exportClient(target: Target, given: Exporting): Exported {
  const first = given.platforms[0]!;
  const needed = new Set([...given.platforms, ...given.seen.map(({ platform }) => platform ?? first)]);
  const made = new Map([...needed].map((os) => [os, madeFor(target, os, given)]));
  const of = (os: Platform): Made & { planned: Warning[] } => made.get(os)!;
  const expected = given.seen.map((one) => {
    const os = one.platform ?? first;
    return expectedOf(one, os, of(os), given, target);
  });
  return {
    target,
    files: given.platforms.flatMap((os) =>
      of(os).files.map((file) => ({ ...file, path: `${target.id}/${os}/${file.path}` })),
    ),
    expected,
    warnings: unique(given.platforms.flatMap((os) => [...of(os).planned, ...of(os).warnings])),
    install: [...new Set(given.platforms.flatMap((os) => of(os).install))],
    blockedThough: expected.filter((one) => one.here && one.list === 'approved' && one.client === 'blocked')
      .length,
    allowedThough: expected.filter((one) => one.list !== 'approved' && one.client === 'allowed').length,
  };
}
