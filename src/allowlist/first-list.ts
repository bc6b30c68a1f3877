/**
 * A first list of what was seen, for people to review: what can be approved as entries, all else as comments
 * with the reason. What is known to be malicious is told of and never proposed.
 */
import { runs } from '../identity/package-of.ts';
import type { AllowlistEntry } from '../model/allowlist.ts';
import type { Fact, FactOf, ServerFact } from '../model/fact.ts';
import { doubtInWords, isLocal, openDoubts, unaccepted } from './doubts.ts';
import { isAbsolute } from './command.ts';
import { entryFlaws } from './entry-flaws.ts';
import { isWholeImage } from './package.ts';

/** Facts of one machine. */
export type Machine = { host: string; facts: Fact[] };
/** An entry, or null with the reason why there can be none. */
export type Proposal = { entry: AllowlistEntry; notes: string[] } | { entry: null; notes: string[] };

const bad = /^(?:malicious|compromised)$/;
const hiddenPart = '…';

function localEntry(fact: ServerFact): Proposal {
  const { command, args, identity } = fact;
  const real = identity?.slice('command:'.length) ?? '';
  if (command === null) return { entry: null, notes: ['it has no command'] };
  if (/[\\/]/.test(command) && !isAbsolute(command))
    return { entry: null, notes: ['its path depends on the folder that it is started in'] };
  if (real !== command && /[\\/.]/.test(real) && !isAbsolute(real) && !/^[~$%]/.test(real))
    return { entry: null, notes: ['what it runs depends on the folder that it is started in'] };
  if (args.some((one) => one.includes('*')))
    return { entry: null, notes: ['an argument holds "*", which would stand for any text in a list'] };
  const hidden = args.some((one) => one.includes(hiddenPart));
  const patterns = args.map((one) => one.replace(/\S*…\S*/g, (part) => part.replace(/[^=:]*…[^=:]*/, '*')));
  return {
    entry: { command, args: patterns },
    notes: hidden ? ['"*" stands where a secret is: move it out of the arguments'] : [],
  };
}

function packageEntry(fact: ServerFact): Proposal {
  const found = runs(fact);
  if (found === null) return { entry: null, notes: ['nothing tells what would run'] };
  const { type, name, version, pinned } = found;
  const lies = (fact.resolved ?? []).filter((one) => one.type === type && one.name === name);
  if (type === 'oci') {
    if (!isWholeImage(name)) return { entry: null, notes: ['its image has no registry'] };
    const narrowed = pinned && version !== null ? { digest: version } : { tag: version ?? 'latest' };
    const open = pinned ? [] : ['a tag can be moved to another image: a digest cannot'];
    return { entry: { image: name, ...narrowed }, notes: open };
  }
  if (pinned && version !== null) return { entry: { package: `${type}:${name}`, version }, notes: [] };
  const here = lies.map((one) => ` (on that disk: ${one.version})`).join('');
  const open = `no version is pinned, so this approves whatever is newest${here}`;
  return { entry: { package: `${type}:${name}` }, notes: [open] };
}

/** What a list could say of a server. */
export function proposalFor(fact: ServerFact): Proposal {
  const known = fact.threats.find((one) => bad.test(one.class) && one.confidence !== 'low');
  if (known !== undefined) return { entry: null, notes: [`known to be ${known.class} (${known.id})`] };
  const doubts = [...openDoubts(fact.doubts), ...unaccepted({}, fact).map(doubtInWords)];
  if (fact.identity === null || doubts.length > 0) {
    return { entry: null, notes: doubts.length > 0 ? doubts : ['nothing tells what would run'] };
  }
  const remote = /^(?:https?|wss?):\/\//.test(fact.identity);
  const proposal: Proposal =
    isLocal(fact.doubts) || fact.identity.startsWith('command:')
      ? localEntry(fact)
      : remote
        ? { entry: { url: fact.identity.replace(/\?.*$/, '') }, notes: [] }
        : packageEntry(fact);
  if (proposal.entry === null) return proposal;
  const flaws = entryFlaws(proposal.entry, 'approve');
  if (JSON.stringify(proposal.entry).includes(hiddenPart)) flaws.push(['url', 'a secret is part of it']);
  if (flaws.length > 0) return { entry: null, notes: flaws.map(([, text]) => text) };
  const warnings = fact.threats.map((one) => `${one.class}: ${one.note} (${one.id})`);
  return { ...proposal, notes: [...warnings, ...proposal.notes] };
}

/** What is proposed for a list, and where it was seen; equal proposals are one. */
export type Seen = { key: string; proposal: Proposal; label: string; places: string[] };

function united(all: Seen[]): Seen[] {
  return [...Map.groupBy(all, ({ key }) => key).values()].map((same) => ({
    ...same[0]!,
    places: [...new Set(same.flatMap(({ places }) => places))].toSorted(),
  }));
}

const placeOf = (fact: Fact, host: string): string =>
  [host, fact.user ?? '', fact.tools.join(', '), fact.origin.path].filter((part) => part !== '').join(' ');

/** Says where an entry without version makes those with one idle: in review only one of them can be meant. */
function toldOfIdle(all: Seen[]): Seen[] {
  const pinned = new Set(
    all.flatMap(({ proposal: { entry } }) => (entry?.version === undefined ? [] : [entry.package])),
  );
  return all.map((one) => {
    const { entry, notes } = one.proposal;
    if (entry?.package === undefined || entry.version !== undefined || !pinned.has(entry.package)) return one;
    const note =
      'with it, entries of the same package that name a version change nothing: keep one or the other';
    return { ...one, proposal: { entry, notes: [...notes, note] } };
  });
}

/** Servers of all machines, by what would run. */
export function seenServers(machines: Machine[]): Seen[] {
  const all = machines.flatMap(({ host, facts }) =>
    facts.flatMap((fact): Seen[] => {
      if (fact.kind !== 'server') return [];
      const proposal = proposalFor(fact);
      const label = fact.identity ?? fact.command ?? fact.url ?? fact.name;
      const key =
        proposal.entry === null ? `${label}\0${proposal.notes.join()}` : JSON.stringify(proposal.entry);
      const off = fact.load === 'active' ? '' : `, ${fact.load}`;
      return [{ key, proposal, label, places: [`"${fact.name}" ${placeOf(fact, host)}${off}`] }];
    }),
  );
  return toldOfIdle(united(all)).toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** Agents of all machines that the catalogue knows. */
export function seenAgents(machines: Machine[]): Seen[] {
  const all = machines.flatMap(({ host, facts }) =>
    facts.flatMap((fact): Seen[] => {
      if (fact.kind !== 'agent' || fact.category === 'unknown') return [];
      const known = fact.threats?.find((one) => bad.test(one.class) && one.confidence !== 'low');
      const proposal: Proposal = known
        ? { entry: null, notes: [`known to be ${known.class} (${known.id})`] }
        : { entry: { agent: fact.tools[0]! }, notes: [] };
      const version = fact.version === null ? '' : ` ${fact.version}`;
      const place = [host, fact.user ?? ''].filter((part) => part !== '').join(' ');
      return [
        {
          key: fact.tools[0]!,
          proposal,
          label: fact.name,
          places: [`${fact.name}${version} ${place}`.trim()],
        },
      ];
    }),
  );
  return united(all).toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

type Settled = FactOf<'account' | 'endpoint' | 'permission' | 'profile'>;

function settingEntry(fact: Settled): AllowlistEntry | null {
  switch (fact.kind) {
    case 'account':
      return fact.domain === null ? null : { account: fact.domain, ...(fact.plan && { plan: fact.plan }) };
    case 'endpoint':
      if (fact.role !== 'uses' || fact.host === null) return null;
      return { endpoint: fact.port === null ? fact.host : `${fact.host}:${fact.port}` };
    case 'permission':
      return { setting: fact.setting, level: fact.level };
    case 'profile':
      return { profile: fact.name };
  }
}

/** Accounts, endpoints, settings and profiles: with one entry of a kind all others of it are unapproved. */
export function seenSettings(machines: Machine[]): Seen[] {
  const kinds = ['account', 'endpoint', 'permission', 'profile'];
  const all = machines.flatMap(({ host, facts }) =>
    facts.flatMap((fact): Seen[] => {
      if (!kinds.includes(fact.kind)) return [];
      const entry = settingEntry(fact as Settled);
      if (entry === null || entryFlaws(entry, 'approve').length > 0) return [];
      const key = JSON.stringify(entry);
      const place = [host, fact.user ?? '', fact.tools.join(', ')].filter((part) => part !== '').join(' ');
      return [{ key, proposal: { entry, notes: [] }, label: key, places: [place] }];
    }),
  );
  return united(all).toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
